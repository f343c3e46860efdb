"""`nazdik backup`: the copy on a second disk: its key, its state, a restore to any moment, and the drill that tries it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from nazdik.cli.common import refuse, screen
from nazdik.kernel import Instant, rfc3339

app = typer.Typer(
    help="Copies on a second disk, sealed for a key that is kept elsewhere.",
    epilog="Begin with: nazdik backup key nazdik-backup.key",
    no_args_is_help=True,
)
Folder = Annotated[Path, typer.Argument(help="The copy: the server's backup_dir, or what was pulled from it")]
Key = Annotated[Path, typer.Option(help="The secret key's file", show_default=False)]
EXIT_FAILED = 1


@app.command()
def key(
    file: Annotated[Path, typer.Argument(help="Where to write the secret key; keep it away from the server")],
) -> None:
    """Make a pair of keys: the secret half goes to a file, the other into the server's settings."""
    from nazdik.platform.backup import make_key

    try:
        public = make_key(file)
    except FileExistsError:
        refuse(f"{file} is there already; a key is never written over.")
    except OSError as error:
        refuse(f"{file} cannot be written: {error.strerror}.")
    screen.print(f"The secret key is in {file}. Without it no copy can be opened; with it, all can.", markup=False)
    screen.print("For the server's settings: backup_key =", markup=False)
    typer.echo(public)


@app.command()
def status(folder: Folder) -> None:
    """Tell what a copy holds, how new it is, and whether all of it is whole; needs no key. Exit 1 when something is torn."""
    from nazdik.platform.backup.sealed import files_of, frames_of, list_streams, sound_bytes

    if not folder.is_dir() or not (streams := list_streams(folder)):
        refuse(f"there is no copy in {folder}.")
    torn = 0
    for stream in streams:
        files = files_of(folder, stream)
        size = sum(file.stat().st_size for file in files)
        left = size - sum(sound_bytes(file) for file in files)
        frames = [frame for file in files for frame in frames_of(file, check=False)]
        newest = f"newest {rfc3339(max(frame.at for frame in frames))}" if frames else "nothing yet"
        end = f"up to {frames[-1].last:,}, " if frames and stream != "files" else ""
        said = f"{left:,} BYTES TORN OR CHANGED" if left else "whole"
        screen.print(f"{stream}: {end}{newest}, {size:,} bytes in {len(files)} files, {said}", soft_wrap=True)
        torn += left
    raise typer.Exit(EXIT_FAILED if torn else 0)


@app.command()
def restore(
    folder: Folder,
    key: Key,
    to: Annotated[Path, typer.Option(help="A new folder for the server's data", show_default=False)],
    at: Annotated[
        str | None, typer.Option(help="As of this moment, with its zone, such as 2026-11-22T08:00:00+03:30")
    ] = None,
    erasures: Annotated[
        Path | None,
        typer.Option(help="A newer erasures.jsonl, kept apart from the copy: what it names is erased again"),
    ] = None,
) -> None:
    """Write a server's data anew from a copy, as of its end or of any moment. Then: nazdik serve --data FOLDER"""
    from nazdik.platform.backup import BackupKeyUnreadable, BackupUnreadable, read_key
    from nazdik.platform.backup import restore as bring_back
    from nazdik.platform.faults import LogUnavailable

    try:
        done = bring_back(folder, read_key(key), to, _moment(at), say=screen.print)
    except (BackupKeyUnreadable, BackupUnreadable, FileExistsError, LogUnavailable, OSError) as error:
        refuse(str(error))
    for file, head in done.heads.items():
        screen.print(f"{file}: {head.position:,} entries, head {head.hash.hex()}", markup=False, soft_wrap=True)
    screen.print(f"journal: {done.journal_bytes:,} bytes; other files: {done.files}")
    if done.sessions_ended:
        screen.print(f"{done.sessions_ended} sessions ended: everybody signs in anew")
    if done.erased:
        screen.print(f"{done.erased} files were erased by a rule and do not come back")
    if erasures is not None:
        _erase_again(to, erasures)
    for said in done.left_out:
        screen.print(f"[bold red]left out:[/] {said}", soft_wrap=True)
    raise typer.Exit(EXIT_FAILED if done.left_out else 0)


def _erase_again(to: Path, erasures: Path) -> None:
    from nazdik.bootstrap.retention.records import ErasuresUnreadable, bring_erasures
    from nazdik.bootstrap.retention.standing import erase_again
    from nazdik.platform.clock import SystemClock
    from nazdik.platform.faults import LogUnavailable

    try:
        bring_erasures(to, erasures)
        again = erase_again(to, SystemClock().now())
    except (ErasuresUnreadable, LogUnavailable, OSError) as error:
        refuse(f"WHAT WAS ERASED IS IN {to} AGAIN: {error}")
    screen.print(f"{again} files that had been erased since were erased again")


@app.command()
def drill(
    folder: Folder,
    key: Key,
    live: Annotated[Path | None, typer.Option(help="The server's own data, to compare where the logs end")] = None,
) -> None:
    """Restore into a folder that is thrown away, check and fold every log, compare heads; exit 1 unless all holds."""
    from nazdik.bootstrap.backup import drill as rehearse
    from nazdik.platform.backup import BackupKeyUnreadable, BackupUnreadable, read_key
    from nazdik.platform.clock import SystemClock
    from nazdik.platform.faults import LogUnavailable

    try:
        done = rehearse(folder, read_key(key), live, screen.print)
    except (BackupKeyUnreadable, BackupUnreadable, LogUnavailable, OSError) as error:
        refuse(str(error))
    age = (SystemClock().now() - done.newest) / 1_000_000
    screen.print(
        f"{done.entries:,} entries restored, checked and folded in {done.seconds:.1f} s; the newest is {age:.0f} s old"
    )
    for file, behind in done.behind.items():
        said = (
            "[bold red]its end is no entry of the live log[/]"
            if behind is None
            else f"{behind:,} entries behind the live log"
        )
        screen.print(f"{file}: {said}")
    for said in (*done.faults, *done.restored.left_out):
        screen.print(f"[bold red]{said}[/]", soft_wrap=True)
    screen.print("[green]the copy holds[/]" if done.holds else "[bold red]THE COPY DOES NOT HOLD[/]")
    raise typer.Exit(0 if done.holds else EXIT_FAILED)


def _moment(text: str | None) -> Instant | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{text!r} is no moment; write it like 2026-11-22T08:00:00+03:30.")
    if moment.tzinfo is None:
        refuse(f"{text!r} does not say its zone; write it like 2026-11-22T08:00:00+03:30.")
    return Instant(round(moment.timestamp() * 1_000_000))
