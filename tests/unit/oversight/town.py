"""A small force for tests: a province with two counties and their stations, and 197 desks. All made up."""

from typing import Any

from nazdik.kernel import Actor, CommandId, Context, Instant, OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.calendar import Calendar, day_of, start_of_day
from nazdik.oversight.clocks import PROMISES, Around
from nazdik.oversight.decisions import decide
from nazdik.oversight.evolution import evolve
from nazdik.oversight.model import INSPECTORATE, Category, Duty, Kind, OfficeLine, Source, State

DAY_S = 86_400
# Saturday, 24 October 2026, ten in the morning in Iran: the beginning of a working week without holidays.
BEGIN = Instant(1_792_823_400_000_000)
LONG_AGO = Instant(BEGIN - 400 * DAY_S * 1_000_000)
AROUND = Around(Calendar(), PROMISES)
LEADER = Actor(id="register", role="staff")
CITIZEN = Actor(id="citizen", role="citizen")
TIME = Actor(id="system", role="system")


def office(name: str, parent: str | None, **more: Any) -> OfficeLine:
    return OfficeLine(id=OfficeId(name), parent=OfficeId(parent) if parent else None, name_fa=name, **more)


TREE = (
    office(INSPECTORATE, None, desk=True),
    office("iran", INSPECTORATE, desk=True, tier="national"),
    office("p", "iran", desk=True, tier="province"),
    office("p.a", "p", desk=True, tier="county"),
    office("p.b", "p", desk=True, tier="county"),
    office("p.a.1", "p.a", tier="station"),
    office("p.a.2", "p.a", tier="station"),
    office("p.b.1", "p.b", tier="station"),
    office("p.a.1.night", "p.a.1", part=True),
)
FORCE = {
    "officer-a1": ("p.a.1", Duty.STAFF),
    "night-a1": ("p.a.1.night", Duty.STAFF),
    "chief-a1": ("p.a.1", Duty.COMMANDER),
    "officer-a2": ("p.a.2", Duty.STAFF),
    "chief-a2": ("p.a.2", Duty.COMMANDER),
    "chief-b1": ("p.b.1", Duty.COMMANDER),
    "chief-a": ("p.a", Duty.COMMANDER),
    "chief-b": ("p.b", Duty.COMMANDER),
    "chief-p": ("p", Duty.COMMANDER),
    "chief-iran": ("iran", Duty.COMMANDER),
    "desk-a": ("p.a", Duty.HANDLER),
    "desk-b": ("p.b", Duty.HANDLER),
    "desk-p": ("p", Duty.SUPERVISOR),
    "desk-p2": ("p", Duty.HANDLER),
    "desk-iran": ("iran", Duty.SUPERVISOR),
    "desk-top": (INSPECTORATE, Duty.SUPERVISOR),
}


class Town:
    """Commands one after the other against one state, and every fact that came of them."""

    def __init__(self, around: Around = AROUND) -> None:
        self.around = around
        self.state = State()
        self.log: list[Any] = []
        self.at = BEGIN
        self.count = 0
        self.do(c.PutOffices(offices=TREE))
        for person, (where, duty) in FORCE.items():
            self.post(person, where, duty, since=LONG_AGO, ends_others=False)

    def do(self, command: c.Command, actor: str | Actor = LEADER) -> tuple[Any, ...]:
        who = actor if isinstance(actor, Actor) else Actor(id=actor, role="staff")
        self.count += 1
        facts = decide(self.state, command, Context(self.at, who, CommandId(str(self.count))), self.around)
        for fact in facts:
            self.state = evolve(self.state, fact)
        self.log.extend(facts)
        return facts

    def post(self, person: str, where: str, duty: Duty = Duty.STAFF, **more: Any) -> None:
        more = {"since": self.at, "ends_others": True, **more}
        self.do(c.PostPerson(person=PersonId(person), office=OfficeId(where), duty=duty, **more))

    def receive(self, kind: Kind = Kind.COMPLAINT, *, actor: str | Actor = CITIZEN, **more: Any) -> str:
        case_id = f"c{len(self.state.cases)}"
        given: dict[str, Any] = {
            "text": "مأمور گشت با من تند حرف زد", "office": "p.a.1", "source": Source.WEB, "token": f"t{case_id}",
            "salt": "00" * 16, "code_hash": f"h{case_id}", **more,
        }  # fmt: skip
        self.do(c.ReceiveContact(case_id=case_id, kind=kind, **given), actor)
        return case_id

    def serious(self) -> str:
        return self.receive(category=Category.CUSTODY, unit=OfficeId("p.a.1"))

    def case(self, case_id: str) -> Any:
        return self.state.cases[case_id]

    def later(self, days: float) -> None:
        self.at = Instant(self.at + round(days * DAY_S) * 1_000_000)

    def tick(self, case_id: str) -> tuple[Any, ...]:
        return self.do(c.Tick(case_id=case_id), TIME)


def date_of(at: Instant) -> str:
    """A day in Iran as people write it."""
    from nazdik.kernel import rfc3339

    return rfc3339(start_of_day(day_of(at) + 0))[:10]
