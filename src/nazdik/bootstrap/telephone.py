"""The telephone's way in: the exchange's signalling of one province, from its ports to that province's log."""

import asyncio
import ssl
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.intake.ami import ManagerLine
from nazdik.intake.exchange import Exchange, Submit
from nazdik.intake.records import KeptRecord
from nazdik.intake.sip.endpoint import Endpoint
from nazdik.intake.sip.location import XML_BYTES_MAX, Told, read_pidf
from nazdik.intake.sip.presence import fetch_presence, read_presence
from nazdik.kernel import Actor, CommandId, Context, Instant, OfficeId, ProvinceId
from nazdik.kernel.later import later
from nazdik.platform.clock import Clock
from nazdik.platform.journal import Journal
from nazdik.platform.settings import Settings, SettingsError

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")

FETCH_S = 3.0
_HELD = (
    b'<?xml version="1.0"?><locationRequest xmlns="urn:ietf:params:xml:ns:geopriv:held" responseTime="emergencyDispatch">'
    b'<locationType exact="false">geodetic civic</locationType></locationRequest>'
)


@dataclass(slots=True)
class Telephone:
    """Ports and the exchange behind them; open and close with the server."""

    endpoint: Endpoint
    exchange: Exchange
    manager: ManagerLine | None = None

    async def open(self, records: Iterable[KeptRecord], now: Instant, *, unheard_since: Instant | None = None) -> None:
        """Read again what rang and is not in the log yet, then listen; `OSError` when a port is taken."""
        self.exchange.again(records, now, unheard_since=unheard_since)
        await self.endpoint.open()
        if self.manager is not None:
            self.manager.open()

    async def close(self) -> None:
        """Listen no more."""
        if self.manager is not None:
            await self.manager.close()
        await self.endpoint.close()
        await self.exchange.close()


def telephone(
    settings: Settings, rooms: Mapping[ProvinceId, ControlRoom | None], journal: Journal, clock: Clock
) -> Telephone | None:
    """
    Return the telephone that the settings ask for, None when they ask for none. A province whose room is None has no log now.

    Raises:
        SettingsError: They name a province that is not loaded, or none while several are.
    """
    ports = (settings.sip_udp_port, settings.sip_tcp_port, settings.sip_tls_port)
    if not any(ports) and not settings.ami_host:
        return None
    province = _province_of(settings, rooms)
    room = rooms[province]
    fetch = _fetcher(settings.location_hosts) if settings.location_hosts else None
    submit = _submitter(room, clock) if room is not None else None
    exchange = Exchange(province, name="sip", submit=submit, keep=journal.append, fetch=fetch)
    tls = None
    if settings.sip_tls_port and settings.tls_certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(settings.tls_certificate, settings.tls_key)
    endpoint = Endpoint(
        hear=exchange.hear,
        host=settings.sip_host,
        udp_port=settings.sip_udp_port or None,
        tcp_port=settings.sip_tcp_port or None,
        tls_port=settings.sip_tls_port or None,
        tls=tls,
        peers=settings.sip_peers,
    )
    return Telephone(endpoint, exchange, _manager(settings, exchange, clock))


def _submitter(room: ControlRoom, clock: Clock) -> Submit:
    actor = Actor(id=f"gateway:{room.province}", role="gateway", office_id=OfficeId(str(room.province)))

    async def submit(command: Any, key: str) -> object:
        return await room.submit(command, Context(at=clock.now(), actor=actor, command_id=CommandId(key)))

    return submit


def _manager(settings: Settings, exchange: Exchange, clock: Clock) -> ManagerLine | None:
    if not settings.ami_host or settings.ami_secret_file is None:
        return None
    try:
        secret = settings.ami_secret_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"the file of setting ami_secret_file cannot be read: {error.strerror}") from error
    return ManagerLine(
        settings.ami_host,
        settings.ami_port,
        user=settings.ami_user,
        secret=secret,
        numbers=frozenset(settings.emergency_numbers),
        hear=exchange.hear,
        now=clock.now,
    )


def _province_of(settings: Settings, provinces: Collection[ProvinceId]) -> ProvinceId:
    named = ProvinceId(settings.sip_province) if settings.sip_province else None
    if named is None and len(provinces) == 1:
        return next(iter(provinces))
    if named is None or named not in provinces:
        known = ", ".join(provinces)
        raise SettingsError(f"setting sip_province is {settings.sip_province!r}; it must be one of {known}")
    return named


def _fetcher(hosts: frozenset[str]) -> Any:
    """Fetch places by reference (HELD, RFC 5985 and 6753; presence), from the hosts allowed and no others, following nowhere."""

    async def fetch(reference: str) -> list[Told]:
        presence = read_presence(reference)
        if presence is not None:
            return await fetch_presence(presence, FETCH_S) if presence.host in hosts else []
        try:
            url = httpx.URL(reference)
            if url.scheme not in ("http", "https") or url.host not in hosts:
                return []
            async with (
                asyncio.timeout(FETCH_S),
                httpx.AsyncClient(timeout=FETCH_S, follow_redirects=False, trust_env=False) as client,
            ):
                status, body = await _asked(client, "POST", url)
                if status == 405:  # a server of places that speaks plain HTTP (RFC 6753)
                    status, body = await _asked(client, "GET", url)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return []
        return read_pidf(body) if status == 200 else []

    return fetch


async def _asked(client: "httpx.AsyncClient", method: str, url: "httpx.URL") -> tuple[int, bytes]:
    """Return the status and the body of an answer; of a body that is too long, nothing."""
    kind = {"accept": "application/pidf+xml, application/held+xml;q=0.5"}
    held = (_HELD, {"content-type": "application/held+xml"}) if method == "POST" else (None, kind)
    async with client.stream(method, url, content=held[0], headers=held[1]) as answer:
        body = b""
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > XML_BYTES_MAX:
                return answer.status_code, b""
        return answer.status_code, body
