"""`nazdik calls`: what callers sent, read from the journal's files themselves, with or without a server."""

import getpass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from nazdik.cli.common import refuse, said_in_words, settings_with
from nazdik.kernel import Instant, rfc3339
from nazdik.kernel.instant import plus_s

if TYPE_CHECKING:
    from nazdik.intake.raw import RawCall

app = typer.Typer(
    help="Calls as they came. Works when the server does not.",
    epilog="Begin with: nazdik calls raw --help",
    no_args_is_help=True,
)
RECORDS_MAX = 10_000
PRESENTED = "intake.call_presented.v1"


@app.callback()
def _calls() -> None:
    """Keep `raw` a command of its own while it is the only one."""


@app.command()
def raw(
    purpose: Annotated[str, typer.Option(help="Why you look; kept beside the audit log", show_default=False)],
    limit: Annotated[int, typer.Option(help="So many of the newest", min=1, max=RECORDS_MAX)] = 50,
    hours: Annotated[int, typer.Option(help="Of so many hours", min=1, max=24 * 365)] = 24,
    text: Annotated[bool, typer.Option("--text", help="Their bytes too, made safe to look at")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder of the logs")] = None,
) -> None:
    """
    List the newest records of the journal and what became of them.

    Example: nazdik calls raw --purpose "the log is down" --limit 20 --text
    """
    from nazdik.intake.raw import read_raw
    from nazdik.platform.audit_aside import keep_aside
    from nazdik.platform.clock import SystemClock
    from nazdik.platform.journal import read_newest

    settings = settings_with(data_dir=data)
    folder = settings.data_dir
    if not (folder / "journal").is_dir():
        refuse(f"{folder} has no journal", "در این پوشه تماس خامی نیست.")
    now = SystemClock().now()
    with said_in_words():
        about = {"what": "raw_calls", "subject": "all", "purpose": purpose, "details": {"door": "command line"}}
        keep_aside(folder / "raw-reads.jsonl", {"at": rfc3339(now), "actor": f"os:{getpass.getuser()}", **about})
        records = [read_raw(kept) for kept in read_newest(folder / "journal", limit, plus_s(now, -3_600.0 * hours))]
    known: dict[str, frozenset[str] | None] = {
        province: _calls_of(folder, province) for province in {str(r.province) for r in records if r.province}
    }
    out = Console(highlight=False)
    for record in records:
        fate = _fate(record, known.get(str(record.province)))
        line = f"{_local(record.at, settings.display_offset_min)}  {record.door:<8} {record.number or '-':<16} {fate}"
        out.print(line, markup=False, soft_wrap=True)
        if text:
            out.print(record.text, markup=False, soft_wrap=True)
    if not records:
        out.print("Nothing came. چیزی نرسیده است.")


def _fate(record: "RawCall", known: "frozenset[str] | None") -> str:
    if record.call_id is not None and known is not None and record.call_id in known:
        return str(record.call_id)
    if not record.begins:
        return "belongs to a call"
    return "the log cannot be read" if known is None and record.province is not None else "NO CALL"


def _calls_of(folder: Path, province: str) -> "frozenset[str] | None":
    """Return every call in a province's log; None when it cannot be read."""
    from nazdik.platform.eventlog.sqlite import list_subjects
    from nazdik.platform.faults import LogUnavailable

    try:
        return frozenset(list_subjects(folder / f"{province}.log.sqlite", f"{province}.c", PRESENTED))
    except (LogUnavailable, OSError):
        return None


def _local(at: Instant, offset_min: int) -> str:
    moment = datetime.fromtimestamp(at / 1_000_000, tz=timezone(timedelta(minutes=offset_min)))
    return moment.isoformat(sep=" ", timespec="seconds")
