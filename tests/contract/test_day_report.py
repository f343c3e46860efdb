"""The day report of an office: from what was really done at the desks to json, csv and pdf."""

import csv
import io
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from nazdik.bootstrap.day_report.shifts import jalali, minutes_of
from nazdik.bootstrap.house import Running
from nazdik.cli import app
from tests.server import HERE, PROVINCE, Server, inside, problem

OFFSET = 210
STARTS = ("07:00", "14:00", "22:00")


class Room:
    """A server of this test's own, a dispatcher at its desk, and the day that it is there."""

    def __init__(self, running: Running, http: httpx.AsyncClient) -> None:
        self.running, self.http, self._keys = running, http, 0

    @property
    def now(self) -> tuple[str, str]:
        """The Jalali date whose shifts are running, and which of them is."""
        at = self.running.entrance.building.clock.now()
        begun = at - minutes_of(STARTS[0]) * 60_000_000
        date, time = jalali(begun, OFFSET)  # type: ignore[arg-type]
        into = minutes_of(time) + minutes_of(STARTS[0])
        return date, str(sum(minutes_of(start) <= into for start in STARTS))

    async def done(self, path: str, body: Any) -> dict[str, Any]:
        self._keys += 1
        answer = await self.http.post(path, json=body, headers={"idempotency-key": f"day:{self._keys}"})
        assert answer.status_code in (200, 201), answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def report(self, office: str = PROVINCE, **asked: str) -> httpx.Response:
        date, shift = self.now
        return await self.http.get(f"/v1/offices/{office}/day-report", params={"date": date, "shift": shift, **asked})

    async def sit(self, seat: str) -> None:
        signed = await self.http.post("/v1/sessions", json={"seat": seat})
        self.http.cookies.clear()
        self.http.headers["authorization"] = f"Bearer {signed.json()['token']}"


@pytest.fixture
async def room(tmp_path: Path, built_region: Callable[[str], Path]) -> AsyncIterator[Room]:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, http):
        yield Room(running, http)


async def _one_of_each(room: Room) -> None:
    """A call that becomes an incident, a hoax, and an incident without a call."""
    call = (await room.done("/v1/calls", {"number": "+989160000801"}))["call_id"]
    await room.done(f"/v1/calls/{call}/answer", {})
    await room.done(f"/v1/calls/{call}/classification", {"kind": "noise", "point": HERE})
    hoax = (await room.done("/v1/calls", {"number": "+989160000802"}))["call_id"]
    await room.done(f"/v1/calls/{hoax}/answer", {})
    await room.done(f"/v1/calls/{hoax}/close", {"outcome": "hoax"})
    await room.done("/v1/incidents", {"kind": "fight", "point": HERE})


async def test_what_was_done_is_counted_from_the_log(room: Room) -> None:
    await _one_of_each(room)
    answer = await room.report()
    assert answer.status_code == 200, answer.text
    report = answer.json()
    figures = report["figures"]
    assert (figures["calls"], figures["calls_answered"], figures["calls_with_incident"]) == (2, 2, 1)
    assert (figures["incidents"], figures["with_call"], figures["open_at_end"]) == (2, 1, 2)
    assert {one["kind"]: one["total"] for one in figures["by_kind"]} == {"noise": 1, "fight": 1}
    assert figures["times"]["dispatch"]["median_s"] is None, "one case is no median"
    assert report["running"] is True and report["before"] is None, "the log began today"
    whole = (await room.report(shift="day")).json()
    assert whole["figures"]["incidents"] == 2


async def test_a_station_counts_what_is_its_own(room: Room) -> None:
    await _one_of_each(room)
    tree = room.running.entrance.building.offices
    stations = [o for o in tree.list_offices() if o.tier == "station" and o.province_id == PROVINCE]
    counted = {str(o.id): (await room.report(str(o.id))).json()["figures"] for o in stations}
    having = {office for office, figures in counted.items() if figures["incidents"]}
    assert len(having) == 1 and len(stations) > 1
    (only,) = having
    assert (counted[only]["incidents"], counted[only]["calls"]) == (2, 1), "a hoax is nobody's but the province's"
    other = next(office for office in counted if office != only)
    await room.sit(f"station_desk:{other}")
    problem(await room.report(only), 403, "organisation.not_your_office")
    assert (await room.report(other)).status_code == 200


async def test_it_is_written_down_before_it_is_shown(room: Room) -> None:
    date, shift = room.now
    await room.report(format="csv")
    audit = room.running.entrance.building.audit
    assert audit is not None
    looks = [look.subject for look in audit.read() if look.what == "day_report"]
    assert looks == [f"{PROVINCE}:{date}:{shift}:csv"]


async def test_csv_opens_in_a_spreadsheet_in_both_languages(room: Room) -> None:
    await _one_of_each(room)
    for language, head in (("fa", "شاخص"), ("en", "Measure")):
        room.http.headers["accept-language"] = language
        answer = await room.report(format="csv")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert 'filename="' in answer.headers["content-disposition"]
        assert answer.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0][1] == head and {len(row) for row in rows} == {7}


async def test_pdf_has_the_typeface_inside(room: Room) -> None:
    for language in ("fa", "en"):
        room.http.headers["accept-language"] = language
        answer = await room.report(format="pdf")
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-") and b"Vazirmatn-Regular" in answer.content
        assert b"seat:" not in answer.content, "its author has a name that people read"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"date": "1405-13-01"}, "day_report.date_invalid"),
        ({"date": "1404-12-30"}, "day_report.date_invalid"),
        ({"date": "2026-11-22"}, "day_report.date_invalid"),
        ({"date": "=1+1"}, "day_report.date_invalid"),
        ({"shift": "0"}, "day_report.shift_unknown"),
        ({"shift": "4"}, "day_report.shift_unknown"),
        ({"format": "xlsx"}, "day_report.format_unknown"),
        ({"date": "1499-01-01"}, "day_report.not_begun"),
    ],
)
async def test_what_makes_no_sense_is_refused(room: Room, asked: dict[str, str], code: str) -> None:
    problem(await room.report(**asked), 422, code)


async def test_an_unknown_office_is_not_there(room: Room) -> None:
    problem(await room.report(f"{PROVINCE}.nowhere"), 404, "dispatch.office_not_found")


def _typed(server: Server, date: str, seat: str, path: Path) -> Result:
    words = ["report", "day", "--office", PROVINCE, "--date", date, "--format", "csv", "--out", str(path)]
    return CliRunner().invoke(app, [*words, "--server", server.address, "--seat", seat])


def test_the_command_writes_the_same_file(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    said = _typed(server, "1405/01/01", f"province_desk:{PROVINCE}", path)
    assert said.exit_code == 0, said.output
    assert "شاخص" in path.read_text(encoding="utf-8-sig")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_command_says_a_refusal_in_words(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    for date, seat, code in (
        ("1405-13-01", "province_desk", "day_report.date_invalid"),
        ("1405-01-01", "call_taker", "organisation.role_may_not"),
    ):
        said = _typed(server, date, f"{seat}:{PROVINCE}", path)
        assert said.exit_code == 2 and code in said.output and not path.exists()
