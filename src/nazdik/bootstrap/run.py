"""Run the application on Granian, in one process and one event loop, until somebody says stop."""

import asyncio
import gc
import logging
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.first_run import administrators
from nazdik.bootstrap.first_run.server import build_app_choosing, build_choosing
from nazdik.bootstrap.house import Running, build
from nazdik.bootstrap.journal_only.mark import RecordClosed
from nazdik.bootstrap.journal_only.server import WithoutLog, build_app_without_log, build_without_log
from nazdik.bootstrap.known import kept_regions
from nazdik.bootstrap.server import build_app
from nazdik.bootstrap.stopped import until_stopped
from nazdik.bootstrap.stores import is_away, until_back
from nazdik.kernel.later import import_promised
from nazdik.platform import logs
from nazdik.platform.clock import SystemClock
from nazdik.platform.eventlog.errors import Fenced
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.first_certificate import with_certificate
from nazdik.platform.http import UntilGone
from nazdik.platform.journal import Journal
from nazdik.platform.loop import run_loop
from nazdik.platform.memory import keep_in_memory
from nazdik.platform.mutual_tls import MutualTls, server_context
from nazdik.platform.settings import Settings

Say = Callable[[str], None]
# Connections that wait to be taken, and that are served at once. A line that is begun and left counts for up to half a minute:
# with few at once, two hundred of them would keep everybody else out, callers too.
WAITING_MAX, AT_ONCE_MAX = 1_024, 8_192
_log = logging.getLogger(__name__)
COMPANION_STOPS_WITHIN_S = 10.0
# Requests in flight get so long to be answered when the server is told to stop.
ANSWERS_WITHIN_S = 5.0
# What was just answered is on its way so long before the server that answered ends.
ANSWER_LEAVES_S = 0.5
# What a server started without is fetched so long after it was open: not while everybody comes back at once.
FETCH_AFTER_S = 5.0


def run_server(
    settings: Settings,
    folders: Sequence[Path],
    *,
    say: Say,
    companion: Sequence[str] | None = None,
    built: Path = Path("regions/built"),
) -> None:
    """
    Serve the regions in `folders` until SIGINT or SIGTERM; without any those served last, and on the first run what is chosen.

    Args:
        built: Where regions lie that the first run offers; the samples' sources are expected beside it.
        companion: A command to run beside the server once it answers, and to end with it: the demo's simulator.

    When a log cannot be opened the calls' doors are opened all the same, see `journal_only`.

    Raises:
        GeoBuildError: A folder is no sound region.
        LogUnavailable: The data is in use by another server, or the journal cannot be written.
        Fenced: Another node took over a province while this one served; it can be started again, as its standby.
        OSError: The address or port cannot be used.
    """
    logs.set_up(settings.log_format)
    check_port(settings.host, settings.port)
    settings = with_certificate(settings, SystemClock().now(), say)
    run_loop(_serve(settings, folders or kept_regions(settings.data_dir), say, companion, built))


def check_port(host: str, port: int) -> None:
    """
    Raise `OSError` when something listens there already.

    Granian lets several processes share a port; two servers that do so by mistake would each get a part of the requests.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(f"Cannot listen at {host}:{port}: {error.strerror}.") from error


async def _serve(
    settings: Settings, folders: Sequence[Path], say: Say, companion: Sequence[str] | None, built: Path
) -> None:
    if not folders:
        chosen = await _choose(settings, built, say)
        if chosen is None:
            return
        folders = [chosen]
    clock = SystemClock()
    journal = Journal(settings.data_dir / "journal", clock)
    running: Running | WithoutLog
    try:
        running = build(settings, list(folders), clock=clock, say=say, journal=journal)
        app = build_app(running)
    except RecordClosed as closed:
        running = build_without_log(settings, list(folders), journal, closed, clock=clock)
        app = build_app_without_log(running)
        companion = None
        say_without_log(say, closed)
    serving, stop = await _listen(settings, app)
    watching = None
    if isinstance(running, WithoutLog):
        if await asyncio.to_thread(is_away, settings):
            # Nothing is wrong here. Whoever started us starts us again once there is a store, and then we have a log.
            watching = asyncio.create_task(until_back(settings))
            watching.add_done_callback(lambda done: None if done.cancelled() else stop())
    else:
        watching = asyncio.create_task(until_stopped(running.entrance.building.rooms.values()))
        watching.add_done_callback(lambda done: None if done.cancelled() else stop())
        running.losses.tell = partial(_soon, asyncio.get_running_loop(), stop)
        if running.losses.why is not None:
            stop()
    door = await _partner_door(settings, running.interchange.proof)
    keep_in_memory()
    say(f"Nazdik answers at {_address(settings)}  (stop with Ctrl+C)")
    say_first_code(running.entrance, say)
    fetching = asyncio.create_task(_fetch())
    beside = subprocess.Popen([sys.executable, *companion]) if companion is not None else None  # noqa: S603
    try:
        await serving
    finally:
        fetching.cancel()
        if watching is not None:
            watching.cancel()
        if door is not None:
            await door.close()
        if beside is not None:
            await asyncio.to_thread(_end, beside)
    if isinstance(running, Running) and running.losses.why is not None:
        raise Fenced(running.losses.why)
    if isinstance(running, WithoutLog) and watching is not None and watching.done() and not watching.cancelled():
        raise LogUnavailable("PostgreSQL answers again; this server ends so that it can begin anew with its log")


async def _choose(settings: Settings, built: Path, say: Say) -> Path | None:
    """Serve the first run until a region is chosen and return its folder; None when the server was told to stop."""
    choosing = build_choosing(settings, built)
    serving, stop = await _listen(settings, build_app_choosing(choosing))
    say(f"No region yet. Open {_address(settings)} in a browser; it leads from here to a server that works.")
    say("هنوز منطقه‌ای نیست. این نشانی را در مرورگر باز کنید؛ گام‌به‌گام راه می‌اندازد.")
    say_first_code(choosing.entrance, say)
    # Not the future itself: when the server is told to stop, nobody will ever choose.
    either: tuple[asyncio.Future[Any], ...] = (serving, choosing.chosen)
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        await asyncio.sleep(ANSWER_LEAVES_S)
        stop()
    await serving
    return choosing.chosen.result() if choosing.chosen.done() else None


def say_first_code(entrance: Entrance, say: Say) -> None:
    """When nobody may sign in yet: say the code by which whoever reads this becomes the first administrator."""
    if not administrators.is_needed(entrance):
        return
    assert entrance.codes is not None
    code = administrators.issue_code(entrance.codes).text
    say("=" * 80)
    say(f"FIRST RUN. Nobody may sign in yet. The first page asks for this code, once:  {code}")
    say(f"نخستین راه‌اندازی. هنوز کسی اجازهٔ ورود ندارد. صفحهٔ نخست این کد را یک بار می‌پرسد:  {code}")
    say("=" * 80)


async def _listen(settings: Settings, app: UntilGone) -> tuple["asyncio.Task[None]", Callable[[], None]]:
    """Serve an application until a signal comes or what is returned second is called; return once the port is open."""
    server = Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=True,
        backlog=WAITING_MAX,
        backpressure=AT_ONCE_MAX,
        log_access=False,
        ssl_cert=settings.tls_certificate,
        ssl_key=settings.tls_key,
    )
    loop = asyncio.get_running_loop()
    end: Callable[[], None] = server.stop

    def stop() -> None:
        end()
        loop.call_later(ANSWERS_WITHIN_S, app.cut)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    serving = loop.create_task(server.serve())
    await _until_open(settings, serving)
    gc.enable()
    return serving, stop


async def _fetch() -> None:
    """Import what was put off at the start before somebody has to wait for it."""
    await asyncio.sleep(FETCH_AFTER_S)
    await asyncio.to_thread(import_promised)


def _soon(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(act)


def _address(settings: Settings) -> str:
    return f"{'https' if settings.is_https else 'http'}://{settings.host}:{settings.port}/"


def say_without_log(say: Say, closed: RecordClosed) -> None:
    """Say loudly, in both languages, that calls are kept and nothing else is done."""
    _log.critical("journal only: %s", closed)
    say("=" * 80)
    say(f"JOURNAL ONLY: {closed}")
    say(
        "Calls are taken and kept on disk; read them at /raw. NOBODY IS DISPATCHED. See docs/operations/journal-only.md."
    )
    say("فقط ثبت خام: تماس‌ها پذیرفته و روی دیسک نگه داشته می‌شوند و در /raw دیده می‌شوند. کسی اعزام نمی‌شود.")
    say("=" * 80)


async def _partner_door(settings: Settings, proof: str) -> MutualTls | None:
    """Open the door that asks for certificates, when the settings say so; behind it is this server's own port."""
    certificate, key, authorities = (
        settings.partner_tls_certificate,
        settings.partner_tls_key,
        settings.partner_tls_authorities,
    )
    if not settings.partner_tls_port or certificate is None or key is None or authorities is None:
        return None
    own = None
    if settings.is_https:
        # It is ourselves that we speak to, by our own address; what it is called in the certificate says nothing more.
        own = ssl.create_default_context(cafile=settings.tls_certificate)
        own.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        own.check_hostname = False
    door = MutualTls(
        server_context(str(certificate), str(key), str(authorities)),
        proof,
        lambda: asyncio.open_connection(settings.host, settings.port, ssl=own),
    )
    await door.listen(settings.host, settings.partner_tls_port)
    return door


async def _until_open(settings: Settings, serving: "asyncio.Task[None]") -> None:
    """Wait until the port takes connections, or the server has failed."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    serving.result()


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(COMPANION_STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
