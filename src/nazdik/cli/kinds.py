"""`nazdik kinds`: which kind typed words tell of, and the books that call-takers are guided by."""

import csv
import io
from pathlib import Path
from typing import Annotated, Any

import typer

from nazdik.cli.asking import Name, Seat, Server, SignedIn
from nazdik.cli.common import refuse, said_in_words, screen

app = typer.Typer(
    help="Kinds of incidents: guess them from words; edit, try and publish the dictionary.",
    epilog="Begin with: nazdik kinds guess 'چاقو کشیده'",
    no_args_is_help=True,
)
words = typer.Typer(
    help="The dictionary of a province: draft, try, publish, take back. Old calls keep the version they were guessed with.",
    epilog="Begin with: nazdik kinds words export khuzestan words.csv --seat province_desk:khuzestan",
    no_args_is_help=True,
)
app.add_typer(words, name="words")
book = typer.Typer(
    help="The books of questions and response plans: the same steps, as files of JSON.",
    epilog="Begin with: nazdik kinds book export plans khuzestan plans.json --seat province_desk:khuzestan",
    no_args_is_help=True,
)
app.add_typer(book, name="book")
Book = Annotated[str, typer.Argument(help="questions or plans", show_default=False)]
Province = Annotated[str, typer.Argument(help="Such as khuzestan", show_default=False)]


@app.command()
def guess(
    text: Annotated[str, typer.Argument(help="What a caller says", show_default=False)],
    file: Annotated[Path | None, typer.Option(help="A dictionary to use instead of the one that ships")] = None,
) -> None:
    """Say which kinds words tell of and why. Needs no server."""
    from nazdik.guide.guessing import Guesser
    from nazdik.guide.model import BookName, Words
    from nazdik.guide.shipped import shipped
    from nazdik.published.catalogue import KINDS

    content = shipped(BookName.WORDS) if file is None else Words(entries=_entries(file))
    assert isinstance(content, Words)
    kinds = {kind.code: kind for kind in KINDS}
    found = Guesser(content, kinds).guess(text)
    for one in found.guesses:
        why = "، ".join(f"«{s.typed}» {s.entry.gloss and f'({s.entry.gloss}) '}{s.score:g}" for s in one.spoken)
        screen.print(f"{kinds[one.code].name_fa} ({one.code}): {one.priority} · {one.score:g} · {why}", markup=False)
    if found.denied:
        screen.print(f"گفته و نفی شده / said and denied: {'، '.join(found.denied)}", markup=False)
    if not found.guesses:
        screen.print("نوعی از این واژه‌ها برنمی‌آید. / These words tell of no kind.", markup=False)


@app.command()
def codes(
    file: Annotated[Path | None, typer.Option(help="Write a table that any spreadsheet opens")] = None,
) -> None:
    """Show our kinds beside the words that other systems use: EIDO, CAP, and what is understood besides. Needs no server."""
    from nazdik.published.catalogue import KINDS
    from nazdik.published.kind_codes import OF_KIND

    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("kind", "name_fa", "name_en", "priority", "eido_common", "cap_category", "understood"))
    for kind in KINDS:
        own = OF_KIND[kind.code]
        row = (kind.code, kind.name_fa, kind.name_en, kind.priority, own.common, own.cap, " ".join(own.also))
        writer.writerow(row)
    if file is None:
        print(table.getvalue(), end="")
        return
    with said_in_words():
        file.write_text(table.getvalue(), encoding="utf-8")
    screen.print(f"{file}: {len(KINDS)} kinds", soft_wrap=True, markup=False)


@words.command()
def export(
    province: Province,
    file: Annotated[Path, typer.Argument(help="File to write, a table of text", show_default=False)],
    version: Annotated[int | None, typer.Option(help="An earlier version; 0 is what ships")] = None,
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Write the dictionary in force as a table that any spreadsheet opens."""
    from nazdik.guide.shipped import WORD_COLUMNS

    query = {} if version is None else {"version": str(version)}
    with SignedIn(server, name, seat) as asker:
        held = asker.get(f"/v1/provinces/{province}/guide/words", query)
    table = io.StringIO()
    # What is left out has its usual value.
    rows = [{"weight": 3, **entry} for entry in held["content"]["entries"]]
    writer = csv.DictWriter(table, WORD_COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    with said_in_words():
        file.write_text(table.getvalue(), encoding="utf-8")
    screen.print(f"{file}: {len(rows)} entries of version {held['version']}", soft_wrap=True, markup=False)


@words.command()
def draft(
    province: Province,
    file: Annotated[Path, typer.Argument(help="The edited table", show_default=False)],
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Keep an edited table as the draft, and show what it would change and how it does on the sentences."""
    entries = _entries(file)
    import msgspec

    with SignedIn(server, name, seat) as asker:
        asker.post(f"/v1/provinces/{province}/guide/words/draft", {"entries": msgspec.to_builtins(entries)})
        difference = asker.get(f"/v1/provinces/{province}/guide/words/difference", {})
        tried = asker.post(f"/v1/provinces/{province}/guide/words/try", {})
    _say_difference(difference)
    _say_trial(tried["trial"])
    for one in tried["wrong"]:
        screen.print(f"  {one['text']}: {one['after']} ({one['kind']})", markup=False, soft_wrap=True)
    screen.print(
        f"nazdik kinds words publish {province} --revision {difference['revision']}", markup=False, soft_wrap=True
    )


@words.command()
def publish(
    province: Province,
    revision: Annotated[int, typer.Option(help="The draft that was shown", show_default=False)],
    note: Annotated[str, typer.Option(help="Why")] = "",
    even_if_worse: Annotated[bool, typer.Option("--even-if-worse", help="Although fewer sentences come out")] = False,
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Put the draft in force, at once."""
    body = {"revision": revision, "note": note, "even_if_worse": even_if_worse}
    with SignedIn(server, name, seat) as asker:
        asker.post(f"/v1/provinces/{province}/guide/words/publish", body)
        _say_book(asker.get(f"/v1/provinces/{province}/guide", {}))


@words.command("back")
def roll_back(
    province: Province,
    to: Annotated[int, typer.Argument(help="Version to go back to; 0 is what ships", show_default=False)],
    note: Annotated[str, typer.Option(help="Why")] = "",
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Put an earlier version in force again."""
    with SignedIn(server, name, seat) as asker:
        asker.post(f"/v1/provinces/{province}/guide/words/roll-back", {"to": to, "note": note})
        _say_book(asker.get(f"/v1/provinces/{province}/guide", {}))


@words.command()
def show(province: Province, server: Server = None, name: Name = None, seat: Seat = None) -> None:
    """Say which version is in force, which can be gone back to, and whether there is a draft."""
    with SignedIn(server, name, seat) as asker:
        _say_book(asker.get(f"/v1/provinces/{province}/guide", {}))


@book.command("export")
def export_book(
    name_of_book: Book,
    province: Province,
    file: Annotated[Path, typer.Argument(help="File to write", show_default=False)],
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Write what is in force."""
    import msgspec

    with SignedIn(server, name, seat) as asker:
        held = asker.get(f"/v1/provinces/{province}/guide/{_json_book(name_of_book)}", {})
    content = {key: value for key, value in held["content"].items() if key != "type"}
    with said_in_words():
        file.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    screen.print(f"{file}: version {held['version']}", soft_wrap=True, markup=False)


@book.command("draft")
def draft_book(
    name_of_book: Book,
    province: Province,
    file: Annotated[Path, typer.Argument(help="The edited file", show_default=False)],
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Keep an edited file as the draft and show what it would change. Plans are published by somebody else."""
    import msgspec

    try:
        content = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        refuse(f"{file} cannot be read: {error}")
    path = f"/v1/provinces/{province}/guide/{_json_book(name_of_book)}"
    with SignedIn(server, name, seat) as asker:
        asker.post(f"{path}/draft", content)
        difference = asker.get(f"{path}/difference", {})
    _say_difference(difference)
    again = f"nazdik kinds book publish {name_of_book} {province} --revision {difference['revision']}"
    screen.print(again, markup=False, soft_wrap=True)


@book.command("publish")
def publish_book(
    name_of_book: Book,
    province: Province,
    revision: Annotated[int, typer.Option(help="The draft that was shown", show_default=False)],
    note: Annotated[str, typer.Option(help="Why")] = "",
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Put the draft in force, at once."""
    path = f"/v1/provinces/{province}/guide"
    with SignedIn(server, name, seat) as asker:
        asker.post(f"{path}/{_json_book(name_of_book)}/publish", {"revision": revision, "note": note})
        _say_book(asker.get(path, {}), name_of_book)


@book.command("back")
def roll_book_back(
    name_of_book: Book,
    province: Province,
    to: Annotated[int, typer.Argument(help="Version to go back to; 0 is what ships", show_default=False)],
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Put an earlier version in force again."""
    path = f"/v1/provinces/{province}/guide"
    with SignedIn(server, name, seat) as asker:
        asker.post(f"{path}/{_json_book(name_of_book)}/roll-back", {"to": to})
        _say_book(asker.get(path, {}), name_of_book)


def _json_book(name: str) -> str:
    if name not in ("questions", "plans"):
        refuse("the books are questions and plans; words have commands of their own: nazdik kinds words")
    return name


def _say_difference(difference: dict[str, Any]) -> None:
    for row in difference["added"]:
        screen.print(f"+ {row}", markup=False, soft_wrap=True)
    for row in difference["removed"]:
        screen.print(f"- {row}", markup=False, soft_wrap=True)


def _entries(file: Path) -> Any:
    from nazdik.guide.shipped import read_entries

    try:
        # A spreadsheet may put a mark before the first letter.
        return tuple(read_entries(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        refuse(f"{file} cannot be read as a dictionary: {error}")


def _say_book(said: dict[str, Any], name: str = "words") -> None:
    held = next(book for book in said["books"] if book["book"] == name)
    screen.print(f"In force: {held['version']}", markup=False)
    for version in held["versions"]:
        screen.print(f"  {version['number']}: {version['at']} {version['by']} {version['note']}", markup=False)
    if held["draft"] is not None:
        screen.print(f"Draft: revision {held['draft']['revision']} by {held['draft']['by']}", markup=False)


def _say_trial(trial: dict[str, Any]) -> None:
    of = trial["sentences"]
    screen.print(
        f"Right at first: {trial['first']} of {of} (now {trial['first_before']}); "
        f"within three: {trial['within_three']} (now {trial['within_three_before']})",
        markup=False,
    )
