"""
A list that was read from a file, as a setting of its own: drafted, read by somebody else, published, taken back.

Its value is the rows that can be used, as they were read. Publishing causes one command for each row, in one transaction.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from nazdik.administration import commands as setting_commands
from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration import persons
from nazdik.bootstrap.administration.book_lines import SKILLS
from nazdik.bootstrap.administration.fields import NOTHING, Line, Text, Words, differences
from nazdik.bootstrap.imports.listings import LISTINGS
from nazdik.bootstrap.imports.offices import alone, merged
from nazdik.bootstrap.imports.rows import HAZARDS, UNIT_KINDS, HazardRow, PersonRow, UnitRow, UnitWas
from nazdik.bootstrap.office_tree import settings as office_tree
from nazdik.dispatch.commands import EnrolUnit
from nazdik.dispatch.unit_commands import BringBackUnit, ChangeUnit, RetireUnit
from nazdik.premises.commands import AddNote, RemoveNote
from nazdik.premises.model import NoteId

if TYPE_CHECKING:
    from nazdik.bootstrap.desk import Desk
    from nazdik.bootstrap.province_state import ProvinceState

MARK = ".i"
EMPTY: Value = {"file": "", "rows": []}


def name_of(listing: str) -> str:
    """Return the kind of setting that a list is."""
    return f"import_{listing}"


def listing_of(name: str) -> str:
    """Return which list a kind of setting is."""
    return name.removeprefix("import_")


def province_of(subject: str) -> str | None:
    """Return whose list it is; None when it is nobody's."""
    province, mark, own = subject.partition(MARK)
    return province if mark and own.isalnum() and "." not in province else None


def rows_of(listing: str, value: Value | None) -> list[Any]:
    """Return what a value holds. Raises `ValueInvalid`."""
    if value is None:
        return []
    try:
        rows = msgspec.convert(value["rows"], list[Any])
        return [msgspec.convert(row, LISTINGS[listing].row) for row in rows]
    except (msgspec.ValidationError, KeyError) as error:
        raise ValueInvalid(what=str(error)[:300]) from error


def value_of(file: str, rows: tuple[Any, ...]) -> Value:
    """Return rows as they are stored."""
    value: Value = msgspec.json.decode(msgspec.json.encode({"file": file, "rows": rows}))
    return value


def tidy(listing: str, value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid`."""
    rows_of(listing, value)
    return value


def own(listing: str, settings: Settings, subject: str) -> Value | None:
    """Return what was published."""
    changes = settings.setting(name_of(listing), subject).changes
    return changes[-1].value if changes else None


def only_from_a_file(desk: "Desk", subject: str, value: Value) -> None:
    """Refuse: a draft of a list comes from a file, whose every row was looked at (`POST /v1/imports`)."""
    raise ValueInvalid(
        what="a list is drafted from a file", fa="پیش‌نویس از پرونده ساخته می‌شود", en="a list is drafted from a file"
    )


def effects(
    listing: str, state: "ProvinceState", value: Value | None, former: Value | None, drafted_by: str, why: str
) -> Iterator[Any]:
    """Yield what publishing `value` over `former` asks of the contexts that work by it; None takes the former rows back."""
    back = value is None
    rows = rows_of(listing, former if back else value)
    if listing == "offices":
        # One tree, so one change: a station may be under a county of the same list.
        tree = merged(state.settings, rows, back=back)
        subject = str(state.settings.province)
        yield setting_commands.Adopt(kind=office_tree.NAME, subject=subject, value=tree, drafted_by=drafted_by, why=why)
        return
    for row in rows:
        match row:
            case UnitRow():
                yield _of_unit(row, state, back=back)
            case HazardRow():
                note = NoteId(row.note)
                if not back:
                    yield AddNote(note_id=note, **{k: v for k, v in msgspec.structs.asdict(row).items() if k != "note"})
                elif note in state.premises.notes:
                    yield RemoveNote(note_id=note, reason=why)
            case PersonRow():
                then = (row.was or persons.EMPTY) if back else row.now
                yield setting_commands.Adopt(
                    kind=persons.NAME, subject=row.subject, value=then, drafted_by=drafted_by, why=why
                )


def _of_unit(row: UnitRow, state: "ProvinceState", *, back: bool) -> Any:
    """Return what a unit's row asks for; taken back, a new unit retires and a changed one is as it was."""
    if row.was is not None:
        then = row.was if back else row
        return ChangeUnit(unit_id=row.unit, office=then.office, kind=then.kind, skills=then.skills)
    if back:
        return RetireUnit(unit_id=row.unit)
    known = state.world.units.get(row.unit)
    if known is not None and known.retired_at is not None:
        return BringBackUnit(unit_id=row.unit)
    return EnrolUnit(unit_id=row.unit, call_sign=row.call_sign, office=row.office, kind=row.kind, skills=row.skills)


def lines(listing: str, before: Value, after: Value, words: Words) -> tuple[Line, ...]:
    """Return what a list would change, in words: what is there now beside what will be."""
    # Taken back, a list is told by what it had brought.
    back = not after.get("rows")
    held = rows_of(listing, before if back else after)
    if listing == "offices":
        then, now = alone(held, now=back), alone(held, now=not back)
        return office_tree.lines(then, now, words)
    told = (line for row in held for line in _lines(row, words))
    return tuple(Line(line.what, line.after, line.before) if back else line for line in told)


def _lines(row: Any, words: Words) -> Iterator[Line]:
    match row:
        case UnitRow():
            before = NOTHING if row.was is None else _unit_said(row.was, words)
            yield Line(Text(row.call_sign, row.call_sign), before, _unit_said(row, words))
        case HazardRow():
            hazard, office = HAZARDS[row.hazard.value], words.office(row.office)
            where = row.address or f"{row.point.lat:.5f}, {row.point.lon:.5f}"
            severe = ("؛ شدید", "; severe") if row.severe else ("", "")
            yield Line(
                Text(f"{hazard.fa}، {where}", f"{hazard.en}, {where}"),
                NOTHING,
                Text(f"{row.text}؛ {office.fa}{severe[0]}", f"{row.text}; {office.en}{severe[1]}"),
            )
        case PersonRow():
            who = str(persons.person_of(row.subject))
            for line in differences(persons.FIELDS, row.was or persons.EMPTY, row.now, words):
                yield Line(Text(f"{who}، {line.what.fa}", f"{who}, {line.what.en}"), line.before, line.after)


def _unit_said(unit: UnitRow | UnitWas, words: Words) -> Text:
    office, kind = words.office(unit.office), UNIT_KINDS.get(unit.kind, Text(unit.kind, unit.kind))
    skills = [SKILLS.get(one, Text(one, one)) for one in unit.skills]
    return Text(
        f"{office.fa}؛ {kind.fa}؛ {'، '.join(one.fa for one in skills)}",
        f"{office.en}; {kind.en}; {', '.join(one.en for one in skills)}",
    )
