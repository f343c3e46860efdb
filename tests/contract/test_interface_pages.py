"""What the pages of docs/interfaces show is sent, as it stands there, to a real server by the doors that they describe."""

import json
import re
import socket
import socketserver
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.trackers import read_trackers
from nazdik.fleet.devices import Devices
from nazdik.fleet.store import DeviceStore
from nazdik.intake.sip.message import parse
from nazdik.kernel import DeviceId, Instant, ProvinceId, UnitId, rfc3339
from nazdik.platform.clock import SystemClock
from tests.contract.test_telephone import Line, new_call, of_number
from tests.interfaces import PAGES, samples
from tests.server import PROVINCE, ROOT, Server, free_port, served
from tests.unit.intake.test_presence import notify, response
from tests.unit.intake.test_sip import CIRCLE, PIDF, sip

CAR = UnitId(f"{PROVINCE}.u.A01")
TAKER = f"call_taker:{PROVINCE}"


class Manager(socketserver.ThreadingTCPServer):
    """An Asterisk's manager: lets us in, and says what it is told to say to whoever asks which calls are up."""

    daemon_threads = True

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.told = threading.Condition()
        self.logins: list[bytes] = []
        super().__init__(("127.0.0.1", 0), self._serve)  # type: ignore[arg-type]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def say(self, *pages: str) -> None:
        """Send blocks as they stand on a page."""
        with self.told:
            self.blocks += [page.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n" for page in pages]
            self.told.notify_all()

    def _serve(self, line: socket.socket, _: Any, __: Any) -> None:
        line.sendall(b"Asterisk Call Manager/9.0.0\r\n")
        self.logins.append(line.recv(10_000))
        line.sendall(b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n")
        said = 0
        while True:
            with self.told:
                while len(self.blocks) <= said:
                    self.told.wait(60)
                fresh, said = self.blocks[said:], len(self.blocks)
            line.sendall(b"".join(fresh))


@pytest.fixture(scope="module")
def manager() -> Iterator[Manager]:
    manager = Manager()
    yield manager
    manager.shutdown()
    manager.server_close()


Made = tuple[Server, int, str]


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path], manager: Manager
) -> Iterator[Made]:
    """A server with SIP and manager events, and a gateway's token."""
    data = tmp_path_factory.mktemp("pages")
    store = DeviceStore(data / "devices.sqlite")
    devices = Devices(store, clock=SystemClock())
    gateway = devices.enrol(DeviceId("gateway-1"), province_id=ProvinceId(PROVINCE), unit_id=None)
    store.close()
    port = free_port()
    (data / "ami.txt").write_text("a long secret\n")
    settings = {"SIP_UDP_PORT": str(port), "AMI_HOST": "127.0.0.1", "AMI_PORT": str(manager.server_address[1])}
    settings["AMI_SECRET_FILE"] = str(data / "ami.txt")
    settings["LOCATION_HOSTS"] = "127.0.0.1"
    told = {f"NAZDIK_{name}": value for name, value in settings.items()}
    with served(data, built_region(PROVINCE), settings=told) as server:
        yield server, port, gateway
    assert "Traceback" not in server.said(), server.said()[-6000:]


def tallies(server: Server) -> dict[str, Any]:
    """Return the state of every door by its name."""
    doors = server.seat(TAKER).get("/v1/doors").json()["doors"]
    return {door["door"]: door for door in doors}


def now(age_s: float = 0.0) -> str:
    return rfc3339(Instant(round((time.time() - age_s) * 1e6)))


# The telephone


def test_the_sip_page_rings_and_was_answered_elsewhere(made: Made) -> None:
    server, port, _ = made
    invite, cancel = (sample.replace("\n", "\r\n").encode() for sample in samples("sip", "sip"))
    head, _, body = invite.partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head, "the page counts its own bytes"
    trunk = Line("udp", port)
    trunk.send(invite)
    assert (trunk.status(), trunk.status()) == (100, 180)
    call = of_number(server, "+989160000501")
    while not call["locations"]:
        call = of_number(server, "+989160000501")
    where = call["locations"][0]
    assert (where["point"], where["accuracy_m"], where["confidence"]) == ([51.4089, 35.7156], 25.0, 0.68)
    assert (call["state"], call["called"], call["asserted"]) == ("ringing", "urn:service:sos", True)
    trunk.send(cancel + b"\r\n")
    assert (trunk.status(), trunk.status()) == (200, 487)
    assert of_number(server, "+989160000501", ringing_ended="elsewhere")["call_back"] is None


class Presence(socketserver.BaseRequestHandler):
    """A server that gives a place to whoever subscribes."""

    def handle(self) -> None:
        asked = parse(self.request.recv(10_000))
        assert asked is not None
        self.request.sendall(response(asked, 200) + notify(asked))
        self.request.recv(10_000)


def test_a_place_to_subscribe_to_is_asked_of_allowed_hosts_and_of_no_others(made: Made) -> None:
    server, port, _ = made
    trunk = Line("udp", port)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Presence) as presence:
        threading.Thread(target=presence.serve_forever, daemon=True).start()
        uri = f"sip:+989160000503@127.0.0.1:{presence.server_address[1]};transport=tcp"
        message = sip(call=new_call(), more=f"Geolocation: <{uri}>\r\n")
        trunk.send(message.replace(b"+989161112233", b"+989160000503"))
        assert (trunk.status(), trunk.status()) == (100, 180)
        call = of_number(server, "+989160000503")
        while not call["locations"]:
            call = of_number(server, "+989160000503")
        presence.shutdown()
    assert call["locations"][0]["point"] == [48.6706, 31.3183]
    assert ["location-reference", uri] in call["data"]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(1.0)
        # The same machine by a name that is not among `location_hosts`.
        uri = f"sip:+989160000504@localhost:{listener.getsockname()[1]};transport=tcp"
        message = sip(call=new_call(), more=f"Geolocation: <{uri}>\r\n")
        trunk.send(message.replace(b"+989161112233", b"+989160000504"))
        assert (trunk.status(), trunk.status()) == (100, 180)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert ["location-reference", uri] in of_number(server, "+989160000504")["data"]


class Held(BaseHTTPRequestHandler):
    """A location server: gives a place to whoever asks as HELD wants it (RFC 6753)."""

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"]))
        assert b"locationRequest" in asked and self.headers["content-type"] == "application/held+xml"
        document = PIDF.format(shape=CIRCLE).encode()
        self.send_response(200)
        self.send_header("content-type", "application/held+xml")
        self.send_header("content-length", str(len(document)))
        self.end_headers()
        self.wfile.write(document)

    def log_message(self, *_: Any) -> None:
        pass


def test_a_place_to_fetch_is_fetched_from_allowed_hosts(made: Made) -> None:
    server, port, _ = made
    trunk = Line("udp", port)
    with ThreadingHTTPServer(("127.0.0.1", 0), Held) as located:
        threading.Thread(target=located.serve_forever, daemon=True).start()
        uri = f"http://127.0.0.1:{located.server_port}/place?a=b"
        message = sip(call=new_call(), more=f"Geolocation: <{uri}>\r\n")
        trunk.send(message.replace(b"+989161112233", b"+989160000505"))
        assert (trunk.status(), trunk.status()) == (100, 180)
        call = of_number(server, "+989160000505")
        while not call["locations"]:
            call = of_number(server, "+989160000505")
        located.shutdown()
    where = call["locations"][0]
    assert (where["point"], where["accuracy_m"], where["source"]) == ([48.6706, 31.3183], 25.0, "signalling")
    assert ["location-reference", uri] in call["data"]


def test_the_manager_page_rings_and_was_answered_elsewhere(made: Made, manager: Manager) -> None:
    server, _, _ = made
    rings, answered = samples("asterisk", "ami")
    manager.say(rings)
    assert of_number(server, "+989160000502")["state"] == "ringing"
    assert b"Username: nazdik\r\nSecret: a long secret\r\n" in manager.logins[0]
    manager.say(answered)
    assert of_number(server, "+989160000502", ringing_ended="elsewhere")["call_back"] is None
    door = tallies(server)["ami"]
    assert (door["up"], door["why"], door["messages"] >= 2, door["since"] is not None) == (True, None, True, True)


def test_the_page_of_raw_calls_says_how_the_lines_are(made: Made) -> None:
    server, _, _ = made
    said = server.seat(TAKER).get("/raw", params={"lang": "en"}).text
    assert "<bdi>telephone (SIP/UDP)</bdi> <b>open</b>" in said
    assert "<bdi>telephone (AMI)</bdi> <b>open</b> since <bdi>" in said
    assert "<bdi>تلفن (AMI)</bdi> <b>باز</b> از <bdi>" in server.seat(TAKER).get("/raw", params={"lang": "fa"}).text


# Trackers


def test_the_trackers_page_is_taken_form_by_form(made: Made) -> None:
    server, _, _ = made
    token = read_trackers(server.data)[CAR]
    (query,), (traccar,), (owntracks,) = (samples("trackers", kind) for kind in ("query", "json", "owntracks"))
    query = re.sub(r"timestamp=\d+", f"timestamp={int(time.time()) - 5}", query.strip()).replace("TOKEN", token)
    with httpx.Client(base_url=server.address, timeout=20) as http:
        answer = http.get(f"/v1/tracker/osmand?{query}")
        assert (answer.status_code, answer.content) == (200, b"")
        traccar = traccar.replace("TOKEN", token).replace("2026-11-21T01:15:02.412Z", now(3))
        answer = http.post("/v1/tracker/osmand", content=traccar.encode(), headers={"content-type": "application/json"})
        assert (answer.status_code, answer.content) == (200, b"")
        basic = "Basic " + b64encode(f"any:{token}".encode()).decode()
        owntracks = json.dumps({**json.loads(owntracks), "tst": int(time.time()) - 1})
        answer = http.post("/v1/tracker/owntracks", content=owntracks.encode(), headers={"authorization": basic})
        assert (answer.status_code, answer.json()) == (200, [])
    doors = tallies(server)
    assert (doors["osmand"]["judged"], doors["owntracks"]["judged"]) == ({"now": 2}, {"now": 1})
    since, until = now(600), now(-60)
    asked = {"since": since, "until": until, "purpose": "test of the page"}
    points = server.seat(f"dispatcher:{PROVINCE}").get(f"/v1/units/{CAR}/trail", params=asked).json()["points"]
    assert [point["point"] for point in points] == [[51.4089, 35.7156], [51.409, 35.7157], [51.4091, 35.7158]]
    speeds = [round(point["speed_m_per_s"], 1) for point in points]
    assert speeds == [9.5, 9.4, 9.4], "18.4 knots, 9.4 m/s and 34 km/h are one speed"


def test_the_batch_page_is_answered_as_it_says(made: Made) -> None:
    server, _, gateway = made
    (batch,), (answer,) = samples("positions", "json"), samples("positions", "answer")
    for when in ("2026-11-21T01:15:02.412Z", "2026-11-21T01:15:01Z", "2026-11-21T01:15:02Z"):
        batch = batch.replace(when, now(0.2))
    known = {"authorization": f"Bearer {gateway}", "content-type": "application/json"}
    taken = httpx.post(f"{server.address}/v1/positions", content=batch.encode(), headers=known, timeout=20)
    assert (taken.status_code, taken.json()) == (200, json.loads(answer))
    again = httpx.post(f"{server.address}/v1/positions", content=batch.encode(), headers=known, timeout=20).json()
    assert [verdict["use"] for verdict in again["verdicts"]] == ["history", "history", "refused"]
    door = tallies(server)["positions"]
    assert (door["judged"], door["refused"]) == (
        {"now": 2, "position.out_of_order": 2},
        {"position.bad_body": 2},
    )


def test_every_page_shows_a_sample_and_a_test_sends_it() -> None:
    """A page of a format that no test reads would drift from the door that it describes."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    pages = sorted(page.stem for page in PAGES.glob("*.md"))
    assert len(pages) >= 16
    unsent = [name for name in pages if not re.search(rf'samples?\("{name}(\.md)?", ', sources)]
    assert unsent == []
