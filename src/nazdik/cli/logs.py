"""`nazdik log`: check logs against their chain and against kept heads, print heads, make proofs for a witness and check them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from nazdik.cli.common import EXIT_REFUSED, refuse, screen
from nazdik.platform.eventlog.heads import HEADS_FILE, HeadsUnreadable, SignedHead, name_of, newest, read_heads

app = typer.Typer(help="The ordered log: check it, look at it, prove what is in it.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Log files, such as var/demo/khuzestan.log.sqlite")]
Kept = Annotated[
    list[Path] | None, typer.Option("--heads", help="Heads that were kept elsewhere; repeat for several files")
]
Key = Annotated[str | None, typer.Option("--key", help="The public key that has to have signed them, in hex")]


@app.command()
def verify(files: Files, heads: Kept = None, key: Key = None) -> None:
    """
    Check every entry of logs; exit 1 when one is not whole.

    Against the chain of hashes; and against signed heads, those beside the log and those given with --heads. Only heads that
    were kept elsewhere show that a log was cut off, written anew or put back together with the heads beside it.
    """
    from nazdik.platform.eventlog.verify_sqlite import verify_file

    given = _heads_of(heads or [], key)
    whole = True
    for path in files:
        name = name_of(path)
        of_this = [head for head in given if head.log == name]
        unknown = bool(given) and not of_this
        beside = path.parent / HEADS_FILE
        if beside.exists():
            try:
                of_this += [head for head in read_heads(beside, key=key) if head.log == name]
            except (HeadsUnreadable, OSError) as error:
                # Said and counted against it, but what is wrong with the log itself is more worth knowing.
                whole = False
                screen.print(f"{beside}: [bold red]NOT WHOLE[/], {error}", soft_wrap=True)
        verdict = verify_file(path, heads=of_this)
        whole &= verdict.whole
        mark = "[green]whole[/]" if verdict.whole else "[bold red]NOT WHOLE[/]"
        where = "" if verdict.position is None else f" at position {verdict.position}"
        against = f" and against {len(of_this)} signed heads" if of_this else ""
        said = f"{verdict.checked} entries checked{against}{where}. {verdict.said}"
        screen.print(f"{path}: {mark}, {said}", soft_wrap=True)
        if unknown:
            # Where nothing was ever written there is no head either. Else it is said, and the other files are checked all the same.
            whole &= verdict.checked == 0
            screen.print(f"None of the kept heads is of {name}: a cut at its end may go unseen.", soft_wrap=True)
        if verdict.whole and not given:
            screen.print("No head kept elsewhere was given (--heads): a cut at its end may go unseen.", soft_wrap=True)
    raise typer.Exit(0 if whole else 1)


@app.command()
def head(
    data: Annotated[Path, typer.Option(help="Folder of the logs")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One line a log, to send to a witness or keep in a file")
    ] = False,
) -> None:
    """Print the newest signed head of each log: to be printed, signed by hand and put away, or sent to a witness."""
    heads = _heads_of([data / HEADS_FILE], None)
    for name in sorted({one.log for one in heads}):
        last = newest(heads, name)
        assert last is not None
        if as_json:
            typer.echo(msgspec.json.encode(last).decode())
            continue
        typer.echo(f"{last.log}   {last.position} entries   {last.at}   log {last.epoch}")
        for label, value in (("root", last.root), ("hash", last.hash), ("key", last.key)):
            typer.echo(f"  {label:<5}{_grouped(value)}")


@app.command()
def prove(
    file: Annotated[Path, typer.Argument(help="A log file")],
    since: Annotated[int | None, typer.Option(help="Prove that the log only grew since it had so many entries")] = None,
    entry: Annotated[int | None, typer.Option(help="Prove that the entry at this position is in the log")] = None,
) -> None:
    """Print a proof under the newest signed head, for a witness who does not have the log: see `nazdik log check-proof`."""
    from nazdik.platform.eventlog.merkle import prove_consistency, prove_inclusion
    from nazdik.platform.eventlog.verify_sqlite import read_hashes

    last = newest(_heads_of([file.parent / HEADS_FILE], None), name_of(file))
    if last is None or (since is None) is (entry is None):
        refuse("there is no signed head of this log yet" if last is None else "give one of --since and --entry")
    hashes = read_hashes(file, last.position)
    if len(hashes) < last.position:
        refuse(f"the log ends at {len(hashes)}; it was signed with {last.position} entries")
    proof: dict[str, Any] = {"head": last}
    try:
        if since is not None:
            proof |= {"since": since, "path": [step.hex() for step in prove_consistency(hashes, since)]}
        elif entry is not None:
            path = [step.hex() for step in prove_inclusion(hashes, entry - 1)]
            proof |= {"entry": entry, "hash": hashes[entry - 1].hex(), "path": path}
    except ValueError as error:
        refuse(str(error))
    typer.echo(msgspec.json.encode(proof).decode())


class _Proof(msgspec.Struct, frozen=True):
    head: SignedHead
    path: list[str]
    since: int | None = None
    entry: int | None = None
    hash: str | None = None


@app.command("check-proof")
def check_proof(
    proof: Annotated[Path, typer.Argument(help="What `nazdik log prove` printed")],
    heads: Kept = None,
    key: Key = None,
) -> None:
    """Check a proof without the log, against heads that a witness kept; exit 1 when it does not hold."""
    from nazdik.platform.eventlog.merkle import is_consistent, is_included

    try:
        told = msgspec.json.decode(proof.read_bytes(), type=_Proof)
        path = [bytes.fromhex(step) for step in told.path]
        root, entry_hash = bytes.fromhex(told.head.root), bytes.fromhex(told.hash or "")
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        refuse(f"this is no proof: {error}")
    if not told.head.is_sound() or (key is not None and told.head.key != key.lower()):
        refuse("its head was not signed, or not by this key")
    size = told.head.position
    if told.entry is not None:
        holds = is_included(entry_hash, told.entry - 1, size, path, root)
    else:
        since = told.since or 0
        kept = [one for one in _heads_of(heads or [], key) if (one.log, one.position) == (told.head.log, since)]
        if not kept:
            refuse(f"no kept head of {told.head.log} at {since}; give the file with --heads")
        same = all(one.epoch == told.head.epoch and one.key == told.head.key for one in kept)
        holds = same and all(is_consistent(since, bytes.fromhex(one.root), size, root, path) for one in kept)
    screen.print("[green]the proof holds[/]" if holds else "[bold red]THE PROOF DOES NOT HOLD[/]")
    raise typer.Exit(0 if holds else 1)


def _heads_of(files: Sequence[Path], key: str | None) -> list[SignedHead]:
    try:
        return [head for path in files for head in read_heads(path, key=key)]
    except HeadsUnreadable as error:
        screen.print(f"[bold red]nazdik:[/] {error}", soft_wrap=True)
        raise typer.Exit(1) from error
    except OSError as error:
        screen.print(f"[bold red]nazdik:[/] {error}", soft_wrap=True)
        raise typer.Exit(EXIT_REFUSED) from error


def _grouped(value: str) -> str:
    """Return hex as people compare it: eight at a time."""
    return " ".join(value[at : at + 8] for at in range(0, len(value), 8))
