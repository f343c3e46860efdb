"""The first run over HTTP: from an empty folder of data to a server that works, and the list of first steps that stays."""

import asyncio
import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.first_run.regions import BuildRuns, OffersView, Regions
from nazdik.cli import app
from nazdik.platform.auth import totp
from nazdik.platform.clock import SystemClock
from tests.server import PROVINCE, ROOT, Seat, Server, free_port, problem

PASSWORD = "a long enough password"
FIRST, SECOND = "head-a", "head-b"


@dataclass
class Fresh:
    """A server over an empty folder of data, and where it finds regions."""

    server: Server
    built: Path

    def start(self) -> None:
        """Start it without naming a region."""
        server = self.server
        with (server.data / "server.txt").open("ab") as output:
            environment = {k: v for k, v in os.environ.items() if not k.startswith("NAZDIK_")}
            command = [sys.executable, "-m", "nazdik.cli", "serve", "--data", str(server.data)]
            command += ["--port", str(server.port), "--built", str(self.built)]
            server.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )

    def wait(self, path: str, wanted: Callable[[httpx.Response], bool]) -> httpx.Response:
        """Return an answer once it is the one that is waited for."""
        until = time.monotonic() + 120
        while True:
            try:
                answer = httpx.get(f"{self.server.address}{path}", timeout=5)
                if wanted(answer):
                    return answer
            except httpx.HTTPError:
                pass
            process = self.server.process
            assert process is not None and process.poll() is None and time.monotonic() < until, self.server.said()
            time.sleep(0.05)

    def code(self) -> str:
        """Return the newest code in the terminal, once there is one: it is said when the door is already open."""
        until = time.monotonic() + 30
        while not (codes := re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", self.server.said())):
            assert time.monotonic() < until, self.server.said()
            time.sleep(0.05)
        return str(codes[-1])


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Fresh]:
    built = tmp_path_factory.mktemp("regions") / "built"
    built.mkdir()
    (built / PROVINCE).symlink_to(built_region(PROVINCE))
    (built / "broken").mkdir()
    (built / "broken" / "manifest.json").write_text("{}")
    sources = built.parent / "sources"
    sources.mkdir()
    running = Fresh(Server(tmp_path_factory.mktemp("fresh"), free_port()), built)
    running.start()
    try:
        running.wait("/v1/health", lambda answer: answer.status_code == 200)
        yield running
    finally:
        running.server.stop()
        assert "Traceback" not in running.server.said() and " 500 " not in running.server.said()


def body(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": FIRST, "password": PASSWORD, "second": SECOND, **more}


def seat(fresh: Fresh, token: str) -> Seat:
    one = Seat(fresh.server.address, None)
    one.token = token
    one.http.headers["authorization"] = f"Bearer {token}"
    return one


def make_a_telephone(one: Seat) -> Callable[[], str]:
    """Make a second factor for whoever is signed in, as an authenticator on a telephone does; return what shows its next code."""
    secret = one.done("/v1/session/telephone")["secret"]
    plain = base64.b32decode(secret + "=" * (-len(secret) % 8))
    one.done("/v1/session/telephone/confirm", {"code": totp.code_of(plain, totp.step_of(SystemClock().now()))})
    # The one before is used up; the telephone's clock may be a little ahead.
    return lambda: totp.code_of(plain, totp.step_of(SystemClock().now()) + 1)


def test_from_nothing_to_a_server_that_works(fresh: Fresh) -> None:
    nobody = Seat(fresh.server.address, None)
    assert nobody.get("/v1/health").json()["mode"] == "first_run"
    assert nobody.get("/v1/first-run").json() == {"step": "administrators"}
    assert nobody.get("/v1/server").json()["provinces"] == []
    assert nobody.get("/").status_code in (200, 422)  # 422 where the pages are not built.
    problem(nobody.get("/v1/units"), 503, "first_run.no_region")
    problem(nobody.get("/v1/first-run/regions"), 401, "auth.not_signed_in")

    # What is wrong leaves the code good; a code that is wrong makes nobody.
    path = "/v1/first-run/administrators"
    problem(nobody.post(path, body("ABCD-EFGH-JKLM")), 401, "auth.code_invalid")
    problem(nobody.post(path, body(fresh.code(), password="short")), 422, "auth.weak_password")
    problem(nobody.post(path, body(fresh.code(), second=FIRST.upper())), 422, "first_run.name_unfit")
    problem(nobody.post(path, body(fresh.code(), name="no spaces here")), 422, "first_run.name_unfit")
    assert nobody.get("/v1/first-run").json() == {"step": "administrators"}
    made = nobody.done(path, body(fresh.code()))
    assert made["second"]["name"] == SECOND and made["session"]["office"] == "iran"
    problem(nobody.post(path, body(fresh.code())), 409, "first_run.done")
    assert nobody.get("/v1/first-run").json() == {"step": "region"}

    # A region: what can be opened, and why what cannot be is not.
    one = seat(fresh, made["session"]["token"])
    offers = {each["id"]: each for each in one.get("/v1/first-run/regions").json()["regions"]}
    assert offers[PROVINCE]["built"] and offers[PROVINCE]["stations"] == 6
    assert offers["broken"]["wrong"]["fa"] and "manhattan" not in offers
    problem(one.post("/v1/first-run/region", {"region": "broken"}), 409, "first_run.region_not_built")
    problem(one.post("/v1/first-run/region", {"region": "nowhere"}), 404, "first_run.region_not_offered")
    problem(one.post("/v1/first-run/builds", {"region": "../etc"}), 404, "first_run.region_not_offered")
    session = one.done("/v1/first-run/region", {"region": PROVINCE})
    assert (session["office"], session["face"]) == (PROVINCE, "admin")

    # The ordinary server opens at the same address, and the session goes on.
    fresh.wait("/readyz", lambda answer: answer.status_code == 200)
    chief = seat(fresh, session["token"])
    assert chief.get("/v1/session").json()["office"] == PROVINCE
    assert nobody.get("/v1/first-run").json() == {"step": "done"}
    problem(nobody.post(path, body("ABCD-EFGH-JKLM")), 409, "first_run.done")

    # The second sets a password by the code and signs in; both are seen by the page of people.
    assert nobody.done("/v1/passwords", {"code": made["second"]["code"], "password": PASSWORD}) == {"name": SECOND}
    signed_in = nobody.done("/v1/sessions", {"name": SECOND, "password": PASSWORD})
    other = seat(fresh, signed_in["token"])
    # As it ships an administrator needs a second factor, and makes it before anything else.
    assert signed_in["face"] == "#factor"
    problem(other.get("/v1/people", params={"office": PROVINCE}), 403, "auth.second_factor_needed")
    # A command says so, too, and once there is a telephone asks for its code.
    asking = ["doors", "--server", fresh.server.address, "--name", SECOND]
    told = CliRunner().invoke(app, asking, input=f"{PASSWORD}\n")
    assert told.exit_code == 2 and "second factor" in told.output and "عامل دوم" in told.output
    next_code = make_a_telephone(other)
    told = CliRunner().invoke(app, asking, input=f"{PASSWORD}\n{next_code()}\n")
    assert told.exit_code == 0, told.output
    assert other.get("/v1/session").json()["face"] == "admin"
    people = other.get("/v1/people", params={"office": PROVINCE}).json()["people"]
    assert {(p["id"], p["role"], p["office"]) for p in people} == {
        (name, "administrator", PROVINCE) for name in (FIRST, SECOND)
    }

    # The list of first steps follows what is there.
    def steps() -> dict[str, dict[str, Any]]:
        said = chief.get(f"/v1/provinces/{PROVINCE}/first-steps").json()["steps"]
        return {each["name"]: each for each in said}

    before = steps()
    assert [name for name, step in before.items() if step["done"]] == ["administrators", "region"]
    assert before["offices"]["counts"] == {"counties": 1, "stations": 6}
    person = f"/v1/settings/person/{PROVINCE}.p.desk-a"
    value = {"active": True, "seats": [{"role": "dispatcher", "office": PROVINCE}]}
    chief.done(f"{person}/draft", {"value": value, "why": "نخستین میز"})
    other.done(f"{person}/publish", {"revision": 1, "over": 0})
    station = next(o["id"] for o in chief.get("/v1/offices").json()["offices"] if o["tier"] == "station")
    unit = {"call_sign": "A1", "office": station, "kind": "car", "skills": ["patrol"]}
    chief.done("/v1/units", unit)
    chief.done(
        f"/v1/settings/first_steps/{PROVINCE}/draft", {"value": {"offices": True, "kinds": True}, "why": "خوانده شد"}
    )
    chief.done(f"/v1/settings/first_steps/{PROVINCE}/publish", {"revision": 1, "over": 0})
    code = chief.done(f"/v1/people/{PROVINCE}.p.desk-a/code")["code"]
    assert steps()["people"] == {"name": "people", "done": False, "counts": {"room": 1, "others": 0}, "by_hand": False}
    nobody.done("/v1/passwords", {"code": code, "password": PASSWORD})
    device = chief.done("/v1/device-codes", {"unit": f"{PROVINCE}.u.A1", "label": "1"})["code"]
    assert not steps()["handhelds"]["done"]
    nobody.done("/v1/device-enrolments", {"code": device})
    assert all(step["done"] for step in steps().values())
    desk = seat(fresh, nobody.done("/v1/sessions", {"name": "desk-a", "password": PASSWORD})["token"])
    problem(desk.get(f"/v1/provinces/{PROVINCE}/first-steps"), 403, "organisation.role_may_not")


def test_a_later_start_needs_no_region_and_prints_no_code(fresh: Fresh) -> None:
    fresh.server.stop()
    before = fresh.server.said().count("FIRST RUN")
    fresh.start()
    fresh.wait("/readyz", lambda answer: answer.status_code == 200)
    assert fresh.server.said().count("FIRST RUN") == before
    # Who did it is written down, both times.
    log = (fresh.server.data / "audit.sqlite").read_bytes()
    assert b"first_administrators" in log and b"first_region" in log


def test_a_build_tells_how_far_it_is_and_why_it_ended(tmp_path: Path) -> None:
    async def build(sources: Path) -> tuple[list[float], OffersView]:
        regions = Regions(tmp_path / "built", sources)
        await regions.build(PROVINCE)
        with pytest.raises(BuildRuns):
            await regions.build(PROVINCE)
        shares = []
        async with asyncio.timeout(120):
            while (said := regions.offers()).build is not None and said.build.running:
                shares.append(said.build.share)
                await asyncio.sleep(0.02)
        await regions.close()
        return shares, said

    (tmp_path / "empty").mkdir()
    _, said = asyncio.run(build(tmp_path / "empty"))
    assert said.build is not None and said.build.failed is not None and said.build.failed.fa
    assert not said.regions[0].built
    shares, said = asyncio.run(build(ROOT / "regions/sources"))
    assert shares == sorted(shares) and len(set(shares)) > 3
    assert said.build is not None and (said.build.share, said.build.failed) == (1.0, None)
    assert next(each for each in said.regions if each.id == PROVINCE).stations == 6
