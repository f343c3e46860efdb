"""Handhelds with a key of their own: a real server for what it signs, and the application inside for what time does."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from nazdik.bootstrap.entrance import HANDHELD_MARK
from nazdik.platform.auth.key_proofs import NONCE_LASTS_S
from nazdik.platform.clock import VirtualClock
from tests.contract.test_stream_api import closed_with, hello, opened
from tests.handheld_key import HandheldKey, Signing
from tests.server import PROVINCE, Seat, Server, inside, problem

UNIT = f"{PROVINCE}.u.A09"
NOON = 1_795_000_000_000_000


@pytest.fixture
def one(server: Server) -> Seat:
    """The administrator."""
    return server.seat(f"administrator:{PROVINCE}")


def enrolled(one: Seat, server: Server) -> tuple[HandheldKey, str, Seat]:
    """Return a new handheld: its key, its credential, and its session."""
    key, handheld = HandheldKey(), Seat(server.address, None)
    code = one.done("/v1/device-codes", {"unit": UNIT})["code"]
    handheld.http.auth = Signing(key)
    device = handheld.done("/v1/device-enrolments", {"code": code, "key": key.public})
    session = handheld.done("/v1/sessions", {"device": device["token"]})
    handheld.http.cookies.clear()
    handheld.token = session["token"]
    handheld.http.headers["authorization"] = f"Bearer {session['token']}"
    return key, device["token"], handheld


def alone(server: Server, handheld: Seat) -> httpx.Client:
    """Return a client that has a handheld's token and not its key."""
    return httpx.Client(base_url=server.address, headers={"authorization": f"Bearer {handheld.token}"}, timeout=30)


def test_a_handheld_signs_every_request_and_its_words_alone_are_of_no_use(one: Seat, server: Server) -> None:
    key, credential, handheld = enrolled(one, server)
    assert handheld.get("/v1/session").json()["unit"] == UNIT
    assert handheld.get("/v1/session?a=%D8%A8+b").status_code == 200
    assert handheld.get(f"/v1/units/{PROVINCE}.u.%D8%A8%20x/trail", params={"purpose": "x"}).status_code != 401
    fix = [{"lon": 51.4089, "lat": 35.7156}]
    assert handheld.post("/v1/positions", fix).status_code == 200
    ticket = handheld.done("/v1/stream-tickets")["ticket"]
    with opened(server, None, query=f"?ticket={ticket}") as stream:
        hello(stream)
    with opened(server, handheld) as stream:
        assert closed_with(stream) == 4401, "a stream cannot be signed, so it needs a ticket"
    rows = one.get("/v1/devices", params={"office": PROVINCE}).json()["devices"]
    assert [row["keyed"] for row in rows if row["unit"] == UNIT and HANDHELD_MARK in row["id"]] == [True]

    # Whoever copies what the browser stores and sends has nothing.
    thief = alone(server, handheld)
    problem(thief.get("/v1/session"), 401, "auth.key_proof_needed")
    problem(thief.post("/v1/stream-tickets", json={}), 401, "auth.key_proof_needed")
    problem(thief.post("/v1/sessions", json={"device": credential}), 401, "auth.key_proof_needed")
    problem(thief.get("/v1/session", headers={"dpop": "x"}), 401, "auth.key_proof_needed")
    other = HandheldKey(nonce=key.nonce)
    thief.auth = Signing(other)
    problem(thief.get("/v1/session"), 401, "auth.key_proof_needed")
    del thief.headers["authorization"]
    thief.auth = None
    bearer = {"authorization": f"Bearer {credential}"}
    assert thief.post("/v1/positions", json=fix, headers=bearer).status_code in (401, 403)
    assert thief.get("/v1/tracker/osmand", params={"id": credential, "lat": 1, "lon": 1}).status_code == 403


def test_a_proof_is_for_one_request_once(one: Seat, server: Server) -> None:
    key, _, handheld = enrolled(one, server)
    bare = alone(server, handheld)
    proof = key.proof("GET", "/v1/session")
    assert bare.get("/v1/session", headers={"dpop": proof}).status_code == 200
    wrong = {
        "used": proof,
        "another method": key.proof("POST", "/v1/session"),
        "another path": key.proof("GET", "/v1/units"),
        "another query": key.proof("GET", "/v1/session?a=1"),
        "another body": key.proof("GET", "/v1/session", b"{}"),
        "no word of ours": key.proof("GET", "/v1/session", nonce="AAAA"),
        "no claims": key.proof("GET", "/v1/session", jti=7),
        "cut": key.proof("GET", "/v1/session")[:-4],
        "too long": key.proof("GET", "/v1/session", jti="x" * 4_000),
        "two dots": "..",
    }
    for name, text in wrong.items():
        assert bare.get("/v1/session", headers={"dpop": text}).status_code == 401, name
    body = json.dumps({"code": "none"}).encode()
    tampered = {"dpop": key.proof("POST", "/v1/stream-tickets", body), "content-type": "application/json"}
    problem(bare.post("/v1/stream-tickets", content=body + b" ", headers=tampered), 401, "auth.key_proof_needed")


def test_a_key_is_enrolled_by_whoever_has_it(one: Seat, server: Server) -> None:
    code = one.done("/v1/device-codes", {"unit": UNIT})["code"]
    nobody = Seat(server.address, None)
    key = HandheldKey()
    sent = {"code": code, "key": key.public}
    problem(nobody.post("/v1/device-enrolments", sent), 401, "auth.key_proof_needed")
    for bad in (
        {},
        {**key.public, "crv": "P-384"},
        {**key.public, "x": "AA"},
        {**key.public, "d": "AA"},
        {**key.public, "x": 4},
    ):
        problem(nobody.post("/v1/device-enrolments", {"code": code, "key": bad}), 422, "auth.key_unfit")
    # The code was not used up by any of it.
    nobody.http.auth = Signing(key)
    device = nobody.done("/v1/device-enrolments", sent)
    one.done(f"/v1/devices/{device['id']}/revoke")
    problem(nobody.post("/v1/sessions", {"device": device["token"]}), 403, "fleet.device_revoked")


async def test_words_are_renewed_in_time_and_old_enrolments_go_on_until_keys_are_needed(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    clock, region, key = VirtualClock(NOON), built_region(PROVINCE), HandheldKey()

    async def enrol(client: httpx.AsyncClient, **more: object) -> httpx.Response:
        seat = await client.post("/v1/sessions", json={"seat": f"administrator:{PROVINCE}"})
        admin = {"authorization": f"Bearer {seat.json()['token']}"}
        code = (await client.post("/v1/device-codes", json={"unit": UNIT}, headers=admin)).json()["code"]
        client.cookies.clear()
        return await client.post("/v1/device-enrolments", json={"code": code, **more}, auth=Signing(key))

    async with inside(tmp_path, region, clock) as (_, client):
        old = (await enrol(client)).json()
        assert (await client.post("/v1/sessions", json={"device": old["token"]})).status_code == 201
        new = (await enrol(client, key=key.public)).json()
        session = await client.post("/v1/sessions", json={"device": new["token"]}, auth=Signing(key))
        client.cookies.clear()
        client.headers["authorization"] = f"Bearer {session.json()['token']}"
        asked = 0

        async def count(request: httpx.Request) -> None:
            nonlocal asked
            asked += 1

        client.event_hooks["request"] = [count]
        # A shift of a request every four minutes: a new word comes with an answer, no request is sent twice for it.
        before = key.nonce
        for _ in range(30):
            clock.advance_s(240)
            assert (await client.get("/v1/session", auth=Signing(key))).status_code == 200
        assert asked == 30 and key.nonce != before
        # After an hour in a tunnel one request is sent twice; what the telephone thinks the time is never matters.
        proof = key.proof("GET", "/v1/session", iat=12345)
        clock.advance_s(3_600)
        problem(await client.get("/v1/session", headers={"dpop": proof}), 401, "auth.key_proof_needed")
        assert (await client.get("/v1/session", auth=Signing(key))).status_code == 200
        # A proof is taken once, as long as its word lasts and across the change of generations.
        clock.advance_s(NONCE_LASTS_S / 2)
        assert (await client.get("/v1/session", auth=Signing(key))).status_code == 200
        clock.advance_s(NONCE_LASTS_S / 2 - 10)
        proof = key.proof("GET", "/v1/session")
        assert (await client.get("/v1/session", headers={"dpop": proof})).status_code == 200
        clock.advance_s(12)
        assert (await client.get("/v1/session", auth=Signing(key))).status_code == 200
        problem(await client.get("/v1/session", headers={"dpop": proof}), 401, "auth.key_proof_needed")

    async with inside(tmp_path, region, clock, handheld_keys_needed=True) as (_, client):
        client.headers.pop("authorization")
        problem(await client.post("/v1/sessions", json={"device": old["token"]}), 403, "fleet.device_key_needed")
        problem(await enrol(client), 403, "fleet.device_key_needed")
        assert (await client.post("/v1/sessions", json={"device": new["token"]}, auth=Signing(key))).status_code == 201
