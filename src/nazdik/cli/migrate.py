"""`nazdik migrate`: move logs between files and PostgreSQL. Entries, ids and hashes stay what they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nazdik.cli.common import refuse, said_in_words, screen, settings_with

if TYPE_CHECKING:
    from nazdik.platform.eventlog.postgres.pictures import PictureTable

app = typer.Typer(
    help="Move all logs and pictures of a data folder into PostgreSQL, or back into files. No server may be running.",
    epilog="Begin with: nazdik migrate to-postgres --help",
    no_args_is_help=True,
)
Data = Annotated[Path | None, typer.Option(help="Folder of the logs")]
UrlFile = Annotated[
    Path, typer.Option("--url-file", help="File that says how this node connects to PostgreSQL", show_default=False)
]
NodeName = Annotated[str | None, typer.Option("--node", help="This node's name; its audit log is audit.NAME")]
_SUFFIX = ".log.sqlite"


@app.command("to-postgres")
def to_postgres(url_file: UrlFile, data: Data = None, node: NodeName = None) -> None:
    """Move every log of the folder into PostgreSQL. What was interrupted is begun again by the same command."""
    from nazdik.bootstrap.nodes.pictures import tell_from_before
    from nazdik.bootstrap.words import FOLDER
    from nazdik.platform.eventlog.mirror import is_copy
    from nazdik.platform.eventlog.postgres.moving import to_postgres as move
    from nazdik.platform.eventlog.postgres.word_keys import to_table

    settings = settings_with(data_dir=data, node_name=node)
    files = {path.name.removesuffix(_SUFFIX): path for path in sorted(settings.data_dir.glob(f"*{_SUFFIX}"))}
    if (audit := settings.data_dir / "audit.sqlite").is_file():
        files[f"audit.{settings.node_name}"] = audit
    if not files:
        refuse(f"there are no logs in {settings.data_dir}")
    with said_in_words():
        url = _url(url_file)
        for name, path in files.items():
            if is_copy(path):
                screen.print(f"{name}: is in PostgreSQL already")
                continue
            # Before the log itself: whoever reads it there has to be able to open its words.
            to_table(settings.data_dir / FOLDER / name, url, name)
            head = move(path, url, name, _progress(name))
            screen.print(f"{name}: {head.position} entries, head {head.hash.hex()}, the same in both")
        with _pictures(url) as table:
            told = tell_from_before(table, settings.data_dir, table.after(0))
        screen.print(f"{told} pictures are in PostgreSQL too")


@app.command("to-files")
def to_files(
    logs: Annotated[list[str], typer.Argument(help="Provinces", show_default=False)],
    url_file: UrlFile,
    data: Data = None,
    node: NodeName = None,
) -> None:
    """Move these provinces' logs, and this node's audit log, from PostgreSQL into files of the folder."""
    from nazdik.bootstrap.nodes.outbox import bring_back
    from nazdik.bootstrap.nodes.pictures import fetch_all
    from nazdik.bootstrap.words import FOLDER
    from nazdik.interchange.webhook_store import FILE, WebhookStore
    from nazdik.platform.eventlog.mirror import is_copy
    from nazdik.platform.eventlog.postgres.moving import to_file as move
    from nazdik.platform.eventlog.postgres.outbox import OutboxTable
    from nazdik.platform.eventlog.postgres.word_keys import to_files as bring_keys

    settings = settings_with(data_dir=data, node_name=node)
    folder = settings.data_dir
    files = {name: folder / f"{name}{_SUFFIX}" for name in logs}
    files[f"audit.{settings.node_name}"] = folder / "audit.sqlite"
    with said_in_words():
        folder.mkdir(parents=True, exist_ok=True)
        url = _url(url_file)
        # First: a log that is a file again is written to, and its pictures are looked for beside it.
        with _pictures(url) as table:
            screen.print(f"{fetch_all(table, folder, logs)} pictures came from PostgreSQL")
        for name, path in files.items():
            if path.is_file() and not is_copy(path):
                bring_keys(folder / FOLDER / name, url, name, leave=False)
                screen.print(f"{name}: is a file already")
                continue
            # Before the log, so that it can be opened wherever it is written; they leave when it is a file.
            bring_keys(folder / FOLDER / name, url, name, leave=True)
            head = move(path, url, name, _progress(name))
            bring_keys(folder / FOLDER / name, url, name, leave=False)
            screen.print(f"{name}: {head.position} entries, head {head.hash.hex()}, the same in both")
        store, outbox = WebhookStore(folder / FILE), OutboxTable(url)
        try:
            screen.print(f"{bring_back(outbox, store, logs)} messages to webhooks wait in the file now")
        finally:
            outbox.close()
            store.close()


@contextmanager
def _pictures(url: str) -> "Iterator[PictureTable]":
    from nazdik.platform.eventlog.postgres.pictures import PictureTable

    table = PictureTable(url)
    try:
        yield table
    finally:
        table.close()


def _url(url_file: Path) -> str:
    from nazdik.bootstrap.stores import url_in

    return url_in(url_file)


def _progress(name: str) -> Callable[[int, int], None]:
    def say(done: int, of: int) -> None:
        if done % 100_000 < 2_000:
            screen.print(f"{name}: {done} of {of}")

    return say
