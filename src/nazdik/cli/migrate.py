"""`nazdik migrate`: move logs between files and PostgreSQL. Entries, ids and hashes stay what they are."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from nazdik.cli.common import refuse, said_in_words, screen, settings_with

app = typer.Typer(
    help="Move all logs of a data folder into PostgreSQL, or back into files. No server may be running.",
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
    from nazdik.platform.eventlog.mirror import is_copy
    from nazdik.platform.eventlog.postgres.moving import to_postgres as move

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
            head = move(path, url, name, _progress(name))
            screen.print(f"{name}: {head.position} entries, head {head.hash.hex()}, the same in both")


@app.command("to-files")
def to_files(
    logs: Annotated[list[str], typer.Argument(help="Provinces", show_default=False)],
    url_file: UrlFile,
    data: Data = None,
    node: NodeName = None,
) -> None:
    """Move these provinces' logs, and this node's audit log, from PostgreSQL into files of the folder."""
    from nazdik.platform.eventlog.mirror import is_copy
    from nazdik.platform.eventlog.postgres.moving import to_file as move

    settings = settings_with(data_dir=data, node_name=node)
    folder = settings.data_dir
    files = {name: folder / f"{name}{_SUFFIX}" for name in logs}
    files[f"audit.{settings.node_name}"] = folder / "audit.sqlite"
    with said_in_words():
        folder.mkdir(parents=True, exist_ok=True)
        url = _url(url_file)
        for name, path in files.items():
            if path.is_file() and not is_copy(path):
                screen.print(f"{name}: is a file already")
                continue
            head = move(path, url, name, _progress(name))
            screen.print(f"{name}: {head.position} entries, head {head.hash.hex()}, the same in both")


def _url(url_file: Path) -> str:
    from nazdik.bootstrap.stores import url_in

    return url_in(url_file)


def _progress(name: str) -> Callable[[int, int], None]:
    def say(done: int, of: int) -> None:
        if done % 100_000 < 2_000:
            screen.print(f"{name}: {done} of {of}")

    return say
