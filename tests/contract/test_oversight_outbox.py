"""Letters of 197 to other systems: sealed, sent until they are signed for, seen at the desk, and told of when they are late."""

import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nazdik.bootstrap.oversight import outbox as outboxes
from nazdik.bootstrap.oversight.outbox import LINES, read_lines
from nazdik.kernel import rfc3339
from nazdik.oversight.errors import OutboxUnreadable
from nazdik.oversight.facts import Receipt
from nazdik.oversight.verifier import check
from nazdik.platform.clock import VirtualClock
from nazdik.platform.envelopes import EnvelopeUnsound, receipt_for, unseal
from nazdik.platform.eventlog.heads import public_hex
from tests.contract.test_oversight_api import COMPLAINT, Counter, Doors, opened, picture, settle
from tests.unit.oversight.town import BEGIN
from tests.unit.platform import containers

SERIOUS = {
    "category": "custody",
    "text": "ساختگی: برادرم را تا صبح نگه داشتند",
    "name": "نامی ساختگی",
    "phone": "09120000000",
}
URL = "https://judiciary.test/letters"


class Court:
    """Another system: opens envelopes with its own key, and signs for each once it wants to."""

    def __init__(self, name: str, drop: Path | None = None) -> None:
        self.name, self.drop = name, drop
        self.secret, self.signs = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self.bodies: list[bytes] = []
        self.letters: dict[str, dict[str, Any]] = {}
        self.answers: list[httpx.Response | Exception] = []
        self.sender = ""

    def line(self, **more: str) -> dict[str, str]:
        public = self.secret.public_key().public_bytes_raw().hex()
        return {"seal_for": public, "receipts_by": public_hex(self.signs), **more}

    def take(self, body: bytes) -> bytes:
        envelope, letter = unseal(body, to=self.name, receiver=self.secret, sender=self.sender)
        self.letters[envelope.id] = json.loads(letter)
        return receipt_for(body, id_=envelope.id, at=rfc3339(BEGIN), reference="ساختگی-۱۲", key=self.signs)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        said = json.loads(request.content)
        assert request.headers["nazdik-signature"] == f"ed25519={said['signature']}"
        if self.answers:
            given = self.answers.pop(0)
            if isinstance(given, Exception):
                raise given
            return given
        return httpx.Response(201, content=self.take(request.content))


@asynccontextmanager
async def connected(folder: Path, lines: dict[str, Any], *courts: Court) -> AsyncIterator[Doors]:
    folder.mkdir(exist_ok=True)
    (folder / LINES).write_text(json.dumps(lines))
    async with opened(folder, VirtualClock(BEGIN)) as doors:
        assert doors.house.posting is not None
        doors.house.posting.cancel()  # Tests say themselves when it is its turn.
        await settle(doors.house)
        for court in courts:
            court.sender = public_hex(doors.house.outbox.key)
        if courts:
            transport = httpx.MockTransport(courts[0].answer)
            doors.house.outbox.connect = lambda: httpx.AsyncClient(transport=transport)
        yield doors


@pytest.fixture
async def court(tmp_path: Path) -> Court:
    return Court("judiciary")


@pytest.fixture
async def doors(tmp_path: Path, court: Court) -> AsyncIterator[Doors]:
    async with connected(tmp_path / "197", {"judiciary": court.line(url=URL)}, court) as made:
        yield made


async def letters_at(doors: Doors, person: str) -> list[dict[str, Any]]:
    return list((await doors.at(person).get("/v1/letters")).json())


async def notices_at(doors: Doors, person: str) -> list[tuple[str, str]]:
    return [(one["clock"], one["stage"]) for one in (await doors.at(person).get("/v1/notices")).json()]


async def test_a_serious_matter_goes_out_sealed_and_is_signed_for(doors: Doors, court: Court, tmp_path: Path) -> None:
    code = (await doors.complain(**SERIOUS))["code"]
    await doors.complain()
    case_id = next(case.id for case in doors.house.oversight.state.cases.values() if case.serious)
    assert [one["letter"]["state"] for one in await letters_at(doors, "desk-a")] == ["waiting"]
    assert await letters_at(doors, "desk-b") == []
    for _ in range(2):
        await doors.house.outbox.turn()
    assert len(court.bodies) == 1, "signed for, it is not sent again"
    letter = court.letters[f"{case_id}.referral"]
    assert (letter["text"], letter["body"]) == (SERIOUS["text"], "judicial_organisation_of_the_armed_forces")
    assert letter["allegations"][0]["category"] == "custody" and letter["contact"] is None
    assert SERIOUS["text"].encode() not in court.bodies[0] and b"custody" not in court.bodies[0]
    view = (await doors.at("desk-a").get(f"/v1/cases/{case_id}")).json()["letters"]
    assert [(one["state"], one["reference"]) for one in view] == [("delivered", "ساختگی-۱۲")]
    assert await letters_at(doors, "desk-a") == []
    seen = (await doors.citizen.post("/v1/follow-up", json={"code": code})).json()
    assert seen["referral_signed_at"] == rfc3339(BEGIN)
    proof = (await doors.citizen.post("/v1/follow-up/receipt", json={"code": code})).json()
    assert check(msgspec.convert(proof, Receipt)).holds and "referral_signed_for" in json.dumps(proof)
    kept = [entry for entry in doors.house.log.read(0, 500) if entry.kind == "oversight.letter_delivered.v1"]
    assert len(kept) == 1 and json.loads(json.loads(kept[0].body)["receipt"])["nazdik_receipt_of"] == letter["id"]
    noted = [one for one in doors.house.audit.read(0, 500) if one.what == "oversight_letter"]
    assert [(one.subject, one.purpose) for one in noted] == [(case_id, "referral")]
    body = court.bodies[0]
    for wrong in (body.replace(b'"to":"judiciary"', b'"to":"personnel"'), body[:-9] + b"0" * 7 + body[-2:]):
        with pytest.raises(EnvelopeUnsound):
            unseal(wrong, to="judiciary", receiver=court.secret, sender=court.sender)
    with pytest.raises(EnvelopeUnsound):
        unseal(body, to="judiciary", receiver=X25519PrivateKey.generate(), sender=court.sender)


async def test_pictures_and_sounds_go_with_it_but_not_a_voice_that_is_to_be_destroyed(
    doors: Doors, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds = [
        {"name": (await doors.citizen.post("/v1/recordings", content=body)).json()["name"], "voice": voice}
        for body, voice in ((containers.wav(), "changed"), (containers.mp3(), "type_out"))
    ]
    photos = [b64encode(picture()).decode()]
    for room in (outboxes.FILES_BYTES_MAX, 10):
        monkeypatch.setattr(outboxes, "FILES_BYTES_MAX", room)
        await doors.complain(**SERIOUS, recordings=sounds, photos=photos)
        await doors.house.outbox.turn()
    letters = sorted(court.letters.values(), key=lambda letter: "data" not in letter["pictures"][0])
    for letter, full in zip(letters, (True, False), strict=True):
        files = [*letter["pictures"], *letter["recordings"]]
        assert [("data" in one) for one in files] == [full, full, False]
        assert all(sha256(b64decode(one["data"])).hexdigest() == one["sha256"] for one in files if "data" in one)


async def test_a_letter_is_tried_again_ever_later_until_the_right_system_signs(doors: Doors, court: Court) -> None:
    stranger = Court("judiciary")
    await doors.complain(**SERIOUS)
    name = f"{await doors.case_at('desk-a')}.referral"
    court.answers = [httpx.Response(503), httpx.ConnectError("down"), httpx.Response(200, content=b"{}")]
    tried = []
    for wait_s in (0, 29, 2, 30, 31, 119, 2):
        doors.clock.advance_s(wait_s)
        await doors.house.outbox.turn()
        tried.append(len(court.bodies))
        if len(court.bodies) == 3 and not court.answers and len(tried) == 5:
            forged = receipt_for(court.bodies[0], id_=name, at="x", reference="x", key=stranger.signs)
            court.answers = [httpx.Response(201, content=forged)]
    assert tried == [1, 1, 2, 2, 3, 3, 4]
    (waiting,) = await letters_at(doors, "desk-a")
    assert (waiting["tries"], waiting["last"]) == (4, "receipt_unsound")
    doors.clock.advance_s(241)
    await doors.house.outbox.turn()
    assert len(set(court.bodies)) == 1 and len(court.bodies) == 5, "each try sends the same bytes"
    assert await letters_at(doors, "desk-a") == []


async def test_a_letter_that_nobody_signs_for_is_told_of_and_only_to_who_may_know(tmp_path: Path) -> None:
    async with connected(tmp_path / "197", {}) as doors:
        await doors.complain(**SERIOUS)
        case_id = await doors.case_at("desk-a")
        for hours, late in ((3.9, False), (0.2, True), (48, True)):
            doors.clock.advance_s(hours * 3600)
            doors.tokens.clear()
            await doors.house.outbox.turn()
            told = [("referral", "not_signed_for")] if late else []
            assert [one for one in await notices_at(doors, "desk-a") if one[0] == "referral"] == told
            assert [one for one in await notices_at(doors, "desk-top") if one[0] == "referral"] == told
        assert [one for one in await notices_at(doors, "desk-b") if one[0] == "referral"] == []
        (letter,) = await letters_at(doors, "desk-a")
        assert (letter["case_id"], letter["letter"]["state"], letter["last"]) == (case_id, "late", "no_line")


async def test_letters_go_by_a_folder_too_and_a_start_forgets_none(tmp_path: Path) -> None:
    court, drop = Court("personnel"), tmp_path / "drop"
    drop.mkdir()
    async with connected(tmp_path / "197", {"personnel": court.line(drop=str(drop))}) as doors:
        body = {
            **COMPLAINT,
            "kind": "commendation",
            "person": "officer-a1",
            "name": "نامی ساختگی",
            "text": "سپاس از گشت",
        }
        made = await doors.at("desk-a").post("/v1/cases", json=body, headers=Counter.key())
        case_id = made.json()["case_id"]
        done = {"person": "officer-a1"}
        await doors.at("desk-a").post(f"/v1/cases/{case_id}/acts/pass-commendation", json=done, headers=Counter.key())
        court.sender = public_hex(doors.house.outbox.key)
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as doors:
        assert doors.house.posting is not None
        doors.house.posting.cancel()
        await doors.house.outbox.turn()
        (envelope,) = drop.iterdir()
        assert envelope.name == f"{case_id}.personnel.envelope.json"
        (waiting,) = await letters_at(doors, "desk-a")
        assert waiting["last"] == "dropped"
        receipt = court.take(envelope.read_bytes())
        envelope.unlink()
        (drop / f"{case_id}.personnel.receipt.json").write_bytes(receipt)
        await doors.house.outbox.turn()
        assert await letters_at(doors, "desk-a") == []
    letter = court.letters[f"{case_id}.personnel"]
    assert (letter["person"], letter["entry"], letter["text"]) == ("officer-a1", "commendation", "سپاس از گشت")
    assert "نامی ساختگی" not in json.dumps(letter, ensure_ascii=False), "who praised is not in it"


def test_lines_that_cannot_be_right_are_refused_at_the_start(tmp_path: Path) -> None:
    good = Court("judiciary").line(url=URL)
    assert read_lines(tmp_path / "none") == {}
    for wrong in (
        {"judiciary": {**good, "url": "http://elsewhere.test/"}}, {"judiciary": {**good, "url": ""}}, {"friends": good},
        {"judiciary": {**good, "seal_for": "00"}}, {"judiciary": {**good, "surprise": 1}}, [],
    ):  # fmt: skip
        (tmp_path / LINES).write_text(json.dumps(wrong))
        with pytest.raises(OutboxUnreadable):
            read_lines(tmp_path / LINES)
    (tmp_path / LINES).write_text(json.dumps({"judiciary": {**good, "url": "http://127.0.0.1:9/"}}))
    assert list(read_lines(tmp_path / LINES)) == ["judiciary"]
