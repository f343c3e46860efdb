"""Trackers that report through a real Mosquitto, set up as the page says, to a real server."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.trackers import read_trackers
from nazdik.cli import app
from nazdik.kernel import Instant, UnitId, rfc3339
from tests.interfaces import samples
from tests.mosquitto import Mosquitto, mosquitto
from tests.server import PROVINCE, Server, free_port, problem, served

CAR, OTHER = UnitId(f"{PROVINCE}.u.A01"), UnitId(f"{PROVINCE}.u.A02")
Made = tuple[Server, Mosquitto, dict[UnitId, str]]


def name_of(unit: UnitId) -> str:
    """Return the id of a demo unit's tracker, which is its name at the broker."""
    return f"{unit}.tracker1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Made]:
    """A server, its broker, and the demo trackers' tokens, which are their passwords there."""
    data = tmp_path_factory.mktemp("server")
    region = built_region(PROVINCE)
    with served(data, region) as first:
        tokens = read_trackers(first.data)
    users = {name_of(unit): tokens[unit] for unit in (CAR, OTHER)} | {"stranger": "password of a stranger"}
    with (
        mosquitto(tmp_path_factory.mktemp("broker"), free_port(), users) as broker,
        served(data, region, settings=broker.settings()) as server,
    ):
        until(server, lambda door: door["up"])
        yield server, broker, tokens
    assert "Traceback" not in server.said(), server.said()[-6000:]


def door_of(server: Server) -> dict[str, Any]:
    """Return how the broker's door is doing."""
    doors = server.seat(f"dispatcher:{PROVINCE}").get("/v1/doors").json()["doors"]
    return next(door for door in doors if door["door"] == "mqtt")


def until(server: Server, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until the door's state is so, and return it."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        door = door_of(server)
        if holds(door):
            return door
        time.sleep(0.05)
    raise AssertionError(f"the door never was so: {door}")


def told(age_s: float = 0.0, **changes: Any) -> str:
    """Return the page's message, measured so long ago."""
    (sample,) = samples("mqtt", "json")
    return json.dumps({**json.loads(sample), "tst": round(time.time() - age_s, 3), **changes})


def trail(server: Server, unit: UnitId) -> list[tuple[list[float], str | None]]:
    """Return where a unit was in the last half hour, oldest first, with the codes."""
    now = round(time.time() * 1e6)
    asked = {
        "since": rfc3339(Instant(now - 1_800_000_000)),
        "until": rfc3339(Instant(now + 60_000_000)),
        "purpose": "test of the broker",
    }
    points = server.seat(f"dispatcher:{PROVINCE}").get(f"/v1/units/{unit}/trail", params=asked).json()["points"]
    return [(point["point"], point["code"]) for point in points]


def came(server: Server, more: int, before: dict[str, Any]) -> dict[str, Any]:
    return until(server, lambda door: door["messages"] >= before["messages"] + more)


def test_a_position_comes_from_the_tracker_to_its_unit(made: Made) -> None:
    server, broker, tokens = made
    before = door_of(server)
    message = told(tid="A2", topic=f"owntracks/{name_of(OTHER)}/phone")
    assert broker.publish(name_of(CAR), tokens[CAR], f"owntracks/{name_of(CAR)}/phone", message).returncode == 0
    door = came(server, 1, before)
    assert (door["up"], door["why"], door["judged"]["now"]) == (True, None, 1)
    assert door["since"] <= door["last_at"]
    assert trail(server, CAR) == [([51.4093, 35.7161], None)]
    assert trail(server, OTHER) == [], "what the message says of itself is not read"


def test_nobody_speaks_for_another(made: Made) -> None:
    server, broker, tokens = made
    before, where = door_of(server), trail(server, CAR)
    topic = f"owntracks/{name_of(CAR)}/phone"
    for user, password in ((name_of(OTHER), tokens[OTHER]), ("stranger", "password of a stranger")):
        broker.publish(user, password, topic, told(lat=35.72))
    assert broker.publish(name_of(CAR), "a guess", topic, told(lat=35.72)).returncode != 0
    # One that may speak, so that what came before it has come or will not.
    broker.publish("stranger", "password of a stranger", "owntracks/stranger/phone", told())
    door = came(server, 1, before)
    assert door["messages"] == before["messages"] + 1
    assert door["refused"]["fleet.device_unknown"] == 1
    assert trail(server, CAR) == where


def test_what_cannot_be_read_is_counted_and_harms_nobody(made: Made) -> None:
    server, broker, tokens = made
    before = door_of(server)
    sent = ["{", "[" * 5_000, told(lat="north"), told(tst=1), '{"_type": "lwt", "tst": 1}', told(_type="encrypted")]
    for message in sent:
        broker.publish(name_of(CAR), tokens[CAR], f"owntracks/{name_of(CAR)}/phone", message)
    door = came(server, len(sent), before)
    assert (door["refused"]["position.bad_body"], door["judged"]["no_place"]) == (3, 1)
    assert (door["refused"]["position.bad_number"], door["refused"]["position.bad_time"]) == (1, 1)


def test_old_and_retained_messages_are_history(made: Made) -> None:
    """A backlog, a message that the broker kept, and a broker that was away for a moment."""
    server, broker, tokens = made
    user, topic = name_of(OTHER), f"owntracks/{name_of(OTHER)}/phone"
    before = door_of(server)
    broker.publish(user, tokens[OTHER], topic, told(10, lat=35.7170, lon=51.4100))
    broker.publish(user, tokens[OTHER], topic, told(600, lat=35.7001, lon=51.4001))
    broker.publish(user, tokens[OTHER], topic, told(20, lat=35.7002, lon=51.4002))
    came(server, 3, before)
    assert trail(server, OTHER) == [
        ([51.4001, 35.7001], "position.too_old"),
        ([51.4002, 35.7002], "position.out_of_order"),
        ([51.41, 35.717], None),
    ]
    broker.publish(user, tokens[OTHER], topic, told(1, lat=35.7171, lon=51.4101), retained=True)
    assert came(server, 4, before)["judged"]["now"] == before["judged"].get("now", 0) + 2, "sent now, it is now"
    judged = door_of(server)["judged"]["position.too_old"]
    broker.stop()
    assert until(server, lambda door: not door["up"])["why"] in ("broker.gone", "broker.unreachable")
    page = server.seat(f"dispatcher:{PROVINCE}").get("/raw", params={"lang": "fa"}).text
    assert '<li class="down"><bdi>ردیاب‌ها (MQTT)</bdi> <b>قطع</b> از' in page and "کارگزار پیام" in page
    broker.start()
    door = until(server, lambda door: door["up"] and door["judged"]["position.too_old"] > judged)
    assert door["why"] is None
    assert trail(server, OTHER)[-1] == ([51.4101, 35.7171], "position.too_old"), "kept by the broker, it is history"


def test_what_came_while_we_were_away_is_waiting(made: Made, built_region: Callable[[str], Path]) -> None:
    server, broker, tokens = made
    server.stop()
    user, topic = name_of(CAR), f"owntracks/{name_of(CAR)}/phone"
    broker.publish(user, tokens[CAR], topic, told(300, lat=35.7180))
    broker.publish(user, tokens[CAR], topic, told(5, lat=35.7190))
    server.start(built_region(PROVINCE))
    door = until(server, lambda door: door["messages"] >= 3)
    assert (door["judged"]["now"], door["judged"]["position.too_old"]) == (1, 2), "and what the other's broker retained"


def test_the_command_line_tells_the_same(made: Made) -> None:
    server, broker, _ = made
    told = CliRunner().invoke(app, ["doors", "--server", server.address, "--seat", f"dispatcher:{PROVINCE}"])
    assert told.exit_code == 0, told.output
    assert f"mqtt       127.0.0.1:{broker.port}" in told.output and "open since" in told.output
    assert "judged: now 1, position.too_old 2" in told.output


def test_only_who_may_sees_how_the_doors_are(made: Made) -> None:
    server, _, _ = made
    officer = server.seat(f"officer:{CAR}")
    problem(officer.get("/v1/doors"), 403, "organisation.role_may_not")
    problem(server.seat(None).get("/v1/doors"), 401, "auth.not_signed_in")
