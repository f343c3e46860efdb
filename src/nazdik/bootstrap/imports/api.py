"""The doors of lists from a spreadsheet: an empty file to fill in, a look at what a file would do, and its draft."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation

from nazdik.administration.commands import SaveDraft
from nazdik.administration.errors import SettingUnknown
from nazdik.bootstrap.administration import persons
from nazdik.bootstrap.administration.fields import Line, Text
from nazdik.bootstrap.administration.setting_kinds import SettingKind, setting_kind
from nazdik.bootstrap.administration.words import words_of_desk
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.imports.columns import BadCell, OfficeNames, table_of
from nazdik.bootstrap.imports.errors import NothingToImport
from nazdik.bootstrap.imports.listings import LISTINGS, Listing
from nazdik.bootstrap.imports.rows import Ground, Read
from nazdik.bootstrap.imports.settings import EMPTY, MARK, name_of, value_of
from nazdik.bootstrap.imports.sheets import BYTES_MAX, read_sheet
from nazdik.bootstrap.imports.template import csv_of, xlsx_of
from nazdik.kernel import LonLat, OfficeId
from nazdik.platform.scanner import Scanner
from nazdik.platform.settings import Settings

# Bytes travel as base64, a third longer, with a little around them.
REQUEST_BYTES_MAX = BYTES_MAX * 4 // 3 + 8_192
FILE_NAME_MAX = 120
_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
# One file at a time is taken apart: a spreadsheet of 2 MB keeps a core busy for a second or two.
_one_at_a_time = asyncio.Semaphore(1)


class FileBody(msgspec.Struct, forbid_unknown_fields=True):
    """A spreadsheet (XLSX or CSV, in base64), the office below which everything in it lies, and what the file is called."""

    office: str
    file: bytes
    name: str = ""


class DraftFileBody(msgspec.Struct, forbid_unknown_fields=True):
    """The same file again, and why; rows that cannot be used are left out, which the reader has seen."""

    office: str
    file: bytes
    why: str
    name: str = ""


class ColumnView(msgspec.Struct, frozen=True):
    """A column that a list may have."""

    name: str
    label: Text
    help: Text
    needed: bool


class ListingView(msgspec.Struct, frozen=True):
    """A list that can be read from a file."""

    name: str
    label: Text
    columns: tuple[ColumnView, ...]


class ListingsView(msgspec.Struct, frozen=True):
    """The lists that this session may bring."""

    lists: tuple[ListingView, ...]


class ReportView(msgspec.Struct, frozen=True):
    """
    What a file would do. `good` rows would be drafted, `same` are there already, `bad` cells say why their row is left out;
    `ignored` are columns that mean nothing here.
    """

    rows: int
    good: int
    same: int
    bad: tuple[BadCell, ...]
    ignored: tuple[str, ...]
    lines: tuple[Line, ...]


class DraftedView(msgspec.Struct, frozen=True):
    """The draft that a file became: a setting, to be read and published like any other."""

    kind: str
    subject: str
    good: int
    bad: tuple[BadCell, ...]


def _opened(desk: Desk, what: str, office: str) -> tuple[Listing, SettingKind, ControlRoom]:
    listing = LISTINGS.get(what)
    if listing is None:
        raise SettingUnknown(kind=what[:40])
    kind = setting_kind(name_of(what))
    room = desk.house.room(office)
    # A tree is the province's, whoever brings it.
    whose = str(room.province) if listing.name == "offices" else office
    desk.allow(kind.keep, offices=frozenset({OfficeId(whose)}))
    return listing, kind, room


async def _read(
    desk: Desk, listing: Listing, room: ControlRoom, body: "FileBody | DraftFileBody", offset_min: int, key: str
) -> tuple[Read, int, tuple[str, ...]]:
    tree, root = desk.house.offices, OfficeId(body.office)

    def station_at(point: LonLat) -> OfficeId | None:
        station = tree.station_at(point)
        return station if station is not None and tree.is_within(station, root) else None

    ground = Ground(
        province=room.province,
        offices=OfficeNames(tree, root),
        station_at=station_at,
        world=room.state.world,
        settings=room.state.settings,
        person_before=lambda subject: persons.kept(desk.house.people, room.state.settings, subject),
        new_note=lambda number: f"{room.province}.h{key}x{number}",
        offset_min=offset_min,
        tree=tree,
    )

    def work() -> tuple[Read, int, tuple[str, ...]]:
        table = table_of(read_sheet(body.file), listing.columns)
        return listing.read(table, ground), len(table.rows), table.ignored

    async with _one_at_a_time:
        return await asyncio.to_thread(work)


@get("/v1/imports")
async def list_imports(desk: NamedDependency[Desk]) -> ListingsView:
    """Return the lists that this session may bring from a file, with their columns."""
    return ListingsView(
        tuple(
            ListingView(one.name, one.label, tuple(ColumnView(c.name, c.label, c.help, c.needed) for c in one.columns))
            for one in LISTINGS.values()
            if desk.may(setting_kind(name_of(one.name)).keep)
        )
    )


@get("/v1/imports/{what:str}/template", media_type="application/octet-stream")
async def get_template(
    what: FromPath[str],
    desk: NamedDependency[Desk],
    format_: Annotated[Literal["xlsx", "csv"], QueryParameter(name="format", description="xlsx or csv.")] = "xlsx",
    lang: FromQuery[Literal["fa", "en"]] = "fa",
) -> Response[bytes]:
    """Return an empty file to fill in. Refusals: administration.setting_unknown (404)."""
    listing = LISTINGS.get(what)
    if listing is None:
        raise SettingUnknown(kind=what[:40])
    desk.allow(setting_kind(name_of(what)).keep)
    body = await asyncio.to_thread(xlsx_of if format_ == "xlsx" else csv_of, listing, lang)
    name = f'attachment; filename="nazdik-{listing.name}.{format_}"'
    return Response(body, media_type=_TYPES[format_], headers={"Content-Disposition": name})


@post("/v1/imports/{what:str}/try", status_code=200, request_max_body_size=REQUEST_BYTES_MAX)
async def try_import(
    what: FromPath[str],
    data: JSONBody[FileBody],
    desk: NamedDependency[Desk],
    scanner: NamedDependency[SkipValidation[Scanner]],
    caller_settings: NamedDependency[SkipValidation[Settings]],
) -> ReportView:
    """
    Say what a file would do, row by row. Nothing is kept.

    Refusals: imports.file_unreadable, imports.file_too_large, imports.columns_missing, files.infected (422),
    administration.setting_unknown (404), files.scanner_away (503).
    """
    listing, kind, room = _opened(desk, what, data.office)
    await desk.note(f"import:{listing.name}", data.office)
    await scanner.check(data.file, lambda found: desk.note("file_infected", data.office, found))
    read, rows, ignored = await _read(desk, listing, room, data, caller_settings.display_offset_min, "try")
    value = value_of(data.name, read.good)
    if kind.make_ready is not None and read.good:
        await kind.make_ready(desk, str(room.province), value)
    lines = kind.lines(EMPTY, value, words_of_desk(desk, room))
    return ReportView(rows, len(read.good), read.same, read.bad, ignored, lines)


@post("/v1/imports/{what:str}/draft", status_code=200, request_max_body_size=REQUEST_BYTES_MAX)
async def draft_import(
    what: FromPath[str],
    data: JSONBody[DraftFileBody],
    door: NamedDependency[SkipValidation[RequestDoor]],
    desk: NamedDependency[Desk],
    scanner: NamedDependency[SkipValidation[Scanner]],
    caller_settings: NamedDependency[SkipValidation[Settings]],
) -> DraftedView:
    """
    Make the rows of a file that can be used a draft; somebody else reads and publishes it like any setting.

    Refusals: those of trying it; imports.nothing_to_import, administration.why_missing (422).
    """
    listing, kind, room = _opened(desk, what, data.office)
    await desk.note(f"import:{listing.name}", data.office)
    await scanner.check(data.file, lambda found: desk.note("file_infected", data.office, found))
    subject = door.new_id("i", room.province)
    key = subject.partition(MARK)[2]
    read, _, _ = await _read(desk, listing, room, data, caller_settings.display_offset_min, key)
    if not read.good:
        raise NothingToImport(bad=len(read.bad), same=read.same)
    value: dict[str, Any] = value_of(data.name.strip()[:FILE_NAME_MAX], read.good)
    if kind.make_ready is not None:
        await kind.make_ready(desk, subject, value)
    command = SaveDraft(kind=kind.name, subject=subject, value=value, why=data.why.strip())
    await door.act(kind.keep, command, about=data.office, personal=f"import:{listing.name}")
    return DraftedView(kind.name, subject, len(read.good), read.bad)


ROUTES: tuple[BaseRouteHandler, ...] = (list_imports, get_template, try_import, draft_import)
