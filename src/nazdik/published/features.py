"""A thing on the ground as other systems' maps get it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nazdik.kernel import Instant, OfficeId


@dataclass(frozen=True, slots=True)
class MapFeature:
    """
    One feature: GeoJSON geometry, plain properties, and when it holds.

    Attributes:
        office: Whose it is; a partner gets what its office and those below it have.
        bounds: West, south, east, north in degrees.
        starts, ends: None is always; a feature without either matches every time.
        public: Whether it may go to whoever asks, where its collection may.
    """

    id: str
    office: OfficeId
    geometry: Mapping[str, Any]
    bounds: tuple[float, float, float, float]
    properties: Mapping[str, Any] = field(default_factory=dict)
    starts: Instant | None = None
    ends: Instant | None = None
    public: bool = True
