"""Sound and film over a real log: taken bare, heard with a fact each time, written down, destroyed as their citizen wished."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nazdik.bootstrap.oversight import shelf as shelves
from nazdik.oversight import recordings_api
from nazdik.oversight.facts import Receipt
from nazdik.oversight.verifier import check
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import COMPLAINT, Counter, Doors, opened, settle
from tests.unit.oversight.town import BEGIN
from tests.unit.platform import containers
from tests.unit.platform.containers import SECRET, SOUND


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as made:
        await settle(made.house)
        yield made


async def send(client: Any, body: bytes) -> Any:
    return await client.post(recordings_api.PATH, content=body)


async def sent(doors: Doors, body: bytes, **wish: Any) -> dict[str, Any]:
    answer = await send(doors.citizen, body)
    assert answer.status_code == 201, answer.text
    return {"name": answer.json()["name"], **wish}


async def act(doors: Doors, case_id: str, what: str, /, **body: Any) -> Any:
    path = "destroy-recording" if what == "destroy" else f"acts/{what}"
    return await doors.at("desk-a").post(f"/v1/cases/{case_id}/{path}", json=body, headers=Counter.key())


def on_disk(folder: Path, *words: bytes) -> list[bytes]:
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return [word for word in words if word in everything]


async def test_a_voice_is_enough_for_a_contact_and_is_kept_and_heard_without_what_tells_who(
    doors: Doors, tmp_path: Path
) -> None:
    voice = await sent(doors, containers.webm(picture=False), voice="changed")
    film = await sent(doors, containers.mp4())
    await doors.complain(text="", recordings=[voice, film])
    case_id = await doors.case_at("desk-a")
    assert on_disk(tmp_path / "197", SECRET, SOUND[:100]) == [SOUND[:100]]
    desk = doors.at("desk-a")
    shown = (await desk.get(f"/v1/cases/{case_id}")).json()["recordings"]
    assert [(one["is_film"], one["voice"]) for one in shown] == [(False, "changed"), (True, "as_is")]
    before = doors.house.log.head().position
    heard = await desk.get(f"/v1/cases/{case_id}/recordings/{voice['name']}")
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/webm")
    assert SOUND[:100] in heard.content and len(heard.content) == shown[0]["size"]
    assert heard.headers["cache-control"] == "no-store" and heard.headers["x-content-type-options"] == "nosniff"
    fact = doors.house.log.read(before, 1)[0]
    assert fact.kind == "oversight.case_read.v1" and b'"purpose":"recording"' in fact.body and b"desk-a" in fact.body
    for person in ("desk-b", "chief-a"):
        assert (await doors.at(person).get(f"/v1/cases/{case_id}/recordings/{film['name']}")).status_code in (401, 404)
    other = await doors.complain()
    assert other and (await desk.get(f"/v1/cases/{case_id}/recordings/{'0' * 64}")).status_code == 404


async def test_a_voice_is_written_down_then_destroyed_and_only_if_its_citizen_wished_so(
    doors: Doors, tmp_path: Path
) -> None:
    wished = await sent(doors, containers.wav(), voice="type_out")
    kept = await sent(doors, containers.mp3(), voice="as_is")
    answer = await doors.complain(recordings=[wished, kept])
    case_id = await doors.case_at("desk-a")
    early = await act(doors, case_id, "destroy", name=wished["name"])
    assert (early.status_code, early.json()["code"]) == (409, "oversight.not_typed_out")
    for one in (wished, kept):
        assert (await act(doors, case_id, "type-out", name=one["name"], text="گفت مأمور ایستاد")).status_code == 200
    refused = await act(doors, case_id, "destroy", name=kept["name"])
    assert (refused.status_code, refused.json()["code"]) == (409, "oversight.destroying_not_wished")
    assert (await act(doors, case_id, "type-out", name=kept["name"], text=" ")).status_code == 422
    assert (await act(doors, case_id, "type-out", name="0" * 64, text="x")).status_code == 404
    assert on_disk(tmp_path / "197", SOUND)
    for _ in range(2):  # Twice, as when the answer got lost.
        assert (await act(doors, case_id, "destroy", name=wished["name"])).status_code == 200
    assert on_disk(tmp_path / "197", SOUND) == [] and len(list((tmp_path / "197/recordings/kept").glob("*/*"))) == 1
    gone = await doors.at("desk-a").get(f"/v1/cases/{case_id}/recordings/{wished['name']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "oversight.recording_not_found")
    view = (await doors.citizen.post("/v1/follow-up", json={"code": answer["code"]})).json()["recordings"]
    assert [(one["text"], bool(one["destroyed_at"])) for one in view] == [
        ("گفت مأمور ایستاد", True),
        ("گفت مأمور ایستاد", False),
    ]
    found = (await doors.at("desk-a").get("/v1/search", params={"q": "مأمور ایستاد"})).json()
    assert [row["id"] for row in found] == [case_id]
    proof = (await doors.citizen.post("/v1/follow-up/receipt", json={"code": answer["code"]})).json()
    assert check(msgspec.convert(proof, Receipt)).holds
    facts = [msgspec.json.decode(one["said"])["fact"] for one in proof["facts"]]
    assert facts.count("recording") == 2 and "typed_out" in facts and "recording_destroyed" in facts


async def test_a_citizen_may_wish_it_later(doors: Doors, tmp_path: Path) -> None:
    kept = await sent(doors, containers.wav(), voice="as_is")
    code = (await doors.complain(recordings=[kept]))["code"]
    case_id = await doors.case_at("desk-a")
    await act(doors, case_id, "type-out", name=kept["name"], text="گفت مأمور ایستاد")
    await act(doors, case_id, "write", text="پاسخ", answers=True)
    assert (await act(doors, case_id, "destroy", name=kept["name"])).status_code == 409
    for _ in range(2):
        wish = await doors.citizen.post("/v1/follow-up/destroy-recordings", json={"code": code}, headers=Counter.key())
        assert (wish.status_code, wish.json()["recordings"][0]["voice"]) == (200, "type_out")
    assert (await act(doors, case_id, "destroy", name=kept["name"])).status_code == 200
    assert on_disk(tmp_path / "197", SOUND) == []
    wrong = await doors.citizen.post("/v1/follow-up/destroy-recordings", json={"code": "1"}, headers=Counter.key())
    assert wrong.status_code == 404


async def test_the_same_file_in_two_cases_goes_with_the_last(doors: Doors, tmp_path: Path) -> None:
    wished = await sent(doors, containers.wav(), voice="type_out")
    cases = []
    for number in range(2):
        key = Counter.key()
        first, again = [
            await doors.citizen.post("/v1/contacts", json={**COMPLAINT, "recordings": [wished]}, headers=key)
            for _ in "12"
        ]
        assert first.json()["code"] == again.json()["code"], "sent again it is the same contact"
        cases = sorted(doors.house.oversight.state.cases)
        assert len(cases) == number + 1
    for case_id, left in zip(cases, (1, 0), strict=True):
        await act(doors, case_id, "type-out", name=wished["name"], text="x")
        assert (await act(doors, case_id, "destroy", name=wished["name"])).status_code == 200
        assert len(list((tmp_path / "197/recordings/kept").glob("*/*"))) == left


async def test_what_nobody_makes_part_of_a_case_is_let_go(doors: Doors, tmp_path: Path) -> None:
    import os

    lost, used = await sent(doors, containers.wav()), await sent(doors, containers.mp3())
    code = (await doors.complain())["code"]
    body = {"code": code, "text": "", "recordings": [used]}
    assert (await doors.citizen.post("/v1/follow-up/messages", json=body, headers=Counter.key())).status_code == 200
    for mark in (tmp_path / "197/recordings/waiting").iterdir():
        os.utime(mark, (0, 0))
    shelf, held = doors.house.oversight.shelf, {used["name"]}
    shelf.put_in_order(held, set())
    assert [path.name for path in (tmp_path / "197/recordings/kept").glob("*/*")] == [used["name"]]
    late = await doors.citizen.post("/v1/contacts", json={**COMPLAINT, "recordings": [lost]}, headers=Counter.key())
    assert (late.status_code, late.json()["code"]) == (404, "oversight.recording_not_found")
    again = await doors.citizen.post("/v1/contacts", json={**COMPLAINT, "recordings": [used]}, headers=Counter.key())
    assert again.status_code == 201, "a case has it, so it is there"


async def test_what_is_no_recording_too_much_or_too_many_is_refused_with_a_code(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body, code in (
        (b"%PDF-1.7 ...", "oversight.recording_unknown"), (b"", "oversight.recording_unknown"),
        (containers.mp4()[:-60], "oversight.recording_unreadable"),
        (containers.webm(kind=b"\x11"), "oversight.recording_unreadable"),
    ):  # fmt: skip
        answer = await send(doors.citizen, body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    doors.clock.advance_s(300)
    three = [await sent(doors, containers.EVERY[name]) for name in ("audio/wav", "audio/aac", "audio/amr")]
    many = await doors.citizen.post("/v1/contacts", json={**COMPLAINT, "recordings": three}, headers=Counter.key())
    assert (many.status_code, many.json()["code"]) == (422, "oversight.too_many_files")
    for wrong in ({"name": "../../x"}, {"name": "0" * 64, "voice": "loud"}):
        answer = await doors.citizen.post(
            "/v1/contacts", json={**COMPLAINT, "recordings": [wrong]}, headers=Counter.key()
        )
        assert answer.status_code == 422
    blank = await doors.citizen.post(
        "/v1/contacts", json={**COMPLAINT, "text": "", "recordings": []}, headers=Counter.key()
    )
    assert blank.json()["code"] == "oversight.text_missing"
    said = {"content-length": str(4 << 30)}
    elsewhere = doors.client(doors.public, "198.51.100.9")
    huge = await elsewhere.post(recordings_api.PATH, content=b"x", headers=said)
    assert huge.status_code == 413
    for _ in range(3):
        last = await send(doors.citizen, containers.wav())
    assert (last.status_code, last.json()["code"]) == (403, "oversight.too_many_contacts"), (
        "one place cannot fill the shelf"
    )
    monkeypatch.setattr(shelves, "SOUND_BYTES_MAX", 100)
    assert (await send(elsewhere, containers.ogg())).json()["code"] == "oversight.recording_too_large"
    monkeypatch.setattr(shelves, "WAITING_BYTES_MAX", 10)
    full = await send(elsewhere, containers.ogg())
    assert (full.status_code, full.json()["code"]) == (503, "oversight.shelf_full") and full.headers["retry-after"]
    assert (await send(doors.client(doors.desk), containers.ogg())).status_code == 401
