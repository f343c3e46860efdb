"""People on the command line, beside a running server: what is changed there holds on the open lines within seconds."""

import hashlib
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from nazdik.cli import app
from nazdik.platform.live import CloseCode
from tests.contract.test_stream_api import closed_with, hello, opened
from tests.server import PROVINCE, Seat, Server, problem

PASSWORD = "a long enough password"
WITHIN_S = 20.0
names = (f"desk-{n}" for n in range(1, 100))


def nazdik(server: Server, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["person", *words, "--data", str(server.data)], input=typed)


def added(server: Server, role: str = "dispatcher", *more: str) -> str:
    name = next(names)
    said = nazdik(server, "add", name, "--role", role, "--office", PROVINCE, *more, typed=f"{PASSWORD}\n" * 2)
    assert said.exit_code == 0, said.output
    return name


def signed_in(server: Server, name: str, password: str = PASSWORD) -> Seat:
    seat = Seat(server.address, None)
    answer = seat.http.post("/v1/sessions", json={"name": name, "password": password})
    assert answer.status_code == 201, answer.text
    seat.http.cookies.clear()
    seat.token = answer.json()["token"]
    seat.http.headers["authorization"] = f"Bearer {seat.token}"
    return seat


def station_of(server: Server) -> str:
    offices = httpx.get(f"{server.address}/v1/offices").json()["offices"]
    return next(str(office["id"]) for office in offices if office["tier"] == "station")


@pytest.mark.parametrize(
    "words",
    [
        ("deactivate",),
        ("sign-out",),
        ("password",),
        ("forget-keys",),
        ("post", "--role", "auditor", "--office", PROVINCE),
    ],
    ids=lambda words: words[0],
)
def test_an_open_line_ends_within_seconds_of_the_command(server: Server, words: tuple[str, ...]) -> None:
    name = added(server)
    seat = signed_in(server, name)
    with opened(server, seat) as line:
        hello(line)
        said = nazdik(server, words[0], name, *words[1:], typed="another long password\n" * 2)
        assert said.exit_code == 0, said.output
        begun = time.monotonic()
        assert closed_with(line) == CloseCode.RIGHTS_CHANGED
        assert time.monotonic() - begun < WITHIN_S
    assert seat.get("/v1/session").status_code == 401


def test_who_was_deactivated_signs_in_no_more_until_activated(server: Server) -> None:
    name = added(server)
    nazdik(server, "deactivate", name)
    refused = httpx.post(f"{server.address}/v1/sessions", json={"name": name, "password": PASSWORD})
    assert refused.json()["code"] == "auth.wrong_name_or_password"
    nazdik(server, "activate", name)
    signed_in(server, name)


def test_a_coming_posting_changes_nothing_yet_and_is_listed(server: Server) -> None:
    name = added(server)
    seat = signed_in(server, name)
    said = nazdik(server, "post", name, "--role", "auditor", "--office", PROVINCE, "--from", "2099-01-01T07:30")
    assert "from 2099-01-01T07:30+03:30" in said.output
    listed = nazdik(server, "list").output
    assert (
        f"{name}: dispatcher of {PROVINCE}" in listed
        and f"from 2099-01-01T07:30+03:30: auditor of {PROVINCE}" in listed
    )
    assert seat.get("/v1/session").json()["role"] == "dispatcher"


def test_a_revoked_tracker_is_refused_within_seconds(server: Server) -> None:
    admin = signed_in(server, added(server, "administrator"))
    unit = f"{PROVINCE}.u.A01"
    token = admin.done("/v1/devices", {"id": "box-1", "unit": unit})["token"]
    assert f"box-1: {unit}" in nazdik(server, "devices").output

    def report() -> int:
        headers = {"authorization": f"Bearer {token}"}
        return httpx.post(f"{server.address}/v1/positions", content=b"[]", headers=headers).status_code

    assert report() == 200
    assert nazdik(server, "revoke-device", "box-1").exit_code == 0
    deadline = time.monotonic() + WITHIN_S
    while report() != 403:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "fleet.device_not_found" in nazdik(server, "revoke-device", "box-2").output


def test_what_is_not_there_is_refused_in_both_languages_with_what_was_meant(server: Server) -> None:
    station = station_of(server)
    said = nazdik(server, "add", "desk-x", "--role", "station_desk", "--office", station + "x")
    assert said.exit_code == 2 and "organisation.office_not_found" in said.output
    assert "چنین یگانی" in said.output and station in said.output.replace("\n", "")
    unit = ("--unit", f"{PROVINCE}.u.A0I")
    said = nazdik(server, "add", "crew-x", "--role", "officer", "--office", station, *unit)
    assert said.exit_code == 2 and "organisation.unit_not_found" in said.output and f"{PROVINCE}.u.A0" in said.output
    for words in (("deactivate", "nobody"), ("password", "nobody"), ("sign-out", "nobody")):
        said = nazdik(server, *words)
        assert said.exit_code == 2 and "organisation.person_not_found" in said.output, words
    assert "there is no role" in nazdik(server, "add", "x", "--role", "boss", "--office", station).output
    said = nazdik(server, "add", "x", "--role", "officer", "--office", station)
    assert "organisation.posting_needs_unit" in said.output
    assert "desk-x" not in nazdik(server, "list").output


def test_a_weak_password_and_a_bad_date_are_refused_in_words(server: Server) -> None:
    office = ("--role", "dispatcher", "--office", PROVINCE)
    said = nazdik(server, "add", "desk-w", *office, typed="short\nshort\n")
    assert said.exit_code == 2 and "auth.weak_password" in said.output
    said = nazdik(server, "post", added(server), *office, "--from", "tomorrow")
    assert said.exit_code == 2 and "no date" in said.output


def test_an_officer_may_be_posted_to_a_unit_that_is_enrolled(server: Server) -> None:
    name = next(names)
    words = ("--role", "officer", "--office", station_of(server), "--unit", f"{PROVINCE}.u.A01")
    assert nazdik(server, "add", name, *words, typed=f"{PASSWORD}\n" * 2).exit_code == 0
    assert signed_in(server, name).get("/v1/session").json()["unit"] == f"{PROVINCE}.u.A01"


def test_without_a_server_the_regions_have_to_be_named(tmp_path: Path) -> None:
    words = ["person", "add", "desk-a", "--role", "dispatcher", "--office", PROVINCE, "--data", str(tmp_path)]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 2 and "--region" in said.output
    said = CliRunner().invoke(app, [*words, "--region", f"regions/built/{PROVINCE}"], input=f"{PASSWORD}\n" * 2)
    assert said.exit_code == 0, said.output


def test_passphrases_of_a_list_that_was_brought_in_are_refused_from_then_on(server: Server, tmp_path: Path) -> None:
    known, digested, free = "quiet rivers of winter", "seven lanterns at noon", "no list names this one"
    listed = tmp_path / "known.txt"
    digest = hashlib.sha1(digested.encode(), usedforsecurity=False).hexdigest().upper()
    listed.write_text(f"short\n{known}\n{digest}:17\n\xff\n", encoding="latin-1")
    seat = signed_in(server, added(server))
    said = nazdik(server, "refuse-passphrases", str(listed))
    assert (said.exit_code, said.output.strip()) == (0, "2 passphrases are refused from now on.")
    for word in (known, digested):
        answer = seat.http.post("/v1/session/password", json={"old": PASSWORD, "new": word})
        problem(answer, 422, "auth.common_password")
    # What was chosen before goes on; another list takes the place of this one.
    assert seat.http.post("/v1/session/password", json={"old": PASSWORD, "new": free}).status_code == 200
    listed.write_text(f"{free}\n", encoding="utf-8")
    assert nazdik(server, "refuse-passphrases", str(listed)).exit_code == 0
    problem(seat.http.post("/v1/session/password", json={"old": free, "new": free}), 422, "auth.common_password")
    assert seat.http.post("/v1/session/password", json={"old": free, "new": known}).status_code == 200
    (server.data / "breached.bin").unlink()
