"""What changed for others? Stored events, refusals and routes, as they were last agreed upon."""

import json
from difflib import unified_diff

import msgspec
import pytest

from nazdik.bootstrap.province_state import decode
from nazdik.oversight.machine import decode as oversight_fact
from tests.golden import made

AGAIN = "run `python -m tests.golden.update` and read what it changes"


@pytest.mark.parametrize("path", sorted(made.EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_an_event_as_it_was_first_stored_is_still_understood_and_written_the_same(path) -> None:  # type: ignore[no-untyped-def]
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["type"] == path.stem
    reads = oversight_fact if path.stem.startswith("oversight.") else decode
    event = reads(path.stem, path.read_bytes())
    assert json.loads(msgspec.json.encode(event)) == stored


def test_every_event_has_an_example_with_every_field() -> None:
    for event_type in made.EVENT_TYPES:
        path = made.EVENTS / f"{made.name_of(event_type)}.json"
        assert path.exists(), f"{path.stem}: {AGAIN}"
        assert set(json.loads(path.read_text(encoding="utf-8"))) == {"type", *event_type.__struct_encode_fields__}
    assert {path.stem for path in made.EVENTS.glob("*.json")} == set(map(made.name_of, made.EVENT_TYPES))


def test_every_stored_name_says_its_context_and_version() -> None:
    for event_type in made.EVENT_TYPES:
        context, name, version = made.name_of(event_type).split(".")
        contexts = ("intake", "dispatch", "geo", "guide", "interchange", "premises", "administration", "oversight")
        assert context in contexts and name.islower() and version.startswith("v")
        assert f"nazdik.{context}." in event_type.__module__ + "."


def test_every_refusal_has_a_text_of_its_own_in_both_languages() -> None:
    assert made.codes_without_text() == set()
    for code, (fa, en) in made.TEXTS.items():
        assert any("\u0600" <= c <= "\u06ff" for c in fa), f"{code} is not in Persian: {fa}"
        assert en.isascii() and en[0].isupper() and en.endswith(".") and fa.endswith("."), code


def test_no_two_refusals_share_a_code() -> None:
    kinds = made.refusals()
    seen: dict[str, set[str]] = {}
    for kind in made.every_refusal():
        if "code" in vars(kind):
            seen.setdefault(kind.code, set()).add(kind.__qualname__)
    shared = {code: names for code, names in seen.items() if len(names) > 1 and "." in code}
    # A file and an address that are not there are one thing to whoever asked.
    assert shared == {}
    assert len(kinds) > 60


def test_the_page_of_refusals_is_complete() -> None:
    assert (made.DOCS / "errors.md").read_text(encoding="utf-8") == made.errors_page(), AGAIN


def test_the_page_of_events_is_complete() -> None:
    assert (made.DOCS / "events.md").read_text(encoding="utf-8") == made.events_page(), AGAIN


def test_both_ports_of_oversight_describe_themselves_as_they_did() -> None:
    for name, document in made.oversight_openapi().items():
        stood = (made.DOCS / f"openapi-oversight-{name}.json").read_text(encoding="utf-8")
        assert list(unified_diff(stood.splitlines(), made.as_kept(document).splitlines(), lineterm="")) == [], AGAIN


def test_the_openapi_document_is_what_it_was() -> None:
    stood = (made.DOCS / "openapi.json").read_text(encoding="utf-8")
    assert list(unified_diff(stood.splitlines(), made.openapi_text().splitlines(), lineterm="")) == [], AGAIN


def test_no_route_came_or_went_unseen() -> None:
    listed = (made.EVENTS.parent / "routes.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert made.routes(made.openapi()) == listed, AGAIN


def test_every_refusal_that_a_route_names_is_one() -> None:
    """What a route's description promises about refusals is a code that exists."""
    known = {*made.refusals(), *made.OF_THE_FRAMEWORK}
    families = {code.partition(".")[0] for code in known}
    words = json.dumps(made.openapi()).replace("\\n", " ").replace(",", " ").replace("(", " ").split()
    named = {w.strip('."):') for w in words if w.strip('."):').partition(".")[0] in families and "." in w.strip('."):')}
    codes = {n for n in named if n.replace(".", "").replace("_", "").isalpha() and not n.endswith((".json", ".md"))}
    assert codes - known == set()
    assert len(codes) > 30
