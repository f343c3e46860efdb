"""Who attacks, and what there is to attack: every role's seat in a running demo, and ids of things that are there."""

from dataclasses import dataclass, field

from nazdik.organisation.model import Act, Role
from nazdik.organisation.policy import MAY
from tests.server import HERE, PROVINCE, Server

STATION = f"{PROVINCE}.tehran.11"
# Nobody but those who may see a call or an incident's detail may ever be sent this word.
MARK = "QANARIATTACKED"
_SEATS = {
    Role.DISPATCHER: f"dispatcher:{PROVINCE}",
    Role.CALL_TAKER: f"call_taker:{PROVINCE}",
    Role.OFFICER: f"officer:{PROVINCE}.u.A21",
    Role.STATION_DESK: f"station_desk:{STATION}",
    Role.COUNTY_DESK: f"county_desk:{PROVINCE}.tehran",
    Role.PROVINCE_DESK: f"province_desk:{PROVINCE}",
    Role.NATIONAL_DESK: "national_desk",
    Role.ADMINISTRATOR: f"administrator:{PROVINCE}",
    Role.AUDITOR: f"auditor:{PROVINCE}",
}


@dataclass
class Attacker:
    """One role with its session; without one, somebody who has not signed in."""

    role: Role | None
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How a report names it."""
        return self.role.value if self.role is not None else "nobody"

    @property
    def may_read_the_mark(self) -> bool:
        """Whether some door may show this one what callers say."""
        return self.role is not None and any(self.role in MAY[act] for act in (Act.SEE_CALL, Act.SEE_DETAIL))


def known_values(things: dict[str, list[str]]) -> dict[str, list[object]]:
    """Return values that fields of a body may have, by the field's name."""
    return {
        "point": [HERE],
        "kind": ["noise", "fight"],
        "unit": [*things["unit_id"]],
        "units": [[unit] for unit in things["unit_id"]],
        "incident": [*things["incident_id"]],
        "into": [*things["incident_id"]],
        "calls": [things["call_id"][:1], things["call_id"]],
        "office": [*things["office_id"]],
        "target": ["ambulance-115"],
        "text": ["a note"],
        "revision": [1],
        "version": [1],
        "to": [0, 1],
    }


def attackers(server: Server) -> list[Attacker]:
    """Sign everybody in."""
    seats = {seat["id"] for seat in server.seat(None).get("/v1/seats").json()["seats"]}
    found = [Attacker(None)]
    for role, seat in _SEATS.items():
        (known,) = [one for one in seats if one == seat] or [next(s for s in seats if s.startswith(role.value))]
        token = server.seat(known).token
        found.append(Attacker(role, token, {"authorization": f"Bearer {token}"}))
    return found


def things(server: Server) -> dict[str, list[str]]:
    """Do a little of everything, and return ids by the name of the parameter that takes them."""
    desk, taker = server.seat(_SEATS[Role.DISPATCHER]), server.seat(_SEATS[Role.CALL_TAKER])
    units = [f"{PROVINCE}.u.A2{n}" for n in range(1, 5)]
    for unit in units:
        desk.done(f"/v1/units/{unit}/duty", {"on": True})
    calls = [taker.done("/v1/calls", {"channel": "app", "narrative": MARK})["call_id"] for _ in range(3)]
    incidents = [desk.incident(kind, narrative=MARK) for kind in ("noise", "fight", "crash_injury")]
    assignments = [
        desk.done(f"/v1/incidents/{incident}/assignments", {"units": [unit]})["assignment_ids"][0]
        for incident, unit in zip(incidents, units, strict=False)
    ]
    desk.done(f"/v1/units/{units[-1]}/emergency", {"point": HERE})
    premises = desk.done("/v1/premises", {"point": HERE, "hazard": "dog", "text": MARK})
    return {
        "incident_id": incidents,
        "incident": incidents,
        "assignment_id": assignments,
        "unit_id": units,
        "call_id": calls,
        "alarm_id": [alarm["id"] for alarm in desk.get("/v1/alarms").json()["alarms"]] or [f"{incidents[0]}!waiting"],
        "office_id": [PROVINCE, "iran", f"{PROVINCE}.tehran", STATION],
        "note_id": [str(premises.get("note_id", f"{PROVINCE}.n1"))],
        "province": [PROVINCE],
        "name": [f"{PROVINCE}.pmtiles"],
        "book": ["questions", "words", "kinds"],
        "kind": ["office", "unit", "person", "device", "texts"],
        "what": ["units", "offices", "people"],
    }
