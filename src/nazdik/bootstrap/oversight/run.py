"""Run the oversight server: citizens on one port, desks on another, in one process, until somebody says stop."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from nazdik.bootstrap.oversight.house import IDLE_MINUTES, build_oversight, desk_app, public_app
from nazdik.bootstrap.run import check_port
from nazdik.platform import logs
from nazdik.platform.clock import SystemClock
from nazdik.platform.first_certificate import with_certificate
from nazdik.platform.http import Network, UntilGone
from nazdik.platform.loop import run_loop
from nazdik.platform.settings import Settings

ANSWERS_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class OversightPlace:
    """Where an oversight server keeps its things and listens."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8197
    desk_port: int = 8198
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    witness: Path | None = None
    text_to: str = ""
    idle_minutes: int = IDLE_MINUTES
    proxies: tuple[Network, ...] = ()

    @property
    def public(self) -> str:
        """The citizens' address."""
        return f"{'https' if self.tls_certificate else 'http'}://{self.host}:{self.port}/"


def run_oversight(place: OversightPlace, *, say: Callable[[str], None], log_format: str = "text") -> None:
    """
    Serve until SIGINT or SIGTERM.

    Raises:
        LogInUse, LogUnavailable, LogDamaged, HeadsLost: See `build_oversight`.
        OSError: A port cannot be used.
    """
    logs.set_up(log_format)
    for port in (place.port, place.desk_port):
        check_port(place.host, port)
    run_loop(_serve(with_tls(place, say), say))


def with_tls(place: OversightPlace, say: Callable[[str], None]) -> OversightPlace:
    """Return a place with a certificate where one is needed: outside the loopback, unless a proxy of ours ends TLS before it."""
    told = Settings(
        data_dir=place.folder,
        host=place.host,
        tls_certificate=place.tls_certificate,
        tls_key=place.tls_key,
        plain_http=bool(place.proxies),
    )
    settings = with_certificate(told, SystemClock().now(), say)
    return replace(place, tls_certificate=settings.tls_certificate, tls_key=settings.tls_key)


async def _serve(place: OversightPlace, say: Callable[[str], None]) -> None:
    house = build_oversight(place.folder, witness=place.witness, text_to=place.text_to, idle_minutes=place.idle_minutes)
    apps = {place.port: public_app(house, place.proxies), place.desk_port: desk_app(house, place.proxies)}
    servers = [server_of(place, port, app) for port, app in apps.items()]
    loop = asyncio.get_running_loop()
    ends: list[Callable[[], None]] = [server.stop for server in servers]

    def stop() -> None:
        for end in ends:
            end()
        for app in apps.values():
            loop.call_later(ANSWERS_WITHIN_S, app.cut)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    say(f"197 answers citizens at {place.public} and desks at port {place.desk_port}  (stop with Ctrl+C)")
    await asyncio.gather(*(server.serve() for server in servers))


def server_of(place: OversightPlace, port: int, app: UntilGone) -> Server:
    """Return a server of one of the two applications."""
    return Server(
        app,
        address=place.host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        log_access=False,
        ssl_cert=place.tls_certificate,
        ssl_key=place.tls_key,
    )
