"""
The doors of the fleet: positions in, a unit's past out.

Bootstrap gives by name: `fleet_service`; `actor`, the signed-in one; and `session_actor`, the same or None where a
device's own credential may stand in its place.
"""

import asyncio
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod, MediaType
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from nazdik.fleet.doors import (
    BODY_BYTES_MAX,
    REPORT_BYTES_MAX,
    credential_of,
    parse_batch,
    parse_fields,
    parse_object,
    parse_osmand,
    parse_owntracks,
    parse_traccar,
)
from nazdik.fleet.errors import BadTime, DeviceRevoked, DeviceUnknown, NotTheDevicesUnit
from nazdik.fleet.model import Device, Fix, Use, Verdict
from nazdik.fleet.playback import Track
from nazdik.fleet.service import FleetService
from nazdik.fleet.tally import DoorTally
from nazdik.fleet.trail import TrailRow
from nazdik.kernel import Actor, Instant, Invalid, LonLat, UnitId, from_rfc3339, rfc3339
from nazdik.platform.auth import Session

# Tracker apps send again for ever whatever is not answered with 200, and hold back everything behind it. Sending again
# mends neither of these: what cannot be read, and a withdrawn credential, whose positions are kept as evidence.
_NOT_MENDED_BY_SENDING_AGAIN = (Invalid, DeviceRevoked)


class PositionVerdict(msgspec.Struct):
    """What became of one position: `use` is now, history, quarantined or refused; `code` says why unless it is now."""

    use: str
    code: str | None


class PositionsTaken(msgspec.Struct):
    """What became of a batch, in the order sent. `now` counts those believed."""

    now: int
    verdicts: list[PositionVerdict]


class TrailPoint(msgspec.Struct):
    """Where a unit was. `code` is None for a position that was believed; `road` is where on the road, in matched form."""

    at: str
    received_at: str
    point: tuple[float, float] | None
    heading: float | None
    speed_m_per_s: float | None
    accuracy_m: float | None
    code: str | None
    road: tuple[float, float] | None = None


class TrailGap(msgspec.Struct):
    """A minute or longer without a position that was believed. `why`: silent, doubtful or damaged."""

    since: str
    until: str
    why: str


class TrailView(msgspec.Struct):
    """
    A unit's past, oldest first.

    `lines` are the roads it drove, a line for each piece that hangs together, in matched form only. `damaged_days` are
    days (UTC) whose history cannot be read; `cut` says that there were more points than are sent at once.
    """

    unit: str
    since: str
    until: str
    points: list[TrailPoint]
    lines: list[list[tuple[float, float]]]
    gaps: list[TrailGap]
    damaged_days: list[str]
    cut: bool


class TrailForm(StrEnum):
    """As reported, or with the roads that were driven as well."""

    RAW = "raw"
    MATCHED = "matched"


@post("/v1/positions", status_code=200, request_max_body_size=BODY_BYTES_MAX)
async def report_positions(
    request: Request[Any, Any, Any],
    fleet_service: NamedDependency[FleetService],
    session_actor: NamedDependency[Actor | None],
) -> PositionsTaken:
    """
    Take a JSON array of `PositionReport`, by a device's Bearer token or by the session of a unit's own handheld.

    Refusals: position.bad_body (422), fleet.device_unknown, fleet.device_revoked, fleet.not_the_devices_unit (403).
    """
    tally = fleet_service.came_by("positions")
    with tally.refusals():
        token = _bearer(request)
        # A handheld may carry its session as a Bearer token too; that one is no device's.
        device = None if token is None else fleet_service.devices.find_by_token(token)
        unit_id = device.unit_id if device is not None else _own_unit(session_actor)
        items = parse_batch(await request.body(), unit_id=unit_id)
        # A batch of hundreds takes some milliseconds to read and as long to judge: whoever came meanwhile goes in between.
        await asyncio.sleep(0)
        fixes = [item for item in items if not isinstance(item, Invalid)]
        fleet_service.check_here(fixes)
        verdicts = await fleet_service.take(device, fixes)
    tally.found(verdicts)
    tally.refused.update(item.code for item in items if isinstance(item, Invalid))
    return _taken(items, verdicts)


@route("/v1/tracker/osmand", http_method=[HttpMethod.GET, HttpMethod.POST], request_max_body_size=REPORT_BYTES_MAX)
async def report_osmand(
    request: Request[Any, Any, Any], fleet_service: NamedDependency[FleetService]
) -> Response[bytes]:
    """
    Take one position in OsmAnd's form, as query or form fields, or as the newer Traccar Client's JSON.

    The `id` is the device's token, because these trackers have no other place for it: such a credential can write and
    nothing else. The answer is empty, or a tracker might take it for a command. A position that cannot be read is
    counted and answered like any other, and so is a withdrawn credential's, which is kept as evidence.

    Refusals: fleet.device_unknown, fleet.not_the_devices_unit (403); position.field_missing, position.bad_body (422)
    when not even the credential can be read.
    """
    tally = fleet_service.came_by("osmand")
    with tally.refusals():
        fields: dict[str, Any] = dict(parse_fields(request.scope["query_string"]))
        kind = request.content_type[0] if request.method == "POST" else ""
        is_json = kind == "application/json"
        if is_json:
            fields |= parse_object(await request.body())
        elif kind == "application/x-www-form-urlencoded":
            fields |= parse_fields(await request.body())
        device = fleet_service.device_by(credential_of(fields))
        unit_id = _unit_of(device)
    with suppress(*_NOT_MENDED_BY_SENDING_AGAIN), tally.refusals():
        fix = parse_traccar(fields, unit_id=unit_id) if is_json else parse_osmand(fields, unit_id=unit_id)
        _report_one(fleet_service, device, fix, tally)
    return Response(b"", status_code=200, media_type=MediaType.TEXT)


@post("/v1/tracker/owntracks", status_code=200, request_max_body_size=REPORT_BYTES_MAX)
async def report_owntracks(request: Request[Any, Any, Any], fleet_service: NamedDependency[FleetService]) -> list[str]:
    """
    Take an OwnTracks message; the password of its Basic sign-in is the device's token.

    What cannot be read or comes with a withdrawn credential is answered as above. Refusals: fleet.device_unknown,
    fleet.not_the_devices_unit (403).
    """
    tally = fleet_service.came_by("owntracks")
    with suppress(*_NOT_MENDED_BY_SENDING_AGAIN), tally.refusals():
        token = _basic_password(request)
        if token is None:
            raise DeviceUnknown()
        device = fleet_service.device_by(token)
        fix = parse_owntracks(await request.body(), unit_id=_unit_of(device))
        _report_one(fleet_service, device, fix, tally)
    return []


def _report_one(fleet_service: FleetService, device: Device, fix: Fix | None, tally: DoorTally) -> None:
    if fix is None:
        tally.no_place += 1
    else:
        fleet_service.check_here([fix])
    tally.found(fleet_service.report_from(device, [] if fix is None else [fix]))


@get("/v1/units/{unit_id:str}/trail")
async def unit_trail(
    *,
    unit_id: FromPath[str],
    since: FromQuery[str],
    until: FromQuery[str],
    fleet_service: NamedDependency[FleetService],
    actor: NamedDependency[Actor],
    proved: NamedDependency[Session],
    purpose: Annotated[str, QueryParameter(description="Why; kept in the audit log.", required=False)] = "",
    incident: Annotated[str | None, QueryParameter(description="Needed for what is older than a day.")] = None,
    form: FromQuery[TrailForm] = TrailForm.RAW,
) -> TrailView:
    """
    Where a unit has been, for a stated purpose; that it was asked is in the audit log before anything leaves.

    Refusals: fleet.unit_not_found (404), organisation.purpose_needed, fleet.trail_needs_incident, fleet.trail_too_wide,
    position.bad_time (422), organisation.not_your_office, organisation.role_may_not, auth.proof_needed (403).
    """
    track = await fleet_service.read_trail(
        actor,
        UnitId(unit_id),
        since=_instant("since", since),
        until=_instant("until", until),
        purpose=purpose,
        incident_id=incident,
        matched=form is TrailForm.MATCHED,
    )
    return trail_view(track)


ROUTES: tuple[BaseRouteHandler, ...] = (report_positions, report_osmand, report_owntracks, unit_trail)


def _unit_of(device: Device) -> UnitId:
    """A single tracker's form names no unit, so a gateway cannot speak it."""
    if device.unit_id is None:
        raise NotTheDevicesUnit(device_id=device.id)
    return device.unit_id


def _own_unit(actor: Actor | None) -> UnitId:
    if actor is None or actor.unit_id is None:
        raise DeviceUnknown()
    return actor.unit_id


def _taken(items: Sequence[Fix | Invalid], verdicts: Sequence[Verdict]) -> PositionsTaken:
    judged = iter(verdicts)
    told = [
        PositionVerdict("refused", item.code)
        if isinstance(item, Invalid)
        else PositionVerdict((verdict := next(judged)).use.value, verdict.reason)
        for item in items
    ]
    return PositionsTaken(now=sum(one.use == Use.NOW for one in told), verdicts=told)


def trail_view(track: Track) -> TrailView:
    """Return a unit's past as it goes out."""
    roads: Sequence[LonLat | None] = track.roads or (None,) * len(track.past.rows)
    return TrailView(
        unit=track.unit_id,
        since=rfc3339(track.since),
        until=rfc3339(track.until),
        points=[_trail_point(row, road) for row, road in zip(track.past.rows, roads, strict=True)],
        lines=[list(line) for line in track.lines],
        gaps=[TrailGap(rfc3339(gap.since), rfc3339(gap.until), gap.why) for gap in track.gaps],
        damaged_days=[day.isoformat() for day in track.past.damaged],
        cut=track.past.cut,
    )


def _trail_point(row: TrailRow, road: LonLat | None) -> TrailPoint:
    return TrailPoint(
        at=rfc3339(row.fixed_at),
        received_at=rfc3339(row.received_at),
        point=row.point,
        heading=row.heading_deg,
        speed_m_per_s=row.speed_m_per_s,
        accuracy_m=row.accuracy_m,
        code=row.reason,
        road=road,
    )


def _instant(field: str, text: str) -> Instant:
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        raise BadTime(field=field) from None


def _credentials(request: Request[Any, Any, Any], scheme: str) -> str | None:
    given, _, rest = request.headers.get("authorization", "").partition(" ")
    return rest.strip() if given.lower() == scheme and rest.strip() else None


def _bearer(request: Request[Any, Any, Any]) -> str | None:
    return _credentials(request, "bearer")


def _basic_password(request: Request[Any, Any, Any]) -> str | None:
    coded = _credentials(request, "basic")
    if coded is None:
        return None
    try:
        return b64decode(coded, validate=True).decode().partition(":")[2]
    except (Base64Error, ValueError):
        return None
