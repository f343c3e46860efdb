"""
How crews and desks behave, as numbers: every parameter in one place, each with where it comes from.

Most of them are assumptions, and say so: no published record of Iranian patrols gives them. They are inputs of a run, not
results of it; a force that has its own log should put its own numbers here. All draws go through `Chance`, so that a crew does the
same with the same offer whatever policy sent it.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp

from nazdik.kernel import AssignmentId, IncidentId, UnitId
from nazdik.simulation.chance import Chance


@dataclass(frozen=True, slots=True)
class Conduct:
    """
    The parameters. Times are seconds; a pair is a range in which all values are alike; medians are of log-normal times.

    Attributes:
        delivered_s: From sending an offer to the handheld's receipt. Assumed for a good mobile network.
        sounded_s: From the receipt to the alarm's sounding. Assumed.
        decide_median_s, decide_sigma: From the sound to the officer's touch. Assumed: a person who looks and presses.
        refuse_share: Offers answered with a refusal. Assumed.
        silent_share: Offers that nobody answers. Assumed.
        refusal_weights: How often each reason is given. Assumed.
        turnout_median_s, turnout_sigma: From accepting to driving off; crews sit in their cars. Assumed.
        pace_sigma: Spread of a journey's real time around the road graph's. Assumed; dispatch-science §2 row 3 shows that 0.25
            already costs much.
        arrival_press_s: From standing at the place to pressing "on scene". Assumed.
        scene_sigma: Spread of the time on scene around the kind's `minutes_on_scene`. Assumed; that such times are log-normal
            is what Brown et al. (2005), doi:10.1198/016214504000001808, found for telephone services.
        helper_share: How much of the first crew's time on scene another crew stays. Assumed.
        safety_answer_median_s, safety_answer_sigma: From being asked whether all is well to answering. Assumed.
        safety_silent_share: Safety checks that are not answered in time. Assumed.
        safety_call_s: From a missed check to the desk's having reached the crew by voice. Assumed.
        return_pace: A crew that is done drives back to its post this much slower than to an incident. Assumed.
        returns: Whether a crew that is done drives back to its post; if not it stays where it was.
    """

    delivered_s: tuple[float, float] = (0.1, 0.6)
    sounded_s: float = 0.2
    decide_median_s: float = 4.0
    decide_sigma: float = 0.5
    refuse_share: float = 0.02
    silent_share: float = 0.02
    refusal_weights: tuple[tuple[str, float], ...] = (
        ("busy_with_citizen", 0.5),
        ("vehicle_fault", 0.2),
        ("no_way_through", 0.15),
        ("crew_incomplete", 0.15),
    )
    turnout_median_s: float = 20.0
    turnout_sigma: float = 0.5
    pace_sigma: float = 0.1
    arrival_press_s: tuple[float, float] = (2.0, 15.0)
    scene_sigma: float = 0.6
    helper_share: tuple[float, float] = (0.4, 1.0)
    safety_answer_median_s: float = 8.0
    safety_answer_sigma: float = 0.6
    safety_silent_share: float = 0.02
    safety_call_s: tuple[float, float] = (30.0, 120.0)
    return_pace: float = 1.3
    returns: bool = True


@dataclass(frozen=True, slots=True)
class DeskConduct:
    """
    How the people at the desks answer alarms. All assumed.

    Attributes:
        acknowledge_share: Alarms that a tier takes before they climb further; the national desk always takes what reaches it.
        acknowledge_median_s, acknowledge_sigma: From the alarm to its being taken.
    """

    acknowledge_share: float = 0.8
    acknowledge_median_s: float = 15.0
    acknowledge_sigma: float = 0.5


# How incidents of a kind usually end, where it is not mostly a report. Assumed.
DISPOSITIONS_OF: dict[str, tuple[tuple[str, float], ...]] = {
    "fight": (("settled_on_scene", 0.5), ("gone_on_arrival", 0.25), ("report_taken", 0.15), ("arrest", 0.1)),
    "fight_weapon": (("arrest", 0.4), ("report_taken", 0.3), ("gone_on_arrival", 0.2), ("transported", 0.1)),
    "crash_damage": (("report_taken", 0.6), ("settled_on_scene", 0.4)),
    "crash_injury": (("transported", 0.7), ("report_taken", 0.3)),
    "nuisance": (("settled_on_scene", 0.6), ("gone_on_arrival", 0.3), ("no_report", 0.1)),
    "noise": (("settled_on_scene", 0.7), ("no_report", 0.3)),
    "traffic_blocked": (("settled_on_scene", 0.6), ("citation", 0.3), ("gone_on_arrival", 0.1)),
    "traffic_offence": (("citation", 0.5), ("gone_on_arrival", 0.5)),
    "drugs": (("arrest", 0.4), ("gone_on_arrival", 0.4), ("report_taken", 0.2)),
    "suspicious": (("unfounded", 0.5), ("gone_on_arrival", 0.3), ("no_report", 0.2)),
}
_USUAL: tuple[tuple[str, float], ...] = (("report_taken", 0.6), ("no_report", 0.25), ("settled_on_scene", 0.15))


class Choice(StrEnum):
    """What a crew does with an offer."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Reply:
    """A crew's answer: what, how long after the offer was sent, and why when it refuses."""

    choice: Choice
    delivered_s: float
    sounded_s: float
    after_s: float
    reason: str = ""


class Behaviour:
    """What each crew does, drawn from the seed."""

    def __init__(self, chance: Chance, conduct: Conduct | None = None, desk: DeskConduct | None = None) -> None:
        self.conduct = conduct or Conduct()
        self.desk = desk or DeskConduct()
        self._chance = chance

    def reply(self, incident_id: IncidentId, unit_id: UnitId) -> Reply:
        """Return what a crew does with the offer of an incident; offered again it does the same again."""
        conduct, about = self.conduct, (incident_id, unit_id)
        delivered_s = self._chance.between(*conduct.delivered_s, "delivered", *about)
        sounded_s = delivered_s + conduct.sounded_s
        after_s = sounded_s + self._chance.log_normal(conduct.decide_median_s, conduct.decide_sigma, "decide", *about)
        draw = self._chance.uniform("choice", *about)
        if draw < conduct.silent_share:
            return Reply(Choice.SILENT, delivered_s, sounded_s, after_s)
        if draw < conduct.silent_share + conduct.refuse_share:
            reasons = [reason for reason, _ in conduct.refusal_weights]
            weights = [weight for _, weight in conduct.refusal_weights]
            reason = self._chance.pick(reasons, weights, "reason", *about)
            return Reply(Choice.REFUSE, delivered_s, sounded_s, after_s, reason)
        return Reply(Choice.ACCEPT, delivered_s, sounded_s, after_s)

    def turnout_s(self, incident_id: IncidentId, unit_id: UnitId) -> float:
        """Return how long a crew needs to drive off."""
        conduct = self.conduct
        return self._chance.log_normal(conduct.turnout_median_s, conduct.turnout_sigma, "turnout", incident_id, unit_id)

    def pace(self, incident_id: IncidentId, unit_id: UnitId) -> float:
        """Return how the real time of a journey compares with the road graph's."""
        return self._chance.log_normal(1.0, self.conduct.pace_sigma, "pace", incident_id, unit_id)

    def arrival_press_s(self, assignment_id: AssignmentId) -> float:
        """Return how long after stopping the officer presses "on scene"."""
        return self._chance.between(*self.conduct.arrival_press_s, "press", assignment_id)

    def scene_s(self, incident_id: IncidentId, minutes_on_scene: float) -> float:
        """Return how long an incident keeps its first crew: it belongs to the incident, whoever comes."""
        # `minutes_on_scene` is the mean; the median of a log-normal time lies below it.
        sigma = self.conduct.scene_sigma
        return self._chance.log_normal(60.0 * minutes_on_scene * exp(-sigma * sigma / 2), sigma, "scene", incident_id)

    def helper_share(self, incident_id: IncidentId, unit_id: UnitId) -> float:
        """Return what part of the first crew's time another crew stays."""
        return self._chance.between(*self.conduct.helper_share, "helper", incident_id, unit_id)

    def disposition(self, incident_id: IncidentId, kind: str | None) -> str:
        """Return how an incident ends."""
        usual = DISPOSITIONS_OF.get(kind or "", _USUAL)
        codes, weights = [code for code, _ in usual], [weight for _, weight in usual]
        return self._chance.pick(codes, weights, "disposition", incident_id)

    def safety_answer_s(self, assignment_id: AssignmentId, nth: int) -> float | None:
        """Return how long a crew takes to answer its nth safety check, or None when it does not."""
        conduct, about = self.conduct, (assignment_id, str(nth))
        if self._chance.happens(conduct.safety_silent_share, "safety silent", *about):
            return None
        median, sigma = conduct.safety_answer_median_s, conduct.safety_answer_sigma
        return self._chance.log_normal(median, sigma, "safety", *about)

    def safety_call_s(self, assignment_id: AssignmentId) -> float:
        """Return how long the desk takes to reach a crew by voice that missed its check."""
        return self._chance.between(*self.conduct.safety_call_s, "safety call", assignment_id)

    def acknowledge_s(self, alarm_id: str, tier: str, raised_at: int, *, last: bool) -> float | None:
        """Return how long a tier takes to take an alarm, or None when it lets it climb; `last` has nobody above."""
        about = (alarm_id, tier, str(raised_at))
        if not last and not self._chance.happens(self.desk.acknowledge_share, "acknowledge", *about):
            return None
        median, sigma = self.desk.acknowledge_median_s, self.desk.acknowledge_sigma
        return self._chance.log_normal(median, sigma, "acknowledge after", *about)
