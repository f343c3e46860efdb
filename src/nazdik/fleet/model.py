"""The words of the fleet: fixes, what becomes of them, heartbeats and devices."""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from math import nan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nazdik.kernel import AssignmentId, DeviceId, Instant, LonLat, ProvinceId, UnitId

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FRESH_S = 90.0
"""A fix older than this when it arrives is history, and a position older than this is never used to choose."""

HEARTBEAT_LIMIT_S = 60.0
"""A handheld not heard from for longer than this is not counted on to ring."""


class Reason(IntEnum):
    """
    Why a fix is not the unit's present place, or what is odd about one that is. `code` is what is stored and sent.

    Position frames carry the number, so a number is never given to another reason.
    """

    NONE = 0
    OUT_OF_RANGE = 1
    ZERO_ISLAND = 2
    SWAPPED = 3
    OUTSIDE_REGION = 4
    MOCK = 5
    FROM_FUTURE = 6
    INACCURATE = 7
    TOO_OLD = 8
    OUT_OF_ORDER = 9
    FROZEN = 10
    JUMP = 11
    UNKNOWN_UNIT = 12
    REVOKED_DEVICE = 13
    JUMP_BY_ROAD = 14
    # Only ever a remark beside a place that is believed: a parked car may well stand still, so it stays in use.
    UNCHANGING = 15

    @property
    def code(self) -> str | None:
        """The stable code, or None when nothing is wrong."""
        return None if self is Reason.NONE else f"position.{self.name.lower()}"


class Use(StrEnum):
    """What became of a fix: the unit's present place, history only, or kept apart as doubtful."""

    NOW = "now"
    HISTORY = "history"
    QUARANTINED = "quarantined"


HISTORY_REASONS = (Reason.TOO_OLD, Reason.OUT_OF_ORDER)
USES: tuple[Use, ...] = tuple(
    Use.NOW if r is Reason.NONE else Use.HISTORY if r in HISTORY_REASONS else Use.QUARANTINED for r in Reason
)
CODES: tuple[str | None, ...] = tuple(r.code for r in Reason)


class Fix(NamedTuple):
    """One reported position of one unit. `fixed_at` is what the device's clock said; NaN means not told."""

    unit_id: UnitId
    lon: float
    lat: float
    fixed_at: Instant
    heading_deg: float = nan
    speed_m_per_s: float = nan
    accuracy_m: float = nan
    mock: bool = False


class Verdict(NamedTuple):
    """What became of one fix, and the code of the reason unless it is the unit's present place."""

    unit_id: UnitId
    use: Use
    reason: str | None


class Bounds(NamedTuple):
    """A box in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float


class Sound(Enum):
    """Whether the handheld could sound an offer, by its own test."""

    UNKNOWN = "unknown"
    OK = "ok"
    MUTED = "muted"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a handheld says of itself every few seconds. `battery` in [0, 1]; None means not told."""

    sound: Sound
    battery: float | None = None
    gps_age_s: float | None = None
    app_version: str = ""


@dataclass(frozen=True, slots=True)
class HealthView:
    """A handheld's health as it goes out on the stream. `at` is the last heartbeat by the server's clock."""

    unit: UnitId
    battery: float | None
    sound: str
    gps_age_s: float | None
    app_version: str
    at: Instant
    reachable: bool


class Place(NamedTuple):
    """A unit's present place. `fixed_at` is never later than when we received it, so its age is never flattered."""

    point: LonLat
    fixed_at: Instant
    received_at: Instant
    implausible: bool


class Entered(NamedTuple):
    """A watched unit was first seen inside the area of its assignment."""

    assignment_id: AssignmentId
    unit_id: UnitId
    fixed_at: Instant


class Frame(NamedTuple):
    """Columns of a position frame, one row a unit: NaN for an unknown heading or speed; `flags` as in `FrameFlag`."""

    slots: Ints
    lons: Floats
    lats: Floats
    headings_deg: Floats
    speeds_m_per_s: Floats
    ages_s: Floats
    flags: Ints


class FrameFlag(IntEnum):
    """Bits of a unit's flags in a position frame; from `REASON_SHIFT` on stands the `Reason` of its newest report."""

    IMPLAUSIBLE = 1
    NO_HEALTHY_HANDHELD = 2


REASON_SHIFT = 8


class Judged(NamedTuple):
    """A batch with its reasons, for the trail. `claimed_at` is the device's word, `fixed_at` is never after receipt."""

    unit_ids: tuple[UnitId, ...]
    lons: Floats
    lats: Floats
    fixed_at: Ints
    claimed_at: Ints
    received_at: Instant
    headings_deg: Floats
    speeds_m_per_s: Floats
    accuracies_m: Floats
    reasons: Ints


@dataclass(frozen=True, slots=True)
class Device:
    """
    Something that holds a credential to report positions: a handheld, a tracker, or a gateway.

    `unit_id` None makes it a gateway, which may name any unit of its province. A revoked device stays known, so that
    what it still sends can be kept as evidence.
    """

    id: DeviceId
    province_id: ProvinceId
    unit_id: UnitId | None
    label: str
    enrolled_at: Instant
    revoked_at: Instant | None = None
    # The thumbprint of the key that signs its requests; None for trackers, and for handhelds enrolled without.
    key: str | None = None
