"""An entry as a row of PostgreSQL."""

from typing import Any

import msgspec

from nazdik.platform.eventlog.entry import Claim, Entry

COLUMNS = "position, at, command_id, step, command_digest, actor, kind, subject, body, claims, answer, hash"
_decode_claims = msgspec.json.Decoder(tuple[Claim, ...]).decode


def entry_of(row: Any) -> Entry:
    """Return the entry that a row of `COLUMNS` holds."""
    claims = _decode_claims(row[9]) if row[9] else ()
    return Entry(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], claims, row[10], row[11])
