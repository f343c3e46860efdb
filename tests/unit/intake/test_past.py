"""The index of calls beyond memory: it says what the log says, knows no number, and forgets."""

from pathlib import Path

import pytest

from nazdik.intake import events as e
from nazdik.intake.model import CallBackResult, Channel, Outcome, RingingEnd
from nazdik.intake.nuisance import Finding
from nazdik.intake.past import Disposed, PastCalls
from nazdik.kernel import CallId, IncidentId, Instant, LonLat, ProvinceId
from nazdik.kernel.instant import plus_s

P = ProvinceId("p")
NUMBER = "+989160000001"
INCIDENT = IncidentId("p.i1")
START = Instant(1_790_000_000_000_000)


@pytest.fixture
def past(tmp_path: Path) -> PastCalls:
    return PastCalls(tmp_path / "past.sqlite", tmp_path / "key")


def ring(n: int, number: str | None = NUMBER, *, is_test: bool = False) -> e.CallPresented:
    return e.CallPresented(
        at=plus_s(START, n), call_id=CallId(f"p.c{n}"), channel=Channel.TELEPHONE, number=number, is_test=is_test
    )


def closed(n: int, outcome: Outcome) -> e.CallClosed:
    return e.CallClosed(at=plus_s(START, n), call_id=CallId(f"p.c{n}"), outcome=outcome)


def classified(n: int) -> e.CallClassified:
    return e.CallClassified(
        at=START, call_id=CallId(f"p.c{n}"), incident_id=INCIDENT, kind="fight", point=LonLat(48, 31)
    )


def test_calls_are_found_by_their_number_however_it_is_written(past: PastCalls) -> None:
    learnt = e.CallerLearnt(at=START, call_id=CallId("p.c3"), name=None, callback="09160000001", by="desk")
    past.take(P, "e", 9, [ring(1), ring(2, "+989160000002"), ring(3, None), learnt, closed(1, Outcome.ADVICE)])
    total, found = past.of_numbers(P, ["0916 000 0001"], 10)
    assert (total, [(call.id, call.state, call.outcome) for call in found]) == (
        2,
        [("p.c3", "ringing", None), ("p.c1", "closed", "advice")],
    )
    assert past.of_numbers(P, ["anonymous"], 10) == (0, [])
    assert past.of_numbers(ProvinceId("q"), [NUMBER], 10) == (0, [])


def test_what_happens_to_a_call_is_what_the_log_says(past: PastCalls) -> None:
    gave_up = e.RingingEnded(at=START, call_id=CallId("p.c1"), how=RingingEnd.ABANDONED, call_back=True)
    past.take(P, "e", 2, [ring(1), gave_up])
    assert past.of_numbers(P, [NUMBER], 1)[1][0].outcome == "abandoned"
    reached = e.CallBackTried(at=START, call_id=CallId("p.c1"), result=CallBackResult.REACHED, by="desk")
    past.take(P, "e", 4, [reached, e.CallLinked(at=START, call_id=CallId("p.c1"), incident_id=INCIDENT)])
    (call,) = past.of_incident(INCIDENT, 10)
    assert (call.state, call.outcome, call.incident) == ("linked", None, INCIDENT)
    past.take(P, "e", 5, [e.CallUnlinked(at=START, call_id=CallId("p.c1"), incident_id=INCIDENT)])
    assert past.of_incident(INCIDENT, 10) == []


def test_what_a_person_confirmed_is_a_finding(past: PastCalls) -> None:
    facts = [ring(1), ring(2), ring(3), ring(4, is_test=True), closed(1, Outcome.HOAX), closed(2, Outcome.ADVICE)]
    past.take(P, "e", 9, [*facts, closed(4, Outcome.HOAX), classified(3)])
    assert list(past.findings(P, [NUMBER])) == [(plus_s(START, 1), Finding.HOAX)]
    past.take(P, "e", 10, [Disposed(INCIDENT, START, "unfounded")])
    assert [finding for _, finding in past.findings(P, [NUMBER])] == [Finding.HOAX, Finding.UNFOUNDED]
    past.take(P, "e", 11, [Disposed(INCIDENT, START, "arrest")])
    assert [finding for _, finding in past.findings(P, [NUMBER])] == [Finding.HOAX, Finding.REAL]
    past.take(P, "e", 12, [Disposed(INCIDENT, START, None)])
    assert [finding for _, finding in past.findings(P, [NUMBER])] == [Finding.HOAX]


def test_what_is_older_is_forgotten_with_its_number(past: PastCalls, tmp_path: Path) -> None:
    past.take(P, "e", 9, [ring(1), ring(100), closed(1, Outcome.HOAX), Disposed(INCIDENT, START, "arrest")])
    past.forget(plus_s(START, 50))
    assert [call.id for call in past.of_numbers(P, [NUMBER], 10)[1]] == ["p.c100"]
    assert list(past.findings(P, [NUMBER])) == []
    past.forget(plus_s(START, 500))
    assert past.of_numbers(P, [NUMBER], 10) == (0, [])


def test_the_file_holds_no_number(past: PastCalls, tmp_path: Path) -> None:
    past.take(P, "e", 1, [ring(1)])
    past.close()
    assert all(b"9160000001" not in file.read_bytes() for file in tmp_path.iterdir())


def test_facts_that_come_twice_are_told_once_and_another_log_is_read_from_its_beginning(past: PastCalls) -> None:
    facts = [ring(1), closed(1, Outcome.HOAX)]
    past.take(P, "e", 2, facts)
    past.take(P, "e", 2, facts)
    assert len(list(past.findings(P, [NUMBER]))) == 1
    assert (past.read_to(P, "e"), past.read_to(P, "other")) == (2, 0)


def test_no_call_waits_for_the_disk_over_the_index(past: PastCalls) -> None:
    # 1 is NORMAL: written at once, brought to the disk now and then. What is lost then is read from the log again.
    assert past._db.execute("PRAGMA synchronous").fetchone() == (1,)
    assert past._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
