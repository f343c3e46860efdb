"""Partners that show a certificate at a real server: bound to one, refused with another's, without, and by the other door."""

import ipaddress
import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from websockets.sync.client import connect

from nazdik.interchange.conveyance import SUBPROTOCOL
from nazdik.platform.mutual_tls import FINGERPRINT, PROOF
from tests.contract.test_eido import SUBSCRIBE, Partner, nazdik
from tests.server import PROVINCE, Server, free_port, problem, served


@dataclass
class Authority:
    """Somebody who signs certificates, in files."""

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.own = self._make(self.name, self.key, self.name, authority=True)
        self.file = self.folder / f"{self.name}.pem"
        self.file.write_bytes(self.own.public_bytes(Encoding.PEM))

    def sign(self, name: str) -> tuple[Path, Path]:
        """Return the files of a certificate and its key."""
        key = Ed25519PrivateKey.generate()
        made = self._make(name, key, self.name)
        certificate, secret = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        certificate.write_bytes(made.public_bytes(Encoding.PEM))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate, secret

    def _make(self, name: str, key: Ed25519PrivateKey, issuer: str, *, authority: bool = False) -> x509.Certificate:
        def named(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
            )
            .sign(self.key, None)
        )


@dataclass
class Door:
    """A server with a door that asks for certificates."""

    server: Server
    port: int
    ours: Authority

    def context(self, shown: tuple[Path, Path] | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.ours.file))
        if shown is not None:
            context.load_cert_chain(*shown)
        return context

    def client(self, partner: Partner, shown: tuple[Path, Path] | None) -> httpx.Client:
        headers = {"authorization": f"Bearer {partner.token}"}
        address = f"https://127.0.0.1:{self.port}"
        return httpx.Client(base_url=address, headers=headers, verify=self.context(shown), timeout=20)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("certificates")
    ours, port = Authority(folder, "ours"), free_port()
    certificate, key = ours.sign("server")
    settings = {
        "NAZDIK_PARTNER_TLS_PORT": str(port),
        "NAZDIK_PARTNER_TLS_CERTIFICATE": str(certificate),
        "NAZDIK_PARTNER_TLS_KEY": str(key),
        "NAZDIK_PARTNER_TLS_AUTHORITIES": str(ours.file),
    }
    with served(tmp_path_factory.mktemp("door"), built_region(PROVINCE), settings) as server:
        yield Door(server, port, ours)
        assert "Traceback" not in server.said(), server.said()[-4000:]


def test_a_bound_partner_comes_in_with_its_own_certificate_alone(door: Door) -> None:
    fire, ambulance = door.ours.sign("fire"), door.ours.sign("ambulance")
    incident = door.server.seat(f"dispatcher:{PROVINCE}").incident()
    partner = Partner(door.server, "eido.read", "features", "log.read")
    assert partner.http.get(f"/EIDO/{incident}").status_code == 200, "nothing is bound yet"
    assert nazdik(door.server, "certificate", partner.name, "--file", str(fire[0])).exit_code == 0
    with door.client(partner, fire) as own:
        # One after the other: each is a connection of its own, and is asked again.
        for path in (f"/EIDO/{incident}", "/ogc/collections/beats", "/LogEventIds"):
            assert own.get(path).status_code == 200, path
        assert own.post("/EIDO", json={}).status_code == 403
    with door.client(partner, ambulance) as other:
        problem(other.get(f"/EIDO/{incident}"), 403, "interchange.certificate_wrong")
        forged = {FINGERPRINT: "0" * 64, PROOF: "guess"}
        problem(other.get("/LogEventIds", headers=forged), 403, "interchange.certificate_wrong")
    problem(partner.http.get(f"/EIDO/{incident}"), 403, "interchange.certificate_wrong")
    problem(partner.http.get("/ogc/collections/beats"), 403, "interchange.certificate_wrong")
    assert nazdik(door.server, "certificate", partner.name, "--file", str(ambulance[0])).exit_code == 0
    with door.client(partner, ambulance) as renewed:
        assert renewed.get(f"/EIDO/{incident}").status_code == 200
    assert nazdik(door.server, "certificate", partner.name).exit_code == 0
    assert partner.http.get(f"/EIDO/{incident}").status_code == 200


def test_nobody_comes_to_that_door_without_a_certificate_of_the_authorities(door: Door, tmp_path: Path) -> None:
    partner = Partner(door.server, "eido.read")
    for shown in (None, Authority(tmp_path, "strangers").sign("fire")):
        with door.client(partner, shown) as stranger, pytest.raises(httpx.HTTPError):
            stranger.get("/healthz")
    with door.client(partner, door.ours.sign("known")) as known:
        assert known.get("/healthz").status_code == 200
        assert len(known.get("/openapi.json").content) > 200_000


def test_following_incidents_goes_through_the_door(door: Door) -> None:
    fire, partner = door.ours.sign("fire-line"), Partner(door.server, "eido.read")
    assert nazdik(door.server, "certificate", partner.name, "--file", str(fire[0])).exit_code == 0
    headers = {"authorization": f"Bearer {partner.token}"}
    url = f"wss://127.0.0.1:{door.port}/EIDO/Subscribe"
    with connect(
        url,
        additional_headers=headers,
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        ssl=door.context(fire),
        max_size=None,
    ) as line:
        line.send(json.dumps(SUBSCRIBE))
        assert json.loads(line.recv(timeout=30))["subscribeResponse"]["statusCode"] == 200
        incident = door.server.seat(f"dispatcher:{PROVINCE}").incident()
        told = ""
        while incident not in told:
            told = str(line.recv(timeout=30))


def test_what_is_no_certificate_is_not_bound(door: Door, tmp_path: Path) -> None:
    partner = Partner(door.server, "eido.read")
    (tmp_path / "x.pem").write_text("nothing")
    assert nazdik(door.server, "certificate", partner.name, "--file", str(tmp_path / "x.pem")).exit_code != 0
    assert "interchange.partner_not_found" in nazdik(door.server, "certificate", "nobody").output
