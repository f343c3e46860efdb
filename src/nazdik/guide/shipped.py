"""The books that ship with the program: version 0 of each."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.resources import files

import msgspec

from nazdik.guide.model import Book, BookName, Content, Entry, Guide, Plans, Questions, Sentence, Words
from nazdik.published.plans import PlansInForce
from nazdik.published.questions import QuestionsInForce

WORD_COLUMNS = ("text", "kind", "weight", "priority", "gloss")


@cache
def shipped(name: BookName) -> Content:
    """Return what a book holds as long as nobody has published another."""
    if name is BookName.PLANS:
        return Plans()
    if name is BookName.QUESTIONS:
        return msgspec.json.decode(_text("questions.json"), type=Questions)
    return Words(
        entries=tuple(read_entries(_lines("words.csv"))),
        sentences=tuple(Sentence(row["text"], row["kind"]) for row in csv.DictReader(_lines("sentences.csv"))),
    )


def content_of(guide: Guide, name: BookName) -> Content:
    """Return what is in force."""
    return guide.book(name).content or shipped(name)


def label_of(book: Book) -> str:
    """
    Return the name of the version in force, to be kept with what rests on it.

    What ships may change with the program, so version 0 carries a digest of itself.
    """
    return str(book.in_force) if book.in_force else _label_of_shipped(book.name)


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


def questions_in_force(guide: Guide) -> QuestionsInForce:
    """Return the questions of every kind that has some."""
    content = content_of(guide, BookName.QUESTIONS)
    assert isinstance(content, Questions)
    return QuestionsInForce({one.kind: one for one in content.sets}, label_of(guide.book(BookName.QUESTIONS)))


def plans_in_force(guide: Guide) -> PlansInForce:
    """Return the rules of offices."""
    content = content_of(guide, BookName.PLANS)
    assert isinstance(content, Plans)
    return PlansInForce(content.rules, label_of(guide.book(BookName.PLANS)))


def _lines(name: str) -> list[str]:
    return _text(name).splitlines()


def _text(name: str) -> str:
    return (files("nazdik.guide") / "data" / name).read_text(encoding="utf-8")
