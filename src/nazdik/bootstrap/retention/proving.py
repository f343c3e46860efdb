"""Whether what was to go is gone: the record against the disk, the copy and the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from nazdik.bootstrap.retention.audit_cut import AuditPast, oldest_kept
from nazdik.bootstrap.retention.letters import letters_left
from nazdik.bootstrap.retention.planning import PHOTOS, Plan
from nazdik.bootstrap.retention.records import Erasure, ErasuresUnreadable, digest, read_erasures
from nazdik.bootstrap.retention.rules import LOG
from nazdik.bootstrap.retention.words import Looked, look_at_words
from nazdik.kernel import rfc3339
from nazdik.platform.audit import KIND
from nazdik.platform.backup.file_keys import has_key
from nazdik.platform.eventlog.verify_sqlite import verify_file
from nazdik.platform.sqlite import connect

AUDIT_FILE = "audit.sqlite"
ERASED = "erased"


@dataclass(slots=True)
class Proof:
    """What was compared: erasures, files they name, files past their time, and everything that does not hold."""

    erasures: list[Erasure] = field(default_factory=list)
    files: int = 0
    size: int = 0
    overdue: int = 0
    in_audit: int = 0
    words: dict[str, Looked] = field(default_factory=dict)
    cut: int = 0
    faults: list[str] = field(default_factory=list)


def prove(data: Path, plan: Plan, *, copy: Path | None = None, key: str | None = None) -> Proof:
    """
    Compare the record of erasures with what there is.

    Args:
        plan: What would be erased now; anything in it is overdue.
        copy: A copy on a second disk, or what was fetched of it.
        key: The public key that has to have signed the record.
    """
    proof = Proof(overdue=len(plan.doomed))
    try:
        proof.erasures = read_erasures(data, key=key)
    except ErasuresUnreadable as fault:
        proof.faults.append(str(fault))
        return proof
    for erasure in proof.erasures:
        proof.size += erasure.size
        for gone in erasure.files:
            proof.files += 1
            there = (data / gone.name).exists()
            # The same picture may have been sent again since, and is younger then.
            again = there and erasure.of == PHOTOS and not any(one.name == gone.name for one in plan.doomed)
            if there and not again:
                proof.faults.append(f"{gone.name} was erased at {erasure.at} and is there")
            if not again and has_key(data, copy, gone.name):
                proof.faults.append(f"the copy can still give back {gone.name}")
    proof.faults += [f"{one.name} is past its time and is there" for one in plan.doomed]
    erased = frozenset(gone.name for erasure in proof.erasures for gone in erasure.files)
    for path in sorted(data.glob(f"*{LOG}")):
        province = path.name.removesuffix(LOG)
        proof.words[province] = found = look_at_words(data, province, erased)
        proof.faults += [f"the key {lost} of {province} is gone, and nothing erased it" for lost in sorted(found.lost)]
    missing = not_in_audit(data, proof.erasures)
    if missing is not None:
        proof.in_audit = len(proof.erasures) - len(missing)
        proof.faults += [f"erasure {erasure.number} is not in the audit log" for erasure in missing]
    proof.faults += [f"the message {one} was erased and is there" for one in letters_left(data, erased)]
    overdue = plan.letters.ids if plan.letters is not None else ()
    proof.faults += [f"the message {one}, that no partner took, is past its time and is there" for one in overdue]
    if plan.away:
        proof.faults.append(f"what is past its time in PostgreSQL is not known: {plan.away}")
    _prove_cut(data, plan.audit, proof)
    return proof


def _prove_cut(data: Path, audit: AuditPast | None, proof: Proof) -> None:
    if audit is None:
        return
    proof.cut = audit.hollow
    if audit.entries:
        proof.faults.append(f"{audit.entries} entries of the audit log are past their time and are there")
    if audit.in_store:
        proof.faults.append(
            f"{audit.in_store} entries of the audit log in PostgreSQL are past their time and are there"
        )
    verdict = verify_file(data / AUDIT_FILE) if audit.hollow else None
    if verdict is not None and not verdict.whole:
        proof.faults.append(f"the audit log: {verdict.said}")


def not_in_audit(data: Path, erasures: Sequence[Erasure]) -> list[Erasure] | None:
    """Return erasures that the audit log lacks, and that are not from before its beginning was cut; None when it is elsewhere."""
    known = lines_in_audit(data / AUDIT_FILE)
    if known is None:
        return None
    since = rfc3339(oldest_kept(data))
    return [erasure for erasure in erasures if digest(erasure) not in known and erasure.at >= since]


def lines_in_audit(path: Path) -> frozenset[str] | None:
    """Return the digests of the erasures that an audit log knows; None when it is kept elsewhere."""
    if not path.is_file():
        return None
    db = connect(path, query_only=True)
    try:
        rows = db.execute("SELECT body FROM entries WHERE kind = ? AND subject LIKE 'retention:%'", (KIND,))
        said = [msgspec.json.decode(body) for (body,) in rows]
    finally:
        db.close(True)
    return frozenset(str(one["details"].get("line")) for one in said if one["what"] == ERASED)
