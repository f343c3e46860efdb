"""What streams show of people is in the audit log before it is shown, once a session, and beside it when the log is away."""

import json
from pathlib import Path

import pytest

from nazdik.bootstrap.shown import ASIDE_FOR_S, NAMED_MAX, Shown
from nazdik.kernel import OfficeId, PersonId
from nazdik.organisation.model import Posting, Role
from nazdik.platform.audit import Audit, AuditUnavailable
from nazdik.platform.audit_aside import AsideAudit
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import LogUnavailable, MemoryLog

DESK = Posting(PersonId("p1"), Role.DISPATCHER, OfficeId("town"))


class _Sick(MemoryLog):
    """A log that can be made not to answer."""

    well = True

    def append(self, *given: object, **named: object) -> None:
        if not self.well:
            raise LogUnavailable("the disk is away")
        super().append(*given, **named)  # type: ignore[arg-type]


class _Place:
    def __init__(self, folder: Path) -> None:
        self.log, self.clock, self.file = _Sick(), VirtualClock(), folder / "aside.jsonl"
        self.audit = Audit(self.log, self.clock)
        self.shown = Shown(self.audit, AsideAudit(self.file, self.audit, self.clock), self.clock)

    def rows(self) -> list[tuple[str, str, list[str]]]:
        return [(one.what, one.subject, one.details.get("shown", [])) for one in self.audit.read()]


@pytest.fixture
def place(tmp_path: Path) -> _Place:
    return _Place(tmp_path)


async def test_one_thing_is_noted_under_its_own_name_and_many_under_the_office(place: _Place) -> None:
    await place.shown.begin(DESK)
    await place.shown.note(DESK, ["call:c1"])
    await place.shown.note(DESK, [f"detail:i{n}" for n in range(NAMED_MAX + 1)])
    await place.shown.end(DESK)
    stream, one, many, rest, end = place.rows()
    assert (stream[:2], end[:2]) == (("stream", "town"), ("stream_end", "town"))
    assert one == ("shown", "c1", ["call:c1"])
    assert (many[1], len(many[2]), rest) == ("town", NAMED_MAX, ("shown", f"i{NAMED_MAX}", [f"detail:i{NAMED_MAX}"]))


async def test_without_the_audit_log_it_goes_beside_it_and_comes_in_later(place: _Place) -> None:
    place.log.well = False
    await place.shown.note(DESK, ["call:c1"])
    await place.shown.note(DESK, ["call:c2"])
    kept = [json.loads(line) for line in place.file.read_text().splitlines()]
    assert [line["subject"] for line in kept] == ["c1", "c2"]
    place.log.well = True
    place.clock.advance_s(ASIDE_FOR_S + 1)
    await place.shown.note(DESK, ["call:c3"])
    assert [row[1] for row in place.rows()] == ["c3", "c1", "c2"] and not place.file.exists()


async def test_what_can_be_noted_nowhere_is_not_shown(place: _Place) -> None:
    place.log.well = False
    place.file.mkdir()
    with pytest.raises(AuditUnavailable):
        await place.shown.note(DESK, ["call:c1"])
    with pytest.raises(AuditUnavailable):
        await place.shown.begin(DESK)
    await place.shown.end(DESK)
