"""GeoReport documents in both of its formats; what is in them is for others to say."""

from typing import Any

import msgspec

from nazdik.interchange.xml_text import xml_text

Json = dict[str, Any]
FORMATS = {"json": "application/json", "xml": "application/xml"}
# (root, each): what a list and its items are called in XML.
NAMES = {
    "services": ("services", "service"),
    "definition": ("service_definition", ""),
    "attributes": ("attributes", "attribute"),
    "values": ("values", "value"),
    "requests": ("service_requests", "request"),
    "tokens": ("service_requests", "request"),
    "errors": ("errors", "error"),
}


def written(what: str, document: Any, form: str) -> bytes:
    """Return a document in a format; `what` is one of `NAMES`."""
    if form == "json":
        return msgspec.json.encode(document)
    root, each = NAMES[what]
    inner = "".join(_tag(each, one) for one in document) if isinstance(document, list) else _inner(document)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{inner}</{root}>\n'.encode()


def _tag(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{_inner(value)}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(_tag(NAMES[name][1], one) for one in value)}</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    return f"<{name}/>" if value is None else f"<{name}>{xml_text(str(value))}</{name}>"


def _inner(document: Json) -> str:
    return "".join(_tag(name, value) for name, value in document.items())
