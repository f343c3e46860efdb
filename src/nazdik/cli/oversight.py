"""`nazdik oversight`: serve 197, check a receipt without it, and keep its register."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nazdik.cli import oversight_envelopes
from nazdik.cli.common import refuse, said_in_words, screen

app = typer.Typer(help="Public oversight (197): serve it, check a receipt, keep its register.", no_args_is_help=True)
app.add_typer(oversight_envelopes.app, name="envelope")
FOLDER = Path("nazdik-oversight")
Folder = Annotated[Path, typer.Option("--data", help="Folder of the oversight log, apart from dispatch's")]
WRONG = {
    "signature": "the head is not what its key signed",
    "other_key": "another key signed it",
    "not_in_the_log": "this fact is not under the signed root",
    "of_another_case": "this fact is of another case",
    "one_is_missing": "a fact before this one is missing",
    "no_beginning": "it does not begin with the contact",
    "unreadable": "a fact cannot be read",
    "other_words": "the words are not those that were recorded",
    "gone": "this was in the earlier receipt and is gone",
    "shorter_than_before": "the log was longer before",
    "two_stories": "another head of the same size has another root",
    "not_grown_from_what_was_kept": "the log did not grow from the head that was kept",
    "opened_by_one_shut_out": "it was opened at an office that was shut out",
}


@app.command()
def serve(
    data: Folder = FOLDER,
    host: Annotated[str, typer.Option(help="Address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port for citizens: an origin of its own")] = 8197,
    desk_port: Annotated[int, typer.Option(help="Port for desks")] = 8198,
    tls_certificate: Annotated[Path | None, typer.Option(help="Certificate chain in PEM")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key in PEM")] = None,
    witness: Annotated[Path | None, typer.Option(help="A folder that gets every signed head too")] = None,
    text_to: Annotated[str, typer.Option(help="Number to which citizens text a code to give a turn back")] = "",
    idle_minutes: Annotated[
        int,
        typer.Option(help="After how many minutes without anybody there a desk is shut; 0 where others watch the room"),
    ] = 15,
    proxy: Annotated[
        list[str] | None, typer.Option(help="A proxy of ours (address or network) whose X-Forwarded-For counts")
    ] = None,
) -> None:
    """Serve citizens and desks until stopped."""
    from nazdik.bootstrap.oversight.run import OversightPlace, run_oversight
    from nazdik.oversight.facts import HeadsLost
    from nazdik.platform.http import ProxyInvalid, networks_of

    try:
        proxies = networks_of(proxy or ())
    except ProxyInvalid as error:
        refuse(f"--proxy needs an address or a network: {error}")
    place = OversightPlace(
        data, host, port, desk_port, tls_certificate, tls_key, witness, text_to, max(0, idle_minutes), proxies
    )
    with said_in_words():
        try:
            run_oversight(place, say=lambda text: screen.print(text, markup=False, soft_wrap=True))
        except HeadsLost as lost:
            refuse(f"THE LOG IS NOT WHAT WAS SIGNED: {lost}", "دفتر آن نیست که امضا شده بود.")


@app.command()
def verify(
    receipt: Annotated[Path, typer.Argument(help="The receipt, as the page of the case saved it")],
    text: Annotated[Path | None, typer.Option(help="A file with what was written, letter by letter")] = None,
    earlier: Annotated[Path | None, typer.Option(help="An older receipt of the same case")] = None,
    heads: Annotated[Path | None, typer.Option(help="Heads that somebody else kept")] = None,
    proof: Annotated[
        Path | None, typer.Option(help="The answer of /v1/facts/consistency from the newest of them")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The public key that has to have signed, in hex")] = None,
) -> None:
    """
    Check a receipt without any server; exit 1 when something is wrong.

    That the contact was recorded then, that no fact was changed or left out, at which desks it was opened and that none of
    them was shut out, and what became of each promise of time.
    """
    from nazdik.oversight.facts import Receipt
    from nazdik.oversight.verifier import check
    from nazdik.platform.eventlog.heads import HeadsUnreadable, read_heads

    try:
        given = msgspec.json.decode(receipt.read_bytes(), type=Receipt)
        older = msgspec.json.decode(earlier.read_bytes(), type=Receipt) if earlier is not None else None
        steps = msgspec.json.decode(proof.read_bytes(), type=dict[str, list[str]])["proof"] if proof is not None else []
        kept = read_heads(heads, key=key) if heads is not None else []
        words = text.read_text(encoding="utf-8").removesuffix("\n") if text is not None else None
    except (OSError, msgspec.MsgspecError, KeyError, UnicodeDecodeError, HeadsUnreadable) as error:
        refuse(f"this cannot be read: {error}")
    checked = check(given, key=key, text=words, earlier=older, kept=kept, proof=steps)
    say = screen.print
    say(f"Recorded at {checked.recorded_at or '?'}, shown as of {checked.as_of}, signed by {given.head.key[:16]}…")
    if checked.stated:
        say(f"  it came from another system, which states {checked.stated}; nothing here proves that day")
    for at, office in checked.opened:
        say(f"  opened {at} at {office}", markup=False)
    for promise in checked.promises:
        say(f"  {promise.clock}: {promise.state}, due {promise.due}", markup=False)
    for code, about in checked.wrong:
        say(f"WRONG: {WRONG[code]} [{code}] {about}", style="red", markup=False, soft_wrap=True)
    if key is None:
        say("No key was given (--key): whoever made the receipt may have signed it with any.", soft_wrap=True)
    say("[green]Everything in it holds.[/]" if checked.holds else "[bold red]THIS DOES NOT HOLD.[/]")
    raise typer.Exit(0 if checked.holds else 1)


@app.command()
def post(
    person: Annotated[str, typer.Argument(help="How they sign in")],
    office: Annotated[str, typer.Argument(help="Office, such as khuzestan.ahvaz, or inspectorate")],
    duty: Annotated[str, typer.Argument(help="staff, commander, handler or supervisor")],
    data: Folder = FOLDER,
    password: Annotated[
        str | None, typer.Option(prompt="Password (empty for none)", hide_input=True, help="For those at a desk")
    ] = None,
) -> None:
    """Post somebody while the server is stopped: the first supervisor of the inspectorate above all."""
    from nazdik.bootstrap.oversight.keeping import keep_posting
    from nazdik.oversight.model import Duty

    if duty not in {one.value for one in Duty}:
        refuse(f"{duty} is no duty: staff, commander, handler or supervisor")
    with said_in_words():
        asyncio.run(keep_posting(data, person, office, Duty(duty), password or None))
    screen.print(f"{person}: {duty} at {office}", markup=False)


@app.command()
def offices(
    regions: Annotated[list[Path], typer.Argument(help="Built regions whose offices are taken over")],
    data: Folder = FOLDER,
) -> None:
    """Take over the office trees of regions, a desk of 197 at every county and above, while the server is stopped."""
    from nazdik.bootstrap.oversight.keeping import keep_offices

    with said_in_words():
        number = asyncio.run(keep_offices(data, regions))
    screen.print(f"{number} offices are known")


@app.command()
def postings(
    source: Annotated[
        Path, typer.Argument(help="Dispatch's data folder, or a file of JSON lines: person, office, duty, since")
    ],
    everybody: Annotated[bool, typer.Option(help="It lists the whole force: whoever is not in it has left")] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would change, and change nothing")] = False,
    data: Folder = FOLDER,
) -> None:
    """
    Follow who is posted where while the server is stopped; exit 1 when any line was refused.

    What ended stays in the register, so that whoever served with the accused stays shut out. Desks of 197 are not touched.
    """
    from nazdik.bootstrap.oversight.people import PEOPLE, keep_postings

    if not source.exists() or (source.is_dir() and not (source / PEOPLE).exists()):
        refuse(f"there are no people in {source}")
    with said_in_words():
        due = asyncio.run(keep_postings(data, source, everybody=everybody, dry_run=dry_run))
    say = screen.print
    for end in due.ends:
        say(f"- {end.person}: {end.duty} at {end.office}", markup=False)
    for begun in due.posts:
        say(f"+ {begun.person}: {begun.duty} at {begun.office}", markup=False)
    for person, office, code in due.refused:
        say(
            f"REFUSED {person} at {office} [{code}]; nothing of theirs was ended",
            style="red",
            markup=False,
            soft_wrap=True,
        )
    say(f"{len(due.ends)} ended, {len(due.posts)} began{', if it were done' if dry_run else ''}")
    raise typer.Exit(1 if due.refused else 0)


@app.command("export")
def export_(
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there yet")],
    person: Annotated[
        str, typer.Option("--as", help="Whose desk hands the cases out: what is shut to them is left out")
    ],
    purpose: Annotated[str, typer.Option(help="What for; it is written down with every case")],
    since: Annotated[str | None, typer.Option(help="Cases that came from this instant on (RFC 3339)")] = None,
    until: Annotated[str | None, typer.Option(help="Cases that came before this instant")] = None,
    data: Folder = FOLDER,
) -> None:
    """Write whole cases as lines of JSON while the server is stopped (docs/oversight-bundle.md)."""
    from nazdik.bootstrap.oversight.bundle_files import export_file
    from nazdik.kernel import from_rfc3339

    if file.exists():
        refuse(f"{file} is there already")
    with said_in_words():
        try:
            first, last = (from_rfc3339(text) if text is not None else None for text in (since, until))
        except ValueError as error:
            refuse(f"this is no instant with its zone: {error}")
        run = export_file(data, file, person=person, purpose=purpose, since=first, until=last)
        number = asyncio.run(run)
    screen.print(f"{number} cases in {file}", markup=False)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A bundle of another system of 197")],
    dry_run: Annotated[bool, typer.Option(help="Say what would become of each line, and change nothing")] = False,
    offices: Annotated[
        Path | None, typer.Option(help="JSON: our office for each of theirs that is called otherwise")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write what became of each line here, with the citizens' new codes")
    ] = None,
    data: Folder = FOLDER,
) -> None:
    """
    Take over whole cases from another system while the server is stopped; exit 1 when any line was refused.

    Sent twice, nothing is doubled. Their dates are kept as what that system stated; nothing of them can be proved here.
    """
    from nazdik.bootstrap.oversight.bundle_files import import_file
    from nazdik.bootstrap.texts import TEXTS
    from nazdik.platform.http import register, title

    register(TEXTS)
    with said_in_words():
        try:
            ours = msgspec.json.decode(offices.read_bytes(), type=dict[str, str]) if offices is not None else {}
            run = import_file(data, file, ours=ours, dry_run=dry_run, codes=report is not None)
            said = asyncio.run(run)
        except (OSError, msgspec.MsgspecError) as error:
            refuse(f"this cannot be read: {error}")
    for row in [*said.broken, *(row for row in said.rows if row.refused and row not in said.broken)]:
        why = f"{title(row.refused, 'fa')} / {title(row.refused, 'en')} [{row.refused}] {row.details or ''}"
        screen.print(f"line {row.line} {row.id}: {why}", markup=False, soft_wrap=True)
    counts = ", ".join(f"{said.count(state)} {state}" for state in ("ready", "taken", "here", "bad"))
    screen.print(
        f"from {said.system[:24] or '?'}: {counts}{'; NOTHING WAS TAKEN' if said.broken else ''}", markup=False
    )
    if report is not None:
        report.touch(mode=0o600)
        report.write_bytes(b"\n".join(msgspec.json.encode(row) for row in said.rows) + b"\n")
    raise typer.Exit(1 if said.broken or said.count("bad") else 0)


@app.command()
def demo(
    regions: Annotated[
        list[Path], typer.Argument(help="Built regions; the first one's province has the invented cases")
    ],
    data: Annotated[Path, typer.Option(help="Folder of the demo")] = Path("var/oversight-demo"),
    port: Annotated[int, typer.Option(help="Port for citizens")] = 8197,
    desk_port: Annotated[int, typer.Option(help="Port for desks")] = 8198,
) -> None:
    """Serve 197 with desks and plainly invented cases."""
    from nazdik.bootstrap.oversight.demo import PASSWORD, prepare
    from nazdik.bootstrap.oversight.run import OversightPlace, run_oversight
    from nazdik.geo.region import read_manifest

    with said_in_words():
        data.mkdir(parents=True, exist_ok=True)
        people = asyncio.run(prepare(data, regions, read_manifest(regions[0]).id))
        screen.print(f"Desks sign in as {', '.join(people)}, password: {PASSWORD}", markup=False, soft_wrap=True)
        place = OversightPlace(data, port=port, desk_port=desk_port)
        run_oversight(place, say=lambda text: screen.print(text, markup=False, soft_wrap=True))
