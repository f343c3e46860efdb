"""
Every door of the API and the stream, asked by every role in every relation to one incident, in a town of marks.

Each door is in one of the tables below; one that is in none fails the test, so that a new route is thought about. What is
personal leaves only after a row in the audit log, and not at all without one. A mark that is seen where the policy says no is
red, and one that is not seen where it says yes is red too.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import pytest_asyncio

from nazdik.bootstrap.desk import subscription_of
from nazdik.kernel import UnitId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act
from nazdik.organisation.policy import FOR_A_PURPOSE, MAY
from nazdik.platform.audit import AuditUnavailable
from tests.canaries import MARKS, NOON, Town, town
from tests.golden import made
from tests.server import HERE, PROVINCE

DOCUMENT = made.openapi()
in_town = pytest.mark.asyncio(loop_scope="module")
WHY = "complaint 12"
COMMAND_ANSWER = "#/components/schemas/CommandAnswer"

Key = tuple[str, str]


# Who stands in which relation to the incident. With the roles of the policy's table this says who may see what.
_ABOVE = {"call_taker", "dispatcher", "its station", "its county", "its province", "nation", "administrator", "auditor"}
REACH: dict[str, set[str]] = {
    # Its offices and all above them, and the crew that works on it.
    "incident": _ABOVE | {"crew on it"},
    # Those whom it also concerned and no longer does: that it was, and where, so that they know what was withdrawn.
    "told": _ABOVE | {"crew on it", "crew called off"},
    # Everybody of its province, for what is the whole province's.
    "province": _ABOVE | {"other station", "crew on it", "crew beside", "crew called off"},
    # A whole province or nothing.
    "all of it": _ABOVE - {"its station", "its county"},
    "own unit": _ABOVE | {"crew on it"},
}
# What is seen of answers that are no text.
_BYTES = {"image/jpeg": {"photo"}, "audio/webm": {"voice"}}
_DETAIL = (Act.SEE_DETAIL, "incident")
_CALL = (Act.SEE_CALL, "all of it")
# A mark may be seen by who has one of these acts in this relation.
SEEN_BY: dict[str, tuple[tuple[Act, str], ...]] = {
    **dict.fromkeys(("number", "callback", "name", "call_words", "words", "hazards"), (_DETAIL, _CALL)),
    **dict.fromkeys(("note", "report", "photo", "voice"), (_DETAIL,)),
    "hazard": (_DETAIL, (Act.SEE_PREMISES, "province"), (Act.KEEP_PREMISES, "all of it")),
    "place": ((Act.SEE_INCIDENT, "told"), (Act.SEE_ADDRESSES, "incident"), _CALL),
    "message": ((Act.SEE_MESSAGE, "incident"),),
    "draft": ((Act.SEE_WARNINGS, "province"),),
    "person": ((Act.MANAGE_PEOPLE, "all of it"),),
    "position": ((Act.SEE_UNIT, "own unit"), (Act.SEE_TRAIL, "incident")),
}


def may_see(place: Town, who: str, mark: str) -> bool:
    """Whether the policy lets somebody see a mark at all."""
    return any(place.people[who].role in MAY[act] and who in REACH[reach] for act, reach in SEEN_BY[mark])


@dataclass(frozen=True)
class Door:
    """How a door is asked, who comes in, and the marks that it shows to those of them who may see them."""

    act: Act
    reach: str
    marks: frozenset[str] = frozenset()
    query: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    # Another act that is asked for too.
    too: Act | None = None
    # Those to whom it shows less than they may see, and what is left.
    less: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Figures that faces ask for again and again are noted once an hour and person.
    hourly: bool = False
    # For what the policy wants a purpose here, and whether the door gives something else without one.
    purpose_for: Act | None = None
    bare: bool = False

    def lets_in(self, place: Town, who: str) -> bool:
        """Whether somebody comes in."""
        role = place.people[who].role
        return role in MAY[self.act] and (self.too is None or role in MAY[self.too]) and who in REACH[self.reach]


def shows(act: Act, reach: str, *marks: str, **more: Any) -> Door:
    """Return a door that shows these marks."""
    return Door(act, reach, frozenset(marks), **more)


_POINT = {"lon": HERE[0], "lat": HERE[1]}
CALLER = ("number", "callback", "name")
ON_IT = frozenset({"place"})
# Doors that give something personal, a place of somebody, or a count of such: each leaves a row in the audit log.
NOTED: dict[Key, Door] = {
    ("get", "/v1/addresses"): shows(Act.SEE_ADDRESSES, "province", "place", less={"other station": frozenset()}),
    ("get", "/v1/alarms"): shows(Act.SEE_ALARM, "province"),
    ("get", "/v1/assignments/{assignment_id}/route"): shows(Act.SEE_UNIT, "own unit"),
    ("get", "/v1/calls"): shows(Act.SEE_CALL, "all of it", *CALLER, "words", "place"),
    ("get", "/v1/calls/{call_id}/hand-over"): shows(Act.SEE_CALL, "all of it", "callback", "name", "words", "place"),
    ("get", "/v1/calls/{call_id}/history"): shows(
        Act.SEE_CALL, "all of it", purpose_for=Act.SEE_PAST_CALLS, bare=True
    ),
    ("get", "/v1/calls/{call_id}/nuisance"): shows(Act.SEE_CALL, "all of it"),
    ("get", "/v1/devices"): shows(Act.MANAGE_DEVICES, "all of it", query={"office": PROVINCE}),
    ("get", "/v1/hand-overs"): shows(Act.HAND_OVER, "all of it"),
    ("get", "/v1/incidents"): shows(Act.SEE_INCIDENT, "province", "place"),
    ("get", "/v1/incidents/{incident_id}"): shows(Act.SEE_INCIDENT, "told", "place"),
    ("get", "/v1/incidents/{incident_id}/callers"): shows(
        Act.SEE_CALL, "all of it", *CALLER, "words", "place", purpose_for=Act.SEE_PAST_CALLS, bare=True
    ),
    ("get", "/v1/incidents/{incident_id}/detail"): shows(
        Act.SEE_DETAIL, "incident", *CALLER, "words", "hazards", "note", "report", "hazard"
    ),
    ("get", "/v1/incidents/{incident_id}/photos/{photo_id}"): shows(Act.SEE_DETAIL, "incident", "photo"),
    ("get", "/v1/incidents/{incident_id}/voices/{voice_id}"): shows(Act.SEE_DETAIL, "incident", "voice"),
    ("get", "/v1/incidents/{incident_id}/recommendation"): shows(Act.DISPATCH, "incident"),
    ("get", "/v1/incidents/{incident_id}/sheet"): shows(
        Act.SEE_CALL, "all of it", "callback", "name", "words", "hazards", "place", "note"
    ),
    ("get", "/v1/incidents/{incident_id}/timeline"): shows(
        Act.SEE_INCIDENT, "told", *CALLER, "words", "hazards", "note", "report", "place", less={"crew on it": ON_IT}
    ),
    ("get", "/v1/incidents/{incident_id}/trail"): shows(
        Act.SEE_TRAIL, "incident", "position", query={"purpose": WHY, "form": "raw"}, purpose_for=Act.SEE_TRAIL
    ),
    ("get", "/v1/offices/{office_id}/crews"): shows(Act.SET_UNIT_DUTY, "incident", less={"crew on it": frozenset()}),
    ("get", "/v1/offices/{office_id}/day-report"): shows(
        Act.SEE_DAY_REPORT, "incident", query={"date": "1405/08/28"}
    ),
    ("get", "/v1/offices/{office_id}/trends"): shows(Act.SEE_DAY_REPORT, "incident", hourly=True),
    ("get", "/v1/paper"): shows(Act.SEE_CALL, "all of it", "callback", "name", "place"),
    ("get", "/v1/people"): shows(Act.MANAGE_PEOPLE, "all of it", "person", query={"office": PROVINCE}),
    ("get", "/v1/premises/kept"): shows(Act.KEEP_PREMISES, "all of it", "hazard", query={"office": PROVINCE}),
    ("get", "/v1/premises"): shows(Act.SEE_PREMISES, "province", "hazard", query=_POINT),
    ("get", "/v1/premises/history"): shows(
        Act.SEE_PLACE_HISTORY, "province", query={**_POINT, "purpose": WHY}, purpose_for=Act.SEE_PLACE_HISTORY
    ),
    ("get", "/v1/raw-calls"): shows(Act.SEE_CALL, "all of it", "number", "call_words"),
    ("get", "/v1/reach/coverage"): shows(Act.SEE_INCIDENT, "province", hourly=True),
    ("get", "/v1/reach/isochrones"): shows(Act.SEE_UNIT, "all of it", query={"source": "fleet", "minutes": "5"}),
    ("get", "/v1/road-conditions"): shows(Act.SEE_ROADS, "province"),
    ("get", "/v1/units"): shows(Act.SEE_UNIT, "province"),
    ("get", "/v1/units/{unit_id}/trail"): shows(
        Act.SEE_TRAIL, "incident", "position", query={"purpose": WHY, "form": "raw"}, purpose_for=Act.SEE_TRAIL
    ),
    ("get", "/v1/units/{unit_id}/trail/reads"): shows(Act.READ_AUDIT, "incident"),
    ("get", "/v1/warnings"): shows(Act.SEE_WARNINGS, "province", "draft"),
    ("post", "/v1/looks"): shows(Act.READ_AUDIT, "incident", body={"about": "1"}),
    ("get", "/v1/looks/findings"): shows(Act.READ_AUDIT, "all of it"),
    ("get", "/v1/looks/own"): shows(Act.SEE_OWN_LOOKS, "province"),
    ("post", "/v1/calls/similar"): shows(Act.SEE_CALL, "all of it", body={"point": HERE, "text": "noise"}),
    ("post", "/v1/cordon-plans"): shows(Act.DISPATCH, "all of it", body={"point": HERE, "units_most": 2}),
    ("post", "/v1/search/plate"): shows(
        Act.ASK_PLATE, "incident", body={"plate": "24ب357-14", "purpose": "stopped"}, purpose_for=Act.ASK_PLATE,
    ),
    ("post", "/v1/search"): shows(
        Act.SEE_INCIDENT, "province", "number", "name", "place", body={"text": MARKS["name"], "purpose": WHY},
        too=Act.SEARCH_PERSONAL, purpose_for=Act.SEARCH_PERSONAL, bare=True,
        less=dict.fromkeys(_ABOVE - {"call_taker", "dispatcher"} | {"crew on it", "crew called off"}, frozenset()),
    ),
}  # fmt: skip
# Doors for other systems: each row is under the partner's name; tests/contract/test_log_events.py, test_eido.py, test_features.py.
OF_PARTNERS = {
    "/CallIds", "/Conversations/{call_id}", "/EIDO/{incident}", "/IncidentIds", "/LogEventIds", "/LogEvents",
    "/LogEvents/{log_event_id}", "/ogc/collections/{layer_id}/items", "/ogc/collections/{layer_id}/items/{feature_id}",
}  # fmt: skip
# Doors that give nothing of a person, and why not.
OPEN: dict[Key, str] = {
    **dict.fromkeys((("get", p) for p in ("/.well-known/jwks.json", "/Versions")), "about this server"),
    **dict.fromkeys((("get", p) for p in ("/cap/alerts/{warning_id}", "/cap/feeds/{province}")), "published to all"),
    **dict.fromkeys((("get", p) for p in ("/maps/{name}", "/v1/provinces/{province}/style")), "the map"),
    ("get", "/v1/provinces/{province}/tiles/{zoom}/{x}/{y}"): "the map",
    **dict.fromkeys(
        (
            ("get", p)
            for p in ("/ogc", "/ogc/api", "/ogc/collections", "/ogc/collections/{layer_id}", "/ogc/conformance")
        ),
        "what layers there are",
    ),
    **dict.fromkeys(
        (
            ("get", f"/open311/v2/{p}")
            for p in (
                "requests.json",
                "requests.xml",
                "requests/{name}",
                "services.json",
                "services.xml",
                "services/{name}",
            )
        ),
        "what its reporter made public, without them",
    ),
    ("get", "/open311/v2/tokens/{name}"): "the reporter's own token",
    ("get", "/v1/aliases"): "names of places",
    ("get", "/v1/doors"): "how lines are doing",
    ("get", "/v1/first-run"): "that the server is new",
    ("get", "/v1/provinces/{province}/first-steps"): "how many there are; numbers only",
    ("get", "/v1/health"): "how the server is",
    **dict.fromkeys((("get", f"/v1/imports{p}") for p in ("", "/{what}/template")), "columns of lists, an empty file"),
    ("get", "/v1/kinds"): "the catalogue",
    ("get", "/v1/offices"): "the tree of offices",
    ("get", "/v1/offices/{office_id}/areas"): "borders that are on every map",
    ("get", "/v1/office-trees/{province}"): "the tree with numbers of what hangs on each office",
    ("get", "/v1/offices/{office_id}/rules"): "rules of an office",
    **dict.fromkeys(
        (("get", p) for p in ("/v1/places", "/v1/places/reverse", "/v1/route", "/v1/who-answers")),
        "streets and sectors",
    ),
    ("get", "/v1/provinces/{province}/eta"): "figures of streets; noted all the same",
    **dict.fromkeys(
        (
            ("get", f"/v1/provinces/{{province}}/guide{p}")
            for p in ("", "/{book}", "/{book}/difference", "/{book}/past")
        ),
        "words of the guide, and figures",
    ),
    **dict.fromkeys(
        (("get", p) for p in ("/v1/questions", "/v1/server", "/v1/seats", "/v1/seats/taken")), "of everyone"
    ),
    ("get", "/v1/session"): "one's own session",
    ("get", "/v1/session/keys"): "one's own keys",
    **dict.fromkeys(
        ((m, "/v1/session/places") for m in ("get", "delete")),
        "one's own sessions",
    ),
    ("delete", "/v1/session/places/{session_id}"): "one's own sessions",
    ("get", "/v1/break-glass"): "who asks for a seat, to those who may agree or end it; each step is in the audit log",
    ("delete", "/v1/session/keys/{key_id}"): "one's own keys",
    ("delete", "/v1/session/telephone"): "one's own telephone",
    ("get", "/v1/settings"): "that something changed, and who changed it",
    ("get", "/v1/settings/kinds"): "the kinds of settings",
    (
        "get",
        "/v1/settings/{kind}/{subject}",
    ): "those that say who somebody is are noted: tests/contract/test_settings_api.py",
    ("get", "/v1/sos"): "the emergency page",
    ("get", "/v1/sos/call"): "the caller's own call, by its own word",
    ("get", "/v1/tracker/osmand"): "a tracker's own report",
    ("get", "/v1/services"): "services that can be asked to come",
    ("get", "/v1/transfer-targets"): "provinces and services",
    ("delete", "/v1/session"): "one's own session",
}
# What is sent to these comes from the person it is about or from a machine, or nothing of a person comes back.
TAKES: dict[str, str] = {
    "/v1/office-trees/{province}/try": "a tree to be tried; numbers of what hangs on each office come back",
    **dict.fromkeys(
        (
            "/v1/sessions",
            "/v1/stream-tickets",
            "/v1/passwords",
            "/v1/first-run/administrators",
            "/v1/device-enrolments",
            "/v1/passkeys/options",
            "/v1/identity-service/questions",
            "/v1/identity-service/way-out",
            "/v1/break-glass",
            "/v1/break-glass/{glass_id}/agree",
            "/v1/break-glass/{glass_id}/open",
            "/v1/break-glass/{glass_id}/end",
            "/v1/session/presence",
            "/v1/session/proof",
            "/v1/session/password",
            "/v1/session/keys",
            "/v1/session/keys/options",
            "/v1/session/telephone",
            "/v1/session/telephone/confirm",
        ),
        "one's own way in",
    ),
    "/v1/identity-service/logout": "that somebody signed out there",
    **dict.fromkeys(("/v1/sos", "/v1/sos/messages", "/v1/here"), "the caller's own"),
    **dict.fromkeys(("/v1/in/aml/{token}", "/v1/in/sms/{token}", "/EIDO"), "from a machine; into the log"),
    **dict.fromkeys(("/open311/v2/requests.json", "/open311/v2/requests.xml"), "the reporter's own"),
    **dict.fromkeys(("/v1/positions", "/v1/tracker/osmand", "/v1/tracker/owntracks"), "positions come in"),
    "/v1/calls/{call_id}/place-link": "a link for the caller",
    "/v1/incidents/{incident_id}/open": "which colleagues have it open too, to those who work on it",
    "/v1/looks/findings/{finding_id}/review": "what an inspector found; into the audit log",
    "/v1/kinds/guess": "words in, kinds out; nothing is kept",
    **dict.fromkeys(("/v1/road-conditions/preview", "/v1/warnings/area"), "streets"),
    "/v1/provinces/{province}/guide/{book}/try": "words of the guide",
    **dict.fromkeys(
        (f"/v1/imports/{{what}}/{step}" for step in ("try", "draft")),
        "the sender's own file, beside what is so of the people in it; noted",
    ),
    **dict.fromkeys(
        (
            "/v1/people/{subject}/forget-keys",
            "/v1/people/{subject}/code",
            "/v1/device-codes",
            "/v1/devices",
            "/v1/devices/{device}/revoke",
        ),
        "a code",
    ),
    "/v1/provinces/{province}/reload": "the map",
    **dict.fromkeys(("/v1/provinces/{province}/eta", "/v1/provinces/{province}/eta/revert"), "figures of streets"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("marks"), built_region(PROVINCE)) as made_town:
        yield made_town


def _operations() -> list[tuple[Key, Any]]:
    return [
        ((method, path), op) for path, ops in sorted(DOCUMENT["paths"].items()) for method, op in sorted(ops.items())
    ]


def _is_command(operation: Any) -> bool:
    """Whether the answer is that of a command: numbers and ids, nothing that was kept."""
    answers = [
        body.get("schema", {}).get("$ref")
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for body in answer.get("content", {}).values()
    ]
    return answers == [COMMAND_ANSWER]


def test_every_door_is_known_to_give_something_personal_or_not() -> None:
    known = {*NOTED, *OPEN, *(("post", path) for path in TAKES), *(("get", path) for path in OF_PARTNERS)}
    unknown = [key for key, operation in _operations() if key not in known and not _is_command(operation)]
    assert unknown == [], "say in one of the tables what of a person these give"
    gone = known - {key for key, _ in _operations()}
    assert gone == set()


async def _through(place: Town, who: str | None, key: Key, door: Door) -> httpx.Response:
    method, path = key
    query = dict(door.query or {})
    if path == "/v1/units/{unit_id}/trail":
        query |= {"since": rfc3339(NOON), "until": rfc3339(plus_s(NOON, 120.0))}
    body = dict(door.body) if door.body is not None else None
    if path == "/v1/search/plate" and body is not None:
        body["incident"] = place.ids["incident_id"]
    return await place.ask(who, method.upper(), path.format(**place.ids), params=query or None, json=body)


def _rows(place: Town) -> list[Any]:
    audit = place.running.entrance.building.audit
    assert audit is not None
    return audit.read(0, 1_000_000)


@in_town
@pytest.mark.parametrize("key", NOTED, ids=" ".join)
async def test_what_is_personal_leaves_after_a_row_in_the_audit_log(
    place: Town, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = NOTED[key]
    before = len(_rows(place))
    by = next(who for who in place.people if door.lets_in(place, who))
    answer = await _through(place, by, key, door)
    assert answer.status_code in (200, 201), answer.text
    actor = place.people[by].person
    assert [row.actor for row in _rows(place)[before:]][:1] == [actor], "nothing tells that somebody looked"
    again = await _through(place, by, key, door)
    assert again.status_code == answer.status_code
    assert door.hourly or len(_rows(place)) > before + 1

    async def away(**_: Any) -> int:
        raise AuditUnavailable(retry_after_s=1)

    if door.hourly:
        place.clock.advance_s(3_601)
    monkeypatch.setattr(place.running.entrance.building.audit, "record", away)
    answer = await _through(place, by, key, door)
    if key == ("get", "/v1/raw-calls"):  # Written beside the log instead: a page for the hour when nothing works.
        return
    assert answer.status_code == 503 and not [m for m in MARKS.values() if m in answer.text], answer.text[:300]


def _seen(answer: httpx.Response) -> set[str]:
    marks = {name for name, mark in MARKS.items() if mark in answer.text}
    return marks | _BYTES.get(answer.headers.get("content-type", ""), set())


@in_town
@pytest.mark.parametrize("key", NOTED, ids=" ".join)
async def test_a_door_shows_to_each_what_the_policy_says(place: Town, key: Key) -> None:
    door = NOTED[key]
    wrong = []
    for who in place.people:
        answer = await _through(place, who, key, door)
        seen = _seen(answer)
        if door.lets_in(place, who):
            ought = {mark for mark in door.marks if may_see(place, who, mark)} & door.less.get(who, door.marks)
            if answer.status_code not in (200, 201) and who not in door.less:
                wrong.append(f"{who} is let in by the policy and refused: {answer.status_code}")
            wrong += [f"{who} does not see {mark}" for mark in ought - seen]
        elif answer.status_code < 400 and not (key[1].endswith("raw-calls")):
            wrong.append(f"{who} comes in")
        wrong += [f"{who} sees {mark}" for mark in seen if not may_see(place, who, mark)]
    answer = await _through(place, None, key, door)
    if answer.status_code != 401 or _seen(answer):
        wrong.append("whoever has not signed in comes in")
    assert wrong == []


@in_town
async def test_open_doors_show_no_mark_to_anybody(place: Town) -> None:
    wrong = []
    for key in (key for key in OPEN if key[0] == "get" and "{" not in key[1]):
        for who in (*place.people, None):
            wrong += [
                (key, who, mark) for mark in _seen(await _through(place, who, key, Door(Act.SEE_ROADS, "incident")))
            ]
    assert wrong == []


@in_town
async def test_the_stream_carries_to_each_what_the_policy_says(place: Town) -> None:
    """The snapshot and the frames of positions, as the hub makes them for each one's subscription."""
    hub, building = place.running.entrance.hub, place.running.entrance.building
    room = next(iter(building.rooms.values()))
    slots = np.array([room.views.slot_of(UnitId(place.ids["unit_id"]))])
    carried = {
        "number",
        "callback",
        "name",
        "words",
        "hazards",
        "note",
        "report",
        "hazard",
        "place",
        "message",
        "draft",
    }
    # The one of another station, and administrators, read hazards where they look, not on the stream; addresses in doubt neither.
    looked_up = {("other station", "hazard"), ("administrator", "place"), ("administrator", "hazard")}
    wrong = []
    for who, posting in place.people.items():
        subscription = subscription_of(posting, building)
        line = hub.connect(subscription)
        hub.begin(line, {})
        noted = {key.partition(":")[0] for key in line.take_personal()}
        text = "".join(frame for frame in line.take() if isinstance(frame, str))
        hub.disconnect(line)
        seen = {name for name, mark in MARKS.items() if mark in text}
        wrong += [f"{who} sees {mark}" for mark in seen if not may_see(place, who, mark)]
        ought = {mark for mark in carried if may_see(place, who, mark) and (who, mark) not in looked_up}
        wrong += [f"{who} does not see {mark}" for mark in ought - seen]
        if seen & {"number", "name", "note"} and not noted & {"detail", "crew_detail", "call"}:
            wrong.append(f"{who} is shown it without a row")
        live = len(room.views.visible(room.state, slots)(subscription)) > 0
        if live is not (posting.role in MAY[Act.SEE_UNIT] and who in REACH["own unit"]):
            wrong.append(f"{who} sees where the car is: {live}")
    assert wrong == []


@in_town
async def test_what_was_said_is_found_by_those_who_may_read_it(place: Town) -> None:
    """That something is found tells that it was said."""
    for who in place.people:
        body = {"text": MARKS["note"], "purpose": WHY}
        answer = await place.ask(who, "POST", "/v1/search", json=body)
        found = answer.status_code == 200 and bool(answer.json()["incidents"])
        assert found is may_see(place, who, "note"), who
    assert (await place.ask("dispatcher", "POST", "/v1/search", json={"text": MARKS["note"]})).json()["incidents"] == []


@in_town
async def test_counts_are_of_what_is_seen(place: Town) -> None:
    for who in place.people:
        for path in ("/v1/incidents", "/v1/units", "/v1/calls", "/v1/alarms"):
            answer = await place.ask(who, "GET", path)
            if answer.status_code == 200:
                (items,) = (value for value in answer.json().values() if isinstance(value, list))
                assert who in REACH["told"] or all(one.get("id") != place.ids["incident_id"] for one in items), (
                    who,
                    path,
                )


def _takes_purpose(operation: Any) -> bool:
    """Whether a door lets its asker say what for, in the address or in the body."""
    if any(one["name"] == "purpose" for one in operation.get("parameters", ())):
        return True
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if "purpose" in DOCUMENT["components"]["schemas"].get(name, {}).get("properties", {}):
            return True
    return False


def test_every_door_that_takes_a_purpose_has_it_from_the_policy() -> None:
    taking = {key for key, operation in _operations() if _takes_purpose(operation)}
    assert taking == {key for key, door in NOTED.items() if door.purpose_for is not None}
    assert {door.purpose_for for door in NOTED.values()} - {None} == set(FOR_A_PURPOSE)


_SAID = {
    "nothing": None,
    "an empty one": "",
    "spaces": "   ",
    "too little": "abc",
    "too much": "x" * 201,
    "one": "good",
}


@in_town
@pytest.mark.parametrize("said", _SAID)
@pytest.mark.parametrize("key", [key for key, door in NOTED.items() if door.purpose_for is not None], ids=" ".join)
async def test_a_purpose_is_one_more_side_of_the_policy(place: Town, key: Key, said: str) -> None:
    """Role, reach and purpose: without one nothing leaves and nothing is written down, with one it is in every row."""
    door, purpose = NOTED[key], _SAID[said]
    assert door.purpose_for is not None
    if purpose == "good":
        purpose = FOR_A_PURPOSE[door.purpose_for][0] if FOR_A_PURPOSE[door.purpose_for] else WHY
    wrong = []
    for who in place.people:
        asked = _with_purpose(key, door, purpose)
        bare = door.bare and not purpose
        role = place.people[who].role
        comes_in = role in MAY[door.act] and who in REACH[door.reach]
        before = len(_rows(place))
        answer = await _through(place, who, key, asked)
        rows = {row.purpose for row in _rows(place)[before:] if row.actor == place.people[who].person}
        code = answer.json().get("code") if answer.status_code >= 400 else ""
        if not comes_in or (role not in MAY[door.purpose_for] and not bare):
            # A role that does it may hear that a purpose is wanted before the thing itself is looked for.
            told = code != "organisation.purpose_needed" or role in MAY[door.purpose_for]
            ought = 400 <= answer.status_code < 500 and rows == set() and told
        elif bare:
            ought = answer.status_code == 200 and rows == {"duty"}
        elif said == "one":
            ought = answer.status_code == 200 and rows == {purpose}
        else:
            ought = (answer.status_code, code, rows) == (422, "organisation.purpose_needed", set())
        if not ought or (answer.status_code >= 400 and _seen(answer)):
            wrong.append((who, answer.status_code, code, rows))
    assert wrong == []


def _with_purpose(key: Key, door: Door, purpose: str | None) -> Door:
    """Return a door as asked with another purpose, or with none."""
    query = {name: value for name, value in (door.query or {}).items() if name != "purpose"}
    body = {name: value for name, value in (door.body or {}).items() if name != "purpose"}
    if key == ("post", "/v1/search/plate"):
        # Its body has no place for a question without one.
        body["purpose"] = purpose or ""
    elif purpose is not None:
        (query if key[0] == "get" else body)["purpose"] = purpose
    return Door(door.act, door.reach, query=query, body=body or None)
