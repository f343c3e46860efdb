"""
Where the demo's cars are: on patrol through the streets around their posts, or on the way where their assignment says.

A car follows what the server says of its unit, whoever pressed the button. Times are seconds of a steady clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

import numpy as np

from nazdik.kernel import LonLat
from nazdik.simulation.chance import Chance
from nazdik.simulation.motion import Journey, Roads, Spot

METRES_PER_DEGREE = 111_195.0
# A patrol stays this near to its post: a beat, not a county. Assumed, as are the other numbers.
BEAT_M = 2_500.0
ROUND_S = (120.0, 480.0)
STOP_S = (60.0, 300.0)
PATROL_PACE = 1.6
RETURN_PACE = 1.2
NOISE_M = 2.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a tracker says; `heading_deg` None while the car stands."""

    place: LonLat
    speed_m_per_s: float
    heading_deg: float | None

    @property
    def moving(self) -> bool:
        """Whether the car drives."""
        return self.speed_m_per_s > 0


def apart_m(a: LonLat, b: LonLat) -> float:
    """Return the distance of two near points."""
    return hypot((a.lon - b.lon) * cos(radians(a.lat)), a.lat - b.lat) * METRES_PER_DEGREE


class Car:
    """One unit's car."""

    def __init__(self, unit_id: str, post: Spot, station: Spot, roads: Roads, chance: Chance, *, haste: float) -> None:
        """
        Put a car at its post.

        Args:
            station: Where it takes people whom it carries.
            haste: Everything that moves goes this many times faster; 1 is real.
        """
        self.unit_id = unit_id
        self._post = post
        self._station = station
        self._roads = roads
        self._chance = chance
        self._haste = haste
        self._spot = post
        self._journey: Journey | None = None
        self._set_out_s = 0.0
        self._goal: tuple[Any, ...] | None = None
        self._rounds = 0
        self._rest_until_s = 0.0
        self._rests_first = chance.happens(0.5, "rests first", unit_id)
        # A person's car waits where it is; the simulator's goes on patrol.
        self.patrols = True

    # Orders

    def obey(self, unit: Mapping[str, Any], incident: Mapping[str, Any] | None, now_s: float) -> None:
        """Go where the unit's assignment says; without one, do what a patrol does."""
        state, assignment = unit.get("assignment_state"), unit.get("assignment")
        point = _destination(incident, assignment)
        if state == "en_route" and point is not None:
            self._go((assignment, "there", tuple(point)), self._roads.spot(LonLat(*point)), now_s)
        elif state == "transporting":
            self._go((assignment, "station"), self._station, now_s)
        elif state in ("accepted", "on_scene"):
            self._stand(now_s)
            self._goal = (assignment, state)
        elif self._goal is not None:
            self._goal = None
            self._stand(now_s)
            self._rest_until_s = now_s + 5.0 / self._haste

    def stand_at(self, place: LonLat) -> None:
        """Begin here instead of at the post."""
        self._spot = self._roads.spot(place) or self._spot

    def step(self, now_s: float) -> None:
        """Go on with the patrol when it is time: a round, a stop, and home when it is far from its beat."""
        if self._goal is not None or not self.patrols:
            return
        if self._journey is not None and now_s < self._set_out_s + self._journey.duration_s:
            return
        if self._journey is not None or self._rests_first:
            self._stand(now_s)
            self._rests_first = False
            self._rest_until_s = now_s + self._draw(*STOP_S, "stop") / self._haste
        if now_s < self._rest_until_s:
            return
        self._rounds += 1
        if apart_m(self._spot.place, self._post.place) > BEAT_M:
            self._drive(self._roads.journey(self._spot, self._post, pace=RETURN_PACE / self._haste), now_s)
            return
        name = (self.unit_id, str(self._rounds))
        seconds = self._draw(*ROUND_S, "round") / self._haste
        pace = PATROL_PACE / self._haste
        journey = self._roads.wander(self._spot, seconds, self._chance, *name, pace=pace, within=self._is_beat)
        self._drive(journey, now_s)

    # Where it is

    @property
    def on_call(self) -> bool:
        """Whether the car has an assignment."""
        return self._goal is not None

    def left_s(self, assignment: str, now_s: float) -> float | None:
        """Return how long the car still drives for an assignment, 0 when it is there; None when it does not drive for it."""
        if self._goal is None or self._goal[0] != assignment or self._goal[1] not in ("there", "station"):
            return None
        return 0.0 if self._journey is None else max(0.0, self._set_out_s + self._journey.duration_s - now_s)

    def report(self, now_s: float) -> Report:
        """Return what its tracker sees now, a few metres beside the truth while it moves."""
        journey = self._journey
        after_s = now_s - self._set_out_s
        if journey is None or after_s >= journey.duration_s:
            if journey is not None:
                self._spot = self._roads.at(journey, journey.duration_s)
            return Report(self._spot.place, 0.0, None)
        track = self._roads.follow(journey, np.array([after_s, after_s + 1.0]))
        here = LonLat(float(track.lons[0]), float(track.lats[0]))
        ahead = LonLat(float(track.lons[1]), float(track.lats[1]))
        about = (self.unit_id, str(round(now_s * 1000)))
        east, north = (self._chance.normal("gps", side, *about) * NOISE_M / METRES_PER_DEGREE for side in ("e", "n"))
        seen = LonLat(here.lon + east / cos(radians(here.lat)), here.lat + north)
        return Report(seen, max(0.1, apart_m(here, ahead)), float(track.headings_deg[0]))

    # Inside

    def _go(self, goal: tuple[Any, ...], to: Spot | None, now_s: float) -> None:
        if goal == self._goal:
            return
        self._stand(now_s)
        self._goal = goal
        if to is not None:
            pace = self._chance.log_normal(1.0, 0.1, "pace", *map(str, goal)) / self._haste
            self._drive(self._roads.journey(self._spot, to, pace=pace), now_s)

    def _drive(self, journey: Journey, now_s: float) -> None:
        self._journey, self._set_out_s = journey, now_s

    def _stand(self, now_s: float) -> None:
        if self._journey is not None:
            self._spot = self._roads.at(self._journey, now_s - self._set_out_s)
            self._journey = None

    def _draw(self, low: float, high: float, what: str) -> float:
        return self._chance.between(low, high, what, self.unit_id, str(self._rounds))

    def _is_beat(self, place: LonLat) -> bool:
        return apart_m(place, self._post.place) <= BEAT_M


def _destination(incident: Mapping[str, Any] | None, assignment: Any) -> Any:
    """Where the unit is to go: its post of the cordon, or the incident's place."""
    if incident is None:
        return None
    own = next((each for each in incident.get("assignments", ()) if each["id"] == assignment), None)
    post = own.get("post") if own is not None else None
    return incident.get("point") if post is None else post["point"]
