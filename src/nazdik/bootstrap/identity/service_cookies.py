"""What a browser keeps while its person is at the identity service: sealed, out of reach of scripts and of other sites."""

from typing import TYPE_CHECKING

from litestar.datastructures import Cookie

if TYPE_CHECKING:
    from nazdik.bootstrap.entrance import AnyConnection

ASKED = "nazdik_service"
LEFT = "nazdik_service_left"


def cookie_of(request: "AnyConnection", name: str) -> str:
    """Return what a browser has kept under a name; empty when it has not."""
    return request.cookies.get(_named(request, name), "")


def cookie(request: "AnyConnection", name: str, value: str, lasts_s: int) -> Cookie:
    """Return the cookie by which a browser keeps something; an empty value takes it away."""
    return Cookie(
        key=_named(request, name),
        value=value,
        path="/",
        max_age=lasts_s if value else 0,
        secure=_is_secure(request),
        httponly=True,
        samesite="strict",
    )


def _named(request: "AnyConnection", name: str) -> str:
    return f"__Host-{name}" if _is_secure(request) else name


def _is_secure(request: "AnyConnection") -> bool:
    return request.url.scheme in ("https", "wss")
