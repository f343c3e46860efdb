"""Facts about a unit as it is established."""

from nazdik.dispatch.event_base import UnitEvent
from nazdik.kernel import OfficeId


class UnitEnrolled(UnitEvent, frozen=True, kw_only=True, tag="dispatch.unit_enrolled.v1"):
    """A unit is known."""

    call_sign: str
    office: OfficeId
    kind: str
    skills: tuple[str, ...]


class UnitRehomed(UnitEvent, frozen=True, kw_only=True, tag="dispatch.unit_rehomed.v1"):
    """A unit comes under another office."""

    office: OfficeId


class UnitChanged(UnitEvent, frozen=True, kw_only=True, tag="dispatch.unit_changed.v1"):
    """What a unit is called, what it is and what it can do by itself, whole."""

    call_sign: str
    kind: str
    skills: tuple[str, ...]


class UnitRetired(UnitEvent, frozen=True, kw_only=True, tag="dispatch.unit_retired.v1"):
    """A unit is out of use."""


class UnitBroughtBack(UnitEvent, frozen=True, kw_only=True, tag="dispatch.unit_brought_back.v1"):
    """A retired unit is in use again."""
