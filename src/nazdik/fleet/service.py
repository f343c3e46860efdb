"""The fleet of all provinces behind one door: reports find their lane, and a trail is read only after it is audited."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nazdik.fleet.devices import Devices, province_of
from nazdik.fleet.errors import (
    DeviceRevoked,
    DeviceUnknown,
    NotTheDevicesUnit,
    TrailNeedsIncident,
    TrailTooWide,
    UnitNotFound,
)
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import CODES, Device, Entered, Fix, HealthView, Heartbeat, Place, Reason, Use, Verdict
from nazdik.fleet.playback import Track, is_believed, matched_track, raw_track
from nazdik.fleet.tally import DoorTally
from nazdik.fleet.trail import Trail
from nazdik.kernel import Actor, AssignmentId, Instant, LonLat, ProvinceId, UnitId
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import Clock

TRAIL_SPAN_S = 86_400.0
HTTP_DOORS = ("positions", "osmand", "owntracks")
# Judging a position takes some 15 microseconds; nobody else should wait longer than a millisecond for a large batch.
PIECE = 50


@dataclass(frozen=True, slots=True)
class TrailRead:
    """Someone is about to see where a unit has been: what the audit keeps of it."""

    actor: Actor
    unit_id: UnitId
    since: Instant
    until: Instant
    purpose: str
    incident_id: str | None
    at: Instant


class Span(NamedTuple):
    """A stretch of one unit's past."""

    unit_id: UnitId
    since: Instant
    until: Instant


class FleetService:
    """
    Everything the outside asks of the fleet.

    Args:
        lanes: The position lane of each province.
        devices: Who may report.
        trail: Where units have been.
        may_see_trail: Returns what for, as it is audited, when an actor who says why may see a unit's trail; raises `Forbidden` or
            `Invalid`. The one policy, given by bootstrap.
        record_read: Writes the audit entry; the trail is read only after it has returned.
        decided_here: Raises `Unavailable` when another node decides for a province; a position told here would help nobody.
        tells: Whether there are other nodes, which are told what handhelds say here.
    """

    def __init__(
        self,
        lanes: Mapping[ProvinceId, PositionLane],
        *,
        devices: Devices,
        trail: Trail,
        clock: Clock,
        may_see_trail: Callable[[Actor, UnitId, str], str],
        record_read: Callable[[TrailRead], Awaitable[None]],
        decided_here: Callable[[ProvinceId], None] = lambda province: None,
        tells: bool = False,
    ) -> None:
        self._lanes = dict(lanes)
        self.devices = devices
        self._trail = trail
        self._clock = clock
        self._may_see_trail = may_see_trail
        self._record_read = record_read
        self._decided_here = decided_here
        self.tallies = {name: DoorTally() for name in HTTP_DOORS}
        # What handhelds with a line to this node said last, until it is told to the node that decides.
        self._tells = tells
        self._heard: dict[ProvinceId, dict[UnitId, tuple[Heartbeat, Instant]]] = {}

    # Reports

    def came_by(self, door: str) -> DoorTally:
        """Count a message at one of `HTTP_DOORS` and return that door's tally."""
        tally = self.tallies[door]
        tally.came(self._clock.now())
        return tally

    def device_by(self, token: str, *, with_key: bool = False) -> Device:
        """Return the device a credential belongs to, revoked or not; see `Devices.find_by_token`. Raises `DeviceUnknown`."""
        device = self.devices.find_by_token(token, with_key=with_key)
        if device is None:
            raise DeviceUnknown()
        return device

    def check_here(self, fixes: Iterable[Fix]) -> None:
        """Raise `Unavailable` when positions have to be told to another node, see `decided_here`."""
        for province in {province_of(fix.unit_id): None for fix in fixes}:
            self._decided_here(province)

    def report(self, fixes: Sequence[Fix], *, past: bool = False) -> list[Verdict]:
        """
        Judge a batch of any provinces' units and say what became of each, in the order given.

        `past` is for what its sender calls history: it is kept, and moves nobody.
        """
        if not fixes:
            return []
        rows_of: dict[ProvinceId, list[int]] = {}
        for row, fix in enumerate(fixes):
            rows_of.setdefault(province_of(fix.unit_id), []).append(row)
        if len(rows_of) == 1:
            return self._report_in(next(iter(rows_of)), fixes, past)
        verdicts: list[Verdict | None] = [None] * len(fixes)
        for province_id, rows in rows_of.items():
            judged = self._report_in(province_id, [fixes[row] for row in rows], past)
            for row, verdict in zip(rows, judged, strict=True):
                verdicts[row] = verdict
        return [verdict for verdict in verdicts if verdict is not None]

    def report_from(self, device: Device, fixes: Sequence[Fix]) -> list[Verdict]:
        """
        Judge what a device sent for the units it may speak for.

        Raises:
            NotTheDevicesUnit: A fix is for another unit, or another province than the gateway's.
            DeviceRevoked: The credential was withdrawn; the fixes are kept as evidence and not used.
        """
        self._check_speaks_for(device, fixes)
        return self.report(fixes)

    async def take(self, device: Device | None, fixes: Sequence[Fix]) -> list[Verdict]:
        """As `report_from`, or `report` without a device, a piece at a time: whoever else waits goes in between."""
        if device is not None:
            self._check_speaks_for(device, fixes)
        verdicts: list[Verdict] = []
        for piece in _pieces(fixes):
            verdicts += self.report(piece)
            await asyncio.sleep(0)
        return verdicts

    def heartbeat(self, unit_id: UnitId, beat: Heartbeat) -> None:
        """Take a handheld's word on its own health. Raises `UnitNotFound`."""
        province = province_of(unit_id)
        lane = self._lanes.get(province)
        if lane is None:
            raise UnitNotFound(unit_id=unit_id)
        at = lane.heartbeat(unit_id, beat)
        if self._tells:
            self._heard.setdefault(province, {})[unit_id] = (beat, at)

    def take_heard(self, province_id: ProvinceId) -> dict[UnitId, tuple[Heartbeat, Instant]]:
        """Return what handhelds have said here, and when, since this was last asked."""
        return self._heard.pop(province_id, {})

    def tick(self) -> tuple[UnitId, ...]:
        """Let health run out everywhere and return the units whose handhelds fell silent. Call each second."""
        return tuple(unit_id for lane in self._lanes.values() for unit_id in lane.tick())

    # Questions

    def lane_of(self, unit_id: UnitId) -> PositionLane:
        """Return the lane of a unit's province. Raises `UnitNotFound`."""
        lane = self._lanes.get(province_of(unit_id))
        if lane is None or lane.find_slot(unit_id) is None:
            raise UnitNotFound(unit_id=unit_id)
        return lane

    def lane(self, province_id: ProvinceId) -> PositionLane:
        """Return a province's lane; `KeyError` when there is none."""
        return self._lanes[province_id]

    def position_of(self, unit_id: UnitId) -> Place | None:
        """Return the unit's present place with its time, or None when none was ever believed. Raises `UnitNotFound`."""
        return self.lane_of(unit_id).position_of(unit_id)

    def speed_of(self, unit_id: UnitId) -> float | None:
        """Return the unit's speed in m/s while its place is fresh, or None. Raises `UnitNotFound`."""
        return self.lane_of(unit_id).speed_of(unit_id)

    def health_views(self, *, changed_only: bool = False) -> list[HealthView]:
        """Return the health of every handheld, or of those with news."""
        return [view for lane in self._lanes.values() for view in lane.health_views(changed_only=changed_only)]

    def watch(self, assignment_id: AssignmentId, unit_id: UnitId, point: LonLat, radius_m: float) -> None:
        """Tell once, by `take_entered`, when the unit is within `radius_m` of `point`. Raises `UnitNotFound`."""
        self.lane_of(unit_id).watch(assignment_id, unit_id, point, radius_m)

    def unwatch(self, assignment_id: AssignmentId) -> None:
        """Stop watching for an assignment, whose unit may be a neighbour's."""
        for lane in self._lanes.values():
            lane.unwatch(assignment_id)

    def take_entered(self) -> list[Entered]:
        """Return who came into a watched circle since this was last asked."""
        return [entered for lane in self._lanes.values() for entered in lane.take_entered()]

    # The past

    async def read_trail(
        self,
        actor: Actor,
        unit_id: UnitId,
        *,
        since: Instant,
        until: Instant,
        purpose: str,
        incident_id: str | None,
        matched: bool = False,
    ) -> Track:
        """
        Return where a unit has been in [since, until), once the audit has it that `actor` asked and why.

        `matched` adds which roads it drove.

        Raises:
            UnitNotFound: As it says.
            TrailTooWide: The span is empty or longer than a day.
            TrailNeedsIncident: It reaches back further than a day and names no incident.
            Forbidden, Invalid: The policy refuses, or wants a purpose.
        """
        purpose = self._may_see_trail(actor, unit_id, purpose)
        self.lane_of(unit_id)
        now = self._clock.now()
        if not since < until <= plus_s(since, TRAIL_SPAN_S):
            raise TrailTooWide(span_s_max=TRAIL_SPAN_S)
        if since < plus_s(now, -TRAIL_SPAN_S) and not incident_id:
            raise TrailNeedsIncident()
        await self._record_read(TrailRead(actor, unit_id, since, until, purpose, incident_id, now))
        return await asyncio.to_thread(self._read, unit_id, since, until, matched)

    async def read_trails_of_incident(
        self, actor: Actor, incident_id: str, spans: Sequence[Span], *, purpose: str, matched: bool = False
    ) -> list[Track]:
        """
        Return where each unit has been while it was on an incident; each is in the audit before anything is read.

        The caller has asked the policy whether `actor` may see the trails of this incident and what for, and knows its units'
        spans.

        Raises:
            UnitNotFound: As it says.
        """
        now = self._clock.now()
        for span in spans:
            self.lane_of(span.unit_id)
        for span in spans:
            await self._record_read(TrailRead(actor, span.unit_id, span.since, span.until, purpose, incident_id, now))
        return [await asyncio.to_thread(self._read, *span, matched) for span in spans]

    def _read(self, unit_id: UnitId, since: Instant, until: Instant, matched: bool) -> Track:
        self._trail.flush()
        track = raw_track(unit_id, since, until, self._trail.read(unit_id, since, until))
        if not matched:
            return track
        believed = [row for row in track.past.rows if is_believed(row)]
        return matched_track(track, believed, self.lane_of(unit_id).trace(believed))

    def _check_speaks_for(self, device: Device, fixes: Sequence[Fix]) -> None:
        """Raise as `report_from` says, having kept what a withdrawn credential brings."""
        for fix in fixes:
            own = fix.unit_id == device.unit_id
            if not own and (device.unit_id is not None or province_of(fix.unit_id) != device.province_id):
                raise NotTheDevicesUnit(unit_id=fix.unit_id)
        if device.revoked_at is not None:
            lane = self._lanes.get(device.province_id)
            if lane is not None:
                lane.quarantine(fixes, Reason.REVOKED_DEVICE)
            raise DeviceRevoked(device_id=device.id)

    def _report_in(self, province_id: ProvinceId, fixes: Sequence[Fix], past: bool) -> list[Verdict]:
        lane = self._lanes.get(province_id)
        if lane is None:
            return [Verdict(fix.unit_id, Use.QUARANTINED, CODES[Reason.UNKNOWN_UNIT]) for fix in fixes]
        return lane.report(fixes, past=past)


def _pieces(fixes: Sequence[Fix]) -> Iterator[Sequence[Fix]]:
    """Yield a batch in pieces; whole when some unit is in it twice, because its fixes are judged in the order of their times."""
    if len(fixes) <= PIECE or len({fix.unit_id for fix in fixes}) < len(fixes):
        yield fixes
        return
    for first in range(0, len(fixes), PIECE):
        yield fixes[first : first + PIECE]
