"""How an office wants dispatch to behave: modes, times and limits, with the defaults of the product."""

from enum import StrEnum

import msgspec

from nazdik.dispatch.aims import STANDARD_AIMS, Aims


class Mode(StrEnum):
    """What the system does by itself when an incident needs a unit."""

    AUTOMATIC = "automatic"
    SUGGEST = "suggest"
    OFF = "off"


class CallBackRules(msgspec.Struct, frozen=True):
    """
    How soon whoever gave up is called back, by priority, 1 first.

    Nobody learnt what most of them wanted, so they wait as long as an urgent call (`unknown_s`). A try that reached nobody
    gives `again_s` from then on.
    """

    within_s: tuple[float, float, float, float, float] = (60.0, 120.0, 180.0, 300.0, 600.0)
    unknown_s: float = 120.0
    again_s: float = 300.0


class StartDelays(msgspec.Struct, frozen=True):
    """
    When units that are not ready set out, as an office reckons with; seconds. The defaults are conventions, not measurements.

    `free_soon_max_s` is how far ahead a busy crew may say that it will be free (0: it is not asked). From the priority
    `wait_from_priority` on (6: never) automatic dispatch waits for such a unit when it would be there `wait_margin_s` sooner
    than whoever could go now; the most urgent priority never waits.
    """

    divert_s: float = 15.0
    turnout_s: float = 60.0
    free_soon_max_s: float = 600.0
    wait_from_priority: int = 6
    wait_margin_s: float = 60.0


STANDARD_DELAYS = StartDelays()
# A quarter longer is about what an hour's traffic does by itself; less is nothing to look up for.
SLOWER_SHARE = 0.25
# What comes to mind on the way back, and not the next day.
REPORT_OPEN_S = 1800.0
# A page that is read again, or a line that fails for a moment, is back long before.
DESK_SILENT_S = 120.0


class Rules(msgspec.Struct, frozen=True):
    """
    How an office wants dispatch to behave. Five-value tuples are by priority, 1 first; times are seconds.

    An office without rules of its own follows the nearest office above it that has some, and these defaults at the end.
    """

    modes: tuple[Mode, Mode, Mode, Mode, Mode] = (Mode.AUTOMATIC,) * 5
    kind_modes: tuple[tuple[str, Mode], ...] = ()
    pre_alert: bool = True
    answer_s: tuple[float, float, float, float, float] = (15.0, 20.0, 30.0, 30.0, 30.0)
    climb_s: tuple[float, float, float] = (30.0, 60.0, 120.0)
    waiting_s: tuple[float, float, float, float, float] = (30.0, 120.0, 600.0, 1800.0, 3600.0)
    not_moving_s: float = 60.0
    late_factor: float = 1.5
    safety_s: tuple[float, float, float, float, float] = (600.0, 1200.0, 1200.0, 1200.0, 1200.0)
    safety_grace_s: float = 60.0
    position_limit_s: float = 90.0
    divert_margin_s: float = 120.0
    divert_for_priority: int = 2
    candidates: int = 5
    reach_limit_s: float = 7200.0
    retry_s: float = 15.0
    hold_s: float = 180.0
    archive_after_s: float = 86_400.0
    # Unset in rules from before there were any; `back` has them either way.
    call_backs: CallBackRules | msgspec.UnsetType = msgspec.UNSET

    # Unset: the standard ones. Unset too in rules stored before there were any.
    slower_share: float | msgspec.UnsetType = msgspec.UNSET
    delays: StartDelays | msgspec.UnsetType = msgspec.UNSET
    aims: Aims | msgspec.UnsetType = msgspec.UNSET
    report_open_s: float | msgspec.UnsetType = msgspec.UNSET
    desk_silent_s: float | msgspec.UnsetType = msgspec.UNSET

    @property
    def back(self) -> CallBackRules:
        """How soon whoever gave up is called back."""
        return self.call_backs if isinstance(self.call_backs, CallBackRules) else CallBackRules()

    @property
    def aim(self) -> Aims:
        """How long each part of an incident should take."""
        return STANDARD_AIMS if self.aims is msgspec.UNSET else self.aims

    @property
    def start(self) -> StartDelays:
        """The delays this office reckons with."""
        return STANDARD_DELAYS if self.delays is msgspec.UNSET else self.delays

    @property
    def slower(self) -> float:
        """By which part longer a unit's way has to become before the desk is told."""
        return SLOWER_SHARE if self.slower_share is msgspec.UNSET else self.slower_share

    @property
    def report_open(self) -> float:
        """For how many seconds after clearing a crew may change its report."""
        return REPORT_OPEN_S if self.report_open_s is msgspec.UNSET else self.report_open_s

    @property
    def desk_silent(self) -> float:
        """For how many seconds the screens of a desk may be silent before it counts as left."""
        return DESK_SILENT_S if self.desk_silent_s is msgspec.UNSET else self.desk_silent_s

    def mode_for(self, kind: str | None, priority: int) -> Mode:
        """Return the mode for a kind and priority; a rule for the kind outweighs the one for the priority."""
        return dict(self.kind_modes).get(kind or "", self.modes[priority - 1])
