"""TLS outside the loopback: a certificate is there without anybody bringing one, and a real server speaks by it."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from nazdik.bootstrap.oversight.run import OversightPlace, with_tls
from nazdik.platform.clock import SystemClock
from nazdik.platform.first_certificate import LASTS_DAYS, RENEWED_DAYS, names_of, with_certificate
from nazdik.platform.http import networks_of
from nazdik.platform.settings import Settings
from tests.server import PROVINCE, Server, free_port

NOW = 1_795_000_000_000_000
DAY = 24 * 3_600 * 1_000_000


def outside(data: Path, **more: object) -> Settings:
    return Settings(data_dir=data, host="0.0.0.0", passkey_host="cad.example.org", **more)  # type: ignore[arg-type]


def test_what_needs_no_certificate_gets_none(tmp_path: Path) -> None:
    for settings in (
        replace(outside(tmp_path), host="127.0.0.1"),
        replace(outside(tmp_path), host="::1"),
        replace(outside(tmp_path), host="localhost"),
        outside(tmp_path, plain_http=True),
        outside(tmp_path, demo=True),
    ):
        assert with_certificate(settings, NOW, lambda _: None) == settings
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_is_made_once_renewed_in_time_and_told_by_its_print(tmp_path: Path) -> None:
    said: list[str] = []
    made = with_certificate(outside(tmp_path), NOW, said.append)
    assert made.is_https and made.tls_certificate is not None and made.tls_key is not None
    first = made.tls_certificate.read_bytes()
    certificate = x509.load_pem_x509_certificate(first)
    assert any(certificate.fingerprint(certificate.signature_hash_algorithm).hex(":").upper() in line for line in said)  # type: ignore[arg-type]
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == names_of(made) >= {"cad.example.org", "localhost", "127.0.0.1"}
    assert "0.0.0.0" not in names_of(made)
    assert made.tls_key.stat().st_mode & 0o077 == 0

    in_time = NOW + (LASTS_DAYS - RENEWED_DAYS - 1) * DAY
    assert with_certificate(outside(tmp_path), in_time, lambda _: None) == made
    assert made.tls_certificate.read_bytes() == first
    with_certificate(outside(tmp_path), in_time + 2 * DAY, lambda _: None)
    second = made.tls_certificate.read_bytes()
    assert second != first
    # Another name needs another certificate.
    with_certificate(replace(outside(tmp_path), passkey_host="other.example.org"), in_time + 2 * DAY, lambda _: None)
    assert made.tls_certificate.read_bytes() != second


@pytest.mark.parametrize(("days", "warned"), [(RENEWED_DAYS + 1, False), (RENEWED_DAYS - 1, True)])
def test_ones_own_certificate_is_taken_as_it_is_and_its_end_is_said(tmp_path: Path, days: int, warned: bool) -> None:
    own = with_certificate(outside(tmp_path), NOW, lambda _: None)
    said: list[str] = []
    assert with_certificate(own, NOW + (LASTS_DAYS - days) * DAY, said.append) == own
    assert bool(said) is warned


def test_a_server_speaks_by_it_and_its_cookie_stays_with_it(
    tmp_path: Path, built_region: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A handshake goes by the machine's own clock.
    made = with_certificate(outside(tmp_path), SystemClock().now(), lambda _: None)
    own = {"NAZDIK_TLS_CERTIFICATE": str(made.tls_certificate), "NAZDIK_TLS_KEY": str(made.tls_key)}
    server = Server(tmp_path, free_port(), own)
    context = ssl.create_default_context(cafile=str(made.tls_certificate))
    monkeypatch.setattr(Server, "address", property(lambda self: f"https://localhost:{self.port}"))
    with httpx.Client(verify=context, base_url=server.address) as client:

        def answers(_: Server, path: str) -> bool:
            with suppress(httpx.HTTPError):
                return client.get(path).status_code == 200
            return False

        monkeypatch.setattr(Server, "answers", answers)
        try:
            server.start(built_region(PROVINCE))
            answer = client.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"})
            assert answer.headers["set-cookie"].startswith("__Host-nazdik_session=")
            assert "max-age" in answer.headers["strict-transport-security"]
            assert client.get("/v1/session").status_code == 200
            assert client.get("/v1/health").json()["ok"], "the watch does not get through its own TLS"
        finally:
            server.stop()


def test_197_speaks_tls_outside_the_loopback_from_its_first_start(tmp_path: Path) -> None:
    said: list[str] = []
    outside = with_tls(OversightPlace(tmp_path, host="0.0.0.0"), said.append)
    assert outside.tls_certificate == tmp_path / "tls/server.pem" and outside.tls_key is not None
    assert outside.public.startswith("https://") and "SHA-256" in said[0]
    # A proxy of ours ends TLS before it; this machine's own lines need none; the force's own certificate is kept.
    for place in (
        OversightPlace(tmp_path, host="0.0.0.0", proxies=tuple(networks_of(["10.0.0.1"]))),
        OversightPlace(tmp_path),
        OversightPlace(tmp_path, host="0.0.0.0", tls_certificate=outside.tls_certificate, tls_key=outside.tls_key),
    ):
        assert with_tls(place, said.append) == place
