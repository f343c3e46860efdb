"""`nazdik postgres`: make a PostgreSQL ready for logs, and say which login may read or write which."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nazdik.cli.common import said_in_words, screen

if TYPE_CHECKING:
    from nazdik.platform.eventlog.postgres.connection import Connection

app = typer.Typer(
    help="Logs in a PostgreSQL that several nodes share; see docs/operations/several-nodes.md.",
    epilog="Begin with: nazdik postgres prepare --url-file owner.url",
    no_args_is_help=True,
)
UrlFile = Annotated[
    Path, typer.Option("--url-file", help="File that says how the owner of the schema connects", show_default=False)
]
Login = Annotated[str, typer.Argument(help="A login of PostgreSQL, made before", show_default=False)]
Log = Annotated[list[str], typer.Argument(help="Logs: provinces, and audit.NODE for a node's own", show_default=False)]


def _open(url_file: Path) -> "Connection":
    from nazdik.bootstrap.stores import url_in
    from nazdik.platform.eventlog.postgres import connect

    return connect(url_in(url_file))


@app.command()
def prepare(url_file: UrlFile) -> None:
    """Make the tables. The login that does so owns them, and is not to be a node's."""
    from nazdik.platform.eventlog.postgres import prepare as make

    with said_in_words(), _open(url_file) as owner:
        made = make(owner)
    screen.print("The tables are made." if made else "The tables are there already; nothing was changed.")


@app.command()
def grant(
    login: Login,
    logs: Log,
    url_file: UrlFile,
    write: Annotated[bool, typer.Option("--write", help="It may also write them")] = False,
) -> None:
    """Let a login read logs, and with --write write them. Example: nazdik postgres grant node1 khuzestan audit.node1 --write"""
    from nazdik.platform.eventlog.postgres import grant as let

    with said_in_words(), _open(url_file) as owner:
        for log in logs:
            let(owner, login, log, writes=write)
    screen.print(f"{login} may {'read and write' if write else 'read'} {', '.join(logs)}.")


@app.command()
def revoke(login: Login, logs: Log, url_file: UrlFile) -> None:
    """Let a login see logs no longer."""
    from nazdik.platform.eventlog.postgres import revoke as end

    with said_in_words(), _open(url_file) as owner:
        for log in logs:
            end(owner, login, log)
    screen.print(f"{login} no longer sees {', '.join(logs)}.")


@app.command()
def status(url_file: UrlFile) -> None:
    """Say for each log where it ends and which node writes it."""
    with said_in_words(), _open(url_file) as owner:
        rows = owner.execute(
            "SELECT name, position, token, node, address, expires_at > clock_timestamp(),"
            " extract(epoch FROM clock_timestamp() - renewed_at) FROM nazdik.logs ORDER BY name"
        ).fetchall()
    for name, position, token, node, address, held, age_s in rows:
        who = f"written by {node} {address}, heard {age_s:.1f} s ago" if held else "[yellow]nobody writes it[/]"
        screen.print(f"{name}: {position} entries, {who} (token {token})")


@app.command()
def verify(
    logs: Log,
    url_file: UrlFile,
    heads: Annotated[
        list[Path] | None, typer.Option("--heads", help="Signed heads kept by a node or elsewhere; repeat for several")
    ] = None,
) -> None:
    """Check every entry of logs against the chain of hashes and signed heads; exit 1 when one is not whole."""
    from nazdik.bootstrap.stores import url_in
    from nazdik.platform.eventlog.heads import read_heads
    from nazdik.platform.eventlog.postgres import verify_log

    whole = True
    with said_in_words():
        kept = [head for path in heads or [] for head in read_heads(path)]
        url = url_in(url_file)
    for name in logs:
        # A node signs its audit log as `audit`, a province's by the name of its file.
        called = "audit" if name.startswith("audit.") else f"{name}.log"
        verdict = verify_log(url, name, heads=[head for head in kept if head.log == called])
        whole &= verdict.whole
        mark = "[green]whole[/]" if verdict.whole else "[bold red]NOT WHOLE[/]"
        where = "" if verdict.position is None else f" at position {verdict.position}"
        screen.print(f"{name}: {mark}, {verdict.checked} entries checked{where}. {verdict.said}", soft_wrap=True)
    raise typer.Exit(0 if whole else 1)
