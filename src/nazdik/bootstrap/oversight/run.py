"""Run the oversight server: citizens on one port, desks on another, in one process, until somebody says stop."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from nazdik.bootstrap.oversight.house import build_oversight, desk_app, public_app
from nazdik.bootstrap.run import check_port
from nazdik.platform import logs
from nazdik.platform.http import UntilGone

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
    asyncio.run(_serve(place, say))


async def _serve(place: OversightPlace, say: Callable[[str], None]) -> None:
    house = build_oversight(place.folder, witness=place.witness)
    apps = {place.port: public_app(house), place.desk_port: desk_app(house)}
    servers = [_server(place, port, app) for port, app in apps.items()]
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


def _server(place: OversightPlace, port: int, app: UntilGone) -> Server:
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
