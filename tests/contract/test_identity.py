"""Ways in: what a guess costs and whom, what ends by itself, and what has to be proved once more."""

import base64
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric import ec

from nazdik.administration.model import Settings as Stored
from nazdik.bootstrap.administration import ways_in
from nazdik.bootstrap.house import Running
from nazdik.bootstrap.identity import haste
from nazdik.bootstrap.leaving import SilentDesks
from nazdik.bootstrap.rights import Rights
from nazdik.bootstrap.server import build_app
from nazdik.kernel import Instant, OfficeId, PersonId, ProvinceId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Posting, Role
from nazdik.platform.auth import passphrases, totp
from nazdik.platform.clock import VirtualClock
from tests.authenticator import PRESENT, Authenticator, b64
from tests.server import HERE, PROVINCE, inside, problem

PASSWORD = "eleven quiet rivers"
NOON = Instant(1_795_000_000_000_000)
at_door = pytest.mark.asyncio(loop_scope="module")
DESK = "10.1.2.3"


@dataclass
class Door:
    """The application, the clock it lives by, and people who may sign in."""

    running: Running
    clock: VirtualClock
    app: Any

    def person(self, name: str, role: Role = Role.DISPATCHER) -> str:
        """Let somebody in."""
        posting = Posting(PersonId(name), role, OfficeId(PROVINCE))
        self.running.entrance.people.add(PersonId(name), name, PASSWORD, posting)
        return name

    def browser(self, address: str = DESK, scheme: str = "http") -> httpx.AsyncClient:
        """Return somebody's browser at an address."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 1), raise_app_exceptions=False)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://desk.example")

    def browser_at_localhost(self) -> httpx.AsyncClient:
        """Return a browser that opened the server by a name for which keys are made."""
        browser = self.browser()
        browser.headers.update({"host": "localhost:8110", "origin": "http://localhost:8110"})
        return browser

    async def sign_in(self, browser: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
        """Try to sign in."""
        return await browser.post("/v1/sessions", json={"name": name, "password": password})

    async def signed_in(self, name: str, address: str = DESK) -> httpx.AsyncClient:
        """Return the browser of somebody who has signed in."""
        browser = self.browser(address)
        answer = await self.sign_in(browser, name)
        assert answer.status_code == 201, answer.text
        browser.cookies.clear()
        browser.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> AsyncIterator[Door]:
    clock = VirtualClock(NOON)
    data = tmp_path_factory.mktemp("door")
    with pytest.MonkeyPatch.context() as quicker:
        # As in earnest, and a hundred times as quick: what a hash costs is not what these tests are about.
        quicker.setattr(passphrases, "_ARGON2", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        async with inside(data, built_region(PROVINCE), clock, secure_rooms=("10.9.0.0/16",)) as (running, _):
            yield Door(running, clock, build_app(running))


@at_door
async def test_guessing_elsewhere_never_keeps_a_dispatcher_from_their_desk(door: Door) -> None:
    name = door.person("desk-guessed")
    await door.signed_in(name)
    thief = door.browser("192.0.2.7")
    waits = []
    for _ in range(40):
        answer = await door.sign_in(thief, name, "is it this one then")
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            door.clock.advance_s(waits[-1])
    assert max(waits) > 100, "guessing stays quick"
    # Meanwhile the dispatcher at the desk: at once, and after many mistakes of their own within seconds.
    await door.signed_in(name)
    own = door.browser()
    worst = 0
    for _ in range(24):
        answer = await door.sign_in(own, name, "mistyped once again")
        if answer.status_code == 429:
            worst = max(worst, int(answer.headers["retry-after"]))
            door.clock.advance_s(int(answer.headers["retry-after"]))
    assert 0 < worst <= 11
    door.clock.advance_s(11)
    await door.signed_in(name)
    audit = door.running.entrance.building.audit
    assert audit is not None
    assert "password_guessed" in {row.what for row in audit.read_subject(name)}


@at_door
async def test_a_strangers_address_is_slowed_as_a_whole_and_tries_at_once_are_all_counted(door: Door) -> None:
    spray = door.browser("192.0.2.8")
    for n in range(5):
        problem(await door.sign_in(spray, f"nobody-{n}", "one for everybody"), 401, "auth.wrong_name_or_password")
    problem(await door.sign_in(spray, "nobody-9", "one for everybody"), 429, "auth.too_many_tries")
    # Other addresses are not concerned, and nothing tells who exists.
    other = door.browser("192.0.2.9")
    first = problem(await door.sign_in(other, "desk-guessed", "x"), 401, "auth.wrong_name_or_password")
    assert first == problem(await door.sign_in(other, "nobody-at-all", "x"), 401, "auth.wrong_name_or_password")


@at_door
async def test_a_desk_left_alone_ends_and_a_declared_room_does_not(door: Door) -> None:
    name = door.person("desk-idle")
    watched, alone, room = (
        await door.signed_in(name),
        await door.signed_in(name),
        await door.signed_in(name, "10.9.0.4"),
    )
    assert (await alone.post("/v1/session/presence")).json()["idle_s"] == 30 * 60
    assert (await room.post("/v1/session/presence")).json()["idle_s"] is None
    for _ in range(4):
        door.clock.advance_s(10 * 60)
        assert (await watched.post("/v1/session/presence")).status_code == 200
        # What a page asks for by itself is nobody's presence.
        await alone.get("/v1/units")
    problem(await alone.get("/v1/units"), 401, "auth.not_signed_in")
    assert (await watched.get("/v1/units")).status_code == 200
    assert (await room.get("/v1/units")).status_code == 200
    ended = await Rights(door.running.entrance).look()
    assert [one.why for one in ended if one.session.person == name] == ["left_alone"]


@at_door
async def test_a_desk_whose_browser_died_is_left_and_one_that_is_back_in_time_is_not(door: Door) -> None:
    entrance, mate = door.running.entrance, door.person("desk-mate")
    name = door.person("desk-dies")
    browser, other = await door.signed_in(name, "10.9.0.7"), await door.signed_in(mate, "10.9.0.8")
    opened = {"kind": "noise", "point": [51.4089, 35.7156]}

    async def done(whose: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await whose.post(path, json=body, headers={"idempotency-key": secrets.token_hex(8)})
        assert answer.status_code < 300, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def left() -> list[dict[str, Any]]:
        await desks.look()
        said: list[dict[str, Any]] = (await other.get("/v1/hand-overs")).json()["hand_overs"]
        return [each for each in said if each["by"] == name]

    desks = SilentDesks(entrance)
    kept, rooms = [(await done(other, "/v1/incidents", opened))["incident_id"] for _ in range(2)]
    await done(other, "/v1/hand-overs", {"incidents": [kept]})
    (given,) = (await browser.get("/v1/hand-overs")).json()["hand_overs"]
    await done(browser, f"/v1/hand-overs/{given['id']}/take", {})
    door.clock.advance_s(600)
    assert not await left(), "whoever works without a screen is not missed"
    (session,) = entrance.registry.list_sessions_of(name)
    entrance.registry.note_screen(session.id)
    with entrance.screens.opened(name, at_desk=True):
        door.clock.advance_s(600)
        assert not await left()
    door.clock.advance_s(100)
    assert not await left()
    with entrance.screens.opened(name, at_desk=True):
        assert not await left(), "read again in time"
    door.clock.advance_s(100)
    assert not await left()
    door.clock.advance_s(21)
    (gone,) = await left()
    assert gone["incidents"] == [kept], "what nobody took by name is still the room's: a colleague is there"
    assert gone["silent_since"] == rfc3339(plus_s(door.clock.now(), -121))
    assert len(await left()) == 1
    await done(browser, f"/v1/hand-overs/{gone['id']}/withdraw", {})
    for each in entrance.registry.list_sessions():
        if each.person not in (name, mate):
            entrance.registry.close_session(each.id)
    # The last of the room: signing out leaves what is nobody's by name too.
    assert (await other.delete("/v1/session")).status_code == 204
    assert (await browser.delete("/v1/session")).status_code == 204
    other = await door.signed_in(mate, "10.9.0.8")
    (gone,) = await left()
    assert gone["silent_since"] is None and {kept, rooms} <= set(gone["incidents"])


@at_door
async def test_what_safety_rests_on_asks_for_a_fresh_proof(door: Door) -> None:
    name, other = door.person("head-proof", Role.ADMINISTRATOR), door.person("desk-new")
    browser = await door.signed_in(name, "10.9.0.5")
    ask = f"/v1/people/{PROVINCE}.p.{other}/code"
    assert (await browser.post(ask)).status_code == 201
    door.clock.advance_s(5 * 60 + 1)
    assert problem(await browser.post(ask), 403, "auth.proof_needed") == {"by": "password"}
    unit = {"unit": f"{PROVINCE}.u.A01"}
    problem(await browser.post("/v1/device-codes", json=unit), 403, "auth.proof_needed")
    problem(
        await browser.post("/v1/session/proof", json={"password": "not the one"}), 401, "auth.wrong_name_or_password"
    )
    problem(await browser.post(ask), 403, "auth.proof_needed")
    answer = await browser.post("/v1/session/proof", json={"password": PASSWORD})
    assert answer.json() == {"idle_s": None, "by": "password", "proof_needed": False}
    assert (await browser.post(ask)).status_code == 201
    assert (await browser.post("/v1/device-codes", json=unit)).status_code == 201


@at_door
async def test_what_is_personal_long_past_or_a_file_asks_for_a_fresh_proof(door: Door) -> None:
    desk = await door.signed_in(door.person("desk-searching"), "10.9.6.1")
    commander = await door.signed_in(door.person("desk-commander", Role.PROVINCE_DESK), "10.9.6.2")
    inspector = await door.signed_in(door.person("desk-inspector", Role.AUDITOR), "10.9.6.3")
    head = await door.signed_in(door.person("head-back", Role.ADMINISTRATOR), "10.9.6.4")
    why, search = "a missing child", {"text": "09120000000"}
    unit, key = f"{PROVINCE}.u.A01", {"idempotency-key": "back-to-first"}
    day, back = "1405/08/26", {"to": 0, "why": "to try it"}

    async def asked() -> list[httpx.Response]:
        spans = {"since": rfc3339(NOON), "until": rfc3339(plus_s(NOON, 60.0)), "purpose": why}
        return [
            await desk.post("/v1/search", json={**search, "purpose": why}),
            await desk.get(f"/v1/units/{unit}/trail", params=spans),
            await desk.get("/v1/incidents/none/trail", params={"purpose": why}),
            await desk.get("/v1/premises/history", params={"lon": 51.4, "lat": 35.7, "purpose": why}),
            await commander.get(f"/v1/offices/{PROVINCE}/day-report", params={"date": day, "format": "csv"}),
            await inspector.post("/v1/looks", json={"about": unit}),
            await head.post(f"/v1/settings/rules/{PROVINCE}/roll-back", json=back, headers=key),
        ]

    for answer in await asked():
        assert "auth.proof_needed" not in answer.text and answer.status_code in (200, 404, 409), answer.text
    door.clock.advance_s(5 * 60 + 1)
    for answer in await asked():
        problem(answer, 403, "auth.proof_needed")
    # What a desk needs from moment to moment, and what is looked at on the screen, asks for nothing.
    assert (await desk.post("/v1/search", json=search)).status_code == 200
    assert (await commander.get(f"/v1/offices/{PROVINCE}/day-report", params={"date": day})).status_code == 200
    assert (await desk.post("/v1/session/proof", json={"password": PASSWORD})).status_code == 200
    assert (await desk.post("/v1/search", json={**search, "purpose": why})).status_code == 200


@at_door
async def test_a_passphrase_is_changed_by_the_one_before_and_the_other_sessions_end(door: Door) -> None:
    name, new = door.person("desk-changing"), "seven slow harbours"
    here, there = await door.signed_in(name, "10.9.7.1"), await door.signed_in(name, "10.9.7.2")
    change = "/v1/session/password"
    wrong = {"old": "not the one I have", "new": new}
    problem(await here.post(change, json=wrong), 401, "auth.wrong_name_or_password")
    problem(await here.post(change, json={"old": PASSWORD, "new": "short"}), 422, "auth.weak_password")
    easy = {"old": PASSWORD, "new": "Password123456789"}
    problem(await here.post(change, json=easy), 422, "auth.common_password")
    assert (await there.get("/v1/session")).status_code == 200
    assert (await here.post(change, json={"old": PASSWORD, "new": new})).json() == {"ended": 1}
    problem(await there.get("/v1/session"), 401, "auth.not_signed_in")
    assert (await here.get("/v1/session")).status_code == 200
    problem(await door.sign_in(door.browser(), name), 401, "auth.wrong_name_or_password")
    assert (await door.sign_in(door.browser(), name, new)).status_code == 201
    audit = door.running.entrance.building.audit
    assert audit is not None and "password_changed" in {row.what for row in audit.read_subject(name)}


@at_door
async def test_a_person_sees_where_they_are_signed_in_and_ends_it(door: Door) -> None:
    name, other = door.person("desk-places"), door.person("desk-others-place")
    here, lost = await door.signed_in(name, "10.9.7.3"), await door.signed_in(name, "10.9.7.4")
    third, foreign = await door.signed_in(name, "10.9.7.5"), await door.signed_in(other, "10.9.7.6")
    seen = (await here.get("/v1/session/places")).json()["sessions"]
    assert (seen[0]["here"], seen[0]["by"], seen[0]["role"]) == (True, "password", "dispatcher")
    assert {one["address"] for one in seen} == {"10.9.7.3", "10.9.7.4", "10.9.7.5"}
    assert seen[0]["agent"].startswith("python-httpx") and seen[0]["since"] == rfc3339(door.clock.now())
    path = "/v1/session/places/{}"
    its = next(one["id"] for one in seen if one["address"] == "10.9.7.4")
    theirs = (await foreign.get("/v1/session/places")).json()["sessions"][0]["id"]
    for not_ones_own in (theirs, "none", seen[0]["id"]):
        problem(await here.delete(path.format(not_ones_own)), 404, "identity.session_not_found")
    assert (await here.delete(path.format(its))).status_code == 204
    problem(await lost.get("/v1/session"), 401, "auth.not_signed_in")
    assert (await third.get("/v1/session")).status_code == 200
    assert (await here.delete("/v1/session/places")).json() == {"ended": 1}
    problem(await third.get("/v1/session"), 401, "auth.not_signed_in")
    assert (await here.get("/v1/session")).status_code == (await foreign.get("/v1/session")).status_code == 200
    audit = door.running.entrance.building.audit
    assert audit is not None
    assert [row.actor for row in audit.read_subject(name) if row.what == "end_session"] == [name, name]


@at_door
async def test_over_tls_the_cookie_is_one_that_no_other_host_can_set(door: Door) -> None:
    name = door.person("desk-cookie")
    browser = door.browser("10.9.0.6", "https")
    answer = await browser.post("/v1/sessions", json={"name": name, "password": PASSWORD, "cookie_only": True})
    assert answer.json()["token"] is None
    set_cookie = answer.headers["set-cookie"]
    assert set_cookie.startswith("__Host-nazdik_session=") and "Secure" in set_cookie and "Domain" not in set_cookie
    token = browser.cookies["__Host-nazdik_session"]
    assert (await browser.get("/v1/session")).json()["person"] == name
    foreign = {"origin": "http://desk.example"}
    problem(await browser.get("/v1/session", headers=foreign), 403, "auth.foreign_origin")
    browser.cookies.clear()
    plain = {"cookie": f"nazdik_session={token}"}
    problem(await browser.get("/v1/session", headers=plain), 401, "auth.not_signed_in")


@at_door
async def test_a_passphrase_that_everybody_takes_is_refused(door: Door) -> None:
    name = door.person("desk-easy")
    codes = door.running.entrance.codes
    assert codes is not None
    browser = door.browser("10.9.0.7")
    code = codes.issue("password", name, by="somebody", lasts_s=60).text
    body = {"code": code, "password": "Password123456789"}
    problem(await browser.post("/v1/passwords", json=body), 422, "auth.common_password")


async def telephone_of(door: Door, browser: httpx.AsyncClient) -> tuple[Callable[[], str], list[str]]:
    """Enrol a telephone for whoever is signed in; return what shows its next code, and the codes on paper."""
    begun = (await browser.post("/v1/session/telephone")).json()
    assert set("".join(begun["modules"])) == {"0", "1"}
    secret = base64.b32decode(begun["secret"] + "=" * (-len(begun["secret"]) % 8))

    def next_code() -> str:
        door.clock.advance_s(30)
        return totp.code_of(secret, totp.step_of(door.clock.now()))

    paper = await browser.post("/v1/session/telephone/confirm", json={"code": next_code()})
    return next_code, paper.json()["recovery"]


@at_door
async def test_who_has_a_telephone_needs_its_code_once_and_paper_when_it_is_lost(door: Door) -> None:
    name = door.person("desk-telephone")
    browser = await door.signed_in(name, "10.9.1.1")
    shown, paper = await telephone_of(door, browser)
    assert (await browser.get("/v1/session/keys")).json()["telephone"]["recovery_left"] == 8

    other = door.browser("10.9.1.1")
    said = {"name": name, "password": PASSWORD}
    problem(await other.post("/v1/sessions", json=said), 401, "auth.code_needed")
    # Nothing tells whoever guesses the password that there is a telephone.
    problem(await door.sign_in(other, name, "not the right one"), 401, "auth.wrong_name_or_password")
    code = shown()
    assert (await other.post("/v1/sessions", json={**said, "code": code})).status_code == 201
    problem(await other.post("/v1/sessions", json={**said, "code": code}), 401, "auth.wrong_code")
    assert (await other.post("/v1/sessions", json={**said, "code": paper[3]})).status_code == 201
    problem(await other.post("/v1/sessions", json={**said, "code": paper[3]}), 401, "auth.wrong_code")
    # Guessing a million codes takes years.
    waits = [0]
    for _ in range(24):
        answer = await other.post("/v1/sessions", json={**said, "code": "000000"})
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            door.clock.advance_s(waits[-1])
    assert max(waits) > 100

    door.clock.advance_s(20 * 60)
    problem(await browser.delete("/v1/session/telephone"), 403, "auth.proof_needed")
    assert (await browser.post("/v1/session/proof", json={"code": shown()})).status_code == 200
    assert (await browser.delete("/v1/session/telephone")).status_code == 204
    assert (await door.sign_in(other, name)).status_code == 201


def key_for(browser: httpx.AsyncClient, **more: Any) -> Authenticator:
    browser.headers["origin"] = "http://localhost:8110"
    browser.headers["host"] = "localhost:8110"
    return Authenticator("localhost", "http://localhost:8110", **more)


async def add_key(browser: httpx.AsyncClient, key: Authenticator, label: str = "") -> httpx.Response:
    options = (await browser.post("/v1/session/keys/options")).json()["options"]
    return await browser.post("/v1/session/keys", json={"credential": key.create(options), "label": label})


async def key_in(browser: httpx.AsyncClient, key: Authenticator) -> httpx.Response:
    options = (await browser.post("/v1/passkeys/options")).json()["options"]
    return await browser.post("/v1/sessions", json={"passkey": key.get(options)})


@at_door
async def test_a_key_signs_in_without_a_name_and_each_answer_once(door: Door) -> None:
    name = door.person("desk-key")
    browser, other = await door.signed_in(name, "10.9.2.1"), door.browser("192.0.2.33")
    # By the host's number, or a name that is not the server's, there are none.
    assert problem(await browser.post("/v1/session/keys/options"), 409, "auth.no_keys_here") == {"names": ["localhost"]}
    key, spare = key_for(browser), key_for(other)
    made = await add_key(browser, key, "کلید آبی")
    assert made.status_code == 201 and made.json()["label"] == "کلید آبی" and made.json()["here"]
    assert (await add_key(browser, spare)).status_code == 201

    options = (await other.post("/v1/passkeys/options")).json()["options"]
    assert options["allowCredentials"] == [] and options["userVerification"] == "required"
    answer = key.get(options)
    session = await other.post("/v1/sessions", json={"passkey": answer})
    assert session.json()["person"] == name and session.json()["face"] == "console"
    other.cookies.clear()
    problem(await other.post("/v1/sessions", json={"passkey": answer}), 401, "auth.key_refused")

    # A key that counts back has a copy.
    key.count -= 2
    problem(await key_in(other, key), 401, "auth.key_copied")
    audit = door.running.entrance.building.audit
    assert audit is not None and "passkey_copied" in {row.what for row in audit.read_subject(name)}

    # What proves a person once more, and what is removed.
    door.clock.advance_s(6 * 60)
    path = f"/v1/session/keys/{made.json()['id']}"
    problem(await browser.delete(path), 403, "auth.proof_needed")
    options = (await browser.post("/v1/passkeys/options")).json()["options"]
    assert (await browser.post("/v1/session/proof", json={"passkey": spare.get(options)})).status_code == 200
    problem(await browser.delete("/v1/session/keys/nothing"), 404, "identity.key_not_found")
    assert (await browser.delete(path)).status_code == 204
    problem(await key_in(other, key), 401, "auth.key_refused")
    assert (await key_in(other, spare)).status_code == 201
    assert [each["label"] for each in (await browser.get("/v1/session/keys")).json()["keys"]] == ["Passkey"]


@at_door
async def test_answers_to_other_questions_hosts_and_pages_are_refused(door: Door) -> None:
    name = door.person("desk-forged")
    browser, other = await door.signed_in(name, "10.9.2.2"), door.browser("192.0.2.34")
    key = key_for(browser, step=0)
    key_for(other)
    assert (await add_key(browser, key)).status_code == 201
    # Keys that are kept in step between machines never count.
    assert [(await key_in(other, key)).status_code for _ in range(2)] == [201, 201]
    other.cookies.clear()

    options = (await other.post("/v1/passkeys/options")).json()["options"]
    asked_to_add = (await browser.post("/v1/session/keys/options")).json()["options"]
    unseen = replace(key, flags=PRESENT)
    elsewhere = replace(key, origin="https://evil.example")
    for_another = replace(key, host="evil.example")
    forged = replace(key, key=ec.generate_private_key(ec.SECP256R1()))
    unknown = replace(key, id=b"x" * 32)
    made_up = {"challenge": b64(secrets.token_bytes(40))}
    answers: list[Any] = [each.get(options) for each in (unseen, elsewhere, for_another, forged, unknown)]
    answers += [
        key.get(made_up),
        key.get(asked_to_add),
        {},
        {"id": 3},
        {"response": []},
        {"response": {"clientDataJSON": 1}},
    ]
    whole = key.get(options)
    answers += [{**whole, "id": "!"}, {**whole, "response": {**whole["response"], "signature": "AA"}}]
    answers += [{**whole, "response": {"clientDataJSON": whole["response"]["clientDataJSON"]}}]
    for answer in answers:
        problem(await other.post("/v1/sessions", json={"passkey": answer}), 401, "auth.key_refused")
    door.clock.advance_s(121)
    problem(await other.post("/v1/sessions", json={"passkey": whole}), 401, "auth.key_refused")
    foreign = {"origin": "https://evil.example"}
    problem(await other.post("/v1/passkeys/options", headers=foreign), 403, "auth.foreign_origin")
    # A key of somebody who may no longer sign in opens nothing.
    door.running.entrance.people.set_active(PersonId(name), active=False)
    problem(await key_in(other, key), 401, "auth.key_refused")


@at_door
async def test_an_administrator_forgets_lost_keys_and_another_ones_own(door: Door) -> None:
    name, head = door.person("desk-lost"), door.person("head-lost", Role.ADMINISTRATOR)
    browser, admin = await door.signed_in(name, "10.9.2.3"), await door.signed_in(head, "10.9.2.4")
    key = key_for(browser)
    await add_key(browser, key)
    await telephone_of(door, browser)
    ask = f"/v1/people/{PROVINCE}.p.{{}}/forget-keys"
    problem(await browser.post(ask.format(name)), 403, "organisation.role_may_not")
    problem(await admin.post(ask.format(head)), 409, "identity.not_ones_own")
    problem(await admin.post(ask.format("nobody-at-all")), 404, "organisation.person_not_found")
    assert (await admin.post(ask.format(name))).json() == {"keys": 1, "telephone": True}
    problem(await browser.get("/v1/session"), 401, "auth.not_signed_in")
    problem(await key_in(door.browser_at_localhost(), key), 401, "auth.key_refused")
    assert (await door.sign_in(door.browser(), name)).status_code == 201
    audit = door.running.entrance.building.audit
    assert audit is not None
    done = [(row.what, row.actor) for row in audit.read_subject(name) if row.purpose == "identity"]
    assert done == [("passkey_added", name), ("telephone_added", name), ("keys_forgotten", head)]


@at_door
async def test_a_seat_of_the_demo_has_no_keys(door: Door) -> None:
    browser = door.browser()
    answer = await browser.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"})
    browser.cookies.clear()
    browser.headers["authorization"] = f"Bearer {answer.json()['token']}"
    for path in ("/v1/session/telephone", "/v1/session/keys/options"):
        problem(await browser.post(path), 403, "identity.not_a_person")
    for path in ("/v1/session/keys", "/v1/session/places"):
        problem(await browser.get(path), 403, "identity.not_a_person")
    said = {"old": PASSWORD, "new": PASSWORD}
    problem(await browser.post("/v1/session/password", json=said), 403, "identity.not_a_person")


async def demand(door: Door, roles: list[str], subject: str = PROVINCE) -> None:
    """Have two administrators demand a second factor of these roles and of no others."""
    n = secrets.token_hex(3)
    office = OfficeId(subject)
    heads = []
    for name in (f"head-a-{n}", f"head-b-{n}"):
        posting = Posting(PersonId(name), Role.ADMINISTRATOR, office)
        door.running.entrance.people.add(PersonId(name), name, PASSWORD, posting)
        browser = await door.signed_in(name, "10.9.8.1")
        if (await browser.get("/v1/session")).json()["face"] == "#factor":
            await telephone_of(door, browser)
        heads.append(browser)
    path, key = f"/v1/settings/ways_in/{subject}", {"idempotency-key": f"draft-{n}"}
    value = {role.value: role.value in roles for role in ways_in.DEMANDED_OF}
    draft = await heads[0].post(f"{path}/draft", json={"value": value, "why": "to try it"}, headers=key)
    if draft.status_code == 409:
        return  # It is so already.
    assert draft.status_code == 200, draft.text
    setting = (await heads[1].get(path)).json()
    body = {"revision": setting["draft"]["revision"], "over": setting["over"]}
    published = await heads[1].post(f"{path}/publish", json=body, headers={"idempotency-key": f"publish-{n}"})
    assert published.status_code == 200, published.text


@at_door
async def test_who_needs_a_second_factor_makes_one_before_anything_else(door: Door) -> None:
    name = door.person("head-without", Role.ADMINISTRATOR)
    before = await door.signed_in(name, "10.9.9.1")
    await demand(door, ["administrator"])
    # Who is in stays in; who comes now gets no further than the way to a second factor.
    assert (await before.get("/v1/session")).json()["face"] == "admin"
    browser = await door.signed_in(name, "10.9.9.1")
    assert (await browser.get("/v1/session")).json()["face"] == "#factor"
    for path in (
        "/v1/units",
        f"/v1/people?office={PROVINCE}",
        "/v1/settings/kinds",
        "/v1/break-glass",
        "/v1/sessions-",
    ):
        answer = await browser.get(path)
        assert answer.status_code == 404 or problem(answer, 403, "auth.second_factor_needed") == {}, path
    problem(await browser.post("/v1/stream-tickets"), 403, "auth.second_factor_needed")
    # The passphrase once more is no second factor.
    assert (await browser.post("/v1/session/proof", json={"password": PASSWORD})).status_code == 200
    problem(await browser.get("/v1/units"), 403, "auth.second_factor_needed")
    shown, _ = await telephone_of(door, browser)
    assert (await browser.get("/v1/session")).json()["face"] == "admin"
    assert (await browser.get("/v1/settings/kinds")).status_code == 200
    # It was the only one, so it stays until there is another.
    problem(await browser.delete("/v1/session/telephone"), 409, "identity.last_factor")
    said = {"name": name, "password": PASSWORD, "code": shown()}
    assert (await door.browser("10.9.9.1").post("/v1/sessions", json=said)).json()["face"] == "admin"
    audit = door.running.entrance.building.audit
    assert audit is not None
    rows = [row.details for row in audit.read_subject(name) if row.what == "signed_in"]
    assert rows == [
        {"by": "password", "second_factor": False, "demanded": False},
        {"by": "password", "second_factor": False, "demanded": True},
        {"by": "password", "second_factor": True, "demanded": False},
    ]


@at_door
async def test_who_has_a_second_factor_shows_it_and_makes_no_other_by_a_passphrase_alone(door: Door) -> None:
    await demand(door, ["administrator"])
    name = door.person("head-with-key", Role.ADMINISTRATOR)
    first = await door.signed_in(name, "10.9.9.2")
    await telephone_of(door, first)
    key = key_for(first)
    assert (await add_key(first, key)).status_code == 201
    # With a key there, the telephone may go; the key may not.
    assert (await first.delete("/v1/session/telephone")).status_code == 204
    held = (await first.get("/v1/session/keys")).json()["keys"][0]["id"]
    problem(await first.delete(f"/v1/session/keys/{held}"), 409, "identity.last_factor")
    thief = await door.signed_in(name, "10.9.9.3")
    key_for(thief)
    for step in ("telephone", "keys/options"):
        problem(await thief.post(f"/v1/session/{step}"), 403, "auth.second_factor_needed")
    problem(await thief.delete(f"/v1/session/keys/{held}"), 403, "auth.second_factor_needed")
    problem(await thief.get("/v1/settings/kinds"), 403, "auth.second_factor_needed")
    # The same person with the key at hand goes on.
    options = (await thief.post("/v1/passkeys/options")).json()["options"]
    assert (await thief.post("/v1/session/proof", json={"passkey": key.get(options)})).status_code == 200
    assert (await thief.get("/v1/settings/kinds")).status_code == 200
    # By the key itself nothing is missing from the start.
    assert (await key_in(door.browser_at_localhost(), key)).json()["face"] == "admin"


@at_door
async def test_a_second_factor_is_demanded_of_the_roles_that_are_named(door: Door) -> None:
    for named in (ways_in.DEMANDED_OF[::2], ways_in.DEMANDED_OF[1::2]):
        await demand(door, [role.value for role in named])
        for role in ways_in.DEMANDED_OF:
            name = door.person(f"{role.value}-{len(named)}-{named[0].value}", role)
            browser, room = await door.signed_in(name, "10.5.9.1"), await door.signed_in(name, "10.9.3.3")
            faces = [(await each.get("/v1/session")).json()["face"] for each in (browser, room)]
            # A declared dispatch room is the second factor of those who work there, and of nobody else.
            exempt = role in (Role.DISPATCHER, Role.CALL_TAKER)
            assert [face == "#factor" for face in faces] == [role in named, role in named and not exempt], role


@at_door
async def test_the_nation_demands_where_a_province_has_said_nothing_of_its_own(door: Door) -> None:
    await demand(door, ["administrator"])
    await demand(door, ["administrator", "station_desk"], "iran")
    name = door.person("of-the-nation", Role.STATION_DESK)
    own = await door.signed_in(name, "10.5.9.3")
    # The province has said something by now: administrators alone, and its last word.
    assert (await own.get("/v1/session")).json()["face"] != "#factor"
    room = next(iter(door.running.entrance.building.rooms.values()))
    settings = room.state.settings
    assert ways_in.own(settings, "iran") == {
        role: role in ("administrator", "station_desk") for role in ways_in.SHIPPED
    }
    ask = partial(
        ways_in.is_demanded, door.running.entrance.building.offices, office=OfficeId("iran"), in_room=False, demo=False
    )
    assert ask(settings, role=Role.STATION_DESK) and not ask(settings, role=Role.AUDITOR)


@at_door
async def test_as_it_ships_whoever_changes_the_system_or_reads_widely_needs_a_second_factor(door: Door) -> None:
    offices = door.running.entrance.building.offices

    def asked(role: Role, *, in_room: bool, demo: bool) -> bool:
        return ways_in.is_demanded(
            offices, Stored(ProvinceId(PROVINCE)), OfficeId(PROVINCE), role, in_room=in_room, demo=demo
        )

    widely = {Role.ADMINISTRATOR, Role.AUDITOR, Role.NATIONAL_DESK, Role.PROVINCE_DESK}
    for in_room in (False, True):
        assert {role for role in Role if asked(role, in_room=in_room, demo=False)} == widely
        assert not any(asked(role, in_room=in_room, demo=True) for role in Role)


@at_door
async def test_who_reads_like_a_machine_is_slowed_and_no_act_no_call_and_no_place_is(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(haste, "BURST", 5.0)
    browser = await door.signed_in(door.person("in-haste", Role.DISPATCHER), "10.9.9.7")
    other = await door.signed_in(door.person("at-ease", Role.DISPATCHER), "10.9.9.7")
    assert [(await browser.get("/v1/units")).status_code for _ in range(6)] == [200] * 5 + [429]
    slowed = await browser.post("/v1/search", json={"q": "a"})
    assert problem(slowed, 429, "auth.too_much_haste") == {"retry_after_s": 1} and slowed.headers["retry-after"] == "1"
    # Whatever a call rests on goes on, acts too, and so does everybody else.
    for path in (
        "/v1/calls",
        "/v1/places?q=a",
        "/v1/kinds",
        "/v1/session",
        f"/v1/who-answers?lon={HERE[0]}&lat={HERE[1]}",
    ):
        assert (await browser.get(path)).status_code == 200, path
    said = {"kind": "noise", "point": HERE}
    opened = await browser.post("/v1/incidents", json=said, headers={"idempotency-key": "in-haste"})
    assert opened.status_code == 201, opened.text
    assert (await other.get("/v1/units")).status_code == 200
    door.clock.advance_s(1)
    assert (await browser.get("/v1/units")).status_code == 200


@at_door
async def test_signing_in_again_ends_the_session_before_in_that_browser_alone(door: Door) -> None:
    name = door.person("twice", Role.DISPATCHER)
    elsewhere, browser = await door.signed_in(name, "10.9.9.8"), door.browser("10.9.9.8")
    assert (await door.sign_in(browser, name)).status_code == 201
    before = dict(browser.cookies)
    assert (await door.sign_in(browser, name)).status_code == 201 and dict(browser.cookies) != before
    assert (await browser.get("/v1/session")).status_code == 200
    stale = {"cookie": "; ".join(f"{key}={value}" for key, value in before.items())}
    problem(await door.browser("10.9.9.8").get("/v1/session", headers=stale), 401, "auth.not_signed_in")
    assert (await elsewhere.get("/v1/session")).status_code == 200


@at_door
async def test_guessing_one_time_codes_gets_slower_and_keeps_nobody_from_signing_in(door: Door) -> None:
    name = door.person("beside-a-guesser", Role.DISPATCHER)
    guesser = door.browser("10.9.9.9")
    said = {"code": "ABCD-EFGH-JKLM", "password": PASSWORD}
    for path, body in (("/v1/passwords", said), ("/v1/device-enrolments", {"code": "ABCD-EFGH-JKLM"})) * 3:
        answer = await guesser.post(path, json=body)
    problem(answer, 429, "auth.too_many_tries")
    problem(await door.browser("10.9.9.10").post("/v1/passwords", json=said), 401, "auth.code_invalid")
    assert (await guesser.post("/v1/sessions", json={"name": name, "password": PASSWORD})).status_code == 201
