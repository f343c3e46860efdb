"""An oversight server to attack: its two ports, somebody at each desk, and a case that one of them must never hear of."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from nazdik.bootstrap.oversight.house import OversightHouse, build_oversight
from nazdik.kernel import Actor, OfficeId, PersonId
from nazdik.kernel.instant import plus_s
from nazdik.oversight import commands as c
from nazdik.oversight.model import Category, Duty, Kind, Source
from nazdik.oversight.service import Said
from tests.attack.attackers import MARK
from tests.server import ROOT, free_port
from tests.unit.oversight.town import FORCE, TREE

KEEPER = Actor(id="register", role="staff")
YEAR_S = 365 * 86_400.0
# Whom the case about their own county is shut to, and who may read it.
SHUT_OUT, MAY_READ = ("desk-a", "desk-b", "chief-a"), ("desk-p", "desk-top")


@dataclass
class Citizen:
    """Somebody at a port of 197: at a desk, in command, or without a session."""

    name: str = "nobody"
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def role(self) -> str | None:
        """None without a session."""
        return None if self.token is None else self.name

    @property
    def may_read_the_mark(self) -> bool:
        """Whether the case is theirs to read."""
        return self.name in MAY_READ


@dataclass
class Attacked:
    """Both addresses, who attacks each, and ids and values that are there."""

    citizens: str
    desks: str
    nobody: list[Citizen]
    staff: list[Citizen]
    things: dict[str, list[str]]
    values: dict[str, list[object]]
    said: Path


async def _fill(house: OversightHouse) -> tuple[list[str], str]:
    """Put up a small force, a case about its county and one that everybody at a desk above may have; return ids and a code."""
    since = plus_s(house.oversight.clock.now(), -YEAR_S)
    await house.oversight.submit(c.PutOffices(offices=TREE), KEEPER, "offices")
    posts = [
        c.PostPerson(person=PersonId(person), office=OfficeId(office), duty=duty, since=since)
        for person, (office, duty) in FORCE.items()
    ]
    # One in two desks of the county, so that there is somebody whom the other case is open to.
    posts.append(c.PostPerson(person=PersonId("desk-b"), office=OfficeId("p.b"), duty=Duty.SUPERVISOR, since=since))
    await asyncio.gather(*(house.oversight.submit(post, KEEPER, f"{n}") for n, post in enumerate(posts)))
    shut = Said(kind=Kind.COMPLAINT, text=MARK, office=OfficeId("p.a"), category=Category.CONDUCT, unit=OfficeId("p.a"))
    other = Said(kind=Kind.GUIDANCE, text="کجا بروم؟", office=OfficeId("p.b.1"))
    first = await house.oversight.receive(shut, "a case to attack, number 1", Source.WEB)
    second = await house.oversight.receive(other, "a case to attack, number 2", Source.WEB)
    return [first.case_id, second.case_id], second.code


def _prepare(folder: Path) -> tuple[list[str], str, list[Citizen]]:
    async def fill() -> tuple[list[str], str, list[Citizen]]:
        house = build_oversight(folder)
        try:
            ids, code = await _fill(house)
            staff = []
            for person in (*SHUT_OUT, *MAY_READ):
                token, _ = house.registry.open_session(person, "oversight", {})
                staff.append(Citizen(person, token, {"authorization": f"Bearer {token}"}))
            return ids, code, staff
        finally:
            await house.close()

    return asyncio.run(fill())


@contextmanager
def attacked(folder: Path) -> Iterator[Attacked]:
    """Serve 197 from a folder that is thrown away."""
    cases, code, staff = _prepare(folder)
    ports, said = (free_port(), free_port()), folder / "said.txt"
    command = [sys.executable, "-m", "nazdik.cli", "oversight", "serve", "--data", str(folder)]
    command += ["--port", str(ports[0]), "--desk-port", str(ports[1])]
    with said.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env=os.environ) as server:
        try:
            citizens, desks = (f"http://127.0.0.1:{port}" for port in ports)
            _await(citizens, desks)
            things = {
                "case_id": cases,
                "session_id": ["none"],
                "act": ["acknowledge", "write", "assign", "close", "allegation", "find", "limit-contact"],
                "what": ["offices", "posting", "postings", "tie"],
                "topic": ["none"],
                "name": [cases[0], "suggestion.json", f"{cases[1]}.xml"],
            }
            values: dict[str, list[object]] = {
                "office": ["p.a", "p.b.1"],
                "unit": [None, "p.b.1"],
                "code": [code, code[:-1]],
                "text": ["چیزی شد"],
                "purpose": ["آزمون"],
                "person": [None, "officer-a2"],
            }
            yield Attacked(citizens, desks, [Citizen()], [Citizen(), *staff], things, values, said)
        finally:
            server.terminate()
            server.wait(20)


def _await(*addresses: str) -> None:
    deadline = time.monotonic() + 60
    for address in addresses:
        while True:
            try:
                if httpx.get(f"{address}/v1/offices").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
            assert time.monotonic() < deadline, f"nobody answers at {address}"


def describe(address: str) -> dict[str, Any]:
    """Return how a port describes itself."""
    document: dict[str, Any] = httpx.get(f"{address}/openapi.json").json()
    return document
