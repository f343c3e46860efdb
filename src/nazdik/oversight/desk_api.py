"""
The doors of a desk of 197: sign in, lists, cases, acts. Bootstrap gives by name: `oversight`, `registry`, `keys`.

No cookie: a desk keeps its token and sends it in `Authorization`, so no page from elsewhere can act for it.
"""

import asyncio
import csv
import io
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from nazdik.kernel import Actor, OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.closure import commands_of, desks_of
from nazdik.oversight.errors import ActUnknown, CaseNotFound, FieldsInvalid, SupervisorNeeded
from nazdik.oversight.faces import DESK_ROUTES
from nazdik.oversight.model import INSPECTORATE, Duty, Source
from nazdik.oversight.public_api import (
    REQUEST_BYTES_MAX,
    ContactBody,
    Service,
    Short,
    instant_of,
    list_offices,
    said_of,
)
from nazdik.oversight.rows import CaseRow, Notice
from nazdik.oversight.views import CaseView, Named, case_view, named
from nazdik.platform.auth import NotSignedIn, Registry, Session, Throttle, WrongPassword, token_of
from nazdik.platform.http import idempotency_key, request_id_of

AnyRequest = Request[Any, Any, Any]
ROLE = "oversight"
ACTS: dict[str, type[c.CaseCommand]] = {
    "open": c.OpenCase,
    "allegation": c.AddAllegation,
    "identify": c.IdentifyOfficer,
    "assign": c.AssignHandler,
    "acknowledge": c.Acknowledge,
    "write": c.Write,
    "pause": c.PauseClock,
    "resume": c.ResumeClock,
    "find": c.Find,
    "conciliate": c.Conciliate,
    "take-withdrawal": c.TakeWithdrawal,
    "close": c.CloseCase,
    "referral-outcome": c.RecordReferralOutcome,
    "decide-review": c.DecideReview,
    "limit-contact": c.LimitContact,
    "lift-limit": c.LiftLimit,
    "pass-commendation": c.PassCommendation,
    "type-out": c.TypeOut,
    "join": c.JoinCases,
    "part": c.PartCase,
}


class SignInBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who, and their password."""

    person: Short
    password: Annotated[str, msgspec.Meta(max_length=256)]


class SessionAnswer(msgspec.Struct):
    """Who is signed in, at which desks, what they command (of which they see the overview alone), and the token, once."""

    person: str
    desks: list[Named]
    token: str | None = None
    commands: list[Named] = []
    # After how many seconds without anybody there the session ends; None for never.
    idle_s: float | None = None


class StaffContact(ContactBody, kw_only=True):
    """What somebody says by telephone, in person, at a desk in a mosque or in a letter, as it is typed in."""

    source: Source = Source.PHONE
    person: Short | None = None
    # The office from whose own line it came, as the exchange shows it.
    from_office: Short | None = None
    # When it was said, if that was at a desk without network: only with a key that the desk took along.
    said_at: str | None = None


class StaffReceived(msgspec.Struct):
    """The code to be read out, and the case."""

    code: str
    case_id: str


class Listed(msgspec.Struct):
    """Cases, and how many there are by kind."""

    cases: list[CaseRow]
    counts: dict[str, dict[str, int]]


class Acted(msgspec.Struct):
    """What came of an act."""

    events: tuple[str, ...]
    duplicate: bool


class DecreeBody(msgspec.Struct, forbid_unknown_fields=True):
    """A day (days since 1970-01-01 in Iran) on which an office does not work, or does after all."""

    office: Short
    day: int
    why: Annotated[str, msgspec.Meta(max_length=300)] = ""
    lift: bool = False


class Decree(msgspec.Struct):
    """A day on which an office and all below it does not work."""

    office: Named
    day: int
    why: str


class TopicBody(msgspec.Struct, forbid_unknown_fields=True):
    """One answer for everyone who sent the same words."""

    text: str


class Topic(msgspec.Struct):
    """What many have sent."""

    topic: str
    number: int
    opening: str
    unread: int


class LimitRow(msgspec.Struct):
    """A case about which contact is limited: why, by whom, and when that is looked at again."""

    case: CaseRow
    why: str
    by: str
    review_day: int


def session_of(request: ASGIConnection[Any, Any, Any, Any], registry: Registry) -> Session:
    """Return who is signed in, and note that they are there. Raises `NotSignedIn`."""
    token = token_of({}, request.headers.get("authorization"))
    session = registry.find_session(token) if token is not None else None
    if session is None or session.role != ROLE:
        raise NotSignedIn()
    registry.heard(session.id)
    return session


class Sitting:
    """Somebody at a desk, for one request."""

    def __init__(self, request: AnyRequest, oversight: Any, registry: Registry) -> None:
        self.person = PersonId(session_of(request, registry).person)
        self.desks = desks_of(self.person, oversight.clock.now(), oversight.state.register)
        if not self.desks:
            # A posting that ended ends the session with it.
            raise NotSignedIn()
        self.actor = Actor(id=self.person, role="staff", office_id=self.desks[0])


Staff = NamedDependency[SkipValidation[Sitting]]


@post("/v1/session", status_code=201)
async def sign_in(
    request: AnyRequest,
    data: JSONBody[SignInBody],
    oversight: Service,
    registry: NamedDependency[SkipValidation[Registry]],
    brake: NamedDependency[SkipValidation[Throttle]],
) -> SessionAnswer:
    """Sign in, at a desk or to the overview. Refusals: auth.wrong_name_or_password (401), auth.too_many_tries (429)."""
    bucket = oversight.limits.bucket_of(request.client.host if request.client is not None else "")
    # For the name at this address: nobody elsewhere makes a desk wait. For the address as a whole, too.
    keys = (f"name:{data.person.casefold()[:120]}|{bucket}", f"from:{bucket}")
    brake.check(*keys)
    # Counted before it is checked: tries sent all at once must not slip past the brake together.
    brake.failed(*keys)
    right = await asyncio.to_thread(registry.check_password, data.person, data.password)
    who, now, register = PersonId(data.person), oversight.clock.now(), oversight.state.register
    desks, commands = desks_of(who, now, register), commands_of(who, now, register)
    if not right or not (desks or commands):
        raise WrongPassword()
    brake.succeeded(*keys)
    idle = {} if oversight.idle_s is None else {"idle_s": oversight.idle_s}
    token, _ = await asyncio.to_thread(registry.open_session, data.person, ROLE, idle)
    own, commanded = ([named(office, register) for office in offices] for offices in (desks, commands))
    return SessionAnswer(data.person, own, token, commanded, oversight.idle_s)


@get("/v1/session", sync_to_thread=False)
def get_session(sitting: Staff, oversight: Service) -> SessionAnswer:
    """Return who is signed in. Refusals: auth.not_signed_in (401)."""
    return SessionAnswer(sitting.person, [named(desk, oversight.state.register) for desk in sitting.desks])


@delete("/v1/session", status_code=204, sync_to_thread=True)
def sign_out(request: AnyRequest, registry: NamedDependency[SkipValidation[Registry]]) -> None:
    """End this session at once."""
    registry.close_session(session_of(request, registry).id)


@get("/v1/cases")
async def list_cases(
    sitting: Staff, oversight: Service, closed: FromQuery[bool] = False, apart: FromQuery[bool] = False
) -> Listed:
    """Return the desk's cases, what is due first, and how many there are; `apart` leaves out what stands under a topic."""
    await oversight.note(sitting.person, "oversight_list", "duty", closed=closed)
    who = oversight.now_for(sitting.person)
    return Listed(oversight.rows.list_cases(*who, closed=closed, apart=apart), oversight.rows.counts(*who))


@get("/v1/search")
async def search(sitting: Staff, oversight: Service, q: FromQuery[str]) -> list[CaseRow]:
    """Return the desk's cases in which words stand together, however their letters are typed."""
    await oversight.note(sitting.person, "oversight_search", "duty", words=q[:120])
    return oversight.rows.search(*oversight.now_for(sitting.person), q[:200])


@get("/v1/notices")
async def list_notices(sitting: Staff, oversight: Service) -> list[Notice]:
    """Return what clocks have told the desk."""
    return oversight.rows.notices(*oversight.now_for(sitting.person))


@get("/v1/topics")
async def list_topics(sitting: Staff, oversight: Service) -> list[Topic]:
    """Return what many have sent in the same words."""
    await oversight.note(sitting.person, "oversight_topics", "duty")
    return [Topic(*row) for row in oversight.rows.topics(*oversight.now_for(sitting.person))]


@get("/v1/topics/{topic:str}")
async def list_topic(topic: FromPath[str], sitting: Staff, oversight: Service) -> list[CaseRow]:
    """Return the open cases of a topic, what is due first; empty when it is none of this desk."""
    await oversight.note(sitting.person, "oversight_topic", "duty", topic=topic[:64])
    return oversight.rows.topic_cases(*oversight.now_for(sitting.person), topic)


@get("/v1/limits")
async def list_limits(sitting: Staff, oversight: Service) -> list[LimitRow]:
    """Return the cases about which contact is limited, what has to be looked at again first."""
    await oversight.note(sitting.person, "oversight_limits", "duty")
    rows = oversight.rows.limited(*oversight.now_for(sitting.person))
    held = [(row, oversight.state.cases[row.id].limit) for row in rows]
    return [LimitRow(row, limit.why, limit.by, limit.review_day) for row, limit in held if limit is not None]


@post("/v1/topics/{topic:str}/answer", status_code=200)
async def answer_topic(
    request: AnyRequest, topic: FromPath[str], data: JSONBody[TopicBody], sitting: Staff, oversight: Service
) -> Acted:
    """Answer everyone who sent the same words. Refusals: oversight.case_not_found (404), oversight.text_missing (422)."""
    return await _act(request, oversight, sitting, c.AnswerTopic(topic=topic, text=data.text))


@get("/v1/export.csv")
async def export(sitting: Staff, oversight: Service, purpose: FromQuery[Short]) -> Response[bytes]:
    """Return the desk's cases as CSV, without words and people, for a purpose that is written down."""
    await oversight.note(sitting.person, "oversight_export", purpose or "duty")
    columns = ("id", "kind", "office", "source", "received_at", "formal", "closed", "serious", "due_at")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in oversight.rows.export(*oversight.now_for(sitting.person)):
        writer.writerow([getattr(row, column) for column in columns])
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8")


@post("/v1/cases", status_code=201, request_max_body_size=REQUEST_BYTES_MAX)
async def take_down(
    request: AnyRequest, data: JSONBody[StaffContact], sitting: Staff, oversight: Service
) -> StaffReceived:
    """Take down what a caller or visitor says. Refusals as for citizens, and http.idempotency_key_missing (422)."""
    if data.source is Source.OPEN311:
        # What came by that door may be shown to the public; nobody else says that it did.
        raise FieldsInvalid(source=data.source)
    person = PersonId(data.person) if data.person else None
    said = msgspec.structs.replace(said_of(data), person=person, said_at=instant_of(data.said_at))
    key = idempotency_key(request.headers.get("idempotency-key"))
    own = OfficeId(data.from_office) if data.from_office is not None else None
    received = await oversight.receive(said, key, data.source, actor=sitting.actor, from_office=own)
    return StaffReceived(received.code, received.case_id)


@get("/v1/cases/{case_id:str}")
async def get_case(
    request: AnyRequest, case_id: FromPath[str], sitting: Staff, oversight: Service, purpose: FromQuery[Short] = "duty"
) -> CaseView:
    """Open a case; that it was opened is a fact of the case before it is shown. Refusals: oversight.case_not_found (404)."""
    case = await oversight.read_case(sitting.actor, case_id, purpose, f"read:{request_id_of(request.scope)}")
    return case_view(oversight.state, case, sitting.person, oversight.clock.now(), oversight.around)


@get("/v1/cases/{case_id:str}/files/{name:str}")
async def get_file(
    request: AnyRequest, case_id: FromPath[str], name: FromPath[str], sitting: Staff, oversight: Service
) -> Response[bytes]:
    """Return a picture of a case; each look is written down. Refusals: oversight.case_not_found (404)."""
    case = await oversight.read_case(sitting.actor, case_id, "picture", f"read:{request_id_of(request.scope)}")
    if name not in case.files:
        raise CaseNotFound(case_id=case_id[:64])
    return Response(await oversight.pictures.find(name), media_type="image/jpeg")


@post("/v1/cases/{case_id:str}/acts/{act:str}", status_code=200)
async def act(
    request: AnyRequest, case_id: FromPath[str], act: FromPath[str], sitting: Staff, oversight: Service
) -> Acted:
    """
    Do something with a case: the body has the fields of the act (docs/oversight.md lists them).

    Refusals: oversight.act_unknown, oversight.case_not_found (404), and what the rules refuse.
    """
    kind = ACTS.get(act)
    if kind is None:
        raise ActUnknown(act=act[:40])
    return await decided(request, oversight, sitting, kind, {"case_id": case_id})


async def decided(
    request: AnyRequest, oversight: Any, sitting: Sitting, kind: type[c.Command], about: dict[str, str]
) -> Acted:
    """Read the fields of an act from a body, and do it. Raises `FieldsInvalid` and what the rules refuse."""
    given = await request.json() if (await request.body()).strip() else {}
    if not isinstance(given, dict) or set(about) & set(given) or set(given) - set(kind.__struct_fields__):
        raise FieldsInvalid(fields=sorted(set(kind.__struct_fields__) - set(about)))
    try:
        command = msgspec.convert({**given, **about}, kind)
    except msgspec.ValidationError as error:
        raise FieldsInvalid(said=str(error)[:200]) from error
    return await _act(request, oversight, sitting, command)


@get("/v1/closures", sync_to_thread=False)
def list_decrees(sitting: Staff, oversight: Service) -> list[Decree]:
    """Return the decreed days that hold at the desk's offices, the latest first."""
    state = oversight.state
    mine = {office for desk in sitting.desks for office in state.register.chain(desk)}
    mine |= {o for o in state.register.offices if any(state.register.is_within(o, desk) for desk in sitting.desks)}
    held = sorted(((day, office, why) for (office, day), why in state.closures.items() if office in mine), reverse=True)
    return [Decree(named(office, state.register), day, why) for day, office, why in held[:100]]


@post("/v1/closures", status_code=200)
async def decree(request: AnyRequest, data: JSONBody[DecreeBody], sitting: Staff, oversight: Service) -> Acted:
    """Say that an office and all below it does not work on a day. Refusals: oversight.day_invalid (422)."""
    check_supervisor(sitting, oversight, OfficeId(data.office))
    command = c.DecreeClosure(office=OfficeId(data.office), day=data.day, why=data.why, lift=data.lift)
    return await _act(request, oversight, sitting, command)


@post("/v1/register/{what:str}", status_code=200)
async def put_register(request: AnyRequest, what: FromPath[str], sitting: Staff, oversight: Service) -> Acted:
    """
    Make offices, postings or ties known: `offices`, `posting`, `postings` (what ended and began), `tie`. For supervisors of the
    inspectorate.

    Refusals: oversight.act_unknown (404), oversight.supervisor_needed (403), oversight.posting_invalid (422).
    """
    kinds: dict[str, type[c.Command]] = {
        "offices": c.PutOffices,
        "posting": c.PostPerson,
        "postings": c.FollowPostings,
        "tie": c.TiePersons,
    }
    kind = kinds.get(what)
    if kind is None:
        raise ActUnknown(act=what[:40])
    check_supervisor(sitting, oversight, INSPECTORATE)
    try:
        command = msgspec.convert(await request.json(), kind)
    except msgspec.ValidationError as error:
        raise FieldsInvalid(said=str(error)[:200]) from error
    return await _act(request, oversight, sitting, command)


def check_supervisor(sitting: Sitting, oversight: Any, office: OfficeId) -> None:
    """Raise `SupervisorNeeded` unless somebody supervises a desk at an office or above it."""
    register, now = oversight.state.register, oversight.clock.now()
    if not any(
        p.duty is Duty.SUPERVISOR and p.since <= now and p.is_since(now) and register.is_within(office, p.office)
        for p in register.postings_of(sitting.person)
    ):
        raise SupervisorNeeded(office=office)


async def _act(request: AnyRequest, oversight: Any, sitting: Sitting, command: c.Command) -> Acted:
    key = idempotency_key(request.headers.get("idempotency-key"))
    answer = await oversight.submit(command, sitting.actor, key)
    return Acted(answer.events, answer.duplicate)


ROUTES: tuple[BaseRouteHandler, ...] = (
    sign_in, get_session, sign_out, list_cases, search, list_notices, list_topics, list_topic, answer_topic, list_limits,
    export, take_down,
    get_case, get_file, act, decree, put_register, list_decrees,
    list_offices,
    *DESK_ROUTES,
)  # fmt: skip
