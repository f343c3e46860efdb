"""The books that ship with the program: version 0 of each."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.resources import files

import msgspec

from nazdik.guide.model import (
    OF_NATION,
    Book,
    BookName,
    Content,
    Entry,
    Plans,
    Questions,
    Sentence,
    Words,
)

WORD_COLUMNS = ("text", "kind", "weight", "priority", "gloss")


@cache
def shipped(name: BookName) -> Content:
    """Return what a book holds as long as nobody has published another."""
    if name in (BookName.PLANS, BookName.NATION_PLANS):
        return Plans()
    if name in OF_NATION.values():
        return shipped(next(own for own, nations in OF_NATION.items() if nations is name))
    if name is BookName.QUESTIONS:
        return msgspec.json.decode(_text("questions.json"), type=Questions)
    return Words(
        entries=tuple(read_entries(_lines("words.csv"))),
        sentences=tuple(Sentence(row["text"], row["kind"]) for row in csv.DictReader(_lines("sentences.csv"))),
    )


def label_of(book: Book) -> str:
    """
    Return the name of the version in force, to be kept with what rests on it.

    What ships may change with the program, so version 0 carries a digest of itself. Those of the nation's books begin with n.
    """
    if not book.in_force:
        return _label_of_shipped(book.name)
    return f"n{book.in_force}" if book.name in OF_NATION.values() else str(book.in_force)


@cache
def _label_of_shipped(name: BookName) -> str:
    return f"0-{blake2b(msgspec.json.encode(shipped(name)), digest_size=4).hexdigest()}"


def read_entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield the entries of a table; `ValueError` names the line that is none."""
    table = csv.DictReader(lines)
    if table.fieldnames is None or not {"text", "kind"} <= set(table.fieldnames):
        raise ValueError(f"the first line names the columns: {', '.join(WORD_COLUMNS)}")
    for row in table:
        try:
            yield Entry(
                text=row["text"],
                kind=row["kind"],
                weight=int(row.get("weight") or 3),
                priority=int(row["priority"]) if row.get("priority") else None,
                gloss=row.get("gloss") or "",
            )
        except (TypeError, ValueError) as error:
            raise ValueError(f"line {table.line_num}: {error}") from error


def _lines(name: str) -> list[str]:
    return _text(name).splitlines()


def _text(name: str) -> str:
    return (files("nazdik.guide") / "data" / name).read_text(encoding="utf-8")
