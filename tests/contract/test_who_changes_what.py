"""
Every door that changes something, tried by every role in every relation to one incident, in the town of marks.

Each such door is in one of the two tables; one that is in none fails the test. Nothing is decided while it runs: whatever gets
as far as a province's log is counted and put off, so that everybody meets the same town. Whom the policy refuses never gets that
far, and leaves every file but the audit log as it was.
"""

import base64
import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.kernel import Unavailable, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act
from nazdik.organisation.policy import MAY
from nazdik.platform.http import problems
from tests.canaries import MARKS, Town, picture, town, voice
from tests.contract.test_who_sees_what import NOTED, REACH
from tests.golden import made
from tests.interfaces import samples
from tests.server import HERE, PROVINCE

in_town = pytest.mark.asyncio(loop_scope="module")
DOCUMENT = made.openapi()
# Reading by POST; tests/contract/test_who_sees_what.py asks these.
READ_BY_POST = {path for method, path in NOTED if method == "post"}
WRITE_REACH: dict[str, set[str]] = {
    **REACH,
    # A crew writes to what it serves, and to what it has served: notes and pictures come hours later.
    "served": REACH["incident"] | {"crew called off"},
    # By offices alone: a crew has its own doors.
    "offices": REACH["incident"] - {"crew on it"},
    # Everybody for their own office, if it is of a province that is here.
    "own": REACH["province"] | {"gateway"},
    "all of it": REACH["all of it"] | {"gateway"},
    # What concerns more than one station: a warning's area.
    "county": REACH["incident"] - {"crew on it", "its station"},
}


@dataclass(frozen=True)
class Write:
    """A door that changes something: which act it is, within whose reach, and a body that is in order."""

    act: Act
    reach: str
    body: Mapping[str, Any] | str | None = None

    def lets_in(self, place: Town, who: str) -> bool:
        """Whether the policy lets somebody do it."""
        return place.people[who].role in MAY[self.act] and who in WRITE_REACH[self.reach]


_POINT = {"point": HERE}
_TEXT = {"text": "a note"}
_PREMISE = {"point": HERE, "hazard": "dog", "text": "a dog"}
_LATER = rfc3339(plus_s(1_795_223_702_000_000, 3_600.0))  # type: ignore[arg-type]
_COLUMNS = "call sign,office"
_IMPORT = {"file": "{sheet}", "office": "{office_id}", "name": "list.csv"}


def _each(prefix: str, act: Act, reach: str, **bodies: Any) -> dict[str, Write]:
    return {f"{prefix}{name.replace('_', '-')}": Write(act, reach, body) for name, body in bodies.items()}


_CALL = "/v1/calls/{call_id}/"
_INCIDENT = "/v1/incidents/{incident_id}/"
_ASSIGNMENT = "/v1/assignments/{assignment_id}/"
_UNIT = "/v1/units/{unit_id}/"
_ALARM = "/v1/alarms/{alarm_id}/"
_BOOK = "/v1/provinces/{province}/guide/{book}/"
_SETTING = "/v1/settings/{kind}/{subject}/"
WRITES: dict[str, Write] = {
    # Calls
    "/v1/calls": Write(Act.REPORT_CALL, "own", {"channel": "telephone"}),
    **_each(
        _CALL, Act.TAKE_CALL, "all of it", answer=None, call_back={"result": "no_answer"}, texts=_TEXT, link={"incident": None},
        caller={"callback": None, "name": "somebody"}, close={"outcome": "advice"}, texts_agreed={"agreed": True},
        place_link=None, transfer={"target": "ambulance-115"},
    ),
    f"{_CALL}call-back/claim": Write(Act.TAKE_CALL, "all of it", {"on": True}),
    f"{_CALL}place-link/revoke": Write(Act.TAKE_CALL, "all of it"),
    f"{_CALL}locations": Write(Act.REPORT_CALL, "all of it", {**_POINT, "source": "operator"}),
    **_each(_CALL, Act.CLASSIFY, "all of it", draft={"narrative": "a"}, classification={"kind": "noise", **_POINT}),
    "/v1/calls/texts": Write(Act.TAKE_CALL, "all of it", {"calls": ["{call_id}"], "text": "a"}),
    "/v1/calls/call-backs": Write(Act.TAKE_CALL, "all of it", {"calls": ["{call_id}"]}),
    # Incidents
    "/v1/incidents": Write(Act.OPEN_INCIDENT, "own", {"kind": "noise", **_POINT}),
    "/v1/incidents/late": Write(
        Act.ENTER_LATE, "own", {"kind": "noise", **_POINT, "priority": 3, "received_at": "2026-11-21T00:00:00Z"}
    ),
    **_each(
        _INCIDENT, Act.DISPATCH, "offices", assignments={"units": ["{unit_id}"]}, hold={"minutes": 5, "reason": "no_unit"},
        release=None, cordon={"offence_at": rfc3339(1_795_223_702_000_000), "posts": [{"point": HERE, "unit": "{mate}"}]},  # type: ignore[arg-type]
    ),
    f"{_INCIDENT}cordon/withdraw": Write(Act.DISPATCH, "offices", {}),
    **_each(
        _INCIDENT, Act.CHANGE_INCIDENT, "offices", priority={"priority": 2}, place=_POINT, kind={"kind": "fight"},
        disposition={"disposition": "handled"}, services={"service": "ambulance-115"},
    ),
    f"{_INCIDENT}services/release": Write(Act.CHANGE_INCIDENT, "offices", {"service": "ambulance-115"}),
    **_each(
        _INCIDENT, Act.CLOSE, "offices", cancel={}, close={"disposition": "handled"}, reopen={}, unjoin=None,
        join={"into": "{incident_id}"},
    ),
    **_each(_INCIDENT, Act.ADD_NOTE, "served", notes=_TEXT, answers={"answers": []}, photos={"image": "{picture}"}),
    f"{_INCIDENT}voices": Write(Act.ADD_NOTE, "served", {"sound": "{voice}", "seconds": 3}),
    f"{_INCIDENT}voices/{{voice_id}}/restore": Write(Act.ADD_NOTE, "served", {}),
    f"{_INCIDENT}voices/{{voice_id}}/withdraw": Write(Act.ADD_NOTE, "served", {"reason": "mistake"}),
    f"{_INCIDENT}photos/{{photo_id}}/restore": Write(Act.ADD_NOTE, "served", {}),
    f"{_INCIDENT}photos/{{photo_id}}/withdraw": Write(Act.ADD_NOTE, "served", {"reason": "mistake"}),
    f"{_INCIDENT}messages": Write(Act.SEND_MESSAGE, "offices", _TEXT),
    f"{_INCIDENT}taskings": Write(Act.DELEGATE, "offices", {"act": "monitor", "office": "{other}"}),
    f"{_INCIDENT}hazards/{{note_id}}/acknowledge": Write(Act.READ_HAZARD, "served"),
    # Assignments
    **_each(
        _ASSIGNMENT, Act.ADVISE_ASSIGNMENT, "own unit", accept={}, backup={"urgent": True}, clear={}, en_route={}, on_scene={},
        receipts={"stage": "sounded"}, refuse={"reason": "too_far"}, report={"report": {}}, take_back={"step": "on_scene"},
        transport={},
    ),
    f"{_ASSIGNMENT}safety-check": Write(Act.ANSWER_SAFETY_CHECK, "own unit", {}),
    f"{_ASSIGNMENT}safety-timer": Write(Act.DISPATCH, "own unit", {"in_s": 600.0}),
    f"{_ASSIGNMENT}withdraw": Write(Act.DISPATCH, "own unit", {}),
    # Units
    "/v1/units": Write(Act.MANAGE_DEVICES, "offices", {"call_sign": "A99", "office": "{office_id}"}),
    **_each(
        _UNIT, Act.SET_UNIT_DUTY, "own unit", crew={"members": ["0012"]}, duty={"on": True}, free_soon={"in_s": 60.0},
        status={"available": True},
    ),
    f"{_UNIT}change": Write(Act.MANAGE_DEVICES, "own unit", {"skills": ["patrol"]}),
    f"{_UNIT}retire": Write(Act.MANAGE_DEVICES, "own unit"),
    f"{_UNIT}bring-back": Write(Act.MANAGE_DEVICES, "own unit"),
    f"{_UNIT}emergency": Write(Act.DECLARE_EMERGENCY, "own unit", {}),
    f"{_UNIT}emergency/acknowledge": Write(Act.ANSWER_EMERGENCY, "own unit"),
    f"{_UNIT}emergency/end": Write(Act.END_EMERGENCY, "own unit"),
    f"{_UNIT}messages": Write(Act.SEND_MESSAGE, "own unit", _TEXT),
    f"{_UNIT}messages/{{message_id}}/receipts": Write(Act.SEE_MESSAGE, "own unit", {"stage": "read"}),
    f"{_UNIT}own-event": Write(Act.OPEN_OWN_EVENT, "own unit", {"kind": "noise", **_POINT}),
    f"{_UNIT}self-test": Write(Act.TEST_HANDHELD, "own unit", {"checks": [{"name": "sound", "state": "ok"}]}),
    # Alarms
    f"{_ALARM}acknowledge": Write(Act.ACKNOWLEDGE_ALARM, "offices"),
    "/v1/alarms/acknowledge": Write(Act.ACKNOWLEDGE_ALARM, "offices", {"alarms": ["{alarm_id}"]}),
    f"{_ALARM}shelve": Write(Act.ACKNOWLEDGE_ALARM, "offices", {"minutes": 5, "reason": "known"}),
    f"{_ALARM}unshelve": Write(Act.ACKNOWLEDGE_ALARM, "offices"),
    # Desks
    "/v1/hand-overs": Write(Act.HAND_OVER, "own", {}),
    "/v1/hand-overs/{hand_over_id}/take": Write(Act.HAND_OVER, "all of it"),
    "/v1/hand-overs/{hand_over_id}/withdraw": Write(Act.HAND_OVER, "all of it"),
    # Places, streets, premises, warnings
    "/v1/addresses/{incident_id}/repair": Write(Act.KEEP_ADDRESSES, "offices", {"alias": "a", **_POINT}),
    "/v1/aliases": Write(Act.KEEP_ADDRESSES, "offices", {**_POINT, "text": "the old bakery"}),
    "/v1/aliases/{alias_id}/remove": Write(Act.KEEP_ADDRESSES, "offices"),
    "/v1/road-conditions": Write(Act.SET_ROADS, "offices", {**_POINT, "reason": "works", "confirmed": True}),
    "/v1/road-conditions/{condition_id}/end": Write(Act.SET_ROADS, "offices", {"ends_at": None}),
    "/v1/road-conditions/{condition_id}/lift": Write(Act.SET_ROADS, "offices"),
    "/v1/road-conditions/{condition_id}/restore": Write(Act.SET_ROADS, "offices"),
    "/v1/premises": Write(Act.KEEP_PREMISES, "offices", _PREMISE),
    "/v1/premises/{note_id}/change": Write(Act.KEEP_PREMISES, "offices", _PREMISE),
    "/v1/premises/{note_id}/remove": Write(Act.KEEP_PREMISES, "offices", {}),
    "/v1/premises/{note_id}/review": Write(Act.KEEP_PREMISES, "offices", {}),
    "/v1/warnings": Write(Act.DRAFT_WARNING, "county", "{warning}"),
    "/v1/warnings/{warning_id}/revise": Write(Act.DRAFT_WARNING, "county", "{revised}"),
    "/v1/warnings/{warning_id}/cancel": Write(Act.DRAFT_WARNING, "county", {"reason_fa": "پایان"}),
    "/v1/warnings/{warning_id}/discard": Write(Act.DRAFT_WARNING, "county"),
    "/v1/warnings/{warning_id}/publish": Write(Act.PUBLISH_WARNING, "county", {"version": 1}),
    # What the province rests on
    "/v1/provinces/{province}/eta": Write(Act.SET_ETA, "all of it", {"factors": [], "table": "0"}),
    "/v1/provinces/{province}/eta/revert": Write(Act.SET_ETA, "all of it"),
    f"{_BOOK}draft": Write(Act.KEEP_GUIDE, "all of it", {"sets": []}),
    f"{_BOOK}draft/drop": Write(Act.KEEP_GUIDE, "all of it"),
    f"{_BOOK}publish": Write(Act.KEEP_GUIDE, "all of it", {"revision": 1}),
    f"{_BOOK}roll-back": Write(Act.KEEP_GUIDE, "all of it", {"to": 1}),
    f"{_SETTING}draft": Write(Act.SET_RULES, "offices", {"value": None, "why": "to try it"}),
    f"{_SETTING}draft/drop": Write(Act.SET_RULES, "offices"),
    f"{_SETTING}publish": Write(Act.SET_RULES, "offices", {"revision": 1, "over": 0}),
    f"{_SETTING}roll-back": Write(Act.SET_RULES, "offices", {"to": 1, "why": "to try it"}),
    "/v1/imports/{what}/try": Write(Act.MANAGE_DEVICES, "offices", _IMPORT),
    "/v1/imports/{what}/draft": Write(
        Act.MANAGE_DEVICES, "offices", {**_IMPORT, "why": "to try it"}
    ),
    "/v1/people/{subject}/code": Write(Act.MANAGE_PEOPLE, "all of it"),
    "/v1/people/{subject}/forget-keys": Write(Act.MANAGE_PEOPLE, "all of it"),
    "/v1/devices": Write(Act.MANAGE_DEVICES, "own unit", {"id": "a tracker", "unit": "{unit_id}"}),
    "/v1/device-codes": Write(Act.MANAGE_DEVICES, "own unit", {"unit": "{unit_id}"}),
    "/v1/devices/{device}/revoke": Write(Act.MANAGE_DEVICES, "all of it"),
    "/v1/looks/findings/{finding_id}/review": Write(Act.READ_AUDIT, "all of it", {"note": "looked into"}),
}  # fmt: skip
# Doors that no role opens: whose they are, and where they are tried.
NOT_BY_ROLE = {
    **dict.fromkeys(("/v1/sessions", "/v1/session", "/v1/stream-tickets"), "one's own session: test_http_api.py"),
    **dict.fromkeys(
        ("/v1/session/presence", "/v1/session/proof", "/v1/passkeys/options"), "one's own: test_identity.py"
    ),
    **dict.fromkeys(
        (f"/v1/identity-service/{step}" for step in ("questions", "way-out")),
        "one's own way in: test_identity_service.py",
    ),
    "/v1/identity-service/logout": "the identity service, by its signature: test_identity_service.py",
    **dict.fromkeys(
        ("/v1/session/password", "/v1/session/places", "/v1/session/places/{session_id}"),
        "one's own passphrase and sessions: test_identity.py",
    ),
    **dict.fromkeys(
        ("/v1/session/keys", "/v1/session/keys/options", "/v1/session/keys/{key_id}"),
        "one's own keys: test_identity.py",
    ),
    **dict.fromkeys(
        ("/v1/session/telephone", "/v1/session/telephone/confirm"), "one's own telephone: test_identity.py"
    ),
    f"{_INCIDENT}open": "nothing changes but who is known to have it open: test_services.py",
    **dict.fromkeys(("/v1/passwords", "/v1/device-enrolments"), "by a code: test_people_and_devices_api.py"),
    "/v1/first-run/administrators": "by the code of a new server: test_first_run.py",
    **dict.fromkeys(("/v1/sos", "/v1/sos/messages", "/v1/here"), "the caller's own, by its word: test_callers.py"),
    **dict.fromkeys(("/v1/in/aml/{token}", "/v1/in/sms/{token}"), "gateways, by their word: test_callers.py"),
    **dict.fromkeys(
        ("/v1/break-glass", *(f"/v1/break-glass/{{glass_id}}/{step}" for step in ("agree", "open", "end"))),
        "another's seat, by two people: test_break_glass.py",
    ),
    "/EIDO": "neighbours, by their credential: test_eido.py",
    **dict.fromkeys(("/open311/v2/requests.json", "/open311/v2/requests.xml"), "the public's: test_open311.py"),
    **dict.fromkeys(("/v1/tracker/osmand", "/v1/tracker/owntracks"), "trackers, by their token: test_http_api.py"),
    "/v1/positions": "a handheld's session or token, for its own unit alone: test_field_api.py",
    "/v1/provinces/{province}/reload": "opens the map anew: test_reload.py",
    **dict.fromkeys(
        (
            "/v1/kinds/guess",
            "/v1/road-conditions/preview",
            "/v1/warnings/area",
            f"{_BOOK}try",
            "/v1/office-trees/{province}/try",
        ),
        "keeps nothing",
    ),
}
# A server signs heads and brings its indexes up to date by itself; what a request writes, it writes each time.
TRIES = 3
# What these touch is not there in the town; that the policy was asked first is what is tried.
NEVER_AS_FAR = {"/v1/looks/findings/{finding_id}/review"}


class PutOff(Unavailable):
    """A command got as far as the log."""

    code = "log.unavailable"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("writes"), built_region(PROVINCE)) as made_town:
        await _more_ids(made_town)
        yield made_town


async def _more_ids(place: Town) -> None:
    """Add what the reading doors need no ids of."""
    await place.act("crew on it", f"/v1/units/{place.ids['unit_id']}/emergency", {"point": HERE})
    await place.act("administrator", "/v1/devices", {"id": f"{PROVINCE}.t1", "unit": place.ids["unit_id"]})
    await place.act("dispatcher", "/v1/aliases", {**_POINT, "text": "the old mill"})
    await place.act("dispatcher", "/v1/road-conditions", {**_POINT, "reason": "works", "confirmed": True})
    state = next(iter(place.running.entrance.building.rooms.values())).state
    warning = json.loads(samples("cap", "json")[0]) | {"expires_at": _LATER}
    place.ids |= {
        "alarm_id": next(str(alarm.id) for alarm in state.world.alarms.values() if alarm.unit_id is not None),
        "note_id": str(next(iter(state.premises.notes))),
        "warning_id": (await place.ask("dispatcher", "GET", "/v1/warnings")).json()["warnings"][0]["id"],
        "alias_id": str(next(iter(state.addresses.aliases))),
        "condition_id": str(next(iter(state.roads.conditions))),
        "device": f"{PROVINCE}.t1",
        # What is none; the policy is asked first.
        **{name: f"{PROVINCE}.{letter}1" for name, letter in (("hand_over_id", "o"), ("message_id", "m"))},
        "finding_id": "1",
        "kind": "rules",
        "book": "questions",
        "what": "units",
        "province": PROVINCE,
        "picture": picture(),
        "voice": voice(),
        "sheet": base64.b64encode(f"{_COLUMNS}\nZ91,{place.ids['office_id']}\n".encode()).decode(),
    }
    place.bodies |= {"warning": warning, "revised": {**warning, "version": 1}}


def _filled(place: Town, value: Any) -> Any:
    if isinstance(value, str):
        return {**place.ids, **place.bodies}[value.strip("{}")] if value.startswith("{") else value
    if isinstance(value, list):
        return [_filled(place, one) for one in value]
    return {name: _filled(place, one) for name, one in value.items()} if isinstance(value, dict) else value


async def _try(place: Town, who: str | None, path: str, write: Write) -> httpx.Response:
    subject = f"{PROVINCE}.p.{MARKS['person']}" if path.startswith("/v1/people") else place.ids["office_id"]
    return await place.ask(who, "POST", path.format(**place.ids, subject=subject), json=_filled(place, write.body))


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """
    Every file of the server, with its size and when it was written.

    Not the audit log, nor the journal: a call's bytes are kept before anybody asks whose they are.
    """
    return {
        str(file.relative_to(folder)): (file.stat().st_size, file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file() and not {"audit", "journal"} & {*re.split(r"\W", str(file))}
    }


def _is_refused(answer: httpx.Response) -> bool:
    """Whether somebody may not; what they may not even know of is not there for them."""
    return answer.status_code in (401, 403, 404)


def _is_let_in(answer: httpx.Response) -> bool:
    code = answer.json()["code"] if answer.status_code >= 400 else ""
    return answer.status_code not in (401, 403) and code not in (
        "http.invalid_field",
        "organisation.province_not_found",
    )


def test_every_door_that_changes_something_is_in_a_table() -> None:
    there = {path for path, methods in DOCUMENT["paths"].items() if set(methods) - {"get"}} - READ_BY_POST
    assert there - {*WRITES, *NOT_BY_ROLE} == set(), "say who may do these"
    assert {*WRITES, *NOT_BY_ROLE} - there == set()
    assert {*WRITES} & {*NOT_BY_ROLE} == set()


@in_town
@pytest.mark.parametrize("path", WRITES)
async def test_a_change_is_made_by_those_alone_whom_the_policy_lets(
    place: Town, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[Any] = []

    async def put_off(_: ControlRoom, command: Any, _ctx: Any) -> Any:
        reached.append(command)
        raise PutOff(retry_after_s=1)

    monkeypatch.setattr(ControlRoom, "submit", put_off)
    write, wrong, done = WRITES[path], [], 0
    folder = place.running.entrance.settings.data_dir
    for who in (*place.people, None):
        before, may = len(reached), who is not None and write.lets_in(place, who)
        for _ in range(1 if may else TRIES):
            seen = _files(folder)
            answer = await _try(place, who, path, write)
            changed = _files(folder) != seen
            if not changed:
                break
        said = f"{who}: {answer.status_code} {answer.text[:160]}"
        if may:
            wrong += [] if _is_let_in(answer) else [f"refused, {said}"]
            done += len(reached) > before or answer.status_code < 300
        elif not _is_refused(answer) or len(reached) > before or changed:
            wrong.append(f"let in, {said}")
    assert wrong == []
    assert done or path in NEVER_AS_FAR, "nobody got as far as the log: this proves nothing"


@in_town
async def test_what_was_refused_for_want_of_right_is_in_the_servers_log(
    place: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "nazdik.platform.http.problems")
    answer = await place.ask(
        "its county", "POST", f"/v1/incidents/{PROVINCE}.x%0Arequest%20y/close", json={"disposition": "handled"}
    )
    assert answer.status_code == 403
    await place.ask(None, "GET", "/v1/units")
    lines = [record.getMessage() for record in caplog.records]
    by = repr(str(place.people["its county"].person))
    told = f"of {by} to POST /v1/incidents/{{incident_id}}/close refused: 403 organisation.role_may_not"
    assert lines[0] == f"request {answer.json()['request_id']} {told}" and "\n" not in "".join(lines)
    assert lines[1].endswith("of 'nobody' to GET /v1/units refused: 401 auth.not_signed_in")


async def test_what_made_no_sense_is_in_the_servers_log_without_a_word_of_it_and_fills_no_disk(
    place: Town, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problems, "_sparing", problems._Sparing())
    caplog.set_level(logging.WARNING, "nazdik.platform.http.problems")
    for n in range(70):
        answer = await place.ask("its county", "POST", "/v1/incidents", json={"kind": f"canary-{n}", "no": "canary"})
        assert answer.status_code == 422
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 60 and all("to POST /v1/incidents refused: 422 http." in line for line in lines)
    assert "canary" not in "".join(lines)
    assert problems._sparing.is_told(float("inf"))
    assert caplog.records[-1].getMessage() == "10 more requests that made no sense were refused in that minute"
