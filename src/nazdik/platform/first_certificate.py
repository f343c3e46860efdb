"""
The first certificate: outside the loopback nothing goes over the wire in the open, also before anybody has brought a certificate.

It vouches for itself, so browsers warn of it until each desk has been told to trust it, or the force's own takes its place.
"""

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nazdik.kernel import Instant
from nazdik.platform.settings import Settings

FOLDER = "tls"
CERTIFICATE, KEY = "server.pem", "server.key"
LASTS_DAYS = 397  # No browser takes one that lasts longer.
RENEWED_DAYS = 30


def with_certificate(settings: Settings, now: Instant, say: Callable[[str], None]) -> Settings:
    """
    Return settings with a certificate where one is needed, made now if need be, and say what whoever started this has to know.

    The loopback needs none, nor the demo, nor a server behind a proxy that ends TLS (`plain_http`).
    """
    at = datetime.fromtimestamp(now / 1_000_000, tz=UTC)
    if settings.tls_certificate is not None:
        _say_end(_read(settings.tls_certificate), at, say)
        return settings
    if settings.plain_http or settings.demo or is_loopback(settings.host):
        return settings
    folder, names = settings.data_dir / FOLDER, names_of(settings)
    certificate, key = folder / CERTIFICATE, folder / KEY
    held = _read(certificate) if certificate.exists() and key.exists() else None
    if held is None or held.not_valid_after_utc - at < timedelta(days=RENEWED_DAYS) or not names <= _names_in(held):
        held = _make(certificate, key, names, at)
    print_ = held.fingerprint(SHA256()).hex(":").upper()
    say(f"TLS by a certificate of our own; browsers warn until they are told to trust it. SHA-256: {print_}")
    say("گواهی TLS را خود سامانه ساخته است؛ تا به آن اعتماد نکنند مرورگرها هشدار می‌دهند. اثر بالا را بسنجید.")
    return replace(settings, tls_certificate=certificate, tls_key=key)


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def names_of(settings: Settings) -> frozenset[str]:
    """Return by what names and numbers the server may be asked for."""
    public = urlsplit(settings.public_url).hostname or ""
    told = {settings.passkey_host, public, settings.host, socket.gethostname().lower(), "localhost", "127.0.0.1"}
    return frozenset(name for name in told if name and not _is_any(name))


def _is_any(name: str) -> bool:
    try:
        return ip_address(name).is_unspecified
    except ValueError:
        return False


def _read(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        return None  # Whoever listens by it says what is wrong with it.


def _names_in(certificate: x509.Certificate) -> set[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in found}


def _say_end(certificate: x509.Certificate | None, now: datetime, say: Callable[[str], None]) -> None:
    left = certificate.not_valid_after_utc - now if certificate is not None else None
    if left is not None and left < timedelta(days=RENEWED_DAYS):
        say(f"THE CERTIFICATE ENDS IN {max(0, left.days)} DAYS: bring a new one and start again.")
        say(f"گواهی TLS تا {max(0, left.days)} روز دیگر تمام می‌شود: گواهی تازه بگذارید و دوباره راه بیندازید.")


def _make(certificate: Path, key: Path, names: frozenset[str], now: datetime) -> x509.Certificate:
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nazdik")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=LASTS_DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in sorted(names)]), critical=False)
        # It vouches for itself and for nothing else.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, SHA256())
    )
    certificate.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(key, secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(certificate, made.public_bytes(Encoding.PEM))
    return made


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, data: bytes) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
