"""Headers that every answer carries, and pages with a nonce."""

import html
import secrets
from collections.abc import Awaitable, Coroutine
from typing import Any

from litestar import Response
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from nazdik.kernel import Invalid
from nazdik.platform.http.problems import request_id_of

IDEMPOTENCY_KEY_CHARACTERS_MAX = 128
# Longer than any handheld lies in a drawer with something unsent: a month.
WAITED_MS_MAX = 31 * 86_400_000
_CLOSED = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
_DEVICES = "geolocation=(self), screen-wake-lock=(self), camera=(), microphone=({microphone}), payment=(), usb=()"
_FIXED = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", _DEVICES.format(microphone="").encode()),
)
NONCE = "{{nonce}}"


class IdempotencyKeyMissing(Invalid):
    """The request has no Idempotency-Key."""

    code = "http.idempotency_key_missing"


class IdempotencyKeyInvalid(Invalid):
    """The Idempotency-Key is not 1 to 128 printable ASCII characters."""

    code = "http.idempotency_key_invalid"


def idempotency_key(value: str | None) -> str:
    """Return the key that an `Idempotency-Key` header carries; quotes around it are taken off."""
    if value is None:
        raise IdempotencyKeyMissing
    key = value.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_CHARACTERS_MAX or not all(" " <= c <= "~" for c in key):
        raise IdempotencyKeyInvalid(characters_max=IDEMPOTENCY_KEY_CHARACTERS_MAX)
    return key


class WaitedInvalid(Invalid):
    """`Nazdik-Waited` is not a number of milliseconds, from 0 to a month."""

    code = "http.waited_invalid"


def waited_ms(value: str | None) -> int | None:
    """Return how long a sender held back what it sends, by a counter that nobody can set; None when it does not say."""
    if value is None:
        return None
    digits = value.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10 and int(digits) <= WAITED_MS_MAX):
        raise WaitedInvalid(ms_max=WAITED_MS_MAX)
    return int(digits)


def page_policy(nonce: str, *, plays: bool = False) -> str:
    """Return the Content-Security-Policy of a page whose styles carry `nonce`; `plays` allows sound and film it has fetched."""
    media = "media-src blob:; " if plays else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; worker-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
        f"{media}form-action 'self'; frame-ancestors 'none'"
    )


def page(source: str, *, plays: bool = False, listens: bool = False) -> Response[bytes]:
    """
    Return an HTML page; every `{{nonce}}` in it becomes this answer's nonce.

    Args:
        plays: It may play sound and film that it has fetched.
        listens: It may ask for the microphone.
    """
    nonce = secrets.token_urlsafe(18)
    body = source.replace(NONCE, html.escape(nonce, quote=True)).encode()
    headers = {"Content-Security-Policy": page_policy(nonce, plays=plays), "Cache-Control": "no-cache"}
    if listens:
        headers["Permissions-Policy"] = _DEVICES.format(microphone="self")
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


def header_of(scope: Any, name: bytes) -> str | None:
    """Return a header of a connection by its name in small letters, the first where there are several; None without one."""
    for known, value in scope["headers"]:
        if known == name:
            return str(value, "latin-1")
    return None


class Careful:
    """Gives every answer its request id and the headers that keep a browser careful."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Serve one connection."""

        def answer(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                _add(message, scope)
            return send(message)

        return self._app(scope, receive, answer if "method" in scope else send)  # type: ignore[return-value]


async def add_headers(message: Message, scope: Scope) -> None:
    """As `Careful`, as a `before_send` hook."""
    if message["type"] == "http.response.start":
        _add(message, scope)


def _add(message: Any, scope: Scope) -> None:
    headers: list[Any] = list(message["headers"])
    names = {name.lower() for name, _ in headers}
    headers.append((b"x-request-id", request_id_of(scope).encode()))
    headers.extend((name, value) for name, value in _FIXED if name not in names)
    if b"content-security-policy" not in names:
        headers.append((b"content-security-policy", _CLOSED))
    if b"cache-control" not in names:
        # Answers of the API hold personal data: they stay out of every cache unless a route says otherwise.
        headers.append((b"cache-control", b"no-store"))
    if scope.get("scheme") == "https":
        headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    message["headers"] = headers
