"""Notes about hazards of places: who is told, for how long, and that they never hold anybody back."""

from functools import reduce

import pytest

from nazdik.kernel import Actor, CommandId, Context, IncidentId, Instant, LonLat, OfficeId, ProvinceId
from nazdik.kernel.instant import plus_s
from nazdik.premises import commands as c
from nazdik.premises import errors
from nazdik.premises.decisions import decide
from nazdik.premises.evolution import evolve
from nazdik.premises.model import Hazard, NoteId, Premises
from nazdik.premises.nearby import BESIDE_M, Squares

START = Instant(1_000_000_000_000_000)
HERE = LonLat(48.68, 31.32)
DAY_S = 86_400.0
EMPTY = Premises(province=ProvinceId("p"))


def ctx(days: float = 0, by: str = "desk") -> Context:
    return Context(at=plus_s(START, days * DAY_S), actor=Actor(by, "dispatcher"), command_id=CommandId("k"))


def note(name: str = "1", **more: object) -> c.AddNote:
    given: dict[str, object] = {
        "note_id": NoteId(f"p.h{name}"),
        "point": HERE,
        "radius_m": 50.0,
        "address": "کوچهٔ آزمون",
        "hazard": Hazard.DOG,
        "severe": False,
        "text": "سگ بزرگ در حیاط",
        "office": OfficeId("p.a.1"),
        "days": 10,
        "review_days": 5,
    }
    return c.AddNote(**{**given, **more})  # type: ignore[arg-type]


def after(premises: Premises, *commands: c.Command, at: Context | None = None) -> Premises:
    for command in commands:
        premises = reduce(evolve, decide(premises, command, at or ctx()), premises)
    return premises


def near(premises: Premises, metres_north: float, days: float = 0) -> list[str]:
    point = LonLat(HERE.lon, HERE.lat + metres_north / 111_195)
    return [one.note.id for one in Squares(premises.notes).near(point, plus_s(START, days * DAY_S))]


def test_a_note_is_told_within_its_radius_and_just_beside_it() -> None:
    held = after(EMPTY, note())
    assert near(held, 0) == near(held, 50 + BESIDE_M - 1) == ["p.h1"]
    assert near(held, 50 + BESIDE_M + 1) == []


def test_a_wide_note_is_found_across_squares() -> None:
    held = after(EMPTY, note(radius_m=1000.0))
    for metres in range(-1050, 1051, 150):
        assert near(held, metres) == ["p.h1"], metres


def test_severe_ones_come_first_then_the_nearest() -> None:
    far = LonLat(HERE.lon + 0.0006, HERE.lat)
    held = after(EMPTY, note("1"), note("2", point=far), note("3", point=far, severe=True))
    assert near(held, 0) == ["p.h3", "p.h1", "p.h2"]


def test_a_note_ends_by_itself_unless_somebody_reads_it_again() -> None:
    held = after(EMPTY, note())
    assert near(held, 0, days=9.9) == ["p.h1"] and near(held, 0, days=10) == []
    longer = after(held, c.ReviewNote(note_id=NoteId("p.h1"), days=30, review_days=10), at=ctx(9))
    assert near(longer, 0, days=30) == ["p.h1"] and near(longer, 0, days=39) == []


def test_a_removed_note_is_gone_and_unknown_ones_are_refused() -> None:
    held = after(EMPTY, note())
    gone = after(held, c.RemoveNote(note_id=NoteId("p.h1"), reason="سگ برده شد"))
    assert near(gone, 0) == []
    with pytest.raises(errors.NoteNotFound):
        decide(gone, c.RemoveNote(note_id=NoteId("p.h1")), ctx())


def test_who_has_read_it_is_kept_once_for_each_incident() -> None:
    held = after(EMPTY, note(severe=True))
    read = c.Acknowledge(note_id=NoteId("p.h1"), incident_id=IncidentId("p.i1"))
    again = after(held, read)
    assert [(one.incident_id, one.by) for one in again.notes[NoteId("p.h1")].read] == [("p.i1", "desk")]
    assert decide(again, read, ctx()) == ()
    assert decide(again, read, ctx(by="crew")), "each says it for themselves"
    with pytest.raises(errors.NoteNotFound):
        decide(held, read, ctx(days=11))


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "},
        {"text": "س" * 301},
        {"radius_m": 9.0},
        {"radius_m": 1001.0},
        {"radius_m": float("nan")},
        {"days": 0},
        {"days": 731, "review_days": 1},
        {"days": 5, "review_days": 6},
        {"review_days": 0},
    ],
)
def test_what_cannot_be_a_note_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(errors.NoteInvalid):
        decide(EMPTY, note(**wrong), ctx())


def test_a_changed_note_says_the_new_and_is_read_again_and_holds_as_long_as_before() -> None:
    told = after(EMPTY, note(), c.Acknowledge(note_id=NoteId("p.h1"), incident_id=IncidentId("p.i1")))
    there = LonLat(HERE.lon, HERE.lat + 0.01)
    change = c.ChangeNote(
        note_id=NoteId("p.h1"),
        point=there,
        radius_m=80.0,
        address="آن‌جا",
        hazard=Hazard.GAS,
        severe=True,
        text=" کپسول  گاز ",
        office=OfficeId("p.a.2"),
    )
    changed = after(told, change)
    was, now = told.notes[NoteId("p.h1")], changed.notes[NoteId("p.h1")]
    assert (now.point, now.hazard, now.severe, now.text, now.office) == (there, "gas", True, "کپسول گاز", "p.a.2")
    assert was.read and now.read == () and (now.until, now.by) == (was.until, was.by)
    assert near(changed, 0) == [] and near(changed, 1112) == ["p.h1"]
    assert decide(changed, change, ctx()) == (), "the same again is nothing new"
    with pytest.raises(errors.NoteInvalid):
        decide(
            changed, c.ChangeNote(**{**{f: getattr(change, f) for f in change.__struct_fields__}, "text": "x"}), ctx()
        )
    with pytest.raises(errors.NoteNotFound):
        decide(EMPTY, change, ctx())
