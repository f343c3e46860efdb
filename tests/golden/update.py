"""
Write what others rely on anew: docs/errors.md, docs/events.md, docs/openapi.json, and examples of new events.

    python -m tests.golden.update

An example that is there already is never written again: a released event does not change.
"""

import msgspec

from tests.golden import made


def main() -> None:
    """Write all of it."""
    (made.DOCS / "errors.md").write_text(made.errors_page(), encoding="utf-8")
    (made.DOCS / "events.md").write_text(made.events_page(), encoding="utf-8")
    (made.DOCS / "openapi.json").write_text(made.openapi_text(), encoding="utf-8")
    (made.EVENTS.parent / "routes.txt").write_text("\n".join(made.routes(made.openapi())) + "\n", encoding="utf-8")
    (made.DOCS / "oversight-bundle.json").write_text(made.as_kept(made.bundle_schema()), encoding="utf-8")
    for name, document in made.oversight_openapi().items():
        (made.DOCS / f"openapi-oversight-{name}.json").write_text(made.as_kept(document), encoding="utf-8")
    made.EVENTS.mkdir(exist_ok=True)
    for event_type in made.EVENT_TYPES:
        path = made.EVENTS / f"{made.name_of(event_type)}.json"
        if not path.exists():
            body = msgspec.json.encode(made.example_of(event_type))
            path.write_bytes(msgspec.json.format(body, indent=1) + b"\n")


if __name__ == "__main__":
    main()
