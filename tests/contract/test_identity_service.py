"""Signing in by a force's identity service: whom it may vouch for, what is not believed, and how it ends."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from nazdik.bootstrap import entrance
from nazdik.bootstrap.house import Running
from nazdik.bootstrap.identity import factor
from nazdik.bootstrap.nodes.words import SharedWords
from nazdik.bootstrap.server import build_app
from nazdik.kernel import OfficeId, PersonId
from nazdik.organisation.model import Posting, Role
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog.postgres.words import WordTable
from tests.identity_service import IdentityService, identity_service, told
from tests.postgres import Postgres, new_name
from tests.server import PROVINCE, inside, problem

NOON = 1_795_000_000_000_000
PAGE = "https://desk.example"
at_door = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Door:
    """The application, its clock, and the service beside it."""

    running: Running
    clock: VirtualClock
    service: IdentityService
    app: Any

    def person(self, name: str, role: Role = Role.DISPATCHER) -> str:
        """Let somebody in."""
        posting = Posting(PersonId(name), role, OfficeId(PROVINCE))
        self.running.entrance.people.add(PersonId(name), name, "eleven quiet rivers", posting)
        return name

    def browser(self, address: str = "10.1.2.3") -> httpx.AsyncClient:
        """Return a browser that has opened the first page."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 1), raise_app_exceptions=False)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url=PAGE, headers={"origin": PAGE})

    async def go(self, browser: httpx.AsyncClient, *, proof: bool = False) -> str:
        """Return where the browser is sent."""
        answer = await browser.post("/v1/identity-service/questions", json={"proof": proof})
        assert answer.status_code == 201, answer.text
        address: str = answer.json()["address"]
        return address

    async def sign_in(self, browser: httpx.AsyncClient, name: str, subject: str = "") -> httpx.Response:
        """Go there, sign in there, come back."""
        back = self.service.sign_in(await self.go(browser), name, subject or f"sub-{name}")
        return await self.come_back(browser, back)

    async def come_back(self, browser: httpx.AsyncClient, back: dict[str, str]) -> httpx.Response:
        """Bring what the service said."""
        return await browser.post("/v1/sessions", json={"service": back, "cookie_only": True})

    def rows(self, subject: str) -> list[str]:
        """Return what the audit log says of somebody."""
        audit = self.running.entrance.building.audit
        assert audit is not None
        return [row.what for row in audit.read_subject(subject)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> AsyncIterator[Door]:
    clock = VirtualClock(NOON)
    data = tmp_path_factory.mktemp("service")
    with identity_service(lambda: clock.now() // 1_000_000) as service:
        file = told(data, service, PAGE, 'name_fa = "هویت نمونه"\nname_en = "Sample ID"\nsecond_factor = ["otp"]\n')
        async with inside(data / "data", built_region(PROVINCE), clock, oidc_file=file) as (running, _):
            yield Door(running, clock, service, build_app(running))


@at_door
async def test_whom_the_service_names_comes_in_with_the_rights_they_have_here(door: Door) -> None:
    name, browser = door.person("by-service"), door.browser()
    assert (await browser.get("/v1/server")).json()["identity_service"] == {"fa": "هویت نمونه", "en": "Sample ID"}
    answer = await door.sign_in(browser, "By-Service")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["person"], answer.json()["role"], answer.json()["token"]) == (name, "dispatcher", None)
    assert (await browser.get("/v1/session")).json()["person"] == name
    assert (await browser.get("/v1/units")).status_code == 200
    assert {"service_account_bound", "signed_in"} <= set(door.rows(name))
    # The second time nothing is bound anew, and the account opens it by whatever name it has there by now.
    assert (await door.sign_in(door.browser(), "a-new-name", f"sub-{'By-Service'}")).json()["person"] == name
    assert door.rows(name).count("service_account_bound") == 1


@at_door
async def test_nobody_is_made_by_the_service_and_a_name_belongs_to_who_came_by_it_first(door: Door) -> None:
    name, gone = door.person("tied"), door.person("gone-by-service")
    problem(await door.sign_in(door.browser("10.2.0.1"), "nobody-here"), 403, "auth.service_stranger")
    assert (await door.sign_in(door.browser(), name, "one")).status_code == 201
    # Another account that was given the name there.
    problem(await door.sign_in(door.browser("10.2.0.2"), name, "another"), 403, "auth.service_stranger")
    assert "service_account_refused" in door.rows(name)
    door.running.entrance.people.set_active(PersonId(gone), active=False)
    problem(await door.sign_in(door.browser("10.2.0.3"), gone), 403, "auth.service_stranger")
    # An administrator undoes the tie; the claim counts only where it is a text.
    door.running.entrance.identity.forget(name)
    assert (await door.sign_in(door.browser(), name, "another")).status_code == 201
    for claim in (None, "", 7, ["tied"], {"a": 1}):
        door.service.otherwise = {"preferred_username": claim}
        problem(await door.sign_in(door.browser(f"10.2.1.{len(str(claim))}"), "x"), 403, "auth.service_stranger")
    door.service.otherwise = {}


@at_door
async def test_an_answer_counts_for_its_browser_its_question_and_once(door: Door) -> None:
    name, browser, other = door.person("once-service"), door.browser("10.3.0.1"), door.browser("10.3.0.2")
    back = door.service.sign_in(await door.go(browser), name, "s-once")
    # A browser that was not sent with this question; one that was sent with another.
    problem(await door.come_back(door.browser("10.3.0.3"), back), 401, "auth.service_refused")
    await door.go(other)
    problem(await door.come_back(other, back), 401, "auth.service_refused")
    assert problem(
        await door.come_back(door.browser("10.3.0.4"), {"state": back["state"]}), 401, "auth.service_refused"
    ) == {"step": "state"}
    kept = door.service.codes[back["code"]]
    assert (await door.come_back(browser, back)).status_code == 201
    # Also when the service would take the code again.
    door.service.codes[back["code"]] = kept
    problem(await door.come_back(browser, back), 401, "auth.service_refused")
    # Declined there; another issuer; too late; a code that the service does not know.
    back = door.service.sign_in(await door.go(browser), name, "s-once")
    assert problem(await door.come_back(browser, {"state": back["state"]}), 401, "auth.service_refused") == {
        "step": "declined"
    }
    back = door.service.sign_in(await door.go(browser), name, "s-once")
    problem(await door.come_back(browser, {**back, "iss": "https://evil.example"}), 401, "auth.service_refused")
    back = door.service.sign_in(await door.go(browser), name, "s-once")
    door.clock.advance_s(601)
    problem(await door.come_back(browser, back), 401, "auth.service_refused")
    back = door.service.sign_in(await door.go(browser), name, "s-once")
    problem(await door.come_back(browser, {**back, "code": "made-up"}), 401, "auth.service_refused")
    # A page from elsewhere starts nothing.
    foreign = {"origin": "https://evil.example"}
    problem(await browser.post("/v1/identity-service/questions", json={}, headers=foreign), 403, "auth.foreign_origin")


@at_door
async def test_who_was_sent_there_by_one_node_comes_back_by_another_once(
    door: Door, tmp_path: Path, built_region: Callable[[str], Path], postgres_server: Postgres
) -> None:
    url, key = postgres_server.fresh().writer(new_name("node"), PROVINCE), b"k" * 32
    file = told(tmp_path, door.service, PAGE, 'name_fa = "هویت نمونه"\nname_en = "Sample ID"\n')
    async with inside(tmp_path / "data", built_region(PROVINCE), door.clock, oidc_file=file) as (running, _):
        other = Door(running, door.clock, door.service, build_app(running))
        name, shared = door.person("two-nodes"), []
        other.person(name)
        for one in (door, other):
            words = SharedWords(WordTable(url, "realm"), key, door.clock)
            words.look()
            one.running.entrance.identity.words.shared = words
            shared.append(words)
        try:
            here, there = door.browser("10.4.0.1"), other.browser("10.4.0.1")
            back = door.service.sign_in(await door.go(here), name, "s-two")
            there.cookies.update(here.cookies)
            kept, cookies = door.service.codes[back["code"]], dict(here.cookies)
            assert (await other.come_back(there, back)).status_code == 201
            # Also when the service would take the code again, and the browser has what it kept.
            for browser, at in ((there, other), (here, door)):
                door.service.codes[back["code"]] = kept
                browser.cookies.update(cookies)
                refused = problem(await at.come_back(browser, back), 401, "auth.service_refused")
                assert refused == {"step": "state"}
        finally:
            for one, words in zip((door, other), shared, strict=True):
                one.running.entrance.identity.words.shared = None
                words.close()


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


@at_door
async def test_tokens_that_are_not_the_services_own_for_us_and_now_are_refused(door: Door) -> None:
    name, service = door.person("forged-service"), door.service
    now, stranger = door.clock.now() // 1_000_000, RSAKey.generate_key(2048, {"kid": "first"})
    public = service.key.as_pem(private=False)

    def by(key: Any, **header: Any) -> Callable[[dict[str, Any]], str]:
        return lambda claims: jwt.encode({"kid": "first", **header}, claims, key, algorithms=[header["alg"]])

    ways: list[Callable[[dict[str, Any]], str]] = [
        _unsigned,
        by(stranger, alg="RS256"),
        by(stranger, alg="RS256", jwk=stranger.as_dict(private=False)),
        # The service's public key taken for a shared secret.
        by(OctKey.import_key(base64.b64encode(public)), alg="HS256"),
        lambda claims: service.token(claims, typ="logout+jwt"),
        lambda claims: service.token(claims)[:-6] + "AAAAAA",
        lambda claims: service.token({**claims, "padding": "x" * 9_000}),
        lambda _: "no.token.at-all",
        lambda _: "",
    ]
    n = 0
    for way in ways:
        n, service.sign = n + 1, way
        problem(await door.sign_in(door.browser(f"10.4.0.{n}"), name), 401, "auth.service_refused")
    service.sign = None
    wrong: list[dict[str, Any]] = [
        {"iss": "https://evil.example"}, {"iss": service.issuer + "/"}, {"aud": "another"}, {"aud": ["nazdik", "x"]},
        {"aud": None}, {"azp": "another"}, {"nonce": "another"}, {"nonce": None}, {"exp": now - 121}, {"exp": None},
        {"iat": now + 121},
        {"iat": now - 721}, {"iat": None}, {"iat": True}, {"exp": "soon"}, {"nbf": now + 121}, {"sub": None}, {"sub": ""},
        {"sub": 5},
        # Without single sign-on the person has to have been asked anew.
        {"auth_time": now - 121}, {"auth_time": None},
    ]  # fmt: skip
    for each in wrong:
        n, service.otherwise = n + 1, each
        problem(await door.sign_in(door.browser(f"10.4.1.{n}"), name), 401, "auth.service_refused")
    # Clocks may differ a little.
    for each in (
        {"exp": now - 100},
        {"iat": now + 100, "auth_time": now + 100},
        {"aud": ["x", "nazdik"], "azp": "nazdik"},
    ):
        service.otherwise = each
        assert (await door.sign_in(door.browser(), name)).status_code == 201, each
    service.otherwise = {}


@at_door
async def test_keys_that_change_are_learnt_and_made_up_ones_are_not_asked_for_each_time(door: Door) -> None:
    name, service = door.person("rotated-service"), door.service
    assert (await door.sign_in(door.browser(), name)).status_code == 201
    service.new_key()
    door.clock.advance_s(31)
    assert (await door.sign_in(door.browser(), name)).status_code == 201
    before = service.asked.count("/realms/force/certs")
    stranger = RSAKey.generate_key(2048, {"kid": "made-up"})
    service.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "made-up"}, claims, stranger)
    for n in range(4):
        problem(await door.sign_in(door.browser(f"10.5.0.{n}"), name), 401, "auth.service_refused")
    service.sign = None
    assert service.asked.count("/realms/force/certs") <= before + 1
    service.ways = ["client_secret_post"]
    door.clock.advance_s(3_601)
    assert (await door.sign_in(door.browser(), name)).status_code == 201


@at_door
async def test_a_fresh_proof_is_asked_of_the_service_for_this_session_and_this_person(door: Door) -> None:
    name, other = door.person("head-by-service", Role.ADMINISTRATOR), door.person("other-by-service")
    browser = door.browser()
    assert (await door.sign_in(browser, name)).status_code == 201
    door.clock.advance_s(6 * 60)
    ask = f"/v1/people/{PROVINCE}.p.{other}/code"
    assert problem(await browser.post(ask), 403, "auth.proof_needed") == {"by": "oidc"}
    # What opened the session proves nothing more, and neither does somebody else.
    back = door.service.sign_in(await door.go(browser), name, f"sub-{name}")
    problem(await browser.post("/v1/session/proof", json={"service": back}), 401, "auth.service_refused")
    back = door.service.sign_in(await door.go(browser, proof=True), other, f"sub-{other}")
    problem(await browser.post("/v1/session/proof", json={"service": back}), 403, "auth.service_stranger")
    address = await door.go(browser, proof=True)
    assert "prompt=login" in address and "max_age=0" in address
    back = door.service.sign_in(address, name, f"sub-{name}")
    problem(await door.come_back(browser, back), 401, "auth.service_refused")
    back = door.service.sign_in(await door.go(browser, proof=True), name, f"sub-{name}")
    assert (await browser.post("/v1/session/proof", json={"service": back})).json()["proof_needed"] is False
    assert (await browser.post(ask)).status_code == 201


@at_door
async def test_signing_out_there_ends_it_here_and_signing_out_here_leads_there(door: Door) -> None:
    name, service = door.person("out-by-service"), door.service
    first, second, by_name = door.browser(), door.browser(), door.browser("10.6.0.1")
    for browser in (first, second):
        assert (await door.sign_in(browser, name)).status_code == 201
    said = {"name": name, "password": "eleven quiet rivers", "cookie_only": True}
    assert (await by_name.post("/v1/sessions", json=said)).status_code == 201

    async def hear(token: str) -> httpx.Response:
        return await httpx.AsyncClient(transport=first._transport, base_url=PAGE).post(
            "/v1/identity-service/logout", data={"logout_token": token}
        )

    sub = f"sub-{name}"
    stranger = RSAKey.generate_key(2048, {"kid": service.key.kid})
    wrong = [
        service.logout_token(sub=sub, **each) for each in ({"typ": "JWT"}, {"events": {}}, {"nonce": "n"}, {"jti": ""})
    ]
    wrong += [
        service.logout_token(),
        jwt.encode({"alg": "RS256", "typ": "logout+jwt"}, {"sub": sub}, stranger),
        "",
        "ü",
    ]
    for token in wrong:
        problem(await hear(token), 401, "auth.service_refused")
    assert (await first.get("/v1/session")).status_code == 200
    # Here first: the page is told where to go on.
    assert (await first.delete("/v1/session")).status_code == 204
    address = (await first.post("/v1/identity-service/way-out")).json()["address"]
    assert address.startswith(
        f"{service.issuer}/end?client_id=nazdik&post_logout_redirect_uri=https%3A%2F%2Fdesk.example%2F"
    )
    assert "id_token_hint=ey" in address
    assert (await first.post("/v1/identity-service/way-out")).json() == {"address": None}
    # There first: what was opened by it ends at once, and what was not stays.
    token = service.logout_token(sub=sub, sid=f"sid-{sub}")
    assert (await hear(token)).status_code == 200
    problem(await second.get("/v1/session"), 401, "auth.not_signed_in")
    assert (await by_name.get("/v1/session")).status_code == 200
    assert "end_session" in door.rows(name)
    problem(await hear(token), 401, "auth.service_refused")


@at_door
async def test_whoever_guesses_is_slowed_and_without_the_service_other_ways_remain(door: Door) -> None:
    name, browser = door.person("away-service"), door.browser("192.0.2.44")
    for _ in range(5):
        problem(await door.come_back(browser, {"state": "x", "code": "y"}), 401, "auth.service_refused")
    problem(await door.come_back(browser, {"state": "x", "code": "y"}), 429, "auth.too_many_tries")
    port, door.service.port = door.service.port, 9
    oidc = door.running.entrance.service
    assert oidc is not None
    settings, oidc.oidc._known = oidc.oidc.settings, None
    object.__setattr__(settings, "issuer", door.service.issuer)
    here = door.browser()
    problem(await here.post("/v1/identity-service/questions", json={}), 503, "auth.service_away")
    assert (await here.post("/v1/sessions", json={"name": name, "password": "eleven quiet rivers"})).status_code == 201
    door.service.port = port
    object.__setattr__(settings, "issuer", door.service.issuer)
    assert (await door.sign_in(here, name)).status_code == 201


@at_door
async def test_a_second_factor_counts_when_the_service_says_by_the_right_word_that_it_asked_for_one(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As outside a demo: an administrator needs a second factor as it ships.
    monkeypatch.setattr(factor, "is_demanded", lambda *_: True)
    monkeypatch.setattr(entrance, "is_demanded", lambda *_: True)
    name = door.person("two-factors-there", Role.ADMINISTRATOR)
    for said, enough in (
        ({}, False),
        ({"amr": ["pwd", "otp"]}, True),
        ({"amr": "otp"}, False),
        ({"acr": "otp"}, True),
        ({"amr": ["pwd"], "acr": "2"}, False),
        ({"amr": [{"otp": True}]}, False),
    ):
        door.service.otherwise = said
        face = (await door.sign_in(door.browser(), name)).json()["face"]
        assert face == ("admin" if enough else "#factor"), said
    door.service.otherwise = {}
