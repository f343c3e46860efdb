"""How the server is doing, for monitors and for faces that have lost it: nothing of anybody's."""

from typing import Literal

import msgspec
from litestar import get
from litestar.handlers import BaseRouteHandler

from nazdik.bootstrap.entrance import Text


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


@get("/v1/health", sync_to_thread=False)
def get_health_view() -> HealthView:
    """Return how the server is doing."""
    return HealthView(mode="normal", ok=True)


ROUTES: tuple[BaseRouteHandler, ...] = (get_health_view,)
