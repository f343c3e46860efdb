"""`nazdik webhook`: where partner systems want to be told of what happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nazdik.cli.common import said_in_words, screen, settings_with
from nazdik.platform.settings import Settings

if TYPE_CHECKING:
    from nazdik.interchange.webhook_store import Message, WebhookStore
    from nazdik.platform.clock import SystemClock
    from nazdik.platform.eventlog.postgres.outbox import OutboxTable, Waiting

app = typer.Typer(
    help="Where partner systems want to be told of what happens, and what could not be delivered.",
    epilog="Begin with: nazdik webhook add --help",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="Name of the webhook", show_default=False)]
Data = Annotated[Path | None, typer.Option(help="Folder of the logs")]


@contextmanager
def _store(data: Path | None) -> "Iterator[tuple[WebhookStore, Settings, SystemClock]]":
    from nazdik.interchange.webhook_store import FILE, WebhookStore
    from nazdik.platform.clock import SystemClock

    settings = settings_with(data_dir=data)
    with said_in_words():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        store = WebhookStore(settings.data_dir / FILE)
        try:
            yield store, settings, SystemClock()
        finally:
            store.close()


@app.command()
def add(
    name: Name,
    partner: Annotated[
        str, typer.Option("--partner", help="Whose it is; it needs the grant webhook", show_default=False)
    ],
    url: Annotated[
        str, typer.Option("--url", help="https, and a host of the setting webhook_hosts", show_default=False)
    ],
    kind: Annotated[
        list[str] | None,
        typer.Option("--type", help="Type of event, such as nazdik.incident.closed.v1; all if not given"),
    ] = None,
    data: Data = None,
) -> None:
    """Ask the receiver whether it wants to be told (OPTIONS); if so, print the secret that signs, once."""
    from nazdik.bootstrap.webhooks import new_endpoint
    from nazdik.interchange.partners import FILE, Grant, Partners

    with _store(data) as (store, settings, clock):
        partners = Partners(settings.data_dir / FILE, clock)
        try:
            partners.get(partner).need(Grant.WEBHOOK)
        finally:
            partners.close()
        endpoint, secret = new_endpoint(
            name, partner, url, kind or (), hosts=settings.webhook_hosts, origin=settings.domain, at=clock.now()
        )
        store.add(endpoint)
        screen.print(f"{name} is told of what happens from now on. Its secret, shown this once:")
        print(secret)


@app.command()
def rotate(name: Name, data: Data = None) -> None:
    """Print a new secret; for a day messages carry a signature by the old one too."""
    from nazdik.bootstrap.webhooks import rotated

    with _store(data) as (store, _, clock):
        print(rotated(store, name, clock.now()))


@app.command()
def end(name: Name, data: Data = None) -> None:
    """Send nothing more to a webhook; what waits for it becomes dead letters."""
    with _store(data) as (store, _, clock):
        store.get(name)
        store.end(name, "ended by command", clock.now())
        screen.print(f"Nothing more is sent to {name}.")


@app.command("list")
def list_webhooks(data: Data = None) -> None:
    """List webhooks."""
    with _store(data) as (store, _, _clock):
        for one in store.list_endpoints():
            state = "" if one.ended_why is None else f" (ended: {one.ended_why})"
            types = ", ".join(one.types) or "everything"
            screen.print(f"{one.id}: {one.url} for {one.partner}, {types}{state}", soft_wrap=True)


@app.command()
def dead(data: Data = None) -> None:
    """List dead letters: what was not taken at any try."""
    from nazdik.kernel import Instant, rfc3339

    with _store(data) as (store, settings, _clock):
        for one in _dead(store, settings):
            made = rfc3339(Instant(one.made_at))
            screen.print(
                f"{one.id}: {one.endpoint}, {one.incident}, {made}, {one.tries} tries, {one.last}", soft_wrap=True
            )


@app.command()
def retry(name: Name, data: Data = None) -> None:
    """Try the dead letters of a webhook from the start."""
    with _store(data) as (store, settings, clock):
        count = store.revive(name, clock.now())
        with _shared(settings) as table:
            count += table.revive(name, clock.now()) if table is not None else 0
        screen.print(f"{count} dead letters are tried again.")


def _dead(store: "WebhookStore", settings: Settings) -> "list[Message | Waiting]":
    """Return dead letters, of this file and of the nodes' PostgreSQL."""
    ended = {one.id for one in store.list_endpoints() if one.ended_why is not None}
    with _shared(settings) as table:
        waiting = table.waiting() if table is not None else []
    return [*store.dead(), *(one for one in waiting if one.next_at is None or one.endpoint in ended)]


@contextmanager
def _shared(settings: Settings) -> "Iterator[OutboxTable | None]":
    """Yield where nodes keep what they have to send; None where there is one server and its file."""
    if settings.postgres_url_file is None:
        yield None
        return
    from nazdik.bootstrap.stores import url_in
    from nazdik.platform.eventlog.postgres.outbox import OutboxTable

    table = OutboxTable(url_in(settings.postgres_url_file))
    try:
        yield table
    finally:
        table.close()
