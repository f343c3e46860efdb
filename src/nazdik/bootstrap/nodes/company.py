"""What connects this node to the others; a server by itself has no company."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litestar.types import ASGIApp

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.identity.parts import Identity
from nazdik.bootstrap.nodes.forwarding import ANSWERS_WITHIN_S, Forwarding
from nazdik.bootstrap.nodes.places import PATH, Places
from nazdik.bootstrap.nodes.sessions import LEARN_EVERY_S, SharedSessions
from nazdik.bootstrap.screens import Screens
from nazdik.bootstrap.stores import url_in
from nazdik.fleet.service import FleetService
from nazdik.interchange.partners import FILE as PARTNERS
from nazdik.interchange.partners import Partners
from nazdik.interchange.webhook_store import FILE as WEBHOOKS
from nazdik.kernel import ProvinceId
from nazdik.kernel.later import later
from nazdik.platform.auth import Registry
from nazdik.platform.clock import Clock
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.live import Hub
from nazdik.platform.node_key import NodeKey
from nazdik.platform.settings import Settings

if TYPE_CHECKING:
    import httpx

    from nazdik.bootstrap.nodes.credentials import SharedCredentials
    from nazdik.bootstrap.nodes.people import SharedPeople
    from nazdik.bootstrap.nodes.sealed_rows import SealedRows
    from nazdik.bootstrap.nodes.words import SharedWords
else:
    httpx = later("httpx")

CONNECTIONS_MAX = 200
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Company:
    """The other nodes, from here."""

    settings: Settings
    rooms: Mapping[ProvinceId, ControlRoom]
    sessions: SharedSessions
    key: NodeKey
    places: Places
    people: "SharedPeople"
    credentials: "SharedCredentials"
    partners: Partners
    # Who partners are, and then their webhooks: nobody learns of a webhook before its partner.
    interchange: tuple["SealedRows", ...]
    words: "SharedWords"
    fleet: FleetService
    client: "httpx.AsyncClient"
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    learnt_s: float = 0.0
    away: bool = False

    @property
    def runs(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        """Return what goes on for ever."""
        return self.sessions.run, self.places.run, self._keep_even

    def around(self, app: ASGIApp, nonce: Callable[[], str]) -> Forwarding:
        """Return an application that has done elsewhere what may not be done here; `nonce` is for handhelds' next proofs."""
        made = Forwarding(
            app,
            key=self.key,
            own_address=self.settings.node_address,
            follows=lambda: any(not room.writes for room in self.rooms.values()),
            sessions=self.sessions,
            learn=self.learn,
            even=self.even,
            errands={PATH: self.places.answer},
            client=self.client,
            nonce=nonce,
        )
        for room in self.rooms.values():
            room.when_writing.append(made.took_over)
        return made

    async def learn(self, token: str) -> None:
        """Learn of whoever signed in or was enrolled at another node a moment ago, when nobody here has this token."""
        devices, asked_s = self.fleet.devices, time.monotonic()
        if devices.find_by_token(token, with_key=True) is not None or self.sessions.has(token):
            return
        if self.partners.knows(token) or await self.sessions.knows(token):
            return
        async with self.turn:
            # Of many who come with tokens of nobody one asks for all who wait.
            if self.learnt_s < asked_s:
                self.learnt_s = time.monotonic()
                await asyncio.to_thread(devices.learn)
                await self._even_interchange()

    async def even(self) -> None:
        """Learn who may sign in and how, where that was changed at another node, and tell what was changed here."""
        try:
            # First who: nobody signs in before they are somebody.
            await asyncio.to_thread(self.people.even)
            await asyncio.to_thread(self.credentials.even)
        except LogUnavailable as away:
            self._say(away)
        else:
            self._say(None)

    async def _even_interchange(self) -> None:
        with suppress(LogUnavailable):
            for rows in self.interchange:
                await asyncio.to_thread(rows.even)

    async def _keep_even(self) -> None:
        while True:
            await self.even()
            await self._even_interchange()
            await asyncio.to_thread(self.words.look)
            await asyncio.sleep(LEARN_EVERY_S)

    def _say(self, away: LogUnavailable | None) -> None:
        if (away is not None) is not self.away:
            self.away = away is not None
            _log.warning(
                "people are shared again" if away is None else f"people and ways to sign in are not shared now: {away}"
            )

    async def close(self) -> None:
        """Let go of the lines."""
        await self.client.aclose()
        self.sessions.close()
        self.people.close()
        self.credentials.close()
        self.words.close()
        for rows in self.interchange:
            rows.close()


def company_of(
    settings: Settings,
    rooms: Mapping[ProvinceId, ControlRoom],
    fleet: FleetService,
    registry: Registry,
    screens: Screens,
    hub: Hub,
    clock: Clock,
    identity: Identity,
    partners: Partners,
) -> Company | None:
    """
    Return the company of a node that shares a store and a key with others; None of one that does not.

    Raises:
        LogUnavailable: The key cannot be read.
    """
    if settings.postgres_url_file is None or settings.node_key_file is None:
        return None
    # Whoever keeps everything in files does not load what speaks to PostgreSQL.
    from nazdik.bootstrap.nodes.credentials import SharedCredentials  # noqa: PLC0415
    from nazdik.bootstrap.nodes.people import FILE as PEOPLE  # noqa: PLC0415
    from nazdik.bootstrap.nodes.people import SharedPeople  # noqa: PLC0415
    from nazdik.bootstrap.nodes.sealed_rows import Owner, SealedRows, realm_of  # noqa: PLC0415
    from nazdik.bootstrap.nodes.words import SharedWords  # noqa: PLC0415
    from nazdik.platform.eventlog.postgres.credentials import CredentialTable  # noqa: PLC0415
    from nazdik.platform.eventlog.postgres.sessions import SessionTable  # noqa: PLC0415
    from nazdik.platform.eventlog.postgres.words import WordTable  # noqa: PLC0415

    # A line for each request that is forwarded would say where each of them went.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    key = NodeKey(settings.node_key_file, settings.node_name, clock)
    trusted = ssl.create_default_context(cafile=settings.node_ca_file)
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX)
    client = httpx.AsyncClient(timeout=ANSWERS_WITHIN_S, verify=trusted, limits=limits, trust_env=False)

    def writer_of(province: ProvinceId) -> str | None:
        room = rooms[province]
        return None if room.writes else room.written_at

    url = url_in(settings.postgres_url_file)
    sessions = SharedSessions(SessionTable(url), registry, hub, settings.node_name)
    realm = realm_of(key.derived("the name of credentials"))
    credentials = SharedCredentials(
        settings.data_dir / "registry.sqlite", CredentialTable(url, realm), key.derived("credentials"), identity.seals
    )
    people = SharedPeople(
        settings.data_dir / PEOPLE,
        CredentialTable(url, realm_of(key.derived("the name of people"))),
        key.derived("people"),
    )
    # Their files are there: whoever uses them has opened them.
    interchange = tuple(
        SealedRows(
            settings.data_dir / file,
            CredentialTable(url, realm_of(key.derived(f"the name of {table}s"))),
            key.derived(f"{table}s"),
            {table: Owner(table, "id")},
        )
        for file, table in ((PARTNERS, "partner"), (WEBHOOKS, "endpoint"))
    )
    words = identity.words.shared = SharedWords(WordTable(url, realm), key.derived("words"), clock)
    places = Places(fleet, rooms, screens=screens, writer_of=writer_of, key=key, clock=clock, client=client)
    return Company(
        settings, rooms, sessions, key, places, people, credentials, partners, interchange, words, fleet, client
    )
