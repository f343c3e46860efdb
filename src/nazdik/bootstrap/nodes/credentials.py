"""
Passwords, passkeys, telephones and one-time codes that are good at every node: tables of the registry file, kept alike by
`sealed_rows`.
"""

from pathlib import Path

from nazdik.bootstrap.nodes.sealed_rows import Owner, Row, Rows, SealedRows
from nazdik.platform.auth.seals import Seals
from nazdik.platform.eventlog.postgres.credentials import CredentialTable

PERSON, CODE = Owner("person", "person"), Owner("code", "hash", in_bytes=True)
# Which tables hold them, and by which column whose they are.
TABLES = {
    "passwords": PERSON,
    "passkey": PERSON,
    "passkey_user": PERSON,
    "totp": PERSON,
    "totp_begun": PERSON,
    "recovery_code": PERSON,
    "subject": PERSON,
    "one_time_code": CODE,
}
# Kept sealed with a key of each machine; they travel bare within what is sealed with the nodes' key.
SEALED = frozenset({"totp", "totp_begun"})


class SharedCredentials(SealedRows):
    """Keeps the registry file and the store alike. Blocking: call it in a thread."""

    def __init__(self, path: Path, table: CredentialTable, key: bytes, seals: Seals) -> None:
        """
        Open the registry file beside those who use it.

        Args:
            key: What nodes seal with, 32 bytes.
            seals: What this machine seals telephones' secrets with.
        """
        self._seals = seals
        super().__init__(path, table, key, TABLES)

    def bare(self, table: str, row: Row) -> Row:
        """Return a telephone's secret without the seal of this machine. Raises `SealBroken`."""
        return {**row, "sealed": self._seals.open(row["sealed"], _totp(row))} if table in SEALED else row

    def kept(self, table: str, row: Row) -> Row:
        """Return a telephone's secret sealed as this machine does it."""
        return {**row, "sealed": self._seals.seal(row["sealed"], _totp(row))} if table in SEALED else row

    def together(self, owner: str, ours: Rows, theirs: Rows) -> Rows:
        """Return what both have: every key, and of what there is one of, the other node's."""
        both = {table: theirs.get(table) or ours.get(table) or [] for table in {**ours, **theirs}}
        keys = {row["id"]: row for row in (*ours.get("passkey", ()), *theirs.get("passkey", ()))}
        if theirs.get("totp"):
            # Codes on paper belong to the telephone that they were given with.
            both["recovery_code"] = theirs.get("recovery_code") or []
        return {**both, "passkey": list(keys.values())} if keys else both


def _totp(row: Row) -> str:
    return f"totp:{row['person']}"
