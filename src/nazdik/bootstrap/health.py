"""How the server is doing, for monitors and for faces that have lost it: nothing of anybody's."""

from typing import Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from nazdik.bootstrap.entrance import Text
from nazdik.platform.backup import Shipper

# A copy further behind than this is no copy to rely on.
BACKUP_LATE_S = 60.0


class BackupView(msgspec.Struct, frozen=True):
    """How far the copy on the second disk is behind: entries it lacks, how long the oldest waits. `ok`: within a minute."""

    ok: bool
    behind_entries: int
    behind_s: float


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
    # Absent when the settings name no second disk.
    backup: BackupView | None = None


@get("/v1/health", sync_to_thread=False)
def get_health_view(shipper: NamedDependency[Shipper | None]) -> HealthView:
    """Return how the server is doing; `ok` says whether calls are taken and sent, a late copy alone does not unset it."""
    backup = None
    if shipper is not None:
        behind = shipper.behind()
        ok = behind.problem is None and behind.seconds <= BACKUP_LATE_S
        backup = BackupView(ok=ok, behind_entries=behind.entries, behind_s=round(behind.seconds, 1))
    return HealthView(mode="normal", ok=True, backup=backup)


ROUTES: tuple[BaseRouteHandler, ...] = (get_health_view,)
