"""The register of 197 follows dispatch's own file of people, a file, and a door for supervisors of the inspectorate."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.oversight.people import follow, keep_postings, of_dispatch, of_file
from nazdik.cli.oversight import app
from nazdik.kernel import OfficeId, PersonId, UnitId
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.store import People
from nazdik.oversight import commands as c
from nazdik.oversight.errors import BundleUnreadable
from nazdik.oversight.model import Duty
from nazdik.oversight.service import KEEPER
from nazdik.platform.auth import Registry
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import PASSWORD, Counter, Doors, doors, opened, settle
from tests.unit.oversight.town import BEGIN

__all__ = ["doors"]


@pytest.fixture
def dispatch(tmp_path: Path) -> People:
    """Dispatch's people: one who moved, one who is new, one who left, and a telephone exchange."""
    (tmp_path / "110").mkdir()
    clock = VirtualClock(BEGIN)
    people = People(
        tmp_path / "110/people.sqlite", passwords=Registry(tmp_path / "110/registry.sqlite", clock), clock=clock
    )
    for person, role, office in (
        ("officer-a1", Role.OFFICER, "p.a.1"),
        ("newcomer", Role.STATION_DESK, "p.a.2"),
        ("officer-a2", Role.OFFICER, "p.a.2"),
        ("exchange", Role.GATEWAY, "p"),
    ):
        unit = UnitId("p.u.A1") if role is Role.OFFICER else None
        people.add(PersonId(person), person, PASSWORD, Posting(PersonId(person), role, OfficeId(office), unit))
    people.post(
        PersonId("officer-a1"), Posting(PersonId("officer-a1"), Role.OFFICER, OfficeId("p.b.1"), UnitId("p.u.B1"))
    )
    people.set_active(PersonId("officer-a2"), active=False)
    return people


async def test_the_register_follows_dispatchs_people(doors: Doors, dispatch: People, tmp_path: Path) -> None:
    oversight = doors.house.oversight
    served, people = of_dispatch(tmp_path / "110", doors.clock)
    look = await follow(oversight, served, people, dry_run=True)
    assert PersonId("newcomer") not in oversight.state.register.postings, "a dry run changes nothing"
    due = await follow(oversight, served, people)
    assert due == look and {end.person for end in due.ends} == {"officer-a1", "officer-a2"}
    assert {(post.person, post.office) for post in due.posts} == {("officer-a1", "p.b.1"), ("newcomer", "p.a.2")}
    assert PersonId("exchange") not in oversight.state.register.postings
    again = await follow(oversight, served, people)
    assert not again.ends and not again.posts
    # What was ended is still in the rows that every list goes through.
    await doors.complain(unit="p.a.2", incident_at="2026-10-23T10:00:00Z")
    desk = c.PostPerson(person=PersonId("officer-a2"), office=OfficeId("p"), duty=Duty.HANDLER, since=BEGIN)
    await oversight.submit(desk, KEEPER, "desk")
    assert (await doors.at("officer-a2").get("/v1/cases")).json()["cases"] == []


async def test_a_file_and_a_folder_are_taken_by_command(dispatch: People, tmp_path: Path) -> None:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as there:
        await settle(there.house)
    dispatch.close()
    done = await keep_postings(tmp_path / "197", tmp_path / "110", everybody=False, dry_run=False)
    assert len(done.posts) == 2 and not done.refused
    lines = b'{"person":"newcomer","office":"p.b.1","since":"2026-10-01T00:00:00+03:30"}\n\n{"person":"x","office":"nowhere"}\n'
    (tmp_path / "list").write_bytes(lines)
    done = await keep_postings(tmp_path / "197", tmp_path / "list", everybody=False, dry_run=False)
    assert [(post.person, post.office) for post in done.posts] == [("newcomer", "p.b.1")]
    assert done.refused == (("x", "nowhere", "oversight.office_unknown"),)
    for bad in (
        b"{",
        b'{"person":"x"}',
        b'{"person":"x","office":"p","since":"today"}',
        b'{"person":"x","office":"p","duty":"king"}',
    ):
        with pytest.raises(BundleUnreadable) as refused:
            of_file([b"", bad])
        assert refused.value.details["line"] == 2


def test_the_command_says_what_it_refuses(tmp_path: Path) -> None:
    (tmp_path / "list").write_text('{"person":"x","office":"nowhere"}\n')
    result = CliRunner().invoke(app, ["postings", str(tmp_path / "list"), "--data", str(tmp_path / "197")])
    assert result.exit_code == 1 and "REFUSED x at nowhere" in result.output and "0 ended, 0 began" in result.output
    assert CliRunner().invoke(app, ["postings", str(tmp_path), "--data", str(tmp_path / "197")]).exit_code != 0


async def test_a_supervisor_of_the_inspectorate_sends_what_ended_and_began(doors: Doors) -> None:
    body = {
        "ends": [{"person": "officer-a1", "office": "p.a.1", "duty": "staff"}],
        "posts": [{"person": "officer-a1", "office": "p.b.1", "duty": "staff", "since": BEGIN}],
    }
    refused = await doors.at("desk-p").post("/v1/register/postings", json=body, headers=Counter.key())
    assert (refused.status_code, refused.json()["code"]) == (403, "oversight.supervisor_needed")
    done = await doors.at("desk-top").post("/v1/register/postings", json=body, headers=Counter.key())
    assert done.json()["events"] == ["oversight.posting_ended.v1", "oversight.person_posted.v1"]
    bad = {"posts": [{**body["posts"][0], "office": "nowhere"}]}
    answer = await doors.at("desk-top").post("/v1/register/postings", json=bad, headers=Counter.key())
    assert (answer.status_code, answer.json()["code"]) == (422, "oversight.office_unknown")
