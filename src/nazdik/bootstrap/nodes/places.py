"""
What nodes tell one another of the world beside the log: where units are, whether their handhelds would ring, which desks have a
live screen.

Each second a follower brings the writer what handhelds with a line to the follower said of themselves, and takes away what is new
of the whole fleet: so boards at every node show it, and whoever takes over knows at once whom to send.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from math import isnan
from typing import TYPE_CHECKING

import msgspec

from nazdik.bootstrap.screens import Screens
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Fix, Heartbeat, Sound
from nazdik.fleet.service import FleetService
from nazdik.kernel import Instant, ProvinceId, Rejected, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S as S
from nazdik.kernel.later import later
from nazdik.platform.clock import Clock
from nazdik.platform.node_key import HEADER, Errand, NodeKey

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")

PATH = "/v1/nodes/places"
EVERY_S = 1.0
ANSWERS_WITHIN_S = 3.0
_log = logging.getLogger(__name__)


class Beat(msgspec.Struct, frozen=True, array_like=True):
    """What a handheld said of itself, so many seconds ago."""

    unit: str
    sound: Sound
    battery: float | None
    gps_age_s: float | None
    app_version: str
    age_s: float


class Spot(msgspec.Struct, frozen=True, array_like=True):
    """Where a unit was, so many seconds ago."""

    unit: str
    lon: float
    lat: float
    age_s: float
    heading_deg: float | None
    speed_m_per_s: float | None
    accuracy_m: float | None


class Brought(msgspec.Struct, frozen=True):
    """
    What a follower brings: what it heard itself, and up to when it knows everything, by the writer's clock.

    `desks` are the people who sit at a live screen of a desk there.
    """

    province: str
    after: int
    beats: list[Beat]
    desks: list[str] = []


class Taken(msgspec.Struct, frozen=True):
    """What it takes away, and up to when that is everything."""

    until: int
    beats: list[Beat]
    spots: list[Spot]


_decode_brought = msgspec.json.Decoder(Brought).decode
_decode_taken = msgspec.json.Decoder(Taken).decode


class Places:
    """Both sides of it. Belongs to the event loop."""

    def __init__(
        self,
        fleet: FleetService,
        provinces: Iterable[ProvinceId],
        *,
        screens: Screens,
        writer_of: Callable[[ProvinceId], str | None],
        key: NodeKey,
        clock: Clock,
        client: "httpx.AsyncClient",
    ) -> None:
        """
        Args:
            writer_of: The address of the node that writes a province; None when this one does, empty when nobody is known to.
        """
        self._fleet = fleet
        self._screens = screens
        self._writer_of = writer_of
        self._key = key
        self._clock = clock
        self._client = client
        # Up to when we know everything of a province, by its writer's clock, and which writer that was.
        self._known: dict[ProvinceId, tuple[str, int]] = dict.fromkeys(provinces, ("", 0))

    async def run(self) -> None:
        """Go on for ever."""
        while True:
            for province in self._known:
                address = self._writer_of(province)
                if not address:
                    self._fleet.take_heard(province)
                    continue
                try:
                    await self._fetch(province, address)
                except (httpx.HTTPError, msgspec.DecodeError) as error:
                    _log.info("%s did not tell where units are: %r", address, error)
            await asyncio.sleep(EVERY_S)

    async def _fetch(self, province: ProvinceId, address: str) -> None:
        known_of, after = self._known[province]
        heard = self._fleet.take_heard(province)
        now = self._clock.now()
        beats = [_beat(unit, beat, (now - at) / S) for unit, (beat, at) in heard.items()]
        brought = Brought(province, after if known_of == address else 0, beats, self._screens.desks_here())
        body = msgspec.json.encode(brought)
        errand = Errand("POST", PATH, body)
        headers = {HEADER: self._key.sign(errand), "content-type": "application/json"}
        answer = await self._client.post(address + PATH, content=body, headers=headers, timeout=ANSWERS_WITHIN_S)
        answer.raise_for_status()
        taken = _decode_taken(answer.content)
        self._known[province] = (address, taken.until)
        lane = self._fleet.lane(province)
        self._hear(lane, taken.beats)
        now = self._clock.now()
        known = [spot for spot in taken.spots if lane.find_slot(UnitId(spot.unit)) is not None]
        lane.report([_fix(spot, now) for spot in known])

    async def answer(self, body: bytes) -> bytes:
        """Take what a follower brings and return what it takes away."""
        brought = _decode_brought(body)
        now = self._clock.now()
        if ProvinceId(brought.province) not in self._known:
            return msgspec.json.encode(Taken(now, [], []))
        lane = self._fleet.lane(ProvinceId(brought.province))
        self._hear(lane, brought.beats)
        for person in brought.desks:
            self._screens.seen_elsewhere(person)
        beats = [_beat(unit, beat, (now - at) / S) for unit, beat, at in lane.heard_after(Instant(brought.after))]
        spots = [_spot(fix, now) for fix in lane.placed_after(Instant(brought.after))]
        return msgspec.json.encode(Taken(now, beats, spots))

    @staticmethod
    def _hear(lane: PositionLane, beats: Iterable[Beat]) -> None:
        for beat in beats:
            try:
                said = Heartbeat(beat.sound, beat.battery, beat.gps_age_s, beat.app_version)
                lane.heartbeat(UnitId(beat.unit), said, age_s=beat.age_s)
            except Rejected:
                continue  # It was enrolled a moment ago, or is another province's.


def _beat(unit: UnitId, beat: Heartbeat, age_s: float) -> Beat:
    return Beat(unit, beat.sound, beat.battery, beat.gps_age_s, beat.app_version, max(0.0, age_s))


def _spot(fix: Fix, now: Instant) -> Spot:
    def known(value: float) -> float | None:
        return None if isnan(value) else value

    age_s = max(0.0, (now - fix.fixed_at) / S)
    return Spot(
        fix.unit_id, fix.lon, fix.lat, age_s, known(fix.heading_deg), known(fix.speed_m_per_s), known(fix.accuracy_m)
    )


def _fix(spot: Spot, now: Instant) -> Fix:
    def told(value: float | None) -> float:
        return float("nan") if value is None else value

    at = Instant(now - round(spot.age_s * S))
    return Fix(
        UnitId(spot.unit),
        spot.lon,
        spot.lat,
        at,
        told(spot.heading_deg),
        told(spot.speed_m_per_s),
        told(spot.accuracy_m),
    )
