"""Past calls are counted from the log by place, and what a dispatch leaves is recorded beside it."""

from nazdik.bootstrap import reach
from nazdik.bootstrap.reach import PastCalls, read_past_calls
from nazdik.dispatch import commands as c
from nazdik.dispatch.events import PlaceChanged
from nazdik.kernel import IncidentId, Instant, OfficeId
from nazdik.kernel.instant import plus_s
from tests.town import Town, at_m


def moved(name: str, east_m: float, at: int) -> PlaceChanged:
    return PlaceChanged(
        at=Instant(at), incident_id=IncidentId(name), point=at_m(east_m), place="", station=OfficeId("p.a.1")
    )


def test_an_incident_that_moved_counts_once_where_it_is_now() -> None:
    calls = PastCalls()
    assert calls.add([moved("p.i1", 100, 1), moved("p.i2", 200, 2), moved("p.i1", 300, 3)])
    lons, _ = calls.since(Instant(0))
    assert sorted(lons.tolist()) == sorted([at_m(300).lon, at_m(200).lon])
    assert not calls.add([])


def test_what_was_longer_ago_is_left_out() -> None:
    calls = PastCalls()
    calls.add([moved("p.i1", 100, 10), moved("p.i2", 200, 20)])
    assert calls.since(Instant(15))[0].tolist() == [at_m(200).lon]


def test_only_the_newest_may_still_move(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(reach, "NEWEST_KEPT", 4)
    calls = PastCalls()
    calls.add([moved(f"p.i{n}", 100 * n, n) for n in range(10)])
    calls.add([moved("p.i9", 7000, 11)])
    assert len(calls) == 10
    assert at_m(7000).lon in calls.since(Instant(0))[0].tolist()


def test_the_log_says_where_incidents_were_since_an_instant() -> None:
    town = Town()
    town.unit("A01", 500)
    for n in range(6):
        town.incident(east_m=1000 * n + 100, name=str(n))
        town.wait(100)
    middle = plus_s(town.now, -350)
    every, late = read_past_calls(town.log, Instant(0)), read_past_calls(town.log, middle)
    assert len(every) == 6
    assert len(late) == 3
    town.do(c.ChangePlace(incident_id=IncidentId("p.i5"), point=at_m(20_000)))
    assert len(read_past_calls(town.log, middle)) == 3


def test_an_empty_log_has_no_past_calls() -> None:
    assert len(read_past_calls(Town().log, Instant(0))) == 0
