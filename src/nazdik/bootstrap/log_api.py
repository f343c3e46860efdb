"""The log for other systems: i3-style log events, signed, read with a grant and written down."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, SkipValidation

from nazdik import __version__
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Building
from nazdik.bootstrap.eido_api import partner_of
from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.province_state import decode
from nazdik.intake import events as intake_events
from nazdik.interchange.errors import GrantMissing, LogEventNotFound, QueryInvalid
from nazdik.interchange.jws import Signer
from nazdik.interchange.log_events import EVENT_TYPES, TYPES, Fact, log_event, log_id, place_of
from nazdik.interchange.names import Names
from nazdik.interchange.partners import Grant, Partner
from nazdik.kernel import Instant, OfficeId, from_rfc3339, rfc3339
from nazdik.platform.eventlog.entry import Entry

LIMIT, LIMIT_MAX = 100, 500
# One question looks at so many entries at most; what it has found and where to go on is the answer.
LOOKED_AT_MAX = 20_000
READ_AT_ONCE = 2_000
_KNOWN = frozenset(("limit", "after", "startTime", "endTime", "logEventType", "callId", "incidentId"))
AnyRequest = Request[Any, Any, Any]
_encode = msgspec.json.Encoder().encode
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which log events; `after` is the name of the last one that was got."""

    limit: int = LIMIT
    after: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    type: str | None = None
    call_id: str | None = None
    incident_id: str | None = None

    def wants(self, fact: Fact) -> bool:
        """Whether a fact is asked for."""
        return (
            (self.since is None or fact.at >= self.since)
            and (self.until is None or fact.at <= self.until)
            and (self.type is None or TYPES[fact.kind][0] == self.type)
        )


@dataclass(slots=True)
class LogReader:
    """Log events out of the provinces' logs."""

    building: Building
    names: Names
    signer: Signer
    offset_min: int

    def rooms_of(self, partner: Partner) -> list[ControlRoom]:
        """Return the provinces whose logs a partner may read: a log is a whole province's, so its office must be too."""
        tree, rooms = self.building.offices, self.building.rooms
        found = [rooms[name] for name in sorted(rooms) if tree.is_within(OfficeId(str(name)), partner.office)]
        if not found:
            raise GrantMissing(grant=Grant.LOG_READ.value, office=partner.office)
        return found

    def find(self, partner: Partner, name: str) -> Fact | None:
        """Return the fact of a log event's name."""
        place = place_of(name, self.names)
        rooms = {room.province: room for room in self.rooms_of(partner)}
        if place is None or place[0] not in rooms:
            return None
        room = rooms[place[0]]
        return next((fact_of(room, entry) for entry in room.log.read(place[1] - 1, 1) if entry.kind in TYPES), None)

    def search(self, partner: Partner, asked: Asked) -> tuple[list[Fact], str | None]:
        """Return log events in the order of their logs, and the name to go on after when there may be more."""
        found: list[Fact] = []
        for looked, (room, entry) in enumerate(self._candidates(self.rooms_of(partner), asked), 1):
            if entry.kind in TYPES and asked.wants(fact := fact_of(room, entry)):
                found.append(fact)
            if len(found) >= asked.limit or looked >= LOOKED_AT_MAX:
                return found, log_id(room.province, entry.position, self.names)
        return found, None

    def _candidates(self, rooms: list[ControlRoom], asked: Asked) -> Iterator[tuple[ControlRoom, Entry]]:
        place = place_of(asked.after, self.names) if asked.after is not None else None
        for room in rooms:
            if place is not None and room.province < place[0]:
                continue
            begin = place[1] if place is not None and room.province == place[0] else 0
            for entry in self._entries(room, asked, begin):
                if asked.until is not None and entry.at > asked.until:
                    break
                yield room, entry

    def _entries(self, room: ControlRoom, asked: Asked, begin: int) -> Iterator[Entry]:
        about = asked.call_id or asked.incident_id
        if about is not None:
            call = room.state.calls.get(about)  # type: ignore[call-overload]
            subjects = {about, *([call.incident_id] if asked.call_id and call is not None and call.incident_id else [])}
            found = [entry for subject in sorted(subjects) for entry in room.log.read_subject(subject)]
            yield from sorted((one for one in found if one.position > begin), key=lambda one: one.position)
            return
        if asked.since is not None:
            begin = max(begin, first_at(room, asked.since) - 1)
        while entries := room.log.read(begin, READ_AT_ONCE):
            yield from entries
            begin = entries[-1].position

    def name_of(self, fact: Fact) -> str:
        """Return the name of a log event."""
        return log_id(fact.province, fact.position, self.names)

    def signed(self, fact: Fact) -> Json:
        """Return a log event, signed, with its name."""
        return {"logEventId": self.name_of(fact)} | self.signer.sign(log_event(fact, self.names, self.offset_min))

    async def note(self, partner: Partner, subject: str, count: int) -> None:
        """Write down that a partner is about to see log events; nothing leaves before."""
        if self.building.audit is not None:
            details = {"office": partner.office, "events": count}
            await self.building.audit.record(
                actor=f"partner:{partner.id}",
                what="log_events",
                subject=subject,
                purpose="interchange",
                details=details,
            )


def fact_of(room: ControlRoom, entry: Entry) -> Fact:
    """Return an entry as what a log event is made of."""
    event = decode(entry.kind, entry.body)
    return Fact(
        room.province,
        entry.position,
        entry.at,
        entry.kind,
        entry.actor,
        getattr(event, "call_id", None),
        getattr(event, "incident_id", None),
    )


def first_at(room: ControlRoom, at: Instant) -> int:
    """Return the position of the first entry at or after an instant, by halving; entries are in the order of their times."""
    low, high = 1, room.writer.position + 1
    while low < high:
        middle = (low + high) // 2
        (entry,) = room.log.read(middle - 1, 1)
        low, high = (middle + 1, high) if entry.at < at else (low, middle)
    return low


@get("/LogEvents")
async def list_log_events(
    request: AnyRequest,
    interchange: NamedDependency[SkipValidation[Interchange]],
    log_reader: NamedDependency[SkipValidation[LogReader]],
) -> Response[bytes]:
    """
    Return log events, each a flattened JWS with its `logEventId`; for partners with the grant `log.read`.

    `limit` (500 at most), `startTime`, `endTime`, `logEventType`, `callId`, `incidentId`; `after` goes on where `next` says.
    Refusals: interchange.partner_unknown (401), interchange.grant_missing (403), interchange.query_invalid (400).
    """
    partner = partner_of(request, interchange, Grant.LOG_READ)
    found, more = await _search(request, log_reader, partner, "LogEvents")
    return _answer({"count": len(found), "logEvents": [log_reader.signed(fact) for fact in found], **_next(more)})


@get("/LogEventIds")
async def list_log_event_ids(
    request: AnyRequest,
    interchange: NamedDependency[SkipValidation[Interchange]],
    log_reader: NamedDependency[SkipValidation[LogReader]],
) -> Response[bytes]:
    """Return the names of log events; the questions and refusals of `/LogEvents`."""
    partner = partner_of(request, interchange, Grant.LOG_READ)
    found, more = await _search(request, log_reader, partner, "LogEventIds")
    ids = [log_reader.name_of(fact) for fact in found]
    return _answer({"count": len(ids), "logEventIds": ids, **_next(more)})


@get("/CallIds")
async def list_call_ids(
    request: AnyRequest,
    interchange: NamedDependency[SkipValidation[Interchange]],
    log_reader: NamedDependency[SkipValidation[LogReader]],
) -> Response[bytes]:
    """Return the names of the calls that log events are about; the questions and refusals of `/LogEvents`."""
    partner = partner_of(request, interchange, Grant.LOG_READ)
    found, more = await _search(request, log_reader, partner, "CallIds")
    ids = list(dict.fromkeys(log_reader.names.call(fact.call_id) for fact in found if fact.call_id is not None))
    return _answer({"count": len(ids), "callIds": ids, **_next(more)})


@get("/IncidentIds")
async def list_incident_ids(
    request: AnyRequest,
    interchange: NamedDependency[SkipValidation[Interchange]],
    log_reader: NamedDependency[SkipValidation[LogReader]],
) -> Response[bytes]:
    """Return the names of the incidents that log events are about; the questions and refusals of `/LogEvents`."""
    partner = partner_of(request, interchange, Grant.LOG_READ)
    found, more = await _search(request, log_reader, partner, "IncidentIds")
    incidents = dict.fromkeys(fact.incident_id for fact in found if fact.incident_id is not None)
    ids = [log_reader.names.incident(incident) for incident in incidents]  # type: ignore[arg-type]
    return _answer({"count": len(ids), "incidentIds": ids, **_next(more)})


@get("/LogEvents/{log_event_id:str}")
async def get_log_event(
    log_event_id: FromPath[str],
    request: AnyRequest,
    interchange: NamedDependency[SkipValidation[Interchange]],
    log_reader: NamedDependency[SkipValidation[LogReader]],
) -> Response[bytes]:
    """
    Return one log event as a flattened JWS. Refusals: interchange.partner_unknown (401), interchange.grant_missing (403),
    interchange.log_event_not_found (404).
    """
    partner = partner_of(request, interchange, Grant.LOG_READ)
    found = await asyncio.to_thread(log_reader.find, partner, log_event_id)
    if found is None:
        raise LogEventNotFound(id=log_event_id[:120])
    await log_reader.note(partner, log_event_id, 1)
    return _answer(log_reader.signed(found))


@get("/Conversations/{call_id:str}")
async def get_conversation(
    call_id: FromPath[str],
    request: AnyRequest,
    interchange: NamedDependency[SkipValidation[Interchange]],
    log_reader: NamedDependency[SkipValidation[LogReader]],
) -> Response[bytes]:
    """
    Return what was written to and fro on a call, by its URN; needs the grant `personal` too.

    Refusals: interchange.partner_unknown (401), interchange.grant_missing (403), interchange.log_event_not_found (404).
    """
    partner = partner_of(request, interchange, Grant.LOG_READ)
    partner.need(Grant.PERSONAL)
    own = log_reader.names.find_call(call_id)
    room = next((r for r in log_reader.rooms_of(partner) if own is not None and own.startswith(f"{r.province}.")), None)
    entries = await asyncio.to_thread(room.log.read_subject, own) if room is not None and own is not None else []
    if not entries:
        raise LogEventNotFound(id=call_id[:120])
    facts = [decode(entry.kind, entry.body) for entry in entries]
    said = [
        {
            "timestamp": rfc3339(fact.at),
            "direction": "incoming" if isinstance(fact, intake_events.TextHeard) else "outgoing",
            "text": fact.text,
        }
        for fact in facts
        if isinstance(fact, intake_events.TextHeard | intake_events.TextSent)
    ]
    await log_reader.note(partner, call_id, len(said))
    return _answer({"callId": call_id, "messages": said})


@get("/Versions", sync_to_thread=False)
def list_versions() -> dict[str, Any]:
    """Return which version of the interface is spoken."""
    return {"fingerprint": f"nazdik-{__version__}", "versions": [{"major": 1, "minor": 0, "vendor": "nazdik"}]}


@get("/.well-known/jwks.json", sync_to_thread=False)
def get_keys(log_reader: NamedDependency[SkipValidation[LogReader]]) -> dict[str, Any]:
    """Return the public key that log events are signed with, and its certificate."""
    return log_reader.signer.published()


async def _search(request: AnyRequest, reader: LogReader, partner: Partner, what: str) -> tuple[list[Fact], str | None]:
    asked = _read(list(request.query_params.multi_items()), reader.names)
    found, more = await asyncio.to_thread(reader.search, partner, asked)
    await reader.note(partner, f"{what}?{request.url.query}"[:300], len(found))
    return found, more


def _read(given: list[tuple[str, str]], names: Names) -> Asked:
    told: dict[str, str] = {}
    for name, value in given:
        if name not in _KNOWN or name in told:
            raise QueryInvalid(parameter=name[:60], known=sorted(_KNOWN))
        told[name] = value
    limit = told.get("limit", str(LIMIT))
    if not (limit.isascii() and limit.isdigit() and len(limit) < 7 and int(limit) > 0):
        raise QueryInvalid(parameter="limit")
    if "logEventType" in told and told["logEventType"] not in EVENT_TYPES:
        raise QueryInvalid(parameter="logEventType", known=list(EVENT_TYPES))
    if "after" in told and place_of(told["after"], names) is None:
        raise QueryInvalid(parameter="after")
    times: dict[str, Instant | None] = {}
    for name in ("startTime", "endTime"):
        try:
            times[name] = from_rfc3339(told[name]) if name in told else None
        except (ValueError, OverflowError):
            raise QueryInvalid(parameter=name) from None
    call_id = names.find_call(told["callId"]) if "callId" in told else None
    incident_id = names.find_incident(told["incidentId"]) if "incidentId" in told else None
    for name, known in (("callId", call_id), ("incidentId", incident_id)):
        if name in told and known is None:
            raise QueryInvalid(parameter=name)
    return Asked(
        limit=min(LIMIT_MAX, int(limit)),
        after=told.get("after"),
        since=times["startTime"],
        until=times["endTime"],
        type=told.get("logEventType"),
        call_id=call_id,
        incident_id=incident_id,
    )


def _next(more: str | None) -> Json:
    return {"next": more} if more is not None else {}


def _answer(document: Json) -> Response[bytes]:
    return Response(_encode(document), media_type="application/json")


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_log_events,
    list_log_event_ids,
    list_call_ids,
    list_incident_ids,
    get_log_event,
    get_conversation,
    list_versions,
    get_keys,
)
