"""The fleet of two provinces, by its service and by its doors."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.testing import TestClient

from nazdik.fleet.api import ROUTES
from nazdik.fleet.devices import Devices
from nazdik.fleet.errors import DeviceRevoked, NotTheDevicesUnit, UnitNotFound
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Bounds, Fix, Heartbeat, Sound
from nazdik.fleet.service import PIECE, FleetService, TrailRead
from nazdik.fleet.store import DeviceStore
from nazdik.fleet.trail import Trail
from nazdik.kernel import (
    Actor,
    AssignmentId,
    DeviceId,
    Forbidden,
    Invalid,
    NotFound,
    ProvinceId,
    Rejected,
    UnitId,
    rfc3339,
)
from nazdik.kernel.instant import plus_s
from nazdik.platform.auth import Session
from nazdik.platform.clock import VirtualClock
from nazdik.published.fleet import FleetOnRoad
from tests.unit.fleet.doubles import AHVAZ, BOUNDS, NOON, PaperRoad

KHUZESTAN, TEHRAN = ProvinceId("khuzestan"), ProvinceId("tehran-central")
A12, A13, T01 = UnitId("khuzestan.u.A12"), UnitId("khuzestan.u.A13"), UnitId("tehran-central.u.A01")
DESK = Actor("p1", "station_desk")
STATUS = {Invalid: 422, NotFound: 404, Forbidden: 403}


class House:
    """Two lanes, a trail and a registry on disk, and doors to knock on."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(NOON)
        self.trail = Trail(folder / "trail")
        self.store = DeviceStore(folder / "registry.sqlite")
        self.devices = Devices(self.store, clock=self.clock)
        self.reads: list[TrailRead] = []
        self.refused: Forbidden | Invalid | None = None
        self.audit_fails = False
        self.session: Actor | None = None
        tehran = Bounds(51.2, 35.5, 51.7, 35.9)
        lanes = {
            name: PositionLane(cast(FleetOnRoad, PaperRoad()), clock=self.clock, bounds=bounds, keep=self.trail.keep)
            for name, bounds in ((KHUZESTAN, BOUNDS), (TEHRAN, tehran))
        }
        for unit in (A12, A13):
            lanes[KHUZESTAN].enrol(unit)
        lanes[TEHRAN].enrol(T01)
        self.fleet = FleetService(
            lanes,
            devices=self.devices,
            trail=self.trail,
            clock=self.clock,
            may_see_trail=self._policy,
            record_read=self._audit,
        )
        self.app = Litestar(
            [*ROUTES],
            dependencies={
                "fleet_service": Provide(lambda: self.fleet, sync_to_thread=False),
                "actor": Provide(lambda: DESK, sync_to_thread=False),
                "session_actor": Provide(lambda: self.session, sync_to_thread=False),
                "proved": Provide(lambda: Session("s", DESK.id, "dispatcher", self.clock.now()), sync_to_thread=False),
            },
            exception_handlers={Rejected: _problem},
        )

    def fix(self, unit: UnitId = A12, age_s: float = 1.0) -> Fix:
        lon, lat = (51.4, 35.7) if unit == T01 else AHVAZ
        return Fix(unit, lon, lat, plus_s(self.clock.now(), -age_s))

    def token(self, unit: UnitId | None = A12) -> str:
        return self.devices.enrol(DeviceId(f"device of {unit}"), province_id=KHUZESTAN, unit_id=unit)

    def close(self) -> None:
        self.trail.close()
        self.store.close()

    def _policy(self, actor: Actor, unit_id: UnitId, purpose: str) -> str:
        if self.refused is not None:
            raise self.refused
        return purpose

    async def _audit(self, read: TrailRead) -> None:
        if self.audit_fails:
            raise OSError("the audit cannot be written")
        self.reads.append(read)


def _problem(_: Request[Any, Any, Any], error: Rejected) -> Response[dict[str, str]]:
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    return Response({"code": error.code}, status_code=status)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with TestClient(house.app, raise_server_exceptions=True) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def own(age_s: float = 1.0, **more: object) -> dict[str, object]:
    return {"lon": AHVAZ.lon, "lat": AHVAZ.lat, "at": rfc3339(plus_s(NOON, -age_s)), **more}


# The service


def test_a_mixed_batch_is_answered_in_the_order_given(house: House) -> None:
    stranger = house.fix()._replace(unit_id=UnitId("fars.u.A01"))
    fixes = [house.fix(T01), house.fix(A12), stranger, house.fix(A13)._replace(mock=True), house.fix(T01, 0)]
    assert [(v.unit_id, v.reason or v.use) for v in house.fleet.report(fixes)] == [
        (T01, "now"),
        (A12, "now"),
        ("fars.u.A01", "position.unknown_unit"),
        (A13, "position.mock"),
        (T01, "now"),
    ]
    assert house.fleet.report([]) == []


async def test_others_go_in_between_the_pieces_of_a_large_batch_and_the_answer_is_the_same(house: House) -> None:
    strangers = [house.fix()._replace(unit_id=UnitId(f"{A12}-{n}")) for n in range(3 * PIECE)]
    fixes = [house.fix(A12), *strangers, house.fix(A13)]
    taking = asyncio.create_task(house.fleet.take(None, fixes))
    await asyncio.sleep(0)
    assert house.fleet.position_of(A12) is not None and house.fleet.position_of(A13) is None
    verdicts = await taking
    assert [v.unit_id for v in verdicts] == [fix.unit_id for fix in fixes]
    assert [v.reason for v in verdicts] == [None, *["position.unknown_unit"] * len(strangers), None]


async def test_a_large_batch_with_one_unit_twice_is_judged_by_time_and_not_by_order(house: House) -> None:
    strangers = [house.fix()._replace(unit_id=UnitId(f"{A12}-{n}")) for n in range(3 * PIECE)]
    verdicts = await house.fleet.take(None, [house.fix(A12, 1.0), *strangers, house.fix(A12, 30.0)])
    assert [verdicts[0].reason, verdicts[-1].reason] == [None, None]


async def test_a_large_batch_for_units_that_are_not_the_devices_is_refused_before_any_of_it_is_taken(
    house: House,
) -> None:
    gateway = house.fleet.device_by(house.token(None))
    own = [house.fix(A12)._replace(unit_id=UnitId(f"{A12}-{n}")) for n in range(PIECE)]
    with pytest.raises(NotTheDevicesUnit):
        await house.fleet.take(gateway, [house.fix(A12), *own, house.fix(T01)])
    assert house.fleet.position_of(A12) is None


def test_a_device_speaks_for_its_own_unit(house: House) -> None:
    device = house.fleet.device_by(house.token(A12))
    with pytest.raises(NotTheDevicesUnit):
        house.fleet.report_from(device, [house.fix(A12), house.fix(A13)])
    assert house.fleet.position_of(A12) is None, "refused as a whole"


def test_a_gateway_speaks_for_its_own_province(house: House) -> None:
    gateway = house.fleet.device_by(house.token(None))
    assert len(house.fleet.report_from(gateway, [house.fix(A12), house.fix(A13)])) == 2
    with pytest.raises(NotTheDevicesUnit):
        house.fleet.report_from(gateway, [house.fix(T01)])


def test_what_a_stolen_device_sends_is_kept_as_evidence_and_not_used(house: House) -> None:
    """Scenario S44."""
    device = house.fleet.device_by(house.token(A12))
    device = house.devices.revoke(device.id)
    with pytest.raises(DeviceRevoked):
        house.fleet.report_from(device, [house.fix(A12)])
    assert house.fleet.position_of(A12) is None
    house.trail.flush()
    (row,) = house.trail.read(A12, plus_s(NOON, -60), NOON).rows
    assert row.reason == "position.revoked_device"


def test_a_unit_that_is_nowhere_is_said_to_be_so(house: House) -> None:
    for ask in (house.fleet.position_of, house.fleet.speed_of, house.fleet.lane_of):
        for unit in ("khuzestan.u.Z99", "fars.u.A01", ""):
            with pytest.raises(UnitNotFound):
                ask(UnitId(unit))


def test_health_and_watched_places_are_kept_over_provinces(house: House) -> None:
    sent = AssignmentId("khuzestan.i01.1")
    for unit in (A12, T01):
        house.fleet.heartbeat(unit, Heartbeat(Sound.OK))
    assert {view.unit for view in house.fleet.health_views(changed_only=True)} == {A12, T01}
    house.fleet.watch(sent, A12, AHVAZ, 100.0)
    house.fleet.report([house.fix(A12)])
    assert [entered.assignment_id for entered in house.fleet.take_entered()] == [sent]
    house.fleet.unwatch(sent)
    house.clock.advance_s(61)
    assert set(house.fleet.tick()) == {A12, T01}


# The doors


def test_a_handheld_reports_by_its_token(house: House, client: TestClient[Litestar]) -> None:
    answer = client.post("/v1/positions", json=[own(5), own(1), own(200), {"lon": 1}], headers=bearer(house.token()))
    assert answer.status_code == 200
    assert answer.json() == {
        "now": 2,
        "verdicts": [
            {"use": "now", "code": None},
            {"use": "now", "code": None},
            {"use": "history", "code": "position.too_old"},
            {"use": "refused", "code": "position.bad_body"},
        ],
    }
    place = house.fleet.position_of(A12)
    assert place is not None and place.point == AHVAZ


def test_a_handheld_reports_by_its_session(house: House, client: TestClient[Litestar]) -> None:
    assert client.post("/v1/positions", json=[own()]).status_code == 403
    house.session = Actor("p2", "officer", unit_id=A13)
    assert client.post("/v1/positions", json=[own()]).json()["now"] == 1
    assert house.fleet.position_of(A13) is not None
    assert client.post("/v1/positions", json=[own(0)], headers=bearer("a session's")).json()["now"] == 1
    house.session = Actor("p3", "dispatcher")
    assert client.post("/v1/positions", json=[own()]).json()["code"] == "fleet.device_unknown"


def test_a_payload_cannot_say_whose_position_it_is(house: House, client: TestClient[Litestar]) -> None:
    answer = client.post("/v1/positions", json=[own(unit=A13)], headers=bearer(house.token(A12)))
    assert answer.json()["verdicts"] == [{"use": "refused", "code": "position.unit_not_allowed"}]
    assert house.fleet.position_of(A13) is None and house.fleet.position_of(A12) is None


def test_a_gateway_reports_for_many(house: House, client: TestClient[Litestar]) -> None:
    sent = [own(unit=A12), own(unit=A13)]
    assert client.post("/v1/positions", json=sent, headers=bearer(house.token(None))).json()["now"] == 2


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{}", None, 422, "position.bad_body"),
        (b"[", None, 422, "position.bad_body"),
        (b"[]", "Bearer guess", 403, "fleet.device_unknown"),
        (b"[]", "Bearer", 403, "fleet.device_unknown"),
        (b"[]", "Basic abc", 403, "fleet.device_unknown"),
    ],
)
def test_a_bad_batch_or_credential_is_refused(
    house: House, client: TestClient[Litestar], body: bytes, headers: str | None, status: int, code: str
) -> None:
    given = bearer(house.token()) if headers is None else {"Authorization": headers}
    answer = client.post("/v1/positions", content=body, headers=given)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_osmand_reports_by_query_and_by_form(house: House, client: TestClient[Litestar]) -> None:
    fields = {"id": house.token(), "lat": "31.32", "lon": "48.68", "timestamp": "1795223700", "speed": "10"}
    answer = client.get("/v1/tracker/osmand", params=fields)
    assert (answer.status_code, answer.content) == (200, b"")
    assert house.fleet.speed_of(A12) == pytest.approx(5.144, abs=1e-3)
    answer = client.post("/v1/tracker/osmand", data={**fields, "timestamp": "1795223701", "lon": "48.6801"})
    assert (answer.status_code, answer.content) == (200, b"")
    place = house.fleet.position_of(A12)
    assert place is not None and place.point.lon == 48.6801


def test_the_newer_traccar_client_reports_by_json(house: House, client: TestClient[Litestar]) -> None:
    coords = {"latitude": 31.32, "longitude": 48.68, "speed": 9.4, "heading": -1}
    message = {"device_id": house.token(), "location": {"timestamp": rfc3339(NOON), "coords": coords}}
    assert client.post("/v1/tracker/osmand", json=message).status_code == 200
    assert house.fleet.speed_of(A12) == 9.4


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"id": "guess"}, 403, "fleet.device_unknown"),
        ({"id": ""}, 422, "position.field_missing"),
    ],
)
def test_an_osmand_report_of_nobody_is_refused(
    house: House, client: TestClient[Litestar], changes: dict[str, str], status: int, code: str
) -> None:
    fields = {"id": house.token(), "lat": "31.32", "lon": "48.68", "timestamp": "1795223700", **changes}
    answer = client.get("/v1/tracker/osmand", params=fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_position_that_cannot_be_read_does_not_hold_back_those_behind_it(
    house: House, client: TestClient[Litestar]
) -> None:
    """Traccar Client sends its oldest position until that one is answered with 200, and only then the next."""
    good = {"id": house.token(), "lat": "31.32", "lon": "48.68", "timestamp": "1795223700"}
    for bad in ({"lat": "nan"}, {"timestamp": "9" * 2_000}, {"speed": "-7"}):
        answer = client.get("/v1/tracker/osmand", params={**good, **bad})
        assert (answer.status_code, answer.content) == (200, b"")
    message = {"device_id": good["id"], "location": {"coords": {"latitude": "north", "longitude": 48.68}}}
    assert client.post("/v1/tracker/osmand", json=message).status_code == 200
    refused = dict(house.fleet.tallies["osmand"].refused)
    assert refused == {"position.bad_number": 3, "position.bad_time": 1}
    assert house.fleet.position_of(A12) is None
    assert client.get("/v1/tracker/osmand", params=good).status_code == 200
    assert house.fleet.position_of(A12) is not None


def test_a_withdrawn_tracker_hands_over_all_that_it_kept(house: House, client: TestClient[Litestar]) -> None:
    """Refused, it would send its oldest position for ever: the same piece of evidence again and again, and none after it."""
    token = house.token()
    device = house.fleet.device_by(token)
    house.devices.revoke(device.id)
    basic = {"Authorization": "Basic " + b64encode(f"a12:{token}".encode()).decode()}
    for age_s in (7, 6, 5):
        at = plus_s(NOON, -age_s)
        fields = {"id": token, "lat": "31.32", "lon": "48.68", "timestamp": str(at // 1_000_000)}
        assert client.get("/v1/tracker/osmand", params=fields).status_code == 200
        told = {"_type": "location", "lat": 31.32, "lon": 48.68, "tst": at // 1_000_000 - 3}
        assert client.post("/v1/tracker/owntracks", json=told, headers=basic).json() == []
    assert client.post("/v1/positions", json=[own()], headers=bearer(token)).json()["code"] == "fleet.device_revoked"
    for door in ("osmand", "owntracks"):
        assert dict(house.fleet.tallies[door].refused) == {"fleet.device_revoked": 3}
    assert house.fleet.position_of(A12) is None
    house.trail.flush()
    rows = house.trail.read(A12, plus_s(NOON, -60), plus_s(NOON, 1)).rows
    assert [row.reason for row in rows] == ["position.revoked_device"] * 7


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "application/json", ""]
)
def test_a_body_in_a_strange_form_is_the_senders_fault(client: TestClient[Litestar], content_type: str) -> None:
    answer = client.post("/v1/tracker/osmand", content=b"\xff--x\r\n\x00", headers={"Content-Type": content_type})
    assert 400 <= answer.status_code < 500


def test_a_gateway_does_not_speak_a_single_trackers_form(house: House, client: TestClient[Litestar]) -> None:
    fields = {"id": house.token(None), "lat": "31.32", "lon": "48.68", "timestamp": "1795223700"}
    assert client.get("/v1/tracker/osmand", params=fields).json()["code"] == "fleet.not_the_devices_unit"


def test_owntracks_reports_by_its_password(house: House, client: TestClient[Litestar]) -> None:
    basic = {"Authorization": "Basic " + b64encode(f"a12:{house.token()}".encode()).decode()}
    message = {"_type": "location", "lat": 31.32, "lon": 48.68, "tst": 1795223700, "vel": 36}
    answer = client.post("/v1/tracker/owntracks", json=message, headers=basic)
    assert (answer.status_code, answer.json()) == (200, [])
    assert house.fleet.speed_of(A12) == 10.0
    assert client.post("/v1/tracker/owntracks", content=b"", headers=basic).json() == []
    tally = house.fleet.tallies["owntracks"]
    assert (tally.messages, tally.no_place, dict(tally.judged)) == (2, 1, {"now": 1})


def test_an_owntracks_message_that_cannot_be_read_is_not_sent_for_ever(
    house: House, client: TestClient[Litestar]
) -> None:
    """The app sends again whatever is not answered with 200, and what is behind it waits."""
    basic = {"Authorization": "Basic " + b64encode(f"a12:{house.token()}".encode()).decode()}
    for sent in (b"{", b'{"_type": "encrypted"}', b'{"_type": "location", "lat": "x", "lon": 1, "tst": 1}'):
        assert client.post("/v1/tracker/owntracks", content=sent, headers=basic).status_code == 200
    assert dict(house.fleet.tallies["owntracks"].refused) == {"position.bad_body": 2, "position.bad_number": 1}
    assert house.fleet.position_of(A12) is None


def test_a_backlog_is_history_by_every_trackers_door(house: House, client: TestClient[Litestar]) -> None:
    """What a phone kept while it was out of reach goes to the trail, and never takes the unit back."""
    token = house.token()
    basic = {"Authorization": "Basic " + b64encode(f"a12:{token}".encode()).decode()}
    client.post("/v1/positions", json=[own(2)], headers=bearer(token))
    for age_s in (7200, 3600, 100, 60):
        at = plus_s(NOON, -age_s)
        fields = {"id": token, "lat": "31.30", "lon": "48.60", "timestamp": str(at // 1_000_000)}
        assert client.get("/v1/tracker/osmand", params=fields).status_code == 200
        coords = {"latitude": 31.30, "longitude": 48.60}
        message = {"device_id": token, "location": {"timestamp": rfc3339(at), "coords": coords}}
        assert client.post("/v1/tracker/osmand", json=message).status_code == 200
        told = {"_type": "location", "lat": 31.30, "lon": 48.60, "tst": at // 1_000_000}
        assert client.post("/v1/tracker/owntracks", json=told, headers=basic).status_code == 200
    place = house.fleet.position_of(A12)
    assert place is not None and place.point == AHVAZ
    assert not place.implausible, "old news casts no doubt on what is newer"
    for door, times in (("osmand", 2), ("owntracks", 1)):
        judged = dict(house.fleet.tallies[door].judged)
        assert judged == {"position.too_old": 3 * times, "position.out_of_order": times}
    house.trail.flush()
    assert len(house.trail.read(A12, plus_s(NOON, -7300), plus_s(NOON, 1)).rows) == 13


@pytest.mark.parametrize("given", ["", "Basic", "Basic !!!", "Basic " + b64encode(b"\xff").decode(), "Basic YTpi"])
def test_owntracks_without_a_good_password_is_refused(client: TestClient[Litestar], given: str) -> None:
    answer = client.post("/v1/tracker/owntracks", content=b"{}", headers={"Authorization": given})
    assert (answer.status_code, answer.json()["code"]) == (403, "fleet.device_unknown")


# The past


def asked(**changes: str) -> dict[str, str]:
    span = {"since": rfc3339(plus_s(NOON, -3600)), "until": rfc3339(NOON), "purpose": "complaint about a chase"}
    return {**span, **changes}


def test_a_trail_is_read_after_it_is_audited(house: House, client: TestClient[Litestar]) -> None:
    house.fleet.report([house.fix(A12, 30), house.fix(A12, 20)._replace(mock=True)])
    answer = client.get(f"/v1/units/{A12}/trail", params=asked(incident="khuzestan.i01"))
    assert answer.status_code == 200
    points = answer.json()["points"]
    assert [(point["point"], point["code"]) for point in points] == [
        ([AHVAZ.lon, AHVAZ.lat], None),
        ([AHVAZ.lon, AHVAZ.lat], "position.mock"),
    ]
    (read,) = house.reads
    assert (read.actor, read.unit_id, read.purpose) == (DESK, A12, "complaint about a chase")
    assert (read.incident_id, read.at) == ("khuzestan.i01", NOON)


@pytest.mark.parametrize(
    ("unit", "changes", "status", "code"),
    [
        (A12, {"since": rfc3339(NOON)}, 422, "fleet.trail_too_wide"),
        (A12, {"since": rfc3339(plus_s(NOON, -90_000))}, 422, "fleet.trail_too_wide"),
        (
            A12,
            {"since": rfc3339(plus_s(NOON, -90_000)), "until": rfc3339(plus_s(NOON, -80_000))},
            422,
            "fleet.trail_needs_incident",
        ),
        (A12, {"since": "yesterday"}, 422, "position.bad_time"),
        (A12, {"until": "2026-11-21T01:15:02"}, 422, "position.bad_time"),
        (UnitId("khuzestan.u.Z99"), {}, 404, "fleet.unit_not_found"),
    ],
)
def test_a_curious_look_is_refused_and_nothing_is_read(
    house: House, client: TestClient[Litestar], unit: UnitId, changes: dict[str, str], status: int, code: str
) -> None:
    answer = client.get(f"/v1/units/{unit}/trail", params=asked(**changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert house.reads == []


def test_the_policy_is_asked_before_anything_else(house: House, client: TestClient[Litestar]) -> None:
    for refused, status in ((Forbidden(), 403), (Invalid(), 422)):
        house.refused = refused
        assert client.get("/v1/units/khuzestan.u.Z99/trail", params=asked(purpose="")).status_code == status
    assert house.reads == []


async def test_what_cannot_be_audited_is_not_read(house: House) -> None:
    """Scenario S47."""
    house.fleet.report([house.fix(A12)])
    house.audit_fails = True
    with pytest.raises(OSError, match="audit"):
        await house.fleet.read_trail(
            DESK, A12, since=plus_s(NOON, -60), until=NOON, purpose="complaint", incident_id=None
        )


def test_the_routes_describe_themselves(house: House) -> None:
    document = json.dumps(house.app.openapi_schema.to_schema())
    for path in ("/v1/positions", "/v1/tracker/osmand", "/v1/tracker/owntracks", "/v1/units/{unit_id}/trail"):
        assert f'"{path}"' in document
