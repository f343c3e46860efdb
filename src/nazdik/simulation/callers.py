"""Callers: each call of a run, made up or from a record, as the commands a call-taker's desk would send."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from nazdik.dispatch.commands import OpenOwnEvent
from nazdik.intake import commands as c
from nazdik.intake.decisions import incident_of
from nazdik.intake.model import Channel, Outcome
from nazdik.kernel import Actor, CallId, IncidentId, Instant, LonLat, OfficeId, UnitId
from nazdik.simulation.crews import Crews, nearest_free
from nazdik.simulation.engine import Engine
from nazdik.simulation.motion import Roads
from nazdik.simulation.positions import Positions

GATEWAY = Actor(id="gateway", role="gateway")


@dataclass(frozen=True, slots=True)
class CallScript:
    """
    One call as it will go.

    Attributes:
        at: When it rings.
        kind: What it is about, or None when it makes no incident; then `outcome` says how it ends.
        code_local: The record's own code, kept with the call's words; empty for a made-up call.
        answer_s: From ringing to being answered.
        describe_s: From being answered to kind and place being known, or None when nothing is known before the end.
        talk_s: From being answered to being classified or closed.
        scene_s: How long the first crew is busy on scene where a record says so.
        own_event: An officer found it himself: no call, the unit is there at once.
        recorded: The record's own intervals in seconds: entered to dispatched, dispatched to arrived.
    """

    call_id: CallId
    at: Instant
    kind: str | None
    point: LonLat
    number: str | None = None
    words: str = ""
    place: str = ""
    code_local: str = ""
    priority: int | None = None
    outcome: Outcome | None = None
    answer_s: float = 0.0
    describe_s: float | None = None
    talk_s: float = 0.0
    scene_s: float | None = None
    own_event: bool = False
    recorded: tuple[float, float] | None = None

    @property
    def incident_id(self) -> IncidentId:
        """The incident this call begins, if it begins one."""
        return incident_of(self.call_id)


class Callers:
    """Plays call scripts into a run."""

    def __init__(self, engine: Engine, crews: Crews, positions: Positions, roads: Roads) -> None:
        self._engine = engine
        self._crews = crews
        self._positions = positions
        self._roads = roads
        self._taker = Actor("call-taker", "call_taker", office_id=OfficeId(engine.ground.province))
        self.unserved_own_events = 0
        self.done = 0

    def plan(self, scripts: Iterable[CallScript]) -> None:
        """Plan every call."""
        self._engine.plan((script.at, partial(self._begin, script)) for script in scripts)

    def _begin(self, script: CallScript) -> None:
        self.done += 1
        if script.own_event:
            self._find_oneself(script)
            return
        engine = self._engine
        engine.ask(
            c.PresentCall(
                call_id=script.call_id, channel=Channel.TELEPHONE, number=script.number, narrative=script.words
            ),
            GATEWAY,
        )
        if script.answer_s > 0:
            engine.after(script.answer_s, lambda: self._answer(script))
        else:
            self._answer(script)

    def _answer(self, script: CallScript) -> None:
        engine = self._engine
        engine.ask(c.AnswerCall(call_id=script.call_id), self._taker)
        if script.kind is not None and script.describe_s is not None:
            engine.after(script.describe_s, lambda: self._describe(script))
        if script.talk_s > 0:
            engine.after(script.talk_s, lambda: self._end(script))
        else:
            self._end(script)

    def _describe(self, script: CallScript) -> None:
        told = c.DescribeCall(call_id=script.call_id, kind=script.kind, point=script.point, place=script.place)
        self._engine.ask(told, self._taker)

    def _end(self, script: CallScript) -> None:
        if script.kind is None:
            closed = c.CloseCall(call_id=script.call_id, outcome=script.outcome or Outcome.ADVICE)
            self._engine.ask(closed, self._taker)
            return
        self._engine.ask(
            c.ClassifyCall(
                call_id=script.call_id,
                kind=script.kind,
                point=script.point,
                priority=script.priority,
                place=script.place,
                narrative=script.words,
            ),
            self._taker,
        )

    def _find_oneself(self, script: CallScript) -> None:
        """The record does not say who found it: the nearest free patrol was there."""
        engine = self._engine
        self._positions.refresh(engine.now)
        unit_id = nearest_free(engine.state, self._positions, script.point)
        spot = self._roads.spot(script.point)
        if unit_id is None or spot is None or script.kind is None:
            self.unserved_own_events += 1
            return
        self._crews.stand(unit_id, spot)
        own = OpenOwnEvent(
            incident_id=script.incident_id,
            unit_id=unit_id,
            kind=script.kind,
            point=script.point,
            place=script.place,
            narrative=script.words,
        )
        engine.ask(own, officer(unit_id))


def officer(unit_id: UnitId) -> Actor:
    """Return a unit's handheld as an actor."""
    return Actor(id=unit_id, role="officer", unit_id=unit_id)
