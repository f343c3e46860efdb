"""The people at the desks: they take alarms, or let them climb."""

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.kernel import Actor, AlarmId, Instant, OfficeId
from nazdik.published.offices import Tier
from nazdik.simulation.behaviour import Behaviour
from nazdik.simulation.engine import Engine

_RINGS = (e.AlarmRaised, e.AlarmClimbed)


class Desks:
    """Every desk of the tree; each looks at the alarms that reach its tier."""

    def __init__(self, engine: Engine, behaviour: Behaviour) -> None:
        self._engine = engine
        self._behaviour = behaviour
        engine.listen(self._heard)

    def _heard(self, fact: object, after: ProvinceState) -> None:
        # Most facts are no alarm, and this is asked of every one.
        if type(fact) not in _RINGS:
            return
        assert isinstance(fact, _RINGS)
        self._look(fact.alarm_id, fact.tier, fact.office, fact.at)

    def _look(self, alarm_id: AlarmId, tier: Tier, office: OfficeId, at: Instant) -> None:
        last = tier is Tier.NATIONAL
        wait_s = self._behaviour.acknowledge_s(alarm_id, tier, at, last=last)
        if wait_s is None:
            return
        desk = Actor(id=f"desk.{office}", role="dispatcher", office_id=office)

        def take() -> None:
            if alarm_id in self._engine.state.world.alarms:
                self._engine.ask(c.AcknowledgeAlarm(alarm_id=alarm_id), desk)

        self._engine.after(wait_s, take)
