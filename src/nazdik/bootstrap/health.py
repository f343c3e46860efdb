"""How the server is doing, for monitors and for faces that have lost it: nothing of anybody's."""

import secrets
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation

from nazdik.bootstrap.entrance import Entrance, Text
from nazdik.bootstrap.identity.glass import BreakGlass, GlassHealth
from nazdik.bootstrap.watch.metrics import CONTENT_TYPE, Metrics
from nazdik.bootstrap.watch.self_check import LogCheck
from nazdik.bootstrap.watch.watch import Watch
from nazdik.kernel import rfc3339
from nazdik.platform.backup import Shipper
from nazdik.platform.settings import Settings

# A copy further behind than this is no copy to rely on.
BACKUP_LATE_S = 60.0


class BackupView(msgspec.Struct, frozen=True):
    """How far the copy on the second disk is behind: entries it lacks, how long the oldest waits. `ok`: within a minute."""

    ok: bool
    behind_entries: int
    behind_s: float


class DoorHealth(msgspec.Struct, frozen=True):
    """
    One way in as the watch finds it: test calls in a row that did not come through, when one last did and how long it took.

    `ok`: fewer than two were missed. `why` is a code: watch.no_answer, watch.not_ringing, watch.refused, watch.unreachable.
    """

    door: str
    ok: bool
    misses: int
    last_at: str | None
    took_s: float | None
    why: str | None


class BoundView(msgspec.Struct, frozen=True):
    """A bounded thing that is filling up: its share, 0 to 1, and its level: 1 from 50 %, 2 from 80 %, 3 from 95 %."""

    what: str
    share: float
    level: int


class LogHealth(msgspec.Struct, frozen=True):
    """
    What the server found as it checked one of its logs, entry by entry: when all of it was last found whole (null: not yet).

    `looked_at` is when it last read some of it, every ten seconds while it can, and `checked` how many entries it found whole.
    `ok` until an entry is not as it was written; then `position` says which is the first and `why` is a code, such as
    log.entry_changed or log.cut_off. A name that ends with `@postgresql` is the log where several nodes share it.
    """

    log: str
    ok: bool
    whole_at: str | None
    position: int | None = None
    why: str | None = None
    looked_at: str | None = None
    checked: int = 0


class StoreView(msgspec.Struct, frozen=True):
    """
    Whether the shared store takes what is decided.

    `why` is a code when it does not: log.standby_away (its synchronous standby does not answer), log.one_disk (it has none and
    `postgres_standby_needed` asks for one), log.store_away (it does not answer this node).
    """

    ok: bool
    why: str | None = None


class HealthView(msgspec.Struct, frozen=True):
    """
    How the server is doing.

    `mode` is normal, or journal_only: a log cannot be opened, calls are kept on disk and read at `/raw`, and everything else is
    refused with `server.journal_only`; then `since` and `why` say more, and `text` is the sentence for a reader. Before a
    region was opened for the first time it is first_run.
    """

    mode: Literal["normal", "journal_only", "first_run"]
    ok: bool
    since: str | None = None
    why: str | None = None
    text: Text | None = None
    # Absent where logs are files of this machine.
    store: StoreView | None = None
    # Absent when the settings name no second disk.
    backup: BackupView | None = None
    doors: tuple[DoorHealth, ...] = ()
    logs: tuple[LogHealth, ...] = ()
    # Bounded things from half full on, fullest first.
    filling: tuple[BoundView, ...] = ()
    # Disks that did not answer within five seconds when they were looked at last: how full they are is not known.
    unseen: tuple[str, ...] = ()
    # Seats that two people opened to somebody who otherwise may not sit there.
    glass: tuple[GlassHealth, ...] = ()
    # How many ask for such a seat and wait for a second person.
    glass_asked: int = 0


@get("/v1/health", sync_to_thread=False)
def get_health_view(
    shipper: NamedDependency[Shipper | None],
    watch: NamedDependency[Watch],
    entrance: NamedDependency[Entrance],
    glass: NamedDependency[SkipValidation[BreakGlass]],
    caller_settings: NamedDependency[Settings],
) -> HealthView:
    """
    Return how the server is doing; `ok`: calls come through every way in.

    A late copy, a full disk or a damaged log does not unset it.
    """
    store, backup = None, None
    if caller_settings.postgres_url_file is not None:
        trouble = next((room.trouble for room in entrance.building.rooms.values() if room.trouble is not None), None)
        store = StoreView(trouble is None, trouble)
    if shipper is not None:
        behind = shipper.behind()
        ok = behind.problem is None and behind.seconds <= BACKUP_LATE_S
        backup = BackupView(ok=ok, behind_entries=behind.entries, behind_s=round(behind.seconds, 1))
    doors = tuple(
        DoorHealth(
            door=door.door,
            ok=door.ok,
            misses=door.misses,
            last_at=None if door.last_at is None else rfc3339(door.last_at),
            took_s=None if door.took_s is None else round(door.took_s, 3),
            why=door.why,
        )
        for door in watch.rounds.doors.values()
    )
    filling = tuple(BoundView(b.name, round(b.share, 3), b.level) for b in watch.capacity.look() if b.level)
    logs = tuple(_log_health(one) for one in watch.checks.logs.values())
    opened = glass.look()
    ok = all(door.ok for door in doors)
    return HealthView(
        "normal",
        ok,
        store=store,
        backup=backup,
        doors=doors,
        logs=logs,
        filling=filling,
        unseen=watch.capacity.unseen,
        glass=opened.seats,
        glass_asked=opened.asked,
    )


def _log_health(one: LogCheck) -> LogHealth:
    wrong = one.wrong
    return LogHealth(
        one.log,
        wrong is None,
        None if one.whole_at is None else rfc3339(one.whole_at),
        wrong.position if wrong is not None else None,
        wrong.reason if wrong is not None else None,
        None if one.looked_at is None else rfc3339(one.looked_at),
        one.checked,
    )


@get("/metrics", include_in_schema=False, sync_to_thread=False)
def get_metrics(
    request: Request[Any, Any, Any], metrics: NamedDependency[Metrics], caller_settings: NamedDependency[Settings]
) -> Response[bytes]:
    """Return what the server measures of itself, for whoever sends the word of `metrics_token_file`; no such page for others."""
    path = caller_settings.metrics_token_file
    word = "" if path is None else path.read_text(encoding="utf-8").strip()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not word or not secrets.compare_digest(word.encode(), given.encode()):
        raise NotFoundException
    return Response(metrics.text(), media_type=CONTENT_TYPE)


ROUTES: tuple[BaseRouteHandler, ...] = (get_health_view, get_metrics)
