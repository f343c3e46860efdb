"""What happened at a place before: found within the radius, newest first, forgotten in time, read once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId, ProvinceId
from nazdik.premises.past import Begun, Changed, PastIncidents

P = ProvinceId("p")
HERE = LonLat(48.68, 31.32)


@pytest.fixture
def past(tmp_path: Path) -> Iterator[PastIncidents]:
    store = PastIncidents(tmp_path / "past.sqlite")
    yield store
    store.close()


def happened(past: PastIncidents, name: str, at: int, metres_east: float, position: int, **more: object) -> None:
    incident = IncidentId(f"p.i{name}")
    point = LonLat(HERE.lon + metres_east / 95_000, HERE.lat)
    given = {"kind": "fight", "priority": 2, "point": point, "station": OfficeId("p.a.1"), **more}
    past.take(P, "e", position, [Begun(incident, at, Instant(at)), Changed(incident, **given)])  # type: ignore[arg-type]


def ids(past: PastIncidents, radius_m: float, since: int = 0) -> list[str]:
    return [one.id for one in past.near(P, HERE, radius_m, Instant(since))]


def test_within_the_radius_the_newest_first(past: PastIncidents) -> None:
    for number, metres in enumerate((0, 40, 90), start=1):
        happened(past, str(number), number, metres, number)
    assert ids(past, 60) == ["p.i2", "p.i1"]
    assert ids(past, 100) == ["p.i3", "p.i2", "p.i1"]
    assert ids(past, 100, since=2) == ["p.i3", "p.i2"]
    assert past.near(ProvinceId("q"), HERE, 100, Instant(0)) == []


def test_changes_are_taken_and_a_draft_without_a_kind_is_nothing(past: PastIncidents) -> None:
    past.take(P, "e", 1, [Begun(IncidentId("p.i9"), 9, Instant(9))])
    assert ids(past, 100) == []
    happened(past, "1", 1, 0, 2)
    past.take(P, "e", 3, [Changed(IncidentId("p.i1"), kind="noise", disposition="arrest", cancelled=True)])
    (one,) = past.near(P, HERE, 50, Instant(0))
    assert (one.kind, one.disposition, one.cancelled, one.priority) == ("noise", "arrest", True, 2)


def test_what_is_old_is_forgotten_and_the_log_is_read_once(past: PastIncidents) -> None:
    happened(past, "1", 1, 0, 7)
    happened(past, "2", 100, 0, 8)
    assert past.read_to(P, "e") == 8 and past.read_to(P, "another") == 0
    past.forget(Instant(50))
    assert ids(past, 50) == ["p.i2"]
