"""What can be asked of the layers, as OpenAPI 3.0: the version that OGC API Features names."""

from typing import Any

from nazdik.interchange.features.documents import GEOJSON_TYPE, JSON_TYPE, LAYERS
from nazdik.interchange.features.query import LIMIT, LIMIT_MAX, OFFSET_MAX

Json = dict[str, Any]
_PROBLEM = {"application/problem+json": {"schema": {"type": "object"}}}


def document(base: str, version: str) -> Json:
    """Return the document."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Nazdik layers", "version": version},
        "servers": [{"url": base}],
        "paths": {
            "/": _get("The first page", JSON_TYPE),
            "/api": _get("This document", JSON_TYPE),
            "/conformance": _get("What it keeps to", JSON_TYPE),
            "/collections": _get("The collections", JSON_TYPE),
            "/collections/{collectionId}": _get("One collection", JSON_TYPE, _of("collectionId")),
            "/collections/{collectionId}/items": _get("Features", GEOJSON_TYPE, _of("collectionId"), *_questions()),
            "/collections/{collectionId}/items/{featureId}": _get(
                "One feature", GEOJSON_TYPE, _of("collectionId"), _of("featureId")
            ),
        },
        "components": {"securitySchemes": {"partner": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"partner": []}],
    }


def _get(what: str, kind: str, *parameters: Json) -> Json:
    answers: Json = {
        "200": {"description": what, "content": {kind: {"schema": {"type": "object"}}}},
        "400": {"description": "A parameter is unknown or wrong", "content": _PROBLEM},
    }
    if parameters:
        answers |= {
            "401": {"description": "The layer is not for everyone; say who you are", "content": _PROBLEM},
            "403": {"description": "This was not granted", "content": _PROBLEM},
            "404": {"description": "There is no such thing", "content": _PROBLEM},
        }
    return {"get": {"summary": what, "parameters": list(parameters), "responses": answers}}


def _of(name: str) -> Json:
    known = {"enum": list(LAYERS)} if name == "collectionId" else {}
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **known}}


def _questions() -> list[Json]:
    number = {"type": "number"}
    shapes: dict[str, Json] = {
        "limit": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT},
        "offset": {"type": "integer", "minimum": 0, "maximum": OFFSET_MAX, "default": 0},
        "bbox": {"type": "array", "oneOf": [{"minItems": n, "maxItems": n} for n in (4, 6)], "items": number},
        "datetime": {"type": "string"},
    }
    return [
        {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}
        for name, schema in shapes.items()
    ]
