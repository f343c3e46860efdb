"""A hazard at or beside the place of an incident, as whoever goes there is told."""

import msgspec

from nazdik.kernel import LonLat


class PremiseView(msgspec.Struct, frozen=True):
    """
    A note about a place.

    `distance_m` is from the incident; `acknowledged_by` are those who have read it for this incident; `overdue` when it should
    have been read again and was not: it may be out of date.
    """

    id: str
    hazard: str
    severe: bool
    text: str
    address: str
    point: LonLat
    radius_m: float
    distance_m: float
    by: str
    added_at: str
    until: str
    review_at: str
    overdue: bool
    acknowledged_by: tuple[str, ...]
