"""
The citizen's doors, on an origin of their own: no account, no cookie, no address kept. Bootstrap gives by name: `oversight`.

A code travels in bodies only: what is in an address stays in histories and logs.
"""

import csv
import io
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, JSONBody, SkipValidation

from nazdik.kernel import Instant, OfficeId, from_rfc3339, rfc3339
from nazdik.oversight import commands as c
from nazdik.oversight.clocks import calendar_for, due_at
from nazdik.oversight.errors import DayUnreadable, OfficeUnknown, SizeUnknown
from nazdik.oversight.faces import CITIZEN_ROUTES, qr_of
from nazdik.oversight.facts import Receipt
from nazdik.oversight.figures import as_csv
from nazdik.oversight.model import Allegation, Case, Category, ClockType, Contact, Kind, Release, Source
from nazdik.oversight.routing import route_of
from nazdik.oversight.service import CITIZEN, Oversight, Said, Wished
from nazdik.oversight.views import CitizenView, Named, citizen_view, named
from nazdik.oversight.words import tells_who
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.http import idempotency_key

# Three pictures in base64, and the longest text; a film is refused before it is read.
REQUEST_BYTES_MAX = 17 * 1024 * 1024
AnyRequest = Request[Any, Any, Any]
Service = NamedDependency[SkipValidation[Oversight]]
Short = Annotated[str, msgspec.Meta(max_length=120)]


class ContactBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """
    What a citizen says. `office` is where it happened; `unit` whom it is about. A name or a number makes it no longer anonymous;
    `visibility` says who may see them: `office_only` (who took it down), `handler`, `none`. Pictures in base64, at most three.
    """

    kind: Kind
    text: str
    office: Short
    category: Category = Category.OTHER
    unit: Short | None = None
    incident_at: str | None = None
    lang: Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")] = "fa"
    name: Short = ""
    phone: Short = ""
    visibility: Annotated[str, msgspec.Meta(pattern="^(office_only|handler|none)$")] = "office_only"
    photos: list[bytes] = []
    # What was sent to /v1/recordings before, at most two.
    recordings: list[Wished] = []


class ContactAnswer(msgspec.Struct):
    """The code (shown once; `qr` is a picture of it), the receipt, and what in the text may tell who wrote it."""

    code: str
    receipt: Receipt
    tells: list[str]
    acknowledge_by: str | None
    qr: str


class CodeBody(msgspec.Struct, forbid_unknown_fields=True):
    """A code as it was typed."""

    code: Short


class WriteBody(msgspec.Struct, forbid_unknown_fields=True):
    """A code, and what the citizen adds."""

    code: Short
    text: str
    photos: list[bytes] = []
    recordings: list[Wished] = []


class ReviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A code, and why the answer is not accepted."""

    code: Short
    grounds: str


class WhoBody(msgspec.Struct, forbid_unknown_fields=True):
    """Where something happened and whom it is about."""

    kind: Kind
    office: Short
    unit: Short | None = None
    category: Category = Category.OTHER


class WhoSees(msgspec.Struct):
    """Who will see it, before it is sent: the desk, those above it, those passed over; and whether it is referred."""

    office: Named
    above: list[Named]
    shut_out: list[Named]
    referred: bool


class OfficesAnswer(msgspec.Struct):
    """The offices that a complaint can be about."""

    offices: list[dict[str, str | None]]


class FiguresAnswer(msgspec.Struct):
    """The releases, and the names of the counties in them."""

    releases: list[Release]
    counties: list[Named]


class TextBody(msgspec.Struct, forbid_unknown_fields=True):
    """Words that are not sent yet."""

    text: Annotated[str, msgspec.Meta(max_length=20_000)]


def bucket_of(request: AnyRequest, oversight: Oversight) -> str:
    """Return the bucket of whoever asks; their address goes no further."""
    return oversight.limits.bucket_of(request.client.host if request.client is not None else "")


def instant_of(text: str | None) -> Instant | None:
    """Return the instant that somebody gave, or None. Raises `DayUnreadable`."""
    if text is None:
        return None
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError) as error:
        raise DayUnreadable(given=text[:40]) from error


def said_of(data: ContactBody) -> Said:
    """Return what a form says."""
    known = bool(data.name.strip() or data.phone.strip())
    return Said(
        kind=data.kind,
        text=data.text,
        office=OfficeId(data.office),
        lang=data.lang,
        category=data.category,
        unit=OfficeId(data.unit) if data.unit is not None else None,
        incident_at=instant_of(data.incident_at),
        anonymous=not known,
        contact=Contact(data.name.strip(), data.phone.strip(), data.visibility) if known else None,
        photos=tuple(data.photos),
        recordings=tuple(data.recordings),
    )


@get("/v1/offices", sync_to_thread=False)
def list_offices(oversight: Service) -> OfficesAnswer:
    """Return the offices that a contact can be about, parents before children."""
    register = oversight.state.register
    lines = sorted(register.offices.values(), key=lambda line: register.chain(line.id)[::-1])
    return OfficesAnswer(
        [{"id": o.id, "parent": o.parent, "tier": o.tier, "fa": o.name_fa, "en": o.name_en} for o in lines]
    )


@post("/v1/who-sees", status_code=200, sync_to_thread=False)
def who_sees(data: JSONBody[WhoBody], oversight: Service) -> WhoSees:
    """Return who will see a contact, before it is sent. Nothing is kept. Refusals: oversight.office_unknown (422)."""
    state = oversight.state
    register = state.register
    for office in (data.office, data.unit):
        if office is not None and office not in register.offices:
            raise OfficeUnknown(office=office)
    unit = OfficeId(data.unit) if data.unit is not None else None
    about = data.kind in (Kind.COMPLAINT, Kind.CRITICISM)
    allegation = Allegation(1, data.category, unit)
    case = Case(
        id="", kind=data.kind, source=Source.WEB, received_at=oversight.clock.now(), text="", token="", salt="", code_hash="",
        topic="", office=OfficeId(data.office), start=OfficeId(data.office), allegations=(allegation,) if about else (),
    )  # fmt: skip
    route = route_of(case, register)
    above = [o for o in register.chain(route.office)[1:] if (line := register.offices.get(o)) is None or line.desk]
    return WhoSees(
        named(route.office, register),
        [named(office, register) for office in above],
        [named(step.office, register) for step in route.barred],
        case.serious and data.kind is Kind.COMPLAINT,
    )


@post("/v1/tells-who", status_code=200, sync_to_thread=False)
def tells(data: JSONBody[TextBody]) -> dict[str, list[str]]:
    """Return what in words may tell who wrote them: `phone`, `national_id`, `plate`. Nothing is kept."""
    return {"tells": list(tells_who(data.text))}


@post("/v1/contacts", status_code=201, request_max_body_size=REQUEST_BYTES_MAX)
async def receive(request: AnyRequest, data: JSONBody[ContactBody], oversight: Service) -> ContactAnswer:
    """
    Take down a complaint, criticism, suggestion, thanks or question; when this is answered it is on disk.

    The same Idempotency-Key gets the same code again. Refusals: oversight.text_missing, oversight.office_unknown,
    oversight.day_invalid, oversight.too_many_files, oversight.key_too_short, photos.* (422), oversight.too_many_contacts (403),
    oversight.recording_not_found (404).
    """
    oversight.limits.take(bucket_of(request, oversight))
    key = idempotency_key(request.headers.get("idempotency-key"))
    received = await oversight.receive(said_of(data), key, Source.WEB)
    case = oversight.state.cases[received.case_id]
    clock = case.clock(ClockType.ACKNOWLEDGE)
    due = due_at(clock, calendar_for(oversight.state, case.office, oversight.around)) if clock is not None else None
    by = rfc3339(due) if due is not None else None
    qr = qr_of(request, received.code.replace(" ", ""))
    return ContactAnswer(received.code, received.receipt, list(tells_who(data.text)), by, qr)


@post("/v1/follow-up", status_code=200)
async def follow_up(request: AnyRequest, data: JSONBody[CodeBody], oversight: Service) -> CitizenView:
    """Return how a case stands, by its code. Refusals: oversight.code_unknown (404), auth.too_many_tries (429)."""
    case = await oversight.case_of(data.code, bucket_of(request, oversight))
    return citizen_view(oversight.state, case, oversight.clock.now(), oversight.around)


@post("/v1/follow-up/receipt", status_code=200)
async def receipt(request: AnyRequest, data: JSONBody[CodeBody], oversight: Service) -> Receipt:
    """Return the receipt as of now. Refusals: oversight.code_unknown (404), auth.too_many_tries (429)."""
    case = await oversight.case_of(data.code, bucket_of(request, oversight))
    return oversight.facts.receipt(case.id, oversight.clock.now())


@post("/v1/follow-up/messages", status_code=200, request_max_body_size=REQUEST_BYTES_MAX)
async def write_back(request: AnyRequest, data: JSONBody[WriteBody], oversight: Service) -> CitizenView:
    """Add to a case by its code. Refusals: oversight.code_unknown (404), oversight.text_missing, photos.* (422)."""
    bucket = bucket_of(request, oversight)
    case = await oversight.case_of(data.code, bucket)
    oversight.limits.take(bucket)
    key = idempotency_key(request.headers.get("idempotency-key"))
    await oversight.write_back(case, data.text, data.photos, data.recordings, key)
    return _view(oversight, case)


@post("/v1/follow-up/withdraw", status_code=200)
async def withdraw(request: AnyRequest, data: JSONBody[CodeBody], oversight: Service) -> CitizenView:
    """Ask to take a complaint back. Refusals: oversight.code_unknown (404), oversight.case_is_closed (409)."""
    return await _by_citizen(request, oversight, data.code, lambda case: c.AskToWithdraw(case_id=case.id))


@post("/v1/follow-up/destroy-recordings", status_code=200)
async def wish_destroyed(request: AnyRequest, data: JSONBody[CodeBody], oversight: Service) -> CitizenView:
    """Ask that every recording of a case is written down and destroyed. Refusals: oversight.code_unknown (404)."""
    return await _by_citizen(request, oversight, data.code, lambda case: c.WishDestroyed(case_id=case.id))


@post("/v1/follow-up/review", status_code=200)
async def ask_review(request: AnyRequest, data: JSONBody[ReviewBody], oversight: Service) -> CitizenView:
    """Ask for a second look. Refusals: oversight.case_is_open, oversight.review_too_late (409), oversight.code_unknown (404)."""
    return await _by_citizen(
        request, oversight, data.code, lambda case: c.AskForReview(case_id=case.id, grounds=data.grounds)
    )


async def _by_citizen(request: AnyRequest, oversight: Oversight, code: str, command: Any) -> CitizenView:
    case = await oversight.case_of(code, bucket_of(request, oversight))
    key = idempotency_key(request.headers.get("idempotency-key"))
    await oversight.submit(command(case), CITIZEN, f"{case.id}:{key}")
    return _view(oversight, case)


def _view(oversight: Oversight, case: Case) -> CitizenView:
    return citizen_view(oversight.state, oversight.state.cases[case.id], oversight.clock.now(), oversight.around)


@get("/v1/figures", sync_to_thread=False)
def get_figures(oversight: Service) -> FiguresAnswer:
    """Return every release of the public figures, newest last."""
    releases = list(oversight.state.releases)
    about = {value for release in releases for table in release.tables for row in table.rows for value in row.values}
    offices = oversight.state.register.offices
    return FiguresAnswer(
        releases, [named(OfficeId(value), oversight.state.register) for value in sorted(about & set(offices))]
    )


@get("/v1/figures.csv", sync_to_thread=False)
def get_figures_csv(oversight: Service) -> Response[bytes]:
    """Return every row of every release as CSV; days count from 1970-01-01."""
    out = io.StringIO()
    csv.writer(out).writerows(as_csv(oversight.state.releases))
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8")


@get("/v1/facts/head", sync_to_thread=False)
def get_head(oversight: Service) -> SignedHead:
    """Return the signed head of all facts: for witnesses to keep."""
    return oversight.facts.head(oversight.clock.now())


@get("/v1/facts/consistency", sync_to_thread=False)
def get_consistency(oversight: Service, earlier: FromQuery[int], later: FromQuery[int]) -> dict[str, list[str]]:
    """Return the proof that facts only grew from one size to another. Refusals: oversight.size_unknown (422)."""
    try:
        return {"proof": oversight.facts.consistency(earlier, later)}
    except ValueError as error:
        raise SizeUnknown(earlier=earlier, later=later) from error


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_offices, who_sees, tells, receive, follow_up, receipt, write_back, withdraw, wish_destroyed, ask_review,
    get_figures, get_figures_csv, get_head, get_consistency, *CITIZEN_ROUTES,
)  # fmt: skip
