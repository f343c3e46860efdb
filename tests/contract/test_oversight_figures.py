"""Figures of a real server over two dimensions: published once a month is over, in JSON and CSV, and the same after a start."""

import asyncio
import csv
import io
from pathlib import Path

from nazdik.kernel import Actor, OfficeId
from nazdik.oversight import commands as c
from nazdik.oversight.model import Kind, Source
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import Doors, opened, settle
from tests.unit.oversight.town import BEGIN

PLAN = {
    ("p.a", Kind.GUIDANCE): 30,
    ("p.a", Kind.SUGGESTION): 24,
    ("p.b", Kind.GUIDANCE): 21,
    ("p.b", Kind.SUGGESTION): 6,
}


async def answered(doors: Doors) -> None:
    """Take down contacts and answer them all."""
    oversight, desk = doors.house.oversight, Actor(id="desk-p", role="staff")
    planned = [one for one, number in PLAN.items() for _ in range(number)]
    contacts = [
        c.ReceiveContact(
            case_id=f"c{n}", token=f"{n:032x}", salt="00" * 16, code_hash=f"h{n}", kind=kind, source=Source.WEB,
            text=f"ساختگی {n}", office=OfficeId(office), anonymous=True,
        )
        for n, (office, kind) in enumerate(planned)
    ]  # fmt: skip
    citizen = Actor(id="citizen", role="citizen")
    await asyncio.gather(*(oversight.submit(one, citizen, one.case_id) for one in contacts))
    closings = [c.CloseCase(case_id=one.case_id, answer="پاسخ") for one in contacts]
    await asyncio.gather(*(oversight.submit(one, desk, f"close {one.case_id}") for one in closings))


async def test_a_month_that_is_over_is_published_by_county_and_kind(tmp_path: Path) -> None:
    clock = VirtualClock(BEGIN)
    async with opened(tmp_path / "197", clock) as doors:
        await settle(doors.house)
        await answered(doors)
        assert (await doors.citizen.get("/v1/figures")).json()["releases"] == []
        clock.advance_s(40 * 86_400.0)
        await doors.house.oversight.publish()
        said = (await doors.citizen.get("/v1/figures")).json()
        ((crossed,),) = [release["crossed"] for release in said["releases"]]
        assert (crossed["lines_are"], crossed["columns_are"]) == ("county", "kind")
        assert (crossed["lines"], crossed["columns"]) == ([["p.a"], ["p.b"]], [["guidance"], ["suggestion"]])
        assert crossed["cells"] == [[30, 24], [21, 6]] and [one["id"] for one in said["counties"]] == ["p.a", "p.b"]
        sheet = (await doors.citizen.get("/v1/figures.csv")).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(sheet)))
        fields = {(row["values"], row["by_values"]): row["cases"] for row in rows if row["by"] == "kind"}
        assert fields["p.b", "suggestion"] == "6" and len(fields) == 4
        assert not any(0 < int(row["cases"]) < 5 for row in rows)
    async with opened(tmp_path / "197", clock) as again:
        assert (await again.citizen.get("/v1/figures")).json() == said
