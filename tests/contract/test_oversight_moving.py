"""Whole cases out of one real server and into another: who gets which, what is refused of what was changed, and no doubles."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.oversight.bundle_files import export_file
from nazdik.bootstrap.oversight.bundles import Report, take
from nazdik.cli.oversight import app
from nazdik.kernel import Instant, from_rfc3339
from nazdik.oversight import bundle, errors
from nazdik.oversight.codes import read_code
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import Doors, doors, opened, picture, settle
from tests.unit.oversight.town import BEGIN
from tests.unit.platform.containers import wav

__all__ = ["doors"]
DAY_US = 86_400_000_000


async def export(doors: Doors, person: str, purpose: str = "آزمون جابه‌جایی", **more: Any) -> list[bytes]:
    answer = await doors.at(person).post("/v1/exports", json={"purpose": purpose, **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return answer.content.splitlines()


async def into(folder: Path, given: list[bytes], **more: Any) -> tuple[Report, Any]:
    """Take a bundle over into a server of its own, thirty days later, and return its state too."""
    async with opened(folder, VirtualClock(Instant(BEGIN + 30 * DAY_US))) as there:
        await settle(there.house)
        options = {"ours": {}, "dry_run": False, **more}
        return await take(there.house.oversight, given, **options), there.house.oversight.state


async def test_a_desk_gives_out_what_it_has_each_opened_first_and_whoever_is_shut_out_nothing(doors: Doors) -> None:
    await doors.complain()
    own = await doors.case_at("desk-a")
    about_the_county = await doors.complain(unit="p.a")
    given = [json.loads(line) for line in await export(doors, "desk-p")]
    assert [line["line"] for line in given] == ["header", "case", "case", "end"]
    assert given[-1]["cases"] == 2 and given[0]["purpose"] == "آزمون جابه‌جایی"
    receipt = given[1]["proof"]
    assert any('"opened"' in fact["said"] for fact in receipt["facts"]), "opening it is a fact before it is given out"
    seen = b"\n".join(await export(doors, "desk-a")).decode()
    assert own in seen and json.loads(seen.splitlines()[-1])["cases"] == 1
    assert about_the_county["receipt"]["token"] not in seen
    assert json.loads((await export(doors, "desk-b"))[-1])["cases"] == 0
    noted = [entry.body for entry in doors.house.audit.log.read(0, 1_000)]
    assert sum(b"oversight_export_cases" in body for body in noted) == 3


async def test_an_export_needs_a_purpose_and_a_desk(doors: Doors) -> None:
    desk = doors.at("desk-a")
    for purpose in ("", "  ", "۱۲۳", "--"):
        answer = await desk.post("/v1/exports", json={"purpose": purpose})
        assert (answer.status_code, answer.json()["code"]) == (422, "oversight.purpose_missing")
    bad = await desk.post("/v1/exports", json={"purpose": "بازرسی", "since": "دیروز"})
    assert (bad.status_code, bad.json()["code"]) == (422, "oversight.day_unreadable")
    nobody = await doors.client(doors.desk).post("/v1/exports", json={"purpose": "بازرسی"})
    assert nobody.status_code == 401
    none = await export(doors, "desk-a", until="2020-01-01T00:00:00Z")
    assert json.loads(none[-1])["cases"] == 0


async def test_a_bundle_is_taken_once_with_its_picture_and_stated_days(doors: Doors, tmp_path: Path) -> None:
    await doors.complain(photos=[base64.b64encode(picture()).decode()])
    await doors.complain(kind="suggestion", unit=None, text="چراغی برای میدان")
    given = await export(doors, "desk-p")
    said = next(line for line in map(json.loads, given) if line.get("kind") == "complaint")
    look, state = await into(tmp_path / "there", given, dry_run=True)
    assert look.count("ready") == 2 and not look.broken and not state.cases, "a dry run changes nothing"
    report, state = await into(tmp_path / "there", given, codes=True)
    assert report.count("taken") == 2 and read_code(report.rows[0].code)
    mine = next(row.case_id for row in report.rows if row.id == said["id"])
    case = state.cases[mine]
    assert case.text == said["text"] and len(case.files) == 1
    assert case.stated.received_at == from_rfc3339(said["received_at"]) and case.received_at > case.stated.received_at
    assert case.stated.key == look.system, "the receipt that came with it held"
    again, state = await into(tmp_path / "there", given)
    assert (again.count("here"), again.count("taken"), len(state.cases)) == (2, 0, 2)
    # Home again, by way of the other system, it is no second case.
    async with opened(tmp_path / "there", VirtualClock(Instant(BEGIN + 31 * DAY_US))) as there:
        back = await export(there, "desk-p")
        desk = await there.at("desk-p").get(f"/v1/cases/{mine}")
        assert desk.json()["stated"]["received_at"] == said["received_at"] and desk.json()["stated"]["proof_held"]
    home = await take(doors.house.oversight, back, ours={}, dry_run=False)
    assert home.count("here") == 2 and len(doors.house.oversight.state.cases) == 2


async def test_a_sound_goes_with_its_case(doors: Doors, tmp_path: Path) -> None:
    sent = await doors.citizen.post("/v1/recordings", content=wav())
    assert sent.status_code == 201, sent.text
    wish = {"name": sent.json()["name"], "voice": "type_out"}
    await doors.complain(text="", recordings=[wish])
    given = await export(doors, "desk-p")
    report, state = await into(tmp_path / "there", given)
    (case,) = state.cases.values()
    (sound,) = case.recordings
    assert report.count("taken") == 1 and (sound.voice, sound.media_type) == ("type_out", "audio/wav")
    kept = [path for path in (tmp_path / "there/recordings").rglob("*") if path.is_file() and path.name == sound.name]
    assert kept and sound.name == wish["name"]


def changed(given: list[bytes], number: int, change: Callable[[dict[str, Any]], None]) -> list[bytes]:
    line = json.loads(given[number])
    change(line)
    return [*given[:number], json.dumps(line, ensure_ascii=False).encode(), *given[number + 1 :]]


async def test_a_bundle_that_was_changed_cut_or_grown_is_not_taken_at_all(doors: Doors, tmp_path: Path) -> None:
    await doors.complain()
    await doors.complain(text="چیز دیگری شد")
    given = await export(doors, "desk-p")

    def forged(line: dict[str, Any]) -> None:
        line["text"] = "هیچ نشد"

    for what, lines in (
        ("changed", changed(given, 1, forged)),
        ("left out", [given[0], *given[2:]]),
        ("cut", given[:-1]),
        ("twice", [*given[:2], *given[1:]]),
        ("counted wrongly", changed(given, 3, lambda line: line.update(cases=5))),
    ):
        report, state = await into(tmp_path / "there", lines)
        assert report.broken and not state.cases, what
    # Who makes the chain anew does not have the giver's receipt for it.
    bare = [json.dumps({**json.loads(line), "before": ""}).encode() for line in given[:3]]
    report, _ = await into(tmp_path / "there", changed(bare, 1, forged), dry_run=True)
    assert [row.refused for row in report.rows if row.state == "bad"] == ["oversight.proof_broken"]
    assert report.rows[0].details["wrong"] == ["other_words"]


async def test_a_dry_run_says_what_is_wrong_with_every_line(doors: Doors, tmp_path: Path) -> None:
    header = {"line": "header", "bundle": 1, "system": "197 of another province", "exported_at": "2026-10-01T00:00:00Z"}
    fine = {
        "line": "case",
        "id": "1",
        "kind": "complaint",
        "received_at": "2026-09-01T08:00:00+03:30",
        "text": "دیر آمدند",
        "office": "their.1",
    }
    rows: list[tuple[dict[str, Any] | str, str]] = [
        (fine, ""),
        ({**fine, "id": "1"}, "oversight.case_is_here"),
        ({**fine, "id": "2", "office": "nowhere"}, "oversight.office_unknown"),
        ({**fine, "id": "3", "text": " "}, "oversight.text_missing"),
        ({**fine, "id": "4", "received_at": "2026-09-01"}, "oversight.bundle_unreadable"),
        ({**fine, "id": "5", "received_at": "2030-09-01T00:00:00Z"}, "oversight.day_invalid"),
        ({**fine, "id": "6", "kind": "praise"}, "oversight.bundle_unreadable"),
        ({**fine, "id": "7", "closed": True}, "oversight.day_invalid"),
        ({**fine, "id": "8", "colour": "red"}, "oversight.bundle_unreadable"),
        ({**fine, "id": "9", "files": [{"name": "a", "data": "bm8="}]}, "photos.unreadable"),
        ({**fine, "id": "10", "provable": True}, "oversight.proof_broken"),
        ("{", "oversight.bundle_unreadable"),
        ({**fine, "id": "11", "formal": True, "allegations": [{"category": "custody", "unit": "p.a.1"}]}, ""),
    ]
    given = [json.dumps(header).encode()] + [
        (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)).encode() for row, _ in rows
    ]
    report, _ = await into(tmp_path / "there", given, dry_run=True, ours={"their.1": "p.a.1"})
    assert [row.refused for row in report.rows] == [refusal for _, refusal in rows]
    assert [row.line for row in report.rows] == list(range(2, len(rows) + 2))
    assert "needs its zone" in report.rows[4].details["said"] and "$.kind" in report.rows[6].details["said"]
    report, state = await into(tmp_path / "there", given, ours={"their.1": "p.a.1"})
    assert report.count("taken") == 2 and len(state.cases) == 2
    serious = state.cases[report.rows[-1].case_id]
    assert serious.referred_to and serious.stated.key == "", "referred on arrival; nothing proves its days"
    for garbage in ([b"{}"], [b""], [json.dumps(fine).encode()], [b"\xff\xfe"]):
        report, _ = await into(tmp_path / "there", garbage)
        assert not report.count("taken") and (report.broken or not report.rows)


async def test_the_command_gives_out_by_the_rules_of_a_desk(tmp_path: Path) -> None:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as there:
        await settle(there.house)
        await there.complain(unit="p.a")
    number = await export_file(
        tmp_path / "197", tmp_path / "a", person="desk-a", purpose="آزمون", since=None, until=None
    )
    assert number == 0, "shut to that desk"
    number = await export_file(
        tmp_path / "197", tmp_path / "p", person="desk-p", purpose="آزمون", since=None, until=None
    )
    assert number == 1 and (tmp_path / "p").stat().st_mode & 0o077 == 0
    with pytest.raises(errors.PurposeMissing):
        await export_file(tmp_path / "197", tmp_path / "x", person="desk-p", purpose="", since=None, until=None)


def test_the_commands_say_each_bad_line_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "b").write_text(
        '{"line":"header","bundle":1,"system":"x","exported_at":"2026-10-01T00:00:00Z"}\n{"line":"case"}\n'
    )
    arguments = ["import", str(tmp_path / "b"), "--dry-run", "--data", str(tmp_path / "197")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "line 2" in result.output and "oversight.bundle_unreadable" in result.output and "بسته" in result.output


def test_the_schema_in_the_docs_is_the_one_that_is_read() -> None:
    from tests.golden.made import bundle_schema

    page = Path(__file__).resolve().parents[2] / "docs/oversight-bundle.json"
    assert msgspec.json.decode(page.read_bytes()) == bundle_schema() and bundle.VERSION == 1


async def test_a_running_server_takes_a_bundle_from_a_supervisor_of_the_inspectorate_alone(
    doors: Doors, tmp_path: Path
) -> None:
    await doors.complain()
    body = b"\n".join(await export(doors, "desk-p"))
    async with opened(tmp_path / "there", VirtualClock(Instant(BEGIN + 30 * DAY_US))) as there:
        await settle(there.house)
        path = "/v1/imports?purpose=آزمون جابه‌جایی"
        for person in ("desk-a", "desk-p", "desk-iran"):
            refused = await there.at(person).post(path, content=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "oversight.supervisor_needed")
        top = there.at("desk-top")
        for purpose in ("", "12"):
            assert (await top.post(f"/v1/imports?purpose={purpose}", content=body)).status_code == 422
        assert (await top.post(f"{path}&office=p.a", content=body)).json()["code"] == "oversight.fields_invalid"
        looked = (await top.post(path, content=body)).json()
        assert [row["state"] for row in looked["rows"]] == ["ready"] and not there.house.oversight.state.cases
        for state in ("taken", "here"):
            took = await top.post(f"{path}&dry_run=false&office=p.a.9:p.a.1", content=body)
            assert [row["state"] for row in took.json()["rows"]] == [state] and took.json()["rows"][0]["code"] == ""
        assert len(there.house.oversight.state.cases) == 1
        assert len((await there.at("desk-a").get("/v1/cases")).json()["cases"]) == 1, "its desk has it at once"
        changed = (await top.post(f"{path}&dry_run=false", content=body.replace(b"conduct", b"delay"))).json()
        assert changed["broken"] and len(there.house.oversight.state.cases) == 1
        noted = [entry.body for entry in there.house.audit.log.read(0, 1_000)]
        assert sum(b"oversight_import_cases" in each for each in noted) == 4
        assert (await there.client(there.desk).post(path, content=body)).status_code == 401
