"""How the API describes itself: what the framework reads off the routes, and what it cannot know of them."""

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin

from nazdik.platform.auth import COOKIE
from nazdik.platform.http import IDEMPOTENCY_KEY_CHARACTERS_MAX, PROBLEM, Problem

Operation = dict[str, Any]
Signed = list[dict[str, list[str]]]
# A route that asks for one of these is for whoever has signed in; the others look for themselves.
OF_A_SESSION = {"door", "desk", "actor", "proved"}
_LOOK_FOR_A_SESSION = {
    ("get", "/v1/break-glass"),
    ("post", "/v1/break-glass/{glass_id}/end"),
    ("get", "/v1/session"),
    ("get", "/v1/session/keys"),
    ("get", "/v1/session/places"),
    ("delete", "/v1/session/places"),
    ("delete", "/v1/session/places/{session_id}"),
    ("post", "/v1/session/password"),
    ("post", "/v1/session/presence"),
    ("post", "/v1/session/proof"),
    ("post", "/v1/stream-tickets"),
}
_SIGNED_IN: Signed = [{"session": []}, {"cookie": []}]
_SCHEMES = {
    "session": {"type": "http", "scheme": "bearer", "description": "The token that POST /v1/sessions answers with."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "The same, for pages."},
}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Made by the client, the same each time the same command is sent: it is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": IDEMPOTENCY_KEY_CHARACTERS_MAX, "pattern": "^[!#-~]+$"},
}
# What routes answer with that make their bytes themselves, beside JSON.
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALSO: dict[str, tuple[str, ...]] = {
    "/maps/{name}": ("application/vnd.pmtiles",),
    "/ogc/api": ("application/vnd.oai.openapi+json;version=3.0",),
    "/v1/imports/{what}/template": (_XLSX, "text/csv"),
    "/v1/incidents/{incident_id}/photos/{photo_id}": ("image/jpeg",),
    "/v1/incidents/{incident_id}/voices/{voice_id}": ("audio/webm", "audio/ogg", "audio/mp4"),
    "/v1/offices/{office_id}/day-report": ("text/csv", "application/pdf"),
    "/v1/provinces/{province}/tiles/{zoom}/{x}/{y}": ("image/png",),
}
_JSON, _XML = "application/json", "application/xml"
# GeoReport has a form of its own for answers and refusals.
_GEOREPORT = "/open311/"
_REFUSAL: dict[str, Any] = {
    "description": "Refused; docs/errors.md lists every code.",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


@dataclass(frozen=True, slots=True)
class Known:
    """
    What is known of an application that its framework cannot know.

    `of_a_session` is what routes ask for that are for whoever has signed in, `signed_in` by which ways one can have, `also` what
    routes answer with beside JSON, and `needs_key` which operations take an Idempotency-Key of so many characters or more.
    """

    of_a_session: Set[str]
    signed_in: Signed
    also: Mapping[str, tuple[str, ...]]
    needs_key: Callable[[str, str, Collection[str]], int]


def _of_dispatch(method: str, path: str, asked_for: Collection[str]) -> int:
    return int("door" in asked_for)


DISPATCH = Known(OF_A_SESSION, _SIGNED_IN, _ALSO, _of_dispatch)


def described(app: Litestar, known: Known = DISPATCH) -> dict[str, Any]:
    """Return the OpenAPI document: with who has to sign in, the key of commands, and answers and refusals as they are."""
    document: dict[str, Any] = _any_of(app.openapi_schema.to_schema())
    parts = document["components"]
    parts["securitySchemes"] = {name: _SCHEMES[name] for way in known.signed_in for name in way}
    parts["responses"] = {"Refusal": _REFUSAL}
    _, schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    parts["schemas"] |= schemas
    for path, method, handler in _handlers(app):
        operation = document["paths"].get(path, {}).get(method)
        if operation is not None:
            _describe_request(operation, method, path, handler.parsed_fn_signature.parameters, known)
            _describe_answers(operation, path, known)
    return document


def _any_of(part: Any) -> Any:
    """Return a document that says `anyOf` where the framework says `oneOf`: its alternatives overlap."""
    if isinstance(part, dict):
        return {"anyOf" if name == "oneOf" else name: _any_of(one) for name, one in part.items()}
    return [_any_of(one) for one in part] if isinstance(part, list) else part


class DescribedAsJson(JsonRenderPlugin):
    """The same document at the address that the framework keeps for it."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """As `JsonRenderPlugin.render`."""
        return self.render_json(request, described(request.app))


def _handlers(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    return [
        (route.path_format, str(method).lower(), handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
    ]


def _describe_request(operation: Operation, method: str, path: str, asked_for: Collection[str], known: Known) -> None:
    """Add to one operation what its route asks of a request."""
    looks = known is DISPATCH and (method, path) in _LOOK_FOR_A_SESSION
    if looks or any(name in known.of_a_session for name in asked_for):
        operation["security"] = known.signed_in
    if characters := known.needs_key(method, path, asked_for):
        key = {**_KEY, "schema": {**_KEY["schema"], "minLength": characters}}
        operation.setdefault("parameters", []).append(key)


def _describe_answers(operation: Operation, path: str, known: Known) -> None:
    """Say of one operation what comes back, and how it refuses."""
    answers = operation["responses"]
    # The framework describes a 400 of its own that never goes out: every refusal is a problem.
    answers.pop("400", None)
    also = known.also.get(path, (_XML,) if path.startswith(_GEOREPORT) else ())
    for answer in answers.values():
        content = answer.get("content", {})
        if content.get(_JSON) == {"schema": {"type": "string"}}:
            # The route has made the JSON itself; it is any.
            content[_JSON] = {"schema": {}}
        content.update({kind: {"schema": {}} for kind in also})
    answers["default"] = {"$ref": "#/components/responses/Refusal"}
    if path.startswith(_GEOREPORT):
        forms: dict[str, Any] = {_JSON: {"schema": {}}, _XML: {"schema": {}}}
        answers["default"] = {**_REFUSAL, "content": {**_REFUSAL["content"], **forms}}
