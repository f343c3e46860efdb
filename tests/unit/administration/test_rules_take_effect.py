"""Every rule of an office, set by two people, is seen to change what the core does; none is a mere number on a screen."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
import pytest

from nazdik.bootstrap.administration.rules import FIELDS
from nazdik.dispatch import commands as c
from nazdik.dispatch.aims import Aims
from nazdik.dispatch.desk_commands import HandOverDesk
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.errors import FreeSoonOutOfRange, ReportIsFinal
from nazdik.dispatch.vocabulary import AT_THE_STATION
from nazdik.intake.model import CallBackResult
from nazdik.kernel import CallId, IncidentId, OfficeId, UnitId
from nazdik.kernel.instant import plus_s, seconds_between
from tests.town import Town, at_m, dispatcher, officer
from tests.unit.administration.people import publish, rules_with
from tests.unit.bootstrap import test_renewed_arrivals as ways
from tests.unit.bootstrap.test_blocked_ways import RiverTown
from tests.unit.dispatch import test_scene as scene
from tests.unit.dispatch.test_call_backs import CALL, give_up, tried
from tests.unit.dispatch.test_free_soon import at_work, say


class Proof(NamedTuple):
    """What is seen with a rule as it comes and as it is set; `also` are rules that have to be set for it to matter."""

    see: Callable[[Any], Any]
    usual: Any
    wanted: Any
    otherwise: Any
    also: dict[str, Any] = {}  # noqa: RUF012 - never changed
    place: type[Town] = Town


def in_s(town: Town, key: str) -> float:
    """In how many seconds a timer rings."""
    due = next(due for name, due in town.world.deadlines.items() if name.startswith(key))
    return round(seconds_between(town.now, due))


def who_goes(town: Town) -> str:
    """Who is sent to a fight, or why nobody is."""
    incident = IncidentId("p.iseen")
    town.do(c.ClassifyIncident(incident_id=incident, kind="fight", point=at_m(1000), priority=2))
    sent = [a.unit_id.rpartition(".")[2] for a in town.on(incident)]
    return sent[0] if sent else str(town.get(incident).waiting_reason)


def report_is_taken(town: Town, *, after_s: float) -> bool:
    """Whether a crew may still change its report so long after it was done."""
    work = scene.at_work(town)
    scene.clear(town, work)
    town.wait(after_s)
    with suppress(ReportIsFinal):
        scene.change(town, work, c.ReportGiven("سه نفر", people=3), "report_taken")
        return True
    return False


def left_at(town: Town, *, silent_s: float) -> list[str]:
    """Whose desks wait for somebody after its screen was silent for so long."""
    command = HandOverDesk(
        hand_over_id=HandOverId("p.h1"),
        office=OfficeId("p"),
        incidents=(town.incident(),),
        silent_since=plus_s(town.now, -silent_s),
    )
    town.do(command, by=dispatcher())
    return [given.by for given in town.world.hand_overs.values()]


def sent(town: Town) -> str:
    town.unit("A01", 1000)
    return who_goes(town)


def pre_alerted(town: Town, after_s: float = 0.0) -> int:
    town.unit("A01", 1000)
    draft = IncidentId("p.idraft")
    town.do(c.DraftIncident(incident_id=draft, call_id=CallId("p.c9"), kind="fight", point=at_m(1000)))
    town.wait(after_s)
    return len(town.on(draft))


def offered(town: Town) -> float:
    sent(town)
    return in_s(town, "answer")


def climbing(town: Town) -> list[float]:
    who_goes(town)
    steps: list[float] = []
    town.wait(120)
    # Two alarms climb here; only this one began just now.
    while "climb:p.iseen!waiting" in town.world.deadlines:
        steps.append(in_s(town, "climb:p.iseen!waiting"))
        town.wait(steps[-1])
    return steps


def waiting(town: Town, timer: str) -> float:
    who_goes(town)
    return in_s(town, timer)


def on_the_way(town: Town, timer: str, *, east_m: float = 1000, driving: bool = False) -> float:
    town.unit("A01", east_m)
    town.accept(town.incident(), en_route=driving)
    return in_s(town, timer)


def slow_way(town: RiverTown) -> bool:
    assignment = ways.driving(town)
    ways.slow(town, "Bridge", 10)
    renewed = ways.now(town, assignment).renewed
    assert renewed is not None
    return renewed.slower


def on_scene(town: Town, timer: str) -> float:
    town.unit("A01", 1000)
    assignment = town.accept(town.incident(), en_route=True)
    town.do(c.StepOn(assignment_id=assignment, step="on_scene"))
    if timer == "missed":
        town.wait(in_s(town, "safety"))
    return in_s(town, timer)


def with_old_position(town: Town) -> str:
    town.unit("A01", 1000)
    town.wait(150, fresh=False)
    return who_goes(town)


def listed(town: Town) -> int:
    for n in range(8):
        town.unit(f"A{n:02d}", 1000 + 100 * n)
    incident = town.incident()
    advice = town.get(incident).recommendation
    assert advice is not None
    return len(advice.candidates)


def far_away(town: Town) -> str:
    town.unit("A01", 9000)
    return who_goes(town)


def two_cars(town: Town, free_m: float | None) -> str:
    """One is on its way to something less urgent close by, the other is free and further off."""
    town.unit("A01", 1000)
    town.accept(town.incident(priority=4, name="low"), en_route=True)
    if free_m is not None:
        town.unit("A02", free_m)
    return who_goes(town)


def at_the_station(town: Town) -> float:
    unit = town.unit("A01", 1000)
    town.do(c.SetUnitStatus(unit_id=unit, available=True, secondary=AT_THE_STATION))
    return town.road.starts[UnitId("p.u.A01")][0]


def said_ahead(town: Town) -> str:
    unit, _ = at_work(town, "A01", 1000)
    try:
        say(town, unit, 300)
    except FreeSoonOutOfRange:
        return "refused"
    return "believed"


def soon_or_far(town: Town) -> str:
    soon, _ = at_work(town, "A01", 1000)
    town.unit("A02", 9000)
    say(town, soon, 90)
    return who_goes(town)


def called_back(town: Town, priority: int | None = None) -> float:
    if priority is None:
        give_up(town, CALL)
    else:
        town.do(c.AwaitCallBack(call_id=CALL, priority=priority, point=None, tries=0))
    return in_s(town, "callback")


def tried_in_vain(town: Town) -> float:
    give_up(town, CALL)
    tried(town, CallBackResult.NO_ANSWER)
    return in_s(town, "callback")


def archived(town: Town) -> float:
    unit = town.unit("A01", 1000)
    incident = town.incident()
    assignment = town.accept(incident, en_route=True)
    town.do(c.StepOn(assignment_id=assignment, step="on_scene"))
    town.do(c.ClearAssignment(assignment_id=assignment), by=officer(unit))
    town.do(c.CloseIncident(incident_id=incident, disposition="report_taken"), by=dispatcher())
    return in_s(town, "archive")


WAITS = {"delays__wait_from_priority": 2}


STANDARD: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(Aims()))


def aimed_at(part: str) -> Callable[[Town], Any]:
    """What the station of an incident is told to aim at, as desks read it beside what it took (`GET …/rules`)."""

    def see(town: Town) -> Any:
        station = town.get(town.incident()).station
        told = msgspec.json.decode(msgspec.json.encode(town.around.rules_for(town.world, station))).get("aims", {})
        return told.get(part, STANDARD[part])

    return see


PROOFS: dict[str, Proof] = {
    "modes": Proof(sent, "A01", ["suggest"] * 5, "suggest_only"),
    "kind_modes": Proof(sent, "A01", [["fight", "off"]], "auto_off"),
    "pre_alert": Proof(pre_alerted, 1, False, 0),
    "hold_s": Proof(lambda town: pre_alerted(town, 61), 1, 60, 0),
    "answer_s": Proof(offered, 20, [15, 45, 30, 30, 30], 45),
    "climb_s": Proof(climbing, [30, 60, 120], [40, 70, 130], [40, 70, 130], {"waiting_s": [120] * 5}),
    "waiting_s": Proof(lambda town: waiting(town, "wait"), 120, [30, 100, 600, 1800, 3600], 100),
    "retry_s": Proof(lambda town: waiting(town, "retry"), 15, 5, 5),
    "not_moving_s": Proof(lambda town: on_the_way(town, "move"), 60, 30, 30),
    "late_factor": Proof(lambda town: on_the_way(town, "late", east_m=9000, driving=True), 1200, 2, 1600),
    "desk_silent_s": Proof(lambda town: left_at(town, silent_s=90), [], 60, ["dispatcher:1"]),
    "report_open_s": Proof(lambda town: report_is_taken(town, after_s=2000), False, 3600, True),
    "slower_share": Proof(slow_way, True, 5, False, place=RiverTown),
    "safety_s": Proof(lambda town: on_scene(town, "safety"), 1200, [600, 700, 700, 700, 700], 700),
    "safety_grace_s": Proof(lambda town: on_scene(town, "missed"), 60, 30, 30),
    "position_limit_s": Proof(with_old_position, "nobody_free", 200, "A01"),
    "candidates": Proof(listed, 5, 2, 2),
    "reach_limit_s": Proof(far_away, "A01", 60, "none_in_reach"),
    "divert_for_priority": Proof(lambda town: two_cars(town, None), "A01", 1, "nobody_free"),
    "divert_margin_s": Proof(lambda town: two_cars(town, 2000), "A02", 0, "A01"),
    "delays.divert_s": Proof(lambda town: two_cars(town, 2600), "A01", 100, "A02"),
    "delays.turnout_s": Proof(at_the_station, 60, 10, 10),
    "delays.free_soon_max_s": Proof(said_ahead, "believed", 200, "refused"),
    "delays.wait_from_priority": Proof(soon_or_far, "A02", 2, "free_soon"),
    "delays.wait_margin_s": Proof(soon_or_far, "free_soon", 900, "A02", WAITS),
    "call_backs.within_s": Proof(lambda town: called_back(town, 2), 120, [60, 100, 180, 300, 600], 100),
    "call_backs.unknown_s": Proof(called_back, 120, 45, 45),
    "call_backs.again_s": Proof(tried_in_vain, 300, 90, 90),
    **{
        f"aims.{part}": Proof(aimed_at(part), STANDARD[part], wanted, wanted)
        for part, wanted in {
            "answer_s": 20.0,
            "entry_s": 60.0,
            "queue_s": [30.0, 60.0, 120.0, 0.0, 0.0],
            "delivery_s": 5.0,
            "turnout_s": 90.0,
            "response_s": [420.0, 600.0, 1200.0, 0.0, 0.0],
            "seen_s": 10.0,
            "help_s": 2.0,
        }.items()
    },
    "archive_after_s": Proof(archived, 86_400, 3600, 3600),
}


def test_every_rule_that_can_be_set_is_proved() -> None:
    assert [field.name for field in FIELDS] and {field.name for field in FIELDS} == set(PROOFS)


@pytest.mark.parametrize("name", PROOFS)
def test_a_rule_that_two_people_set_changes_what_is_done(name: str) -> None:
    proof = PROOFS[name]
    assert proof.usual != proof.otherwise
    before = proof.place()
    if proof.also:
        publish(before, rules_with(**proof.also))
    assert proof.see(before) == proof.usual
    after = proof.place()
    publish(after, rules_with(**proof.also, **{name.replace(".", "__"): proof.wanted}))
    assert proof.see(after) == proof.otherwise
