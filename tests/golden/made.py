"""
What others rely on, written out from the code: refusals, stored events, routes.

`python -m tests.golden.update` writes it; the tests beside this file compare.
"""

import asyncio
import importlib
import json
import pkgutil
import tempfile
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import httpx
import msgspec

import nazdik
from nazdik.administration import events as settings
from nazdik.bootstrap.oversight.house import build_oversight, desk_app, public_app
from nazdik.bootstrap.server import build_app
from nazdik.bootstrap.texts import TEXTS
from nazdik.dispatch import events as dispatch
from nazdik.fleet.model import CODES
from nazdik.geo.addresses import events as addresses
from nazdik.geo.conditions import events as roads
from nazdik.geo.errors import GeoBuildError
from nazdik.guide import events as guide
from nazdik.intake import events as intake
from nazdik.interchange.warnings import events as warnings
from nazdik.kernel import Instant, LonLat, Rejected, Unavailable
from nazdik.oversight import bundle
from nazdik.oversight import machine as oversight
from nazdik.platform.http import register, title
from nazdik.platform.http.messages import codes
from nazdik.platform.http.problems import STATUS
from nazdik.premises import events as premises

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EVENTS = Path(__file__).with_name("events")
EVENT_TYPES: tuple[type[Any], ...] = (
    *intake.EVENT_TYPES,
    *dispatch.EVENT_TYPES,
    *roads.EVENT_TYPES,
    *addresses.EVENT_TYPES,
    *warnings.EVENT_TYPES,
    *guide.EVENT_TYPES,
    *premises.EVENT_TYPES,
    *settings.EVENT_TYPES,
    *oversight.EVENT_TYPES,
)
MADE_BY = "<!-- Made by `python -m tests.golden.update`; a test keeps it in step with the code. -->"
# Codes that no class of ours stands for: the web framework's own refusals, and a fault of ours.
OF_THE_FRAMEWORK = {
    "http.malformed": (400, "The body is not the JSON, or not the text, that it says it is."),
    "http.not_found": (404, "There is no such address or file."),
    "http.method_not_allowed": (405, "The address is there, the method is not."),
    "http.too_slow": (408, "The body did not come in time; send it again."),
    "http.too_large": (413, "The body is larger than `body_bytes_max`."),
    "http.range_not_satisfiable": (416, "The file ends before the part that was asked for."),
    "http.invalid_field": (422, "A field is missing, unknown or of the wrong type; `details.fields` names each."),
    "http.too_many_requests": (429, "Too many requests."),
    "internal": (500, "A fault of ours. Nothing was recorded; `request_id` finds it in the server's log."),
}


def import_everything() -> None:
    """Import every module of the package, so that no refusal is forgotten; those that only run are left alone."""
    for module in pkgutil.walk_packages(nazdik.__path__, "nazdik."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def below(kind: type[Any]) -> Iterator[type[Any]]:
    """Yield every class below another."""
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def every_refusal() -> list[type[Any]]:
    """Return every refusal of the package; tests have some of their own."""
    import_everything()
    return [k for base in (Rejected, Unavailable) for k in below(base) if k.__module__.startswith("nazdik.")]


def refusals() -> dict[str, type[Any]]:
    """Return every refusal of the package that has a code of its own, by code."""
    return {kind.code: kind for kind in every_refusal() if "." in kind.code}


def status_of(kind: type[Any]) -> int:
    """Return the status under which a refusal goes out."""
    return next((status for cls, status, _ in STATUS if issubclass(kind, cls)), 503)


def _sentence(thing: Any) -> str:
    return " ".join((thing.__doc__ or "").split())


def errors_page() -> str:
    """Return docs/errors.md."""
    register(TEXTS)
    rows: dict[str, tuple[str, str]] = {}
    for code, kind in refusals().items():
        said = str(status_of(kind)) + (" ↻" if getattr(kind, "retryable", True) else "")
        rows[code] = (said, _sentence(kind))
    rows |= {code: (str(status), said) for code, (status, said) in OF_THE_FRAMEWORK.items()}
    rows |= {code: ("—", "Verdict on one position of a batch.") for code in CODES if code is not None}
    lines = [
        "# Refusals",
        "",
        MADE_BY,
        "",
        "A refusal is `application/problem+json` (RFC 9457) with a stable `code`, `retryable`, `details`, `request_id` and a",
        "`title` in the reader's language (`Accept-Language`; Persian when it names neither). ↻ marks those that may turn out",
        "otherwise when the same request is sent again with the same `Idempotency-Key`; 503 comes with `Retry-After`.",
    ]
    for family in sorted({code.partition(".")[0] for code in rows}):
        lines += ["", f"## {family}", "", "| Code | Status | English | فارسی | When |", "|---|---|---|---|---|"]
        for code in sorted(rows):
            if code.partition(".")[0] == family:
                status, when = rows[code]
                lines.append(f"| `{code}` | {status} | {title(code, 'en')} | {title(code, 'fa')} | {when} |")
    lines += [
        "",
        "## Building and opening regions",
        "",
        "Said at the command line, in both languages, with what to do.",
    ]
    lines += ["", "| Code | When |", "|---|---|"]
    for kind in sorted((k for k in below(GeoBuildError) if "CODE" in vars(k)), key=lambda k: k.CODE):
        lines.append(f"| `{kind.CODE}` | {_sentence(kind)} |")
    return "\n".join(lines) + "\n"


def codes_without_text() -> set[str]:
    """Return the codes that would go out with the text of their kind only."""
    register(TEXTS)
    every = {*refusals(), *OF_THE_FRAMEWORK, *(code for code in CODES if code is not None)}
    return every - codes()


# Stored events


def name_of(event_type: type[Any]) -> str:
    """Return an event's stored name."""
    return str(event_type.__struct_config__.tag)


def example_of(event_type: type[Any]) -> Any:
    """Return an event with every field filled, the same each time."""
    return event_type(**_filled(event_type))


def _filled(struct: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(struct)
    return {name: _value(name, hints[name]) for name in struct.__struct_fields__}


_NAMED: dict[str, Any] = {
    "incident_id": "khuzestan.i0011aa22bb33cc44dd55",
    "to_incident": "khuzestan.i99887766554433221100",
    "divert_from": None,
    "assignment_id": "khuzestan.i0011aa22bb33cc44dd55.1",
    "alarm_id": "khuzestan.i0011aa22bb33cc44dd55!waiting",
    "timer": "wait:khuzestan.i0011aa22bb33cc44dd55",
    "call_id": "khuzestan.c0011aa22bb33cc44dd55",
    "unit_id": "khuzestan.u.A01",
    "condition_id": "khuzestan.r0011aa22bb33cc44dd55",
    "reason": "works",
    "emergency_of": "khuzestan.u.A01",
    "call_sign": "A01",
    "skill": "patrol",
    "metric": "road_time",
    "office": "khuzestan.ahvaz.01",
    "station": "khuzestan.ahvaz.01",
    "by": "seat:dispatcher:khuzestan",
    "kind": "fight",
    "kind_common": "FIGHT",
    "secondary": "InService",
    "disposition": "report_taken",
    "narrative": "دو نفر «جلوی مغازه» دعوا می‌کنند",
    "text": 'یادداشت <b>\u200f"',
    "number": "06100000000",
    "priority": 2,
    "crew": 2,
    "value": {"answer_s": [15, 20, 30, 30, 30]},
    "former": {"answer_s": [20, 20, 30, 30, 30]},
}


def _value(name: str, wanted: Any) -> Any:
    origin, args = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        return _value(name, next(arg for arg in args if arg is not NoneType))
    enumerated = isinstance(wanted, type) and issubclass(wanted, Enum)
    if name in _NAMED and not enumerated and not (name == "number" and wanted is int):
        return _NAMED[name]
    if wanted is LonLat:
        return LonLat(48.6842, 31.3183)
    if wanted is Instant:
        return Instant(1_790_000_000_123_456 + 1_000_000 * len(name))
    if origin is Literal:
        return args[0]
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return next(iter(wanted))
    if isinstance(wanted, type) and hasattr(wanted, "__struct_fields__"):
        return wanted(**_filled(wanted))
    if isinstance(wanted, type) and hasattr(wanted, "__dataclass_fields__"):
        hints = get_type_hints(wanted)
        return wanted(**{field: _value(field, hint) for field, hint in hints.items()})
    if origin is tuple:
        items = (args[0],) if args[-1] is Ellipsis else args
        return tuple(_value(name, item) for item in items)
    plain: dict[Any, Any] = {str: name, int: 7, float: 12.5, bool: True}
    return plain[getattr(wanted, "__supertype__", wanted)]


def events_page() -> str:
    """Return docs/events.md."""
    lines = [
        "# Stored events",
        "",
        MADE_BY,
        "",
        "Everything that happens is one of these, in a province's log, as JSON. A released name never changes its shape: a new",
        "shape is a `v2`. `at` is when the server recorded it; times are microseconds since 1970 UTC, points `[lon, lat]`. An",
        "example of each is in `tests/golden/events`. A field with `?` may be absent.",
    ]
    for context, types in (
        ("Calls", intake.EVENT_TYPES),
        ("Dispatch", dispatch.EVENT_TYPES),
        ("Roads", roads.EVENT_TYPES),
        ("Addresses", addresses.EVENT_TYPES),
        ("Warnings", warnings.EVENT_TYPES),
        ("Settings", settings.EVENT_TYPES),
        ("Oversight", oversight.EVENT_TYPES),
    ):
        lines += ["", f"## {context}", "", "| Event | What happened | Fields |", "|---|---|---|"]
        for event_type in types:
            fields = [
                f"`{field.encode_name}`{'' if field.required else '?'}"
                for field in msgspec.structs.fields(event_type)
                if field.name != "at"
            ]
            lines.append(f"| `{name_of(event_type)}` | {_sentence(event_type)} | {', '.join(fields)} |")
    return "\n".join(lines) + "\n"


# Routes


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document as a server gives it; no region is needed for that."""
    no_fleet, nobody = SimpleNamespace(devices=None), SimpleNamespace(key_proofs=None)
    nothing: Any = SimpleNamespace(
        entrance=SimpleNamespace(building=SimpleNamespace(offices=None), fleet=no_fleet, identity=nobody),
        journal=None,
        company=None,
    )
    app: Any = build_app(nothing)

    async def ask() -> dict[str, Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
            answer = await client.get("/openapi.json")
            document: dict[str, Any] = answer.json()
            return document

    return asyncio.run(ask())


def oversight_openapi() -> dict[str, dict[str, Any]]:
    """Return how the two applications of 197 describe themselves: `citizens` and `desks`."""

    async def ask(folder: Path) -> dict[str, dict[str, Any]]:
        house = build_oversight(folder)
        found = {}
        try:
            for name, app in (("citizens", public_app(house)), ("desks", desk_app(house))):
                async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://197") as client:
                    found[name] = (await client.get("/openapi.json")).json()
        finally:
            await house.close()
        return found

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(ask(Path(folder)))


def openapi_text() -> str:
    """Return docs/openapi.json."""
    return as_kept(openapi())


def as_kept(document: dict[str, Any]) -> str:
    """Return a document as its file has it."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def bundle_schema() -> dict[str, Any]:
    """Return docs/oversight-bundle.json: what a line of whole cases of 197 may be."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(bundle.AnyLine)))
    return made


def routes(document: dict[str, Any]) -> list[str]:
    """Return every method and path of an OpenAPI document, in order."""
    return sorted(f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods)
