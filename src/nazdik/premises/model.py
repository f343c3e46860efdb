"""Notes about places, and who has said that they read them."""

from enum import StrEnum
from typing import NewType

import msgspec
from immutables import Map

from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId, ProvinceId

NoteId = NewType("NoteId", str)


class Hazard(StrEnum):
    """What may hurt whoever goes there, or hold them up."""

    WEAPON = "weapon"
    VIOLENCE = "violence"
    DOG = "dog"
    GAS = "gas"  # gas, chemicals, explosives
    BUILDING = "building"  # may fall, has holes, no light
    DISEASE = "disease"
    ACCESS = "access"  # how to get in: a code, a gate, a long way round
    OTHER = "other"


class Acknowledged(msgspec.Struct, frozen=True):
    """Somebody at a desk, or a crew, has read it for one incident."""

    incident_id: IncidentId
    by: str
    at: Instant


class PremiseNote(msgspec.Struct, frozen=True, kw_only=True):
    """
    A hazard at a place.

    Attributes:
        radius_m: It is about everything within.
        severe: It is to be acknowledged by a key before it is put aside.
        until: The first moment at which it holds no longer.
        review_at: When somebody is to read it again and say whether it is still so.
    """

    id: NoteId
    point: LonLat
    radius_m: float
    address: str
    hazard: Hazard
    severe: bool
    text: str
    office: OfficeId
    by: str
    at: Instant
    until: Instant
    review_at: Instant
    read: tuple[Acknowledged, ...] = ()

    def holds(self, at: Instant) -> bool:
        """Whether it is shown at an instant."""
        return at < self.until


class Premises(msgspec.Struct, frozen=True, kw_only=True):
    """The notes of a province; those removed or long over are not there."""

    province: ProvinceId
    notes: Map[NoteId, PremiseNote] = Map()
