"""What handhelds say and crews tell from the field, as stored facts. `events` gathers them with all others."""

from nazdik.dispatch.event_base import AssignmentEvent, IncidentEvent, UnitEvent
from nazdik.dispatch.field_model import HandheldCheck
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.published.kinds import Need


class HandheldTested(UnitEvent, frozen=True, kw_only=True, tag="dispatch.handheld_tested.v1"):
    """A handheld has tried itself: each check, how it came out, and the figure measured where there is one."""

    checks: tuple[HandheldCheck, ...]
    app_version: str
    device_at: Instant | None = None


class ReportFiled(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.report_filed.v1"):
    """What a crew says of its work when it is done; said again, the new word counts and the old one stays in the log."""

    disposition: str | None
    text: str
    people: int | None
    vehicles: int | None
    # Who said it, whether for themselves or for the crew; `by` of an assignment is only who acted on behalf.
    author: str


class PhotoAdded(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.photo_added.v1"):
    """A picture from the scene lies beside the log under `photo_id`, the SHA-256 of its bytes."""

    photo_id: str
    by: str
    of_unit: UnitId | None
    width: int
    height: int
    size_bytes: int
    taken_at: Instant | None = None
    point: LonLat | None = None
    device_at: Instant | None = None


class BackupRequested(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.backup_requested.v1"):
    """A crew asks for another unit; `needs` is what the incident needs from now on."""

    urgent: bool
    needs: tuple[Need, ...]
