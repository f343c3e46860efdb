"""
How many calls an exchange can fork to us, and how soon a console has one that rings.

Run from the repository: `python benchmarks/telephone.py [--rate 200] [--seconds 60]`. It needs SIPp (`apt-get install
sip-tester`), which plays the exchange: each call rings with its place and is taken back after two seconds as answered
elsewhere. Beside it ten probe calls a second are timed from their INVITE to the frame on a console's socket. At the end every
call must be in the province's log and every message in the journal. All of it is loopback and ends by itself.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from websockets.sync.client import connect

from facts import write_results
from nazdik.intake.callers.envelope import unwrap
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.journal import read_journal

ROOT = Path(__file__).parents[1]
PROVINCE = "khuzestan"
BAR_MS = 500.0
PROBES_PER_S = 10
READ_AT_ONCE = 5_000
PIDF = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
 xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:gml="http://www.opengis.net/gml"
 xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:load@example"><dm:device id="d"><gp:geopriv><gp:location-info>
<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>31.3183 48.6706</gml:pos>
<gs:radius uom="urn:ogc:def:uom:EPSG::9001">35</gs:radius></gs:Circle></gp:location-info><gp:usage-rules/></gp:geopriv>
</dm:device></presence>"""
INVITE = """
      INVITE sip:110@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:+98916[call_number]@[local_ip]:[local_port]>;tag=[pid]S[call_number]
      To: <sip:110@[remote_ip]:[remote_port]>
      Call-ID: [call_id]
      CSeq: 1 INVITE
      Contact: <sip:x@[local_ip]:[local_port]>
      Max-Forwards: 70
      P-Asserted-Identity: <tel:+98916[call_number]>
      Geolocation: <cid:place@load>
      Content-Type: multipart/mixed;boundary=b1
      Content-Length: [len]

      --b1
      Content-Type: application/pidf+xml
      Content-ID: <place@load>

      {pidf}
      --b1--
"""
REQUEST = """
      {method} sip:110@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
      From: <sip:+98916[call_number]@[local_ip]:[local_port]>;tag=[pid]S[call_number]
      To: <sip:110@[remote_ip]:[remote_port]>{peer}
      Call-ID: [call_id]
      CSeq: 1 {method}
      Max-Forwards: 70
      {reason}Content-Length: 0
"""


def scenario() -> str:
    """Return SIPp's script of one call."""
    cancel = REQUEST.format(
        method="CANCEL",
        branch="[branch-1]",
        peer="",
        reason='Reason: SIP;cause=200;text="Call completed elsewhere"\n      ',
    )
    ack = REQUEST.format(method="ACK", branch="[branch-2]", peer="[peer_tag_param]", reason="")
    invite = INVITE.format(pidf=PIDF.replace("\n", "\n      "))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="an exchange that forks">
  <send retrans="500"><![CDATA[{invite}]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" rtd="true"/>
  <pause milliseconds="2000"/>
  <send retrans="500"><![CDATA[{cancel}]]></send>
  <recv response="200"/>
  <recv response="487"/>
  <send><![CDATA[{ack}]]></send>
</scenario>
"""


def free_port(kind: int) -> int:
    """Return a port nobody listens on."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Probe(threading.Thread):
    """A console and a trunk of its own: how long from an INVITE to the call on the console's socket."""

    def __init__(self, address: str, sip_port: int) -> None:
        super().__init__(daemon=True)
        self._address, self._sip_port = address, sip_port
        self.stop = threading.Event()
        self.sent: dict[str, float] = {}
        self.late_ms: list[float] = []

    def run(self) -> None:
        """Send and listen until told to stop."""
        session = httpx.post(f"{self._address}/v1/sessions", json={"seat": f"call_taker:{PROVINCE}"}, timeout=30).json()
        url = self._address.replace("http", "ws", 1) + "/v1/stream"
        headers = {"authorization": f"Bearer {session['token']}"}
        with connect(url, additional_headers=headers, compression=None, max_size=None, max_queue=None) as console:
            console.send(json.dumps({"t": "hello", "resume": {}}))
            sender = threading.Thread(target=self._send, daemon=True)
            sender.start()
            while not self.stop.is_set() or len(self.late_ms) < len(self.sent):
                try:
                    self._hear(console.recv(timeout=1.0))
                except TimeoutError:
                    if self.stop.is_set():
                        break

    def _send(self) -> None:
        trunk = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        number = 0
        while not self.stop.wait(1 / PROBES_PER_S):
            number += 1
            name = f"+98917{number:07d}"
            head = (
                f"INVITE sip:110@x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKp{number}\r\n"
                f"From: <sip:{name}@x>;tag={number}\r\nTo: <sip:110@x>\r\nCall-ID: probe{number}\r\nCSeq: 1 INVITE\r\n\r\n"
            )
            self.sent[name] = time.perf_counter()
            trunk.sendto(head.encode(), ("127.0.0.1", self._sip_port))

    def _hear(self, frame: str | bytes) -> None:
        now = time.perf_counter()
        if isinstance(frame, str) and "+98917" in frame:
            for name, sent in list(self.sent.items()):
                if sent > 0 and name in frame:
                    self.late_ms.append((now - sent) * 1000)
                    self.sent[name] = 0.0


def served(data: Path, port: int, sip_port: int) -> "subprocess.Popen[bytes]":
    """Start a server and wait until it is ready."""
    environment = os.environ | {"NAZDIK_DEMO": "yes", "NAZDIK_SIP_UDP_PORT": str(sip_port)}
    command = [sys.executable, "-m", "nazdik.cli", "serve", "--region", str(ROOT / "regions" / "built" / PROVINCE)]
    command += ["--data", str(data), "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return server
        except httpx.HTTPError:
            time.sleep(0.2)
    server.kill()
    raise SystemExit("the server did not become ready")


def measure(rate: int, seconds: int) -> dict[str, Any]:
    """Run the load and count what is left of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "call.xml").write_text(scenario(), encoding="utf-8")
        port, sip_port = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
        server = served(folder / "data", port, sip_port)
        try:
            probe = Probe(f"http://127.0.0.1:{port}", sip_port)
            probe.start()
            time.sleep(1.0)
            command = [
                "sipp",
                f"127.0.0.1:{sip_port}",
                "-sf",
                "call.xml",
                "-i",
                "127.0.0.1",
                "-r",
                str(rate),
                "-nostdin",
                # On a busy machine SIPp is not always there to take what we answer.
                "-buff_size",
                "4194304",
            ]
            command += [
                "-m",
                str(rate * seconds),
                "-l",
                str(rate * 60),
                "-timeout",
                f"{seconds + 60}",
                "-trace_stat",
                "-fd",
                "600",
            ]
            began = time.perf_counter()
            played = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=seconds + 120)
            took_s = time.perf_counter() - began
            time.sleep(3.0)
            probe.stop.set()
            probe.join(20)
        finally:
            server.terminate()
            server.wait(60)
        kinds: Counter[str] = Counter()
        log, position = SqliteLog(folder / "data" / f"{PROVINCE}.log.sqlite"), 0
        while entries := log.read(position, READ_AT_ONCE):
            # The server calls itself through each door every minute; those are no calls of ours.
            kinds.update(entry.kind for entry in entries if not json.loads(entry.body).get("is_test"))
            position = entries[-1].position
        log.close()
        records = [unwrap(record.data) for record in read_journal(folder / "data" / "journal")]
        doors = Counter(came.door if came is not None else "unknown" for came in records)
        asked = rate * seconds + len(probe.sent)
        p50, p99 = np.percentile(np.array(probe.late_ms), [50, 99])
        return {
            "calls_a_second": rate,
            "seconds": round(took_s, 1),
            "calls_sent": asked,
            "calls_in_the_log": kinds["intake.call_presented.v1"],
            "calls_lost": asked - kinds["intake.call_presented.v1"],
            "places_in_the_log": kinds["intake.call_located.v1"],
            "ended_in_the_log": kinds["intake.ringing_ended.v1"],
            "rings_in_the_journal": doors["sip"],
            "ends_in_the_journal": doors["ended"],
            "sipp_ended_well": played.returncode == 0,
            "ring_to_console_ms": {"n": len(probe.late_ms), "p50": round(float(p50), 1), "p99": round(float(p99), 1)},
            "within_the_bar": bool(p99 <= BAR_MS),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    if shutil.which("sipp") is None:
        raise SystemExit("SIPp is missing: apt-get install sip-tester")
    figures = measure(given.rate, given.seconds)
    print(json.dumps(figures, indent=2))
    print(write_results("telephone", figures))


if __name__ == "__main__":
    main()
