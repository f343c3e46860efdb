"""
Partners: other systems, what each was granted, and for which office.

A token is 256 bits of chance, shown once and kept as a digest. The file is asked at each request, so that what the command line
grants or revokes counts at once.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import Any

import apsw

from nazdik.interchange.errors import (
    CertificateWrong,
    GrantMissing,
    GrantUnknown,
    PartnerExists,
    PartnerNotFound,
    PartnerUnknown,
)
from nazdik.kernel import Instant, OfficeId
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

FILE = "partners.sqlite"
TOKEN_BYTES = 32
TOKEN_LENGTH_MAX = 128
NAME_MAX = 80
SCHEMA = """
CREATE TABLE IF NOT EXISTS partner (
    id TEXT PRIMARY KEY,
    token_digest BLOB NOT NULL UNIQUE,
    office TEXT NOT NULL,
    grants TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT
"""


_COLUMNS = "id, office, grants, added_at, revoked_at, certificate"


class Grant(StrEnum):
    """What a partner may be given; `personal` lies over the others."""

    EIDO_READ = "eido.read"
    EIDO_SEND = "eido.send"
    WEBHOOK = "webhook"
    FEATURES = "features"
    OPEN311 = "open311"
    LOG_READ = "log.read"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Partner:
    """Another system. It sees what its office and those below it have, and hands over to that office's province."""

    id: str
    office: OfficeId
    grants: frozenset[Grant]
    added_at: Instant
    revoked_at: Instant | None = None
    # SHA-256 of the certificate that it must show besides its token; None when its token is enough.
    certificate: str | None = None

    @property
    def personal(self) -> bool:
        """Whether it may have personal data."""
        return Grant.PERSONAL in self.grants

    def show(self, certificate: str | None) -> None:
        """Raise `CertificateWrong` when a certificate is bound to the partner and this is not it."""
        if self.certificate is not None and not compare_digest(certificate or "", self.certificate):
            raise CertificateWrong

    def need(self, grant: Grant) -> None:
        """Raise `GrantMissing` when the partner was not given this."""
        if grant not in self.grants:
            raise GrantMissing(grant=grant.value)


class Partners:
    """The partners in their file. Every method may be called from any thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._mutex = Lock()
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)
            columns = {row[1] for row in self._db.execute("PRAGMA table_info(partner)")}
            if "certificate" not in columns:
                self._db.execute("ALTER TABLE partner ADD COLUMN certificate TEXT")

    def add(self, partner_id: str, office: OfficeId, grants: list[str]) -> str:
        """
        Take on a partner and return its token, which is shown this once.

        Raises:
            PartnerExists: The name is taken, also by one that was revoked.
            GrantUnknown: A grant is none of `Grant`.
        """
        known = {grant.value for grant in Grant}
        wrong = sorted(set(grants) - known)
        if wrong or not grants or not 0 < len(partner_id) <= NAME_MAX:
            raise GrantUnknown(grant=wrong[0] if wrong else None, known=sorted(known))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = (partner_id, _digest(token), office, " ".join(sorted(set(grants))), self._clock.now())
        try:
            self._ask("INSERT INTO partner (id, token_digest, office, grants, added_at) VALUES (?,?,?,?,?)", row)
        except apsw.ConstraintError as error:
            raise PartnerExists(partner=partner_id) from error
        return token

    def revoke(self, partner_id: str) -> None:
        """Withdraw a partner's credential; a second time changes nothing. Raises `PartnerNotFound`."""
        if not any(partner.id == partner_id for partner in self.list_partners()):
            raise PartnerNotFound(partner=partner_id)
        sql = "UPDATE partner SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        self._ask(sql, (self._clock.now(), partner_id))

    def get_by_token(self, token: str | None) -> Partner:
        """Return the partner a token belongs to. Raises `PartnerUnknown`."""
        if not token or len(token) > TOKEN_LENGTH_MAX:
            raise PartnerUnknown
        sql = f"SELECT {_COLUMNS} FROM partner WHERE token_digest = ? AND revoked_at IS NULL"  # noqa: S608
        rows = self._ask(sql, (_digest(token),))
        if not rows:
            raise PartnerUnknown
        return _partner(rows[0])

    def knows(self, token: str) -> bool:
        """Whether a token is some partner's, a revoked one's too."""
        return bool(self._ask("SELECT 1 FROM partner WHERE token_digest = ?", (_digest(token),)))

    def get(self, partner_id: str) -> Partner:
        """Return a partner that has not been revoked. Raises `PartnerNotFound`."""
        for partner in self.list_partners():
            if partner.id == partner_id and partner.revoked_at is None:
                return partner
        raise PartnerNotFound(partner=partner_id)

    def is_good(self, partner_id: str) -> bool:
        """Whether a partner's credential has not been withdrawn."""
        return bool(self._ask("SELECT 1 FROM partner WHERE id = ? AND revoked_at IS NULL", (partner_id,)))

    def list_partners(self) -> list[Partner]:
        """Return all partners, revoked ones too, by name."""
        sql = f"SELECT {_COLUMNS} FROM partner ORDER BY id"  # noqa: S608 - our own columns
        return [_partner(row) for row in self._ask(sql, ())]

    def bind(self, partner_id: str, certificate: str | None) -> None:
        """Let a partner in with this certificate only (SHA-256 in hex), None for its token alone. Raises `PartnerNotFound`."""
        self.get(partner_id)
        self._ask("UPDATE partner SET certificate = ? WHERE id = ?", (certificate, partner_id))

    def close(self) -> None:
        """Let go of the file."""
        with self._mutex:
            self._db.close(True)

    def _ask(self, sql: str, row: tuple[Any, ...]) -> list[Any]:
        with self._mutex, translated():
            found: list[Any] = self._db.execute(sql, row).fetchall()
        return found


def _partner(row: Any) -> Partner:
    grants = frozenset(Grant(word) for word in row[2].split())
    revoked_at = None if row[4] is None else Instant(row[4])
    return Partner(row[0], OfficeId(row[1]), grants, Instant(row[3]), revoked_at, row[5])


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
