"""Ways in: what a guess costs and whom, what ends by itself, and what has to be proved once more."""

import base64
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric import ec

from nazdik.bootstrap.house import Running
from nazdik.bootstrap.rights import Rights
from nazdik.bootstrap.server import build_app
from nazdik.kernel import OfficeId, PersonId
from nazdik.organisation.model import Posting, Role
from nazdik.platform.auth import passphrases, totp
from nazdik.platform.clock import VirtualClock
from tests.authenticator import PRESENT, Authenticator, b64
from tests.server import PROVINCE, inside, problem

PASSWORD = "eleven quiet rivers"
NOON = 1_795_000_000_000_000
at_door = pytest.mark.asyncio(loop_scope="module")
DESK = "10.1.2.3"


@dataclass
class Door:
    """The application, the clock it lives by, and people who may sign in."""

    running: Running
    clock: VirtualClock

    def person(self, name: str, role: Role = Role.DISPATCHER) -> str:
        """Let somebody in."""
        posting = Posting(PersonId(name), role, OfficeId(PROVINCE))
        self.running.entrance.people.add(PersonId(name), name, PASSWORD, posting)
        return name

    def browser(self, address: str = DESK, scheme: str = "http") -> httpx.AsyncClient:
        """Return somebody's browser at an address."""
        app = build_app(self.running)
        transport = httpx.ASGITransport(app=app, client=(address, 1), raise_app_exceptions=False)  # type: ignore[arg-type]
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
            yield Door(running, clock)


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
    problem(await browser.get("/v1/session/keys"), 403, "identity.not_a_person")
