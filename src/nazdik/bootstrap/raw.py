"""
Calls as they lie in the journal: a page and a route that work when logs, the stream and the faces' files do not.

They rest on this process, the journal's files and the sessions in memory; who looked is written down in the audit log, or
beside it when it does not answer.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, QueryParameter

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import RequestDoor, posting_of
from nazdik.bootstrap.door_states import DoorStates, DoorsView
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.journal_only.mark import Mark
from nazdik.bootstrap.raw_page import RawRow, WayIn, raw_page, refusal_page
from nazdik.intake.callers.envelope import NOBODY, Came, wrap
from nazdik.intake.model import Calls, RingingEnd
from nazdik.intake.raw import Care, Fate, RawCall, fate_of, read_care, read_raw, read_ringing_end
from nazdik.kernel import CallId, OfficeId, ProvinceId, Rejected, Unavailable, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.errors import NotYourOffice
from nazdik.organisation.model import Act
from nazdik.platform.audit_aside import AsideAudit
from nazdik.platform.auth import NotSignedIn
from nazdik.platform.clock import Clock
from nazdik.platform.http import header_of, idempotency_key, page
from nazdik.platform.http.messages import language_of
from nazdik.platform.http.problems import STATUS
from nazdik.platform.journal import Kept, read_newest

# Calls stay in memory at least so long after they ended: of a record of this time it can be said whether it became one.
WITHIN_S = 86_400.0
RECORDS_MAX = 500
# Records of other provinces and of no calls lie between those of one province.
READ_MAX = 5_000
AnyRequest = Request[Any, Any, Any]


class CareView(msgspec.Struct, frozen=True):
    """Somebody wrote down that a record was taken care of."""

    at: str
    by: str
    words: str


class RawCallView(msgspec.Struct, frozen=True):
    """
    A record of the journal.

    `fate` is call, message (it belongs to a call that another record began), no_call, cared_for (no call yet, but answered at the
    exchange or written down as taken care of), or not_known (it came before the log was closed). `state` is the call's. `text` is
    the record's bytes made safe to look at, the first 4,000 of `size`. `ringing_ended` is how the exchange says that it stopped
    ringing.
    """

    offset: int
    at: str
    door: str
    province: str | None
    number: str
    fate: str
    call: str | None
    state: str | None
    size: int
    text: str
    cut: bool
    ringing_ended: str | None = None
    cares: tuple[CareView, ...] = ()


class RawCallsView(msgspec.Struct, frozen=True):
    """
    Newest first. `audited` is false when the audit log does not answer and the read was written down beside it.

    `without_log_since` is since when there is no log at all (`server.journal_only`).
    """

    at: str
    audited: bool
    records: tuple[RawCallView, ...]
    without_log_since: str | None = None


@dataclass(frozen=True, slots=True)
class RawCalls:
    """
    The journal's calls for whoever may see calls.

    Attributes:
        rooms: Every province that is served; None for one that has no log now.
        mark: Since when there is no log, when there is none.
    """

    journal: Path
    rooms: Mapping[ProvinceId, ControlRoom | None]
    audit: AsideAudit
    clock: Clock
    mark: Mark | None = None

    async def list(self, desk: Desk, limit: int) -> RawCallsView:
        """Return the newest records that this desk may see, once it is written down that they are looked at."""
        seen = frozenset(province for province in self.rooms if _may_see(desk, province))
        if not seen:
            desk.allow(Act.SEE_CALL)
            raise NotYourOffice(act=Act.SEE_CALL.value, office=desk.posting.office)
        audited = await self.audit.record(
            actor=desk.posting.person,
            what="raw_calls",
            subject=",".join(sorted(seen)),
            purpose="duty",
            details={"role": desk.posting.role, "limit": limit},
        )
        now = self.clock.now()
        since = plus_s(now, -WITHIN_S) if self.mark is None else min(plus_s(now, -WITHIN_S), self.mark.since)
        kept = await asyncio.to_thread(read_newest, self.journal, READ_MAX, since)
        said = _said_of(kept)
        raws = [raw for raw in map(read_raw, kept) if raw.province is None or raw.province in seen]
        # What only says something of another record stands with that one.
        rows = [raw for raw in raws if raw.door not in ("handled", "ended")][:limit]
        mark = rfc3339(self.mark.since) if self.mark is not None else None
        return RawCallsView(rfc3339(now), audited, tuple(self._view(raw, said) for raw in rows), mark)

    async def find(self, desk: Desk, offset: int) -> RawCallView | None:
        """Return one record that this desk may see; the newest are looked through."""
        view = await self.list(desk, RECORDS_MAX)
        return next((record for record in view.records if record.offset == offset), None)

    def _view(self, raw: RawCall, said: "_Said") -> RawCallView:
        room = self.rooms.get(raw.province) if raw.province is not None else None
        calls: Calls = room.state.calls if room is not None else Calls()
        call = calls.get(raw.call_id) if raw.call_id is not None else None
        cares = tuple(CareView(rfc3339(care.at), care.by, care.words) for care in said.cares.get(raw.offset, ()))
        end = said.ends.get(raw.call_id) if raw.call_id is not None and raw.begins else None
        fate = fate_of(raw, calls)
        if fate is Fate.NO_CALL and (cares or end is RingingEnd.ELSEWHERE):
            fate = Fate.CARED_FOR
        elif fate is Fate.NO_CALL and self.mark is not None and raw.at < self.mark.since:
            fate = Fate.NOT_KNOWN
        return RawCallView(
            offset=raw.offset,
            at=rfc3339(raw.at),
            door=raw.door,
            province=raw.province,
            number=raw.number,
            fate=fate,
            call=call.id if call is not None else None,
            state=call.state if call is not None else None,
            size=raw.size,
            text=raw.text,
            cut=raw.cut,
            ringing_ended=end,
            cares=cares,
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """What records say of others: by offset who took care, by call how its ringing ended."""

    cares: Mapping[int, list[Care]]
    ends: Mapping[CallId, RingingEnd]


def _said_of(kept: list[Kept]) -> _Said:
    cares: dict[int, list[Care]] = {}
    ends: dict[CallId, RingingEnd] = {}
    for record in reversed(kept):
        care, end = read_care(record), read_ringing_end(record)
        if care is not None:
            cares.setdefault(care.of, []).append(care)
        if end is not None:
            ends.setdefault(*end)
    return _Said(cares, ends)


def _may_see(desk: Desk, province: ProvinceId) -> bool:
    try:
        desk.allow(Act.SEE_CALL, offices=frozenset({OfficeId(str(province))}))
    except Rejected:
        return False
    return True


def wrapped(entrance: Entrance, scope: Any, body: bytes) -> bytes:
    """Return a presented call as the journal keeps it: with the id that its sender and key give it, where both are known."""
    request: AnyRequest = Request(scope)
    call_id, province = NOBODY, ProvinceId(NOBODY)
    try:
        posting = posting_of(entrance.session_of(request))
        key = idempotency_key(header_of(scope, b"idempotency-key"))
        call_id = RequestDoor(entrance.building, posting, key).call_id()
        province = ProvinceId(call_id.partition(".")[0])
    except Rejected:
        pass  # It is kept all the same; that it is refused is for the route to say.
    return wrap(Came("call", call_id, province, "-", body))


@get("/v1/raw-calls")
async def list_raw_calls(
    raw_calls: NamedDependency[RawCalls],
    desk: NamedDependency[Desk],
    limit: Annotated[int, QueryParameter(ge=1, le=RECORDS_MAX)] = 100,
) -> RawCallsView:
    """
    Return what callers sent in the last day as it lies in the journal, newest first; it works when the log does not.

    Refusals: organisation.role_may_not, organisation.not_your_office (403); audit.unavailable (503).
    """
    return await raw_calls.list(desk, limit)


@get("/raw", include_in_schema=False)
async def show_raw_calls(
    request: AnyRequest,
    raw_calls: NamedDependency[RawCalls],
    entrance: NamedDependency[Entrance],
    building: NamedDependency[Building],
    doors: NamedDependency[DoorStates],
    lang: FromQuery[str] = "",
    still: FromQuery[str] = "",
) -> Response[bytes]:
    """Return the same as a page that needs no script and no other file."""
    language = lang if lang in ("fa", "en") else language_of(request.headers.get("accept-language"))
    try:
        desk = Desk(building, posting_of(entrance.session_of(request)))
        view = await raw_calls.list(desk, 100)
    except (Rejected, Unavailable) as refused:
        status = next((status for kind, status, _ in STATUS if isinstance(refused, kind)), 503)
        answer = page(refusal_page(refused.code, language, sign_in=isinstance(refused, NotSignedIn)))
        answer.status_code = status
        answer.headers["Cache-Control"] = "no-store"
        return answer
    rows = [row_of(record) for record in view.records]
    offset_min = entrance.settings.display_offset_min
    made = raw_page(
        rows,
        at=view.at,
        audited=view.audited,
        language=language,
        still=bool(still),
        offset_min=offset_min,
        ways=_ways(doors(), language),
        without_log_since=view.without_log_since,
    )
    answer = page(made)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def row_of(r: RawCallView) -> RawRow:
    """Return a record as the page shows it."""
    cares = tuple((care.at, care.by, care.words) for care in r.cares)
    return RawRow(r.offset, r.at, r.door, r.number, r.fate, r.state, r.size, r.text, r.cut, r.ringing_ended, cares)


def _ways(view: DoorsView, language: str) -> list[WayIn]:
    """Return the lines to exchanges and brokers; what comes over this server's own HTTP is open when the page is there."""
    lines = [door for door in view.doors if not door.address.startswith("/")]
    said = [("" if door.said is None else getattr(door.said, language)) for door in lines]
    return [
        WayIn(door.door, door.up, door.since, words, door.messages) for door, words in zip(lines, said, strict=True)
    ]


ROUTES: tuple[BaseRouteHandler, ...] = (list_raw_calls, show_raw_calls)
