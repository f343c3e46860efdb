"""The refusals of the fleet."""

from nazdik.kernel import Conflict, Forbidden, Invalid, NotFound


class UnitNotFound(NotFound):
    """No province's fleet has this unit."""

    code = "fleet.unit_not_found"


class DeviceNotFound(NotFound):
    """No device has this id."""

    code = "fleet.device_not_found"


class DeviceExists(Conflict):
    """A device with this id is enrolled already."""

    code = "fleet.device_exists"


class DeviceUnknown(Forbidden):
    """The credential belongs to no device."""

    code = "fleet.device_unknown"


class DeviceRevoked(Forbidden):
    """The credential was revoked; what came with it is kept apart and not used."""

    code = "fleet.device_revoked"


class DeviceKeyNeeded(Forbidden):
    """Handhelds have to have a key of their own here: a new code, and a page that came by TLS."""

    code = "fleet.device_key_needed"


class NotTheDevicesUnit(Forbidden):
    """The credential speaks for another unit or another province."""

    code = "fleet.not_the_devices_unit"


class TrailNeedsIncident(Invalid):
    """A trail from further back than a day is opened only for a named incident."""

    code = "fleet.trail_needs_incident"


class TrailTooWide(Invalid):
    """The asked span is empty, backwards or longer than one day."""

    code = "fleet.trail_too_wide"


class BadBody(Invalid):
    """The body is not what this door takes."""

    code = "position.bad_body"


class FieldMissing(Invalid):
    """A field without which there is no position."""

    code = "position.field_missing"


class BadNumber(Invalid):
    """A field that should be a finite number of sensible size is not."""

    code = "position.bad_number"


class BadTime(Invalid):
    """The time of the fix is no time, or not one of this century."""

    code = "position.bad_time"


class BadText(Invalid):
    """A field that should be a short text or a yes or no is not."""

    code = "position.bad_text"


class UnitNotAllowed(Invalid):
    """Only a gateway names units; every other report is for the unit its credential belongs to."""

    code = "position.unit_not_allowed"


class UnitMissing(Invalid):
    """A gateway must name the unit of every position."""

    code = "position.unit_missing"
