"""What the log says happened, in the checker's own words: who is held by what, which offers wait, what has ended."""

from dataclasses import dataclass, field
from typing import Any

from nazdik.simulation.whole.checker.record import Row

ENDS = frozenset(
    f"dispatch.{name}.v1"
    for name in (
        "offer_refused",
        "offer_unanswered",
        "assignment_withdrawn",
        "assignment_diverted",
        "assignment_cancelled",
        "unit_cleared",
    )
)
CALL_ENDS = frozenset(f"intake.call_{name}.v1" for name in ("classified", "linked", "closed"))


@dataclass(slots=True)
class Offer:
    """An offer that waits for an answer. Times are true seconds and, `window_s`, what the crew was given."""

    assignment: str
    unit: str
    incident: str
    sent_s: float
    window_s: float


@dataclass(slots=True)
class Fold:
    """The state that facts lead to, as far as promises need it. `wrong` collects what can be seen from facts alone."""

    holders: dict[str, str] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    incidents: dict[str, bool] = field(default_factory=dict)
    offices: dict[str, list[tuple[int, str, bool]]] = field(default_factory=dict)
    crews: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    calls: dict[str, bool] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    alarms: dict[str, dict[str, Any]] = field(default_factory=dict)
    silences: list[tuple[str, int, float]] = field(default_factory=list)
    went_on: set[tuple[str, int]] = field(default_factory=set)
    on_duty: dict[str, bool] = field(default_factory=dict)
    on_scene: set[str] = field(default_factory=set)
    # The incident that an assignment belongs to; joining and parting incidents moves it.
    belongs: dict[str, str] = field(default_factory=dict)

    def take(self, row: Row, now_s: float) -> list[tuple[str, str]]:
        """Take in one fact and return what it breaks."""
        wrong: list[tuple[str, str]] = []
        body, kind = row.body, row.kind
        context, _, name = kind.removesuffix(".v1").partition(".")
        if context == "intake":
            self._call(name, body)
            return wrong
        incident, unit = str(body.get("incident_id", "")), str(body.get("unit_id", ""))
        assignment = str(body.get("assignment_id", ""))
        if kind in ENDS:
            self.offers.pop(assignment, None)
            if self.holders.get(unit) != assignment:
                wrong.append(("I3", f"{assignment} ended, but {unit} was held by {self.holders.get(unit)}"))
            self.holders.pop(unit, None)
            if name == "assignment_diverted" and assignment in self.on_scene:
                wrong.append(("I3", f"{unit} was taken away from {assignment}, where it is on scene"))
        match name:
            case "unit_reserved":
                if unit in self.holders:
                    wrong.append(("I3", f"{unit} was given {assignment} while it had {self.holders[unit]}"))
                self.holders[unit] = assignment
                self._put(row.position, incident, unit, assignment)
            case "offer_sent":
                window_s = (body["answer_by"] - body["at"]) / 1e6
                self.offers[assignment] = Offer(assignment, unit, incident, now_s, window_s)
                self.went_on.add((incident, body["at"]))
            case "offer_accepted":
                self.offers.pop(assignment, None)
                # A crew that answered late keeps what nobody else has taken.
                self.holders.setdefault(unit, assignment)
                if self.holders[unit] != assignment:
                    wrong.append(("I3", f"{unit} accepted {assignment} while it had {self.holders[unit]}"))
            case "offer_unanswered":
                self.silences.append((incident, body["at"], now_s))
            case "unit_en_route" | "unit_on_scene" | "unit_transporting":
                if name != "unit_en_route":
                    self.on_scene.add(assignment)
                if self.holders.get(unit) != assignment:
                    wrong.append(("I3", f"{unit} took a step on {assignment}, which it does not have"))
            case "incident_waits":
                self.went_on.add((incident, body["at"]))
            case "duty_started":
                self.on_duty[unit] = True
            case "duty_ended":
                self.on_duty[unit] = False
                if unit in self.holders:
                    wrong.append(("I3", f"{unit} went off duty while it had {self.holders[unit]}"))
            case "incident_opened" | "incident_drafted" | "incident_reopened" | "incident_classified":
                self.incidents[incident] = True
                if "office" in body:
                    self.offices.setdefault(incident, []).append((row.position, body["office"], True))
            case "incident_closed" | "incident_cancelled":
                self.incidents[incident] = False
                held = [a for a in self.holders.values() if self.belongs.get(a) == incident]
                if held:
                    wrong.append(("I3", f"{incident} ended under {held}"))
            case "incident_joined" | "incident_unjoined":
                for unit, moved in list(self.holders.items()):
                    if moved in body["assignments"]:
                        self._put(
                            row.position, str(body["into"] if name == "incident_joined" else incident), unit, moved
                        )
            case "office_tasked":
                self.offices.setdefault(incident, []).append((row.position, body["office"], True))
            case "office_released":
                self.offices.setdefault(incident, []).append((row.position, body["office"], False))
                if not any({office: on for _, office, on in self.offices[incident]}.values()):
                    wrong.append(("I7", f"{incident} is nobody's"))
            case "alarm_raised":
                self.alarms[body["alarm_id"]] = body
                if body["cause"] == "no_answer" and incident:
                    self.went_on.add((incident, body["at"]))
            case "alarm_cleared":
                self.alarms.pop(body["alarm_id"], None)
            case _:
                pass
        return wrong

    def _put(self, position: int, incident: str, unit: str, assignment: str) -> None:
        self.belongs[assignment] = incident
        self.crews.setdefault(incident, []).append((position, unit))
        if assignment in self.offers:
            self.offers[assignment].incident = incident

    def _call(self, name: str, body: dict[str, Any]) -> None:
        call = body["call_id"]
        match name:
            case "call_presented":
                self.calls[call] = False
                words = body.get("narrative", "")
                if words:
                    self.words[words] = self.words.get(words, 0) + 1
            case "call_classified" | "call_linked" | "call_closed":
                self.calls[call] = True
            case "call_unlinked":
                self.calls[call] = False
            case "ringing_ended":
                self.calls[call] = not body.get("call_back", False)
            case _:
                pass

    def has_office(self, incident: str, office: str, at: int) -> bool:
        """Whether an office, or one below it, had an incident as of a position."""
        held: dict[str, bool] = {}
        for position, one, on in self.offices.get(incident, ()):
            if position <= at:
                held[one] = on
        return any(on and (one == office or one.startswith(f"{office}.")) for one, on in held.items())

    def had_crew(self, incident: str, unit: str, at: int) -> bool:
        """Whether a unit had been given an incident as of a position."""
        return any(position <= at and one == unit for position, one in self.crews.get(incident, ()))
