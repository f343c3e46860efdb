"""
Gateways that bring messages to us and carry ours: one province each, known by a token that is shown once and kept as a digest.

A token is 128 bits of chance, so SHA-256 without a salt is enough: there is nothing to guess from.
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import apsw

from nazdik.intake.errors import GatewayExists, GatewayInvalid, GatewayUnknown
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect

TOKEN_BYTES = 16
TOKEN_LENGTH_MAX = 200
LOOK_EVERY_S = 2.0
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS gateway (
    name TEXT PRIMARY KEY,
    token_digest BLOB NOT NULL UNIQUE,
    province TEXT NOT NULL,
    send_url TEXT NOT NULL,            -- where it takes messages of ours; empty: it only brings
    aml_key TEXT NOT NULL,             -- with which senders of places sign; empty: nothing can be checked
    enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway."""

    name: str
    province: ProvinceId
    send_url: str
    aml_key: str
    enrolled_at: Instant
    revoked_at: Instant | None = None


class Gateways:
    """All gateways, in a file; what another process changed is taken up within two seconds."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._db = connect(path)
        self._db.execute(_SCHEMA)
        self._clock = clock
        self._read_at_s = -LOOK_EVERY_S
        self._by_digest: dict[bytes, Gateway] = {}

    def enrol(self, name: str, *, province: ProvinceId, send_url: str = "", aml_key: str = "") -> str:
        """
        Take on a gateway and return its token, which is shown this once.

        Raises:
            GatewayInvalid: The name or the address cannot be used.
            GatewayExists: The name is taken, also by a revoked one.
        """
        if not _NAME.fullmatch(name):
            raise GatewayInvalid(name=name[:80], wanted="a-z, 0-9 and -, up to 40")
        if send_url and not _is_address(send_url):
            raise GatewayInvalid(send_url=send_url[:200], wanted="http://… or https://…")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = (name, _digest(token), str(province), send_url, aml_key, self._clock.now())
        try:
            self._db.execute(
                "INSERT INTO gateway (name, token_digest, province, send_url, aml_key, enrolled_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
        except apsw.ConstraintError as error:
            raise GatewayExists(name=name) from error
        self._read_at_s = -LOOK_EVERY_S
        return token

    def revoke(self, name: str) -> None:
        """Withdraw a gateway's token for good; a second time changes nothing. Raises `GatewayUnknown`."""
        if name not in {gateway.name for gateway in self.list_gateways()}:
            raise GatewayUnknown(name=name[:80])
        self._db.execute(
            "UPDATE gateway SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", (self._clock.now(), name)
        )
        self._read_at_s = -LOOK_EVERY_S

    def list_gateways(self) -> list[Gateway]:
        """Return all gateways by name, revoked ones too."""
        return sorted(self._read().values(), key=lambda gateway: gateway.name)

    def find_by_token(self, token: str) -> Gateway | None:
        """Return the gateway a token belongs to, None when it belongs to none or is revoked."""
        if not token or len(token) > TOKEN_LENGTH_MAX:
            return None
        found = self._known().get(_digest(token))
        return found if found is not None and found.revoked_at is None else None

    def find_by_name(self, name: str) -> Gateway | None:
        """Return a gateway that is not revoked, by its name."""
        return next((g for g in self._known().values() if g.name == name and g.revoked_at is None), None)

    def carrier_of(self, province: ProvinceId) -> Gateway | None:
        """Return the gateway that carries messages of ours in a province; the first by name."""
        carriers = [g for g in self._known().values() if g.province == province and g.send_url and g.revoked_at is None]
        return min(carriers, key=lambda gateway: gateway.name, default=None)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _known(self) -> dict[bytes, Gateway]:
        now_s = self._clock.monotonic_s()
        if now_s - self._read_at_s >= LOOK_EVERY_S:
            self._by_digest, self._read_at_s = self._read(), now_s
        return self._by_digest

    def _read(self) -> dict[bytes, Gateway]:
        rows = self._db.execute(
            "SELECT token_digest, name, province, send_url, aml_key, enrolled_at, revoked_at FROM gateway"
        )
        return {
            digest: Gateway(
                name,
                ProvinceId(province),
                send_url,
                aml_key,
                Instant(enrolled_at),
                None if revoked_at is None else Instant(revoked_at),
            )
            for digest, name, province, send_url, aml_key, enrolled_at, revoked_at in rows
        }


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
