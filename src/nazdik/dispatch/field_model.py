"""What the world keeps of handhelds and of what crews tell from the field."""

from typing import NewType

import msgspec

from nazdik.kernel import AssignmentId, IncidentId, Instant, LonLat, UnitId

MessageId = NewType("MessageId", str)


class FreeSoon(msgspec.Struct, frozen=True):
    """What a busy crew, or a dispatcher who heard it, said: when the unit will be free."""

    free_at: Instant
    said_at: Instant
    by: str | None = None


class HandheldCheck(msgspec.Struct, frozen=True):
    """One check of a handheld's self-test. `value` is what was measured: seconds, metres, milliseconds or a share."""

    name: str
    state: str
    value: float | None = None


class HandheldTest(msgspec.Struct, frozen=True):
    """How a handheld's last self-test came out, in short; the log has every figure."""

    at: Instant
    app_version: str
    failed: tuple[str, ...]


class Report(msgspec.Struct, frozen=True):
    """What a crew says of its work on an incident when it is done, in short. The newest word of each assignment counts."""

    assignment_id: AssignmentId
    unit_id: UnitId
    at: Instant
    by: str
    disposition: str | None
    text: str
    people: int | None
    vehicles: int | None


class Photo(msgspec.Struct, frozen=True):
    """A picture from the scene, named after its own bytes. They lie in a file beside the log."""

    id: str
    at: Instant
    by: str
    of_unit: UnitId | None
    width: int
    height: int
    taken_at: Instant | None = None
    point: LonLat | None = None


class PhotoBack(msgspec.Struct, frozen=True):
    """A picture that is shown to nobody any more: who took it back, and when."""

    photo: Photo
    by: str
    at: Instant


class Voice(msgspec.Struct, frozen=True):
    """A voice note from the scene, named after its own bytes. They lie in a file beside the log, with the pictures."""

    id: str
    at: Instant
    by: str
    of_unit: UnitId | None
    media_type: str
    seconds: int
    spoken_at: Instant | None = None


class VoiceBack(msgspec.Struct, frozen=True):
    """A voice note that is played to nobody any more: who took it back, and when."""

    voice: Voice
    by: str
    at: Instant


class Backup(msgspec.Struct, frozen=True):
    """A crew asks for another unit beside it; the newest request of an incident counts."""

    assignment_id: AssignmentId
    unit_id: UnitId
    at: Instant
    urgent: bool


class Addressee(msgspec.Struct, frozen=True):
    """A unit that a message is for: when its handheld had it, and when its crew read it."""

    unit_id: UnitId
    delivered_at: Instant | None = None
    read_at: Instant | None = None


class Message(msgspec.Struct, frozen=True):
    """A short text between the desk and crews: from `from_unit` to the desk, or from the desk to the units in `to`."""

    id: MessageId
    at: Instant
    by: str
    from_unit: UnitId | None
    to: tuple[Addressee, ...]
    incident_id: IncidentId | None
    text: str
    # When somebody at the desk read what a crew wrote.
    read_at: Instant | None = None
