"""How the two applications of 197 describe themselves, each at its own port."""

from collections.abc import Collection
from typing import Any

from litestar import Request, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Contact, License

from nazdik import __version__
from nazdik.bootstrap.described import Known, described

KEY_CHARACTERS_MIN = 16
# What asks, or is safe to repeat by itself.
_WITHOUT_KEY = {
    "/v1/bookings/cancel",
    "/v1/bookings/show",
    "/v1/exports",
    "/v1/follow-up",
    "/v1/follow-up/receipt",
    "/v1/imports",
    "/v1/in/sms/{token}",
    "/v1/recordings",
    "/v1/session",
    "/v1/tells-who",
    "/v1/who-sees",
}
_CSV = ("text/csv",)
_ALSO = {
    "/v1/cases/{case_id}/files/{name}": ("image/jpeg",),
    "/v1/cases/{case_id}/recordings/{name}": ("audio/*", "video/*"),
    "/v1/export.csv": _CSV,
    "/v1/exports": ("application/x-ndjson",),
    "/v1/figures.csv": _CSV,
}


def _needs_key(method: str, path: str, _: Collection[str]) -> int:
    keyed = method == "post" and path not in _WITHOUT_KEY and not path.startswith("/open311/")
    return KEY_CHARACTERS_MIN if keyed else 0


# Whoever has signed in at a desk, or as a commander, shows it by a token. There is no cookie.
OVERSIGHT = Known({"sitting", "looking"}, [{"session": []}], _ALSO, _needs_key)


@get("/openapi.json", sync_to_thread=False, include_in_schema=False)
def get_openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Return what this port can do, as OpenAPI 3.1."""
    return described(request.app, OVERSIGHT)


class _AsJson(JsonRenderPlugin):
    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """As `JsonRenderPlugin.render`, with what the framework cannot know."""
        return self.render_json(request, described(request.app, OVERSIGHT))


def openapi() -> OpenAPIConfig:
    """Return how it is described."""
    return OpenAPIConfig(
        title="Nazdik 197",
        version=__version__,
        description="Public oversight: what citizens say about the police, and what becomes of it. See docs/oversight.md.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="Nazdik"),
        path="/openapi",
        render_plugins=[_AsJson()],
        use_handler_docstrings=True,
    )
