"""`nazdik retention`: what would be erased by the rules, erasing it, and the proof that it is gone."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from nazdik.cli import retention_words as words
from nazdik.cli.common import EXIT_REFUSED, refuse, screen, settings_with
from nazdik.kernel import rfc3339

app = typer.Typer(
    help="What is kept no longer than its rule: pictures, trails, messages, the audit. Rules are set in the administration.",
    epilog="Begin with: nazdik retention plan",
    no_args_is_help=True,
)
Data = Annotated[Path | None, typer.Option(help="Folder of the logs")]
Copy = Annotated[Path | None, typer.Option(help="The copy on a second disk; the settings' backup_dir if not given")]
EXIT_FAILED = 1


@app.command("plan")
def tell_plan(data: Data = None, names: Annotated[bool, typer.Option(help="Every file by its name")] = False) -> None:
    """Tell what is past its time now and would be erased, and what stays because of a legal hold. Erases nothing."""
    from nazdik.bootstrap.retention.planning import CLASSES

    planned = _planned_everywhere(settings_with(data_dir=data))
    for of in CLASSES:
        _say(words.of_files(of, planned))
        for one in planned.of(of) if names else ():
            screen.print(f"  {one.name}  newest {rfc3339(one.ended_at)}", markup=False, soft_wrap=True)
        for held in (one for one in planned.kept if one.of == of):
            numbers = ", ".join(map(str, held.holds))
            screen.print(f"  stays: {held.name} (incident {numbers})", markup=False, soft_wrap=True)
    if planned.letters is not None:
        _say(words.of_letters(planned.letters))
        for letter in planned.letters.ids if names else ():
            screen.print(f"  {letter}", markup=False, soft_wrap=True)
    if planned.audit is not None:
        _say(words.of_audit(planned.audit))
    if planned.away:
        _say(words.away(planned.away), "bold red")
    for province, number in planned.unknown:
        screen.print(f"[bold red]incident {number} of {province} is held, and there is none[/]")


@app.command()
def apply(data: Data = None) -> None:
    """Erase what is past its time. The server must not run: while it does, it does this itself every hour."""
    from nazdik.bootstrap.retention.erasing import erase
    from nazdik.bootstrap.retention.records import ErasuresUnreadable
    from nazdik.bootstrap.retention.standing import erase_with_words, live_of, of_known, open_standing
    from nazdik.platform.eventlog.sqlite import SqliteLog
    from nazdik.platform.faults import LogInUse, LogUnavailable

    settings = settings_with(data_dir=data)
    if settings.postgres_url_file is not None:
        refuse("with logs in PostgreSQL each node's server erases what lies with it, every hour.")
    try:
        log = SqliteLog(settings.data_dir / "audit.sqlite")
    except LogInUse:
        refuse("a server runs on this folder; it erases by the rules itself, every hour.")
    except LogUnavailable as error:
        refuse(str(error))
    try:
        with ExitStack() as undo, Progress(console=screen, transient=True) as bar:
            bars: dict[str, Any] = {}
            # What is not over keeps its words: that is in the logs.
            standing = open_standing(settings.data_dir, _provinces_of(settings.data_dir), undo)
            live = live_of(standing)
            planned = of_known(_planned(settings, live), live)

            def progress(of: str, done: int, total: int) -> None:
                bars.setdefault(of, bar.add_task(of, total=total))
                bar.update(bars[of], completed=done)

            erased = erase_with_words(
                settings.data_dir,
                planned,
                standing,
                lambda: erase(
                    settings.data_dir, planned, by="nazdik retention", copy=settings.backup_dir, progress=progress
                ),
            )
        letters, entries = _note(settings, log)
        erased.lines += letters
    except (ErasuresUnreadable, LogUnavailable, OSError) as error:
        refuse(str(error))
    finally:
        log.close()
    for line in erased.lines:
        screen.print(f"{line.of}: {len(line.files)} files, {line.size:,} bytes erased; line {line.number}")
    if entries:
        screen.print(f"audit: {entries:,} entries cut off")
    if not erased.lines and not entries:
        screen.print("nothing is past its time")
    if erased.unreached:
        screen.print(f"[bold red]the keys of {len(erased.unreached)} files are still in the copy, which is away[/]")
        raise typer.Exit(EXIT_FAILED)


@app.command()
def prove(
    data: Data = None,
    copy: Copy = None,
    key: Annotated[str | None, typer.Option(help="The public key that has to have signed the record, in hex")] = None,
) -> None:
    """Compare the signed record of erasures with the disk, the copy and the audit log; exit 1 unless all holds."""
    from nazdik.bootstrap.retention.elsewhere import verdict_in_store
    from nazdik.bootstrap.retention.proving import prove as compare

    settings = settings_with(data_dir=data)
    planned = _planned_everywhere(settings)
    proof = compare(settings.data_dir, planned, copy=copy or settings.backup_dir, key=key)
    verdict = verdict_in_store(settings, planned)
    if verdict is not None and not verdict.whole:
        proof.faults.append(f"the audit log in PostgreSQL: {verdict.said}")
    _say(words.compared(proof))
    for line in proof.erasures[-5:]:
        screen.print(
            f"  {line.number}  {line.at}  {line.of}, {line.days} days: {len(line.files)} files, signed by {line.key[:16]}…",
            markup=False,
            soft_wrap=True,
        )
    for province, found in proof.words.items():
        screen.print(
            f"{province}: {found.sealed:,} entries have sealed words, of {found.erased:,} they are erased", markup=False
        )
        if found.clear and found.newest_clear is not None:
            said = f"{found.clear:,} entries up to {rfc3339(found.newest_clear)} have words in the clear: no rule can erase those"
            screen.print(f"[yellow]{province}: {said}[/]", soft_wrap=True)
    if proof.cut:
        screen.print(f"audit: {proof.cut:,} entries were cut off it by rule")
    for fault in proof.faults:
        screen.print(f"[bold red]{fault}[/]", soft_wrap=True)
    for late in words.overdue(planned):
        screen.print(late, style="bold red", markup=False, soft_wrap=True)
    _say(words.NOT_WHOLE, "bold red") if proof.faults else _say(words.WHOLE, "green")
    raise typer.Exit(EXIT_FAILED if proof.faults else 0)


def _say(pair: words.Pair, style: str = "") -> None:
    for sentence in pair:
        screen.print(sentence, style=style, markup=False, soft_wrap=True)


def _provinces_of(data: Path) -> list[str]:
    from nazdik.bootstrap.retention.rules import LOG

    return [path.name.removesuffix(LOG) for path in sorted(data.glob(f"*{LOG}"))]


def _planned(settings: Any, live: Any = None) -> Any:
    from nazdik.bootstrap.retention.planning import plan
    from nazdik.platform.clock import SystemClock

    return plan(settings.data_dir, _rules(settings), SystemClock().now(), live)


def _planned_everywhere(settings: Any) -> Any:
    from nazdik.bootstrap.retention.elsewhere import with_elsewhere

    return with_elsewhere(_planned(settings), settings, _rules(settings))


def _rules(settings: Any) -> Any:
    from nazdik.bootstrap.retention.rules import read_rules
    from nazdik.platform.faults import LogUnavailable

    try:
        rules = read_rules(settings.data_dir, trail_days=settings.trail_days)
    except LogUnavailable as error:
        refuse(str(error))
    if not rules:
        screen.print(f"there is no province's log in {settings.data_dir}: nobody knows what is under legal hold.")
        raise typer.Exit(EXIT_REFUSED)
    return rules


def _note(settings: Any, log: Any) -> tuple[list[Any], int]:
    """Erase messages that no partner took, write what the audit log does not have into it, and cut off what is past its time."""
    import asyncio

    from nazdik.bootstrap.retention.letters import Shelves
    from nazdik.bootstrap.retention.watch import Retention
    from nazdik.interchange.webhook_store import FILE, WebhookStore
    from nazdik.platform.audit import Audit
    from nazdik.platform.clock import SystemClock

    by, path = "nazdik retention", settings.data_dir / FILE
    store = WebhookStore(path) if path.is_file() else None

    async def noting() -> tuple[list[Any], int]:
        clock = SystemClock()
        retention = Retention(settings, None, Audit(log, clock), clock, letters=Shelves(store, None))
        await retention.note_all()
        return await retention.erase_letters(by=by), await retention.cut_audit(by=by)

    try:
        return asyncio.run(noting())
    finally:
        if store is not None:
            store.close()
