"""What the live stream promises, over a real socket: who may open it, what a garbled line ends in, and resuming."""

import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.server import HERE, PROVINCE, Seat, Server, nested

Position = dict[str, Any]
CLOSES_WITHIN_S = 30.0


def opened(server: Server, seat: Seat | None, **given: Any) -> ClientConnection:
    headers = {} if seat is None else {"authorization": f"Bearer {seat.token}"}
    headers |= given.pop("headers", {})
    url = f"ws://127.0.0.1:{server.port}/v1/stream{given.pop('query', '')}"
    # A full queue would keep this client from hearing the answer to its own goodbye.
    return connect(url, additional_headers=headers, compression=None, max_size=None, max_queue=None, **given)


def hello(line: ClientConnection, resume: dict[str, Position] | None = None) -> dict[str, Any]:
    line.send(json.dumps({"t": "hello", "resume": resume or {}}))
    welcome: dict[str, Any] = json.loads(line.recv(timeout=CLOSES_WITHIN_S))
    assert welcome["t"] == "welcome"
    return welcome


def next_frame(line: ClientConnection, *kinds: str, within_s: float = CLOSES_WITHIN_S) -> dict[str, Any]:
    """Return the next frame of these kinds; beats and positions come in between as they like."""
    deadline = time.monotonic() + within_s
    while True:
        data = line.recv(timeout=max(0.01, deadline - time.monotonic()))
        if isinstance(data, str) and (frame := json.loads(data))["t"] in kinds:
            said: dict[str, Any] = frame
            return said


def closed_with(line: ClientConnection) -> int | None:
    """Read until the line is closed and return the code."""
    deadline = time.monotonic() + CLOSES_WITHIN_S
    try:
        while True:
            line.recv(timeout=max(0.01, deadline - time.monotonic()))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else None


class Reader:
    """A face: what it holds of the province, by the rules of the wire."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Any] = {}
        self.at: Position = {}
        self.frames: list[dict[str, Any]] = []

    def take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["t"] == "snap":
            self.held = {}
        else:
            assert (frame["epoch"], frame["prev"]) == (self.at["epoch"], self.at["pos"]), "a gap"
        self.at = {"epoch": frame["epoch"], "pos": frame["pos"]}
        for item in frame["items"]:
            if item["v"] is None:
                del self.held[item["k"], item["id"]]
            else:
                self.held[item["k"], item["id"]] = item["v"]

    def follow(self, line: ClientConnection, until: int) -> "Reader":
        """Take frames until the stream has come to a position of the log."""
        while self.at.get("pos", -1) < until:
            self.take(next_frame(line, "snap", "change"))
        return self


# Who may


def test_without_a_session_the_stream_is_closed_at_once(server: Server) -> None:
    with opened(server, None) as line:
        assert closed_with(line) == 4401
    for bad in ({"headers": {"authorization": "Bearer guessed"}}, {"query": "?ticket=guessed"}):
        with opened(server, None, **bad) as line:
            assert closed_with(line) == 4401


def test_a_page_from_elsewhere_cannot_open_a_persons_stream(server: Server, desk: Seat) -> None:
    cookie = {"cookie": f"nazdik_session={desk.token}"}
    for origin in ("https://elsewhere.example", "null", f"http://127.0.0.1.elsewhere.example:{server.port}", None):
        with opened(server, None, headers=cookie, origin=origin) as line:
            assert closed_with(line) == 4401, origin
    with opened(server, None, headers=cookie, origin=server.address) as line:
        assert hello(line)["role"] == "dispatcher"


def test_a_ticket_opens_one_stream_once(server: Server, desk: Seat) -> None:
    ticket = desk.http.post("/v1/stream-tickets").json()["ticket"]
    with opened(server, None, query=f"?ticket={ticket}") as line:
        assert hello(line)["streams"] == [PROVINCE]
    with opened(server, None, query=f"?ticket={ticket}") as line:
        assert closed_with(line) == 4401


def test_signing_out_ends_the_stream_at_once(server: Server) -> None:
    guest = Seat(server.address, f"call_taker:{PROVINCE}")
    with opened(server, guest) as line:
        hello(line)
        guest.http.delete("/v1/session")
        assert closed_with(line) == 4440


# Garble

GARBLE: dict[str, Any] = {
    "not a hello": '{"t":"seen","incidents":[]}',
    "no JSON": "hello",
    "half of it": '{"t":"hello"',
    "a list": '["hello"]',
    "null": "null",
    "binary noise": bytes(range(256)),
    "nothing": "",
    "deep nesting": nested(20_000).decode(),
    "far too long": '{"t":"hello","x":"' + "x" * 70_000 + '"}',
    "a resume of another shape": '{"t":"hello","resume":[1,2]}',
    "a position that is a text": '{"t":"hello","resume":{"tehran-central":{"epoch":"e","pos":"1"}}}',
    "a number beyond all bounds": '{"t":"hello","resume":{"tehran-central":{"epoch":"e","pos":1e999}}}',
}


@pytest.mark.parametrize("message", GARBLE.values(), ids=GARBLE)
def test_a_first_message_that_is_no_hello_ends_the_line(server: Server, desk: Seat, message: str | bytes) -> None:
    with opened(server, desk) as line:
        line.send(message)
        assert closed_with(line) == 4400


@pytest.mark.parametrize("message", ['{"t":"drop tables"}', '{"t":7}', "{}", b"\xff\xfe", "[" * 500], ids=str)
def test_a_later_message_that_is_none_ends_the_line_too(server: Server, desk: Seat, message: str | bytes) -> None:
    with opened(server, desk) as line:
        hello(line)
        line.send(message)
        assert closed_with(line) == 4400


def test_what_a_face_says_of_itself_may_be_anything(server: Server, crew: Callable[[str], Seat], desk: Seat) -> None:
    strange: list[Any] = [None, -1, 1e308, "ok", [], {}, True, "x" * 1_000, 2**70]
    with opened(server, crew("A01")) as officer, opened(server, desk) as board:
        for line in (officer, board):
            hello(line)
        for value in strange:
            beat = {"t": "health", "battery": value, "sound": value, "gps_age_s": value, "app_version": value}
            if isinstance(value, (list, dict)):
                beat["sound"] = None
            officer.send(json.dumps(beat))
            board.send(json.dumps({"t": "seen", "incidents": [value, "nowhere.i1", f"{PROVINCE}.i0"]}))
            board.send(json.dumps({"t": "seen", "incidents": value}))
        for line in (officer, board):
            assert next_frame(line, "beat")["pos"][PROVINCE] >= 0


def test_somebody_who_never_stops_talking_is_cut(server: Server, desk: Seat) -> None:
    with opened(server, desk) as line:
        hello(line)
        try:
            for _ in range(400):
                line.send('{"t":"seen","incidents":[]}')
        except ConnectionClosed:
            pass
        assert closed_with(line) == 4429


# Resuming


def test_a_stream_begins_with_everything_and_goes_on_with_what_changes(server: Server, desk: Seat) -> None:
    reader = Reader()
    with opened(server, desk) as line:
        hello(line)
        reader.take(next_frame(line, "snap"))
        key = desk.new_key()
        answer = desk.done("/v1/incidents", {"kind": "noise", "point": HERE}, key=key)
        reader.follow(line, answer["position"])
    assert any(command.endswith(key) for command in reader.frames[-1]["cmds"]), "a face knows its own act"
    incident = desk.get(f"/v1/incidents/{answer['incident_id']}").json()
    assert reader.held["incident", answer["incident_id"]] == incident
    assert {k[1] for k in reader.held if k[0] == "unit"} == {u["id"] for u in desk.get("/v1/units").json()["units"]}


def test_whoever_comes_back_hears_only_what_was_missed(server: Server, desk: Seat) -> None:
    reader = Reader()
    with opened(server, desk) as line:
        hello(line)
        reader.take(next_frame(line, "snap"))
    missed = [desk.done("/v1/incidents", {"kind": "noise", "point": HERE}) for _ in range(5)]
    with opened(server, desk) as line:
        hello(line, {PROVINCE: reader.at})
        reader.follow(line, missed[-1]["position"])
    assert [frame["t"] for frame in reader.frames] == ["snap", *["change"] * (len(reader.frames) - 1)]
    seen = [i["id"] for frame in reader.frames[1:] for i in frame["items"] if i["k"] == "incident"]
    assert seen == [answer["incident_id"] for answer in missed], "each once, in order"
    assert desk.get("/v1/incidents", params={"limit": 5}).json()["incidents"][0] == reader.held["incident", seen[-1]]


@pytest.mark.parametrize("at", [{"epoch": "another", "pos": 3}, {"epoch": "", "pos": -1}, {"epoch": "x", "pos": 2**62}])
def test_whoever_comes_back_from_another_history_gets_everything(server: Server, desk: Seat, at: Position) -> None:
    with opened(server, desk) as line:
        hello(line, {PROVINCE: at, "atlantis": at})
        assert next_frame(line, "snap", "change")["t"] == "snap"


def test_a_position_of_the_future_gets_everything(server: Server, desk: Seat) -> None:
    with opened(server, desk) as line:
        hello(line)
        epoch = next_frame(line, "snap")["epoch"]
        line.send(json.dumps({"t": "hello", "resume": {PROVINCE: {"epoch": epoch, "pos": 10**9}}}))
        assert next_frame(line, "snap", "change")["t"] == "snap"


def test_an_epoch_belongs_to_what_one_may_see(server: Server, desk: Seat, crew: Callable[[str], Seat]) -> None:
    """Whoever sits down at another seat cannot go on from where the last one stood."""
    with opened(server, desk) as line:
        hello(line)
        snap = next_frame(line, "snap")
    with opened(server, crew("A02")) as line:
        hello(line, {PROVINCE: {"epoch": snap["epoch"], "pos": snap["pos"]}})
        own = next_frame(line, "snap", "change")
    assert own["t"] == "snap"
    shown = [(i["k"], i["id"]) for i in own["items"] if i["k"] != "condition"]  # the roads are everybody's
    assert shown == [("unit", f"{PROVINCE}.u.A02")]


def test_who_does_not_read_is_cut_and_holds_nobody_up(server: Server, desk: Seat) -> None:
    """The one who is slow is dropped after a bounded backlog; the one who reads misses nothing, and nor does the server."""
    slow = raw_stream(server, desk)
    reader = Reader()
    with opened(server, desk) as fast:
        hello(fast)
        reader.take(next_frame(fast, "snap"))
        incident = desk.incident()
        # Every note comes with all before it: a hundred and fifty of them, 90 MB, are far more than a listener may owe.
        for _ in range(150):
            reader.follow(fast, desk.done(f"/v1/incidents/{incident}/notes", {"text": "ی" * 4_000})["position"])
    assert len(reader.held["detail", incident]["notes"]) == 150
    assert ends_within(slow, bytes_max=20_000_000)
    desk.done(f"/v1/incidents/{incident}/cancel")


def raw_stream(server: Server, desk: Seat) -> socket.socket:
    """Open a stream with a small window, say hello, and read no more than the handshake."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", server.port))
    line.settimeout(CLOSES_WITHIN_S)
    request = (
        f"GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Bearer {desk.token}\r\n\r\n"
    )
    line.sendall(request.encode())
    assert b"101" in line.recv(12)
    said, mask = b'{"t":"hello"}', b"\x01\x02\x03\x04"
    masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(said))
    line.sendall(struct.pack("!BB", 0x81, 0x80 | len(said)) + mask + masked)
    return line


def ends_within(line: socket.socket, *, bytes_max: int) -> bool:
    """Read at last, and tell whether the line ends before so many bytes."""
    total = 0
    with line:
        try:
            while chunk := line.recv(1 << 20):
                total += len(chunk)
                if total > bytes_max:
                    return False
        except (ConnectionError, TimeoutError) as error:
            return not isinstance(error, TimeoutError)
    return True
