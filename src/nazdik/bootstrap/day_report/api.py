"""The door of day reports."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from nazdik.bootstrap.day_report.csv_file import csv_of
from nazdik.bootstrap.day_report.errors import FormatUnknown
from nazdik.bootstrap.day_report.lines import DayReport
from nazdik.bootstrap.day_report.pdf import pdf_of
from nazdik.bootstrap.day_report.reading import DayReports
from nazdik.bootstrap.day_report.shifts import DAY, shift_of
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.desk_names import name_of
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.proofs import check_fresh
from nazdik.dispatch.errors import OfficeNotFound
from nazdik.kernel import OfficeId
from nazdik.organisation.model import Act
from nazdik.platform.http import BOARD
from nazdik.platform.http.messages import language_of

FORMATS = ("json", "csv", "pdf")
_TYPES = {"csv": "text/csv", "pdf": "application/pdf", "json": "application/json"}


@get(
    "/v1/offices/{office_id:str}/day-report",
    opt=BOARD,
    responses={
        # An example made of random figures would differ from document to document, and help nobody.
        200: ResponseSpec(
            data_container=DayReport, generate_examples=False, description="The report; as csv or pdf a file."
        )
    },
)
async def get_day_report(
    request: Request[Any, Any, Any],
    office_id: FromPath[str],
    desk: NamedDependency[Desk],
    entrance: NamedDependency[Entrance],
    day_reports: NamedDependency[DayReports],
    date: Annotated[str, QueryParameter(description="Jalali date on which the shift begins, such as 1405-09-01.")],
    shift: Annotated[str, QueryParameter(description="Number of the shift from 1, or `day` for all of them.")] = DAY,
    format_: Annotated[str, QueryParameter(name="format", description="json, csv or pdf.")] = "json",
) -> Response[bytes]:
    """
    Return what a shift of an office was: calls, incidents, times with their numbers of cases, offers, alarms, units.

    Counted from the log, with the same shift a week before; no person and no call is in it. Written down in the audit log.
    Refusals: dispatch.office_not_found (404), organisation.* (403), day_report.date_invalid, day_report.shift_unknown,
    day_report.format_unknown, day_report.not_begun (422); auth.proof_needed (403) for a file.
    """
    office = desk.house.offices.find_office(OfficeId(office_id))
    if office is None:
        desk.allow(Act.SEE_DAY_REPORT)
        raise OfficeNotFound(office=office_id[:120])
    desk.allow(Act.SEE_DAY_REPORT, offices=frozenset({office.id}))
    if format_ not in FORMATS:
        raise FormatUnknown(format=format_[:20], known=list(FORMATS))
    if format_ != "json":
        # What is taken away as a file is taken by whoever signed in.
        check_fresh(entrance, entrance.session_of(request))
    settings, tree = entrance.settings, desk.house.offices
    wanted = shift_of(date, shift, settings.shift_starts, settings.display_offset_min)
    now = desk.house.clock.now()
    rooms = [
        room
        for province, room in desk.house.rooms.items()
        if tree.is_within(OfficeId(str(province)), office.id) or tree.is_within(office.id, OfficeId(str(province)))
    ]
    await desk.note("day_report", f"{office.id}:{wanted.date}:{wanted.name}:{format_}")
    report = await day_reports.make(office, wanted, rooms, tree, now)
    language = language_of(request.headers.get("accept-language"))
    if format_ == "json":
        return Response(msgspec.json.encode(report), media_type=_TYPES["json"])
    if format_ == "csv":
        made = csv_of(report, language, settings.display_offset_min)
    else:
        made = await day_reports.run(
            lambda: pdf_of(
                report,
                language,
                printed_by=name_of(desk.posting, tree, language),
                printed_at=now,
                offset_min=settings.display_offset_min,
                server=settings.name,
            )
        )
    name = f"{office.id}-{wanted.date}-{wanted.name}.{format_}"
    return Response(
        made,
        media_type=_TYPES[format_],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


ROUTES: tuple[BaseRouteHandler, ...] = (get_day_report,)
