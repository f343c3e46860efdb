"""
A province's book over the nation's: what holds, and what of a whole book is the province's own.

People read and draft whole books. What is kept of a province's is only where it differs from the nation's in force, so that what
the nation changes later reaches the province wherever it said nothing itself. Plans are no part of this: rules of offices lie
over one another by the chain of offices.
"""

from collections.abc import Hashable, Iterable
from typing import Any

from msgspec.structs import replace

from nazdik.guide.model import OF_NATION, SILENT, Book, BookName, Content, Entry, Guide, Questions, Words
from nazdik.guide.shipped import label_of, shipped
from nazdik.guide.tokens import alternatives_of
from nazdik.published.questions import QuestionSet


def nations_of(guide: Guide, name: BookName) -> Content | None:
    """Return what the nation has in force under a province's book, None for nothing of its own."""
    under = OF_NATION.get(name)
    return guide.book(under).content if under is not None else None


def content_of(guide: Guide, name: BookName) -> Content:
    """Return what holds, whole: of plans what the book itself says."""
    return whole_of(guide, name, guide.book(name).content)


def whole_of(guide: Guide, name: BookName, kept: Content | None) -> Content:
    """Return what a version or a draft comes to, whole, over what the nation has in force now."""
    beneath = nations_of(guide, name) or shipped(name)
    if kept is None:
        return shipped(name) if name is BookName.PLANS else beneath
    match kept, beneath:
        case Words(over=True), Words():
            entries = _laid(kept.entries, beneath.entries, _key_of_entry)
            spoken = tuple(entry for entry in entries if entry.weight != SILENT)
            return Words(spoken, kept.sentences or beneath.sentences)
        case Questions(over=True), Questions():
            sets = _laid(kept.sets, beneath.sets, _key_of_set)
            return Questions(tuple(one for one in sets if one.questions))
        case _:
            return kept


def kept_of(guide: Guide, name: BookName, whole: Content) -> Content:
    """Return what of a whole book a province keeps: all of it while nothing of the nation lies under it."""
    own, nations = guide.book(name).content, nations_of(guide, name)
    lies_over = isinstance(own, Words | Questions) and own.over is True
    beneath = nations or shipped(name)
    if nations is None and not lies_over:
        return whole
    match whole, beneath:
        case Words(), Words():
            entries = _own(whole.entries, beneath.entries, _key_of_entry, lambda one: replace(one, weight=SILENT))
            sentences = whole.sentences if whole.sentences != beneath.sentences else ()
            return Words(entries, sentences, over=True)
        case Questions(), Questions():
            sets = _own(whole.sets, beneath.sets, _key_of_set, lambda one: QuestionSet(one.kind, ()))
            return Questions(sets, over=True)
        case _:
            return whole


def label_in_force(guide: Guide, name: BookName) -> str:
    """Return the name of what holds, to be kept with what rests on it: `3`, the nation's `n2`, or one over the other `3/n2`."""
    under, book = OF_NATION.get(name), guide.book(name)
    nations = guide.book(under) if under is not None else Book(name=name)
    if name is BookName.PLANS or not nations.in_force:
        return label_of(book)
    if not book.in_force:
        return label_of(nations)
    lies_over = isinstance(book.content, Words | Questions) and book.content.over is True
    return f"{label_of(book)}/{label_of(nations)}" if lies_over else label_of(book)


def _key_of_entry(entry: Entry) -> Hashable:
    return alternatives_of(entry.text), entry.kind


def _key_of_set(one: QuestionSet) -> Hashable:
    return one.kind


def _laid(own: Iterable[Any], beneath: Iterable[Any], key_of: Any) -> tuple[Any, ...]:
    """Return the rows beneath, each as it is or as the own ones have it, and then what only those have."""
    rows = {key_of(row): row for row in beneath}
    rows |= {key_of(row): row for row in own}
    return tuple(rows.values())


def _own(whole: Iterable[Any], beneath: Iterable[Any], key_of: Any, silenced: Any) -> tuple[Any, ...]:
    """Return the rows that are not as beneath, and the silenced ones of beneath that are not there."""
    known, rows = {key_of(row): row for row in beneath}, {key_of(row): row for row in whole}
    other = tuple(row for key, row in rows.items() if known.get(key) != row)
    return (*other, *(silenced(row) for key, row in known.items() if key not in rows))
