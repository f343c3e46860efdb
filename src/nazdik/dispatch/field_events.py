"""What handhelds say and crews tell from the field, as stored facts. `events` gathers them with all others."""

from nazdik.dispatch.event_base import UnitEvent
from nazdik.dispatch.model import HandheldCheck
from nazdik.kernel import Instant


class HandheldTested(UnitEvent, frozen=True, kw_only=True, tag="dispatch.handheld_tested.v1"):
    """A handheld has tried itself: each check, how it came out, and the figure measured where there is one."""

    checks: tuple[HandheldCheck, ...]
    app_version: str
    device_at: Instant | None = None
