"""Knocking on the server's doors over HTTP: signing in at a seat, and acting from it, through restarts of the server."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import msgspec

from nazdik.simulation.demo.tally import Tally

CONNECTIONS_MAX = 24
ANSWER_WITHIN_S = 15.0
# An act is tried again this long while the server does not answer, with the same key, so that it is done once.
TRY_FOR_S = 300.0
WAITS_S = (0.5, 1.0, 2.0, 4.0, 5.0)


class ServerGone(Exception):
    """The server has not answered for so long that it will not come back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door said; `code` is a problem's, empty when all is well."""

    status: int
    body: Mapping[str, Any]
    code: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status < 300


class Doors:
    """The server of one address, and the simulator's credential for it."""

    def __init__(self, address: str, data: Path, tally: Tally) -> None:
        """`data` is the server's data folder, where the simulator's token lies."""
        self.address = address
        self.data = data
        self.tally = tally
        # Sessions go as Bearer tokens; a cookie kept from one seat would speak for all the others.
        nothing_kept = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._http = httpx.AsyncClient(
            base_url=f"http://{address}",
            cookies=nothing_kept,
            trust_env=False,
            timeout=ANSWER_WITHIN_S,
            limits=httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX),
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def knock(self, path: str, headers: Mapping[str, str] | None = None) -> int | None:
        """Ask once, for what is worth nothing a second later, and return the status; None when nobody answers."""
        try:
            return (await self._http.get(path, headers=headers)).status_code
        except httpx.TransportError:
            return None

    async def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        """
        Ask until there is an answer.

        Raises:
            ServerGone: There was none for five minutes.
        """
        loop = asyncio.get_running_loop()
        until_s, tries = loop.time() + TRY_FOR_S, 0
        content = None if body is None else msgspec.json.encode(body)
        said = {"content-type": "application/json", **(headers or {})}
        while True:
            try:
                response = await self._http.request(method, path, headers=said, content=content)
                if response.status_code != 503:
                    return _answer(response)
                self.tally.problem("503", path)
            except httpx.TransportError as error:
                self.tally.problem("no_answer", type(error).__name__)
            if loop.time() > until_s:
                raise ServerGone(path)
            await asyncio.sleep(WAITS_S[min(tries, len(WAITS_S) - 1)])
            tries += 1

    async def sign_in(self, seat: str) -> Answer:
        """Sit down at a seat as the simulator; refused with demo.seat_taken while a person has it."""
        token = (self.data / "simulator.token").read_text(encoding="ascii").strip()
        return await self.ask("POST", "/v1/sessions", headers={"x-nazdik-simulator": token}, body={"seat": seat})


class Seat:
    """A seat the simulator sits at, and everything done from it."""

    def __init__(self, doors: Doors, name: str) -> None:
        self._doors = doors
        self.name = name
        self.token = ""

    @property
    def headers(self) -> dict[str, str]:
        """What shows who asks."""
        return {"authorization": f"Bearer {self.token}"}

    async def sit_down(self) -> bool:
        """Sign in; False when a person sits here."""
        answer = await self._doors.sign_in(self.name)
        if answer.ok:
            self.token = answer.body["token"]
            return True
        if answer.code != "demo.seat_taken":
            self._doors.tally.problem(answer.code, self.name)
        return False

    async def act(self, path: str, body: Any = None, *, method: str = "POST") -> Answer:
        """Do something once, however often it has to be said; what is refused is counted and returned."""
        headers = {"idempotency-key": secrets.token_hex(16)}
        answer = await self._doors.ask(method, path, headers={**headers, **self.headers}, body=body)
        if answer.status == 401 and await self.sit_down():
            answer = await self._doors.ask(method, path, headers={**headers, **self.headers}, body=body)
        if not answer.ok:
            self._doors.tally.problem(answer.code, f"{self.name} {path}")
        return answer

    async def get(self, path: str) -> Answer:
        """Read something."""
        return await self._doors.ask("GET", path, headers=self.headers)


def _answer(response: httpx.Response) -> Answer:
    try:
        body = msgspec.json.decode(response.content) if response.content else {}
    except msgspec.DecodeError:
        body = {}
    body = body if isinstance(body, dict) else {}
    code = "" if response.is_success else str(body.get("code") or f"http.{response.status_code}")
    return Answer(response.status_code, body, f"{code}({response.status_code})" if response.is_server_error else code)
