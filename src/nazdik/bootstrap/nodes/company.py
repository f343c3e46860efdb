"""What connects this node to the others; a server by itself has no company."""

import logging
import ssl
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from litestar.types import ASGIApp

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.nodes.forwarding import ANSWERS_WITHIN_S, Forwarding
from nazdik.bootstrap.nodes.places import PATH, Places
from nazdik.bootstrap.nodes.sessions import SharedSessions
from nazdik.bootstrap.stores import url_in
from nazdik.fleet.service import FleetService
from nazdik.kernel import ProvinceId
from nazdik.platform.auth import Registry
from nazdik.platform.clock import Clock
from nazdik.platform.live import Hub
from nazdik.platform.node_key import NodeKey
from nazdik.platform.settings import Settings

CONNECTIONS_MAX = 200


@dataclass(slots=True)
class Company:
    """The other nodes, from here."""

    settings: Settings
    rooms: Mapping[ProvinceId, ControlRoom]
    sessions: SharedSessions
    key: NodeKey
    places: Places
    client: httpx.AsyncClient

    @property
    def runs(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        """Return what goes on for ever."""
        return self.sessions.run, self.places.run

    def around(self, app: ASGIApp, nonce: Callable[[], str]) -> Forwarding:
        """Return an application that has done elsewhere what may not be done here; `nonce` is for handhelds' next proofs."""
        return Forwarding(
            app,
            key=self.key,
            own_address=self.settings.node_address,
            follows=lambda: any(not room.writes for room in self.rooms.values()),
            sessions=self.sessions,
            errands={PATH: self.places.answer},
            client=self.client,
            nonce=nonce,
        )

    async def close(self) -> None:
        """Let go of the lines."""
        await self.client.aclose()
        self.sessions.close()


def company_of(
    settings: Settings,
    rooms: Mapping[ProvinceId, ControlRoom],
    fleet: FleetService,
    registry: Registry,
    hub: Hub,
    clock: Clock,
) -> Company | None:
    """
    Return the company of a node that shares a store and a key with others; None of one that does not.

    Raises:
        LogUnavailable: The key cannot be read.
    """
    if settings.postgres_url_file is None or settings.node_key_file is None:
        return None
    # Whoever keeps everything in files does not load what speaks to PostgreSQL.
    from nazdik.platform.eventlog.postgres.sessions import SessionTable  # noqa: PLC0415

    # A line for each request that is forwarded would say where each of them went.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    key = NodeKey(settings.node_key_file, settings.node_name, clock)
    trusted = ssl.create_default_context(cafile=settings.node_ca_file)
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX)
    client = httpx.AsyncClient(timeout=ANSWERS_WITHIN_S, verify=trusted, limits=limits, trust_env=False)

    def writer_of(province: ProvinceId) -> str | None:
        room = rooms[province]
        return None if room.writes else room.written_at

    sessions = SharedSessions(SessionTable(url_in(settings.postgres_url_file)), registry, hub, settings.node_name)
    places = Places(fleet, rooms, writer_of=writer_of, key=key, clock=clock, client=client)
    return Company(settings, rooms, sessions, key, places, client)
