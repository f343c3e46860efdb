"""
What can be proved to a citizen: the facts about their case, without a word of what was said, each a leaf of one Merkle tree.

A leaf is a line of JSON with the case's token, which only its citizen knows. Words are in it as a salted hash, people as a salted
pseudonym, offices by name. Whoever holds heads or proofs does not learn that there is a case about them. The facts come out of the
log by one pure function, so that a log that was changed leads to other roots than those that were signed.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nazdik.kernel import Instant, rfc3339
from nazdik.oversight import events as e
from nazdik.oversight.grown import GrownTree
from nazdik.oversight.model import Stage
from nazdik.platform.eventlog.entry import Head
from nazdik.platform.eventlog.heads import SignedHead, append_heads, newest, public_hex, read_heads, sign_head

LOG = "oversight.facts"
HEADS = "facts.heads.jsonl"
NOTHING_BEFORE = "0" * 64


class Proved(msgspec.Struct, frozen=True):
    """A fact as it was hashed, where it is in the tree, and the way to the root."""

    index: int
    said: str
    path: list[str]


class Receipt(msgspec.Struct, frozen=True):
    """Everything that a citizen needs to check their case without us. `salt` opens the hashes of words."""

    nazdik_receipt: int
    token: str
    salt: str
    facts: list[Proved]
    head: SignedHead


class HeadsLost(Exception):
    """The log leads to other facts than were signed: it was cut, changed, or an older copy was put back."""


def digest_of(salt: str, text: str) -> str:
    """Return the hash under which words are proved."""
    return sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def said_of(event: e.CaseEvent, salt: str) -> dict[str, Any] | None:
    """Return what a fact says to its citizen, None when it is not for proof."""
    match event:
        case e.ContactReceived():
            return {"fact": "received", "words": digest_of(salt, event.text)}
        case e.CaseImported():
            # Recorded now; what the other system said of earlier days is here as its word, and proves nothing.
            stated = {"at": rfc3339(event.stated.received_at), "system": event.stated.system}
            return {"fact": "received", "words": digest_of(salt, event.text), "stated": stated}
        case e.CaseRouted():
            return {"fact": "routed", "office": event.office, "shut_out": [step.office for step in event.barred]}
        case e.CaseRead():
            return {"fact": "opened", "office": event.office, "who": digest_of(salt, event.by)[:16]}
        case e.ClockStarted():
            return {"fact": "promised", "clock": event.clock, "due": rfc3339(event.due_at)}
        case e.ClockStopped():
            return {"fact": "kept", "clock": event.clock}
        case e.ClockPaused():
            return {"fact": "paused", "clock": event.clock, "reason": digest_of(salt, event.reason)}
        case e.ClockResumed():
            return {"fact": "resumed", "clock": event.clock, "days": event.paused_days}
        case e.ClockReached() if event.stage is not Stage.WARNED:
            return {"fact": "overdue", "clock": event.clock, "due": rfc3339(event.due_at), "told": event.told}
        case e.WrittenTo() if not event.internal:
            return {"fact": "answered" if event.answers else "written", "words": digest_of(salt, event.text)}
        case e.WrittenBack():
            return {"fact": "wrote", "words": digest_of(salt, event.text)}
        case e.LetterDelivered():
            return {"fact": f"{event.letter}_signed_for", "reference": digest_of(salt, event.reference)}
        case e.LetterLate():
            return {"fact": f"{event.letter}_not_signed_for", "due": rfc3339(event.due_at)}
        case e.SaidOffline():
            return {"fact": "said_offline", "said": rfc3339(event.said_at), "code_of": rfc3339(event.issued_at)}
        case e.RecordingAdded():
            return {"fact": "recording", "file": digest_of(salt, event.recording.name)}
        case e.RecordingTypedOut():
            return {"fact": "typed_out", "words": digest_of(salt, event.text)}
        case e.DestroyingWished():
            return {"fact": "destroying_wished", "file": digest_of(salt, event.name)}
        case e.RecordingDestroyed():
            return {"fact": "recording_destroyed", "file": digest_of(salt, event.name)}
        case e.MatterReferred():
            return {"fact": "referred", "body": event.body}
        case e.FindingMade():
            return {"fact": "found", "allegation": event.number, "finding": digest_of(salt, event.finding)}
        case e.CaseClosed():
            return {"fact": "closed", "words": digest_of(salt, event.answer)}
        case e.ReviewAsked():
            return {"fact": "review_asked", "office": event.office}
        case e.ReviewDecided():
            return {"fact": "review_decided", "reopen": event.reopen, "words": digest_of(salt, event.outcome)}
        case e.CaseJoined():
            return {"fact": "joined"}
        case e.CaseParted():
            return {"fact": "parted"}
        case e.WithdrawalAsked():
            return {"fact": "withdrawal_asked"}
        case e.WithdrawalTaken():
            return {"fact": "withdrawal_taken", "goes_on": event.goes_on}
        case _:
            return None


class Facts:
    """The tree over all facts, folded from the log, and the heads signed of it. Belongs to one thread."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey, *, copies: Path | None = None) -> None:
        """
        Begin with nothing.

        Args:
            copies: Another folder that gets every head too: a witness's.
        """
        self._folder, self._key, self._copies = folder, key, copies
        self._tree = GrownTree()
        self._of: dict[str, list[tuple[int, str]]] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._chain = sha256(LOG.encode()).digest()
        self._signed: SignedHead | None = None
        self._kept = 0

    @property
    def size(self) -> int:
        """How many facts there are."""
        return self._tree.size

    @property
    def system(self) -> str:
        """The public key that signs here: what other systems know this one by."""
        return public_hex(self._key)

    def sign_end(self, log: str, count: int, chain: bytes, at: Instant) -> SignedHead:
        """Return a signature under what ends with this hash after so many entries."""
        return sign_head(self._key, log, Head(log, count, chain), chain, rfc3339(at))

    def apply(self, events: Iterable[e.Event]) -> None:
        """Add what newly is a fact."""
        for event in events:
            if not isinstance(event, e.CaseEvent):
                continue
            if isinstance(event, e.ContactReceived | e.CaseImported):
                self._keys[event.case_id] = (event.token, event.salt)
            token, salt = self._keys[event.case_id]
            what = said_of(event, salt)
            if what is None:
                continue
            mine = self._of.setdefault(event.case_id, [])
            before = sha256(mine[-1][1].encode()).hexdigest() if mine else NOTHING_BEFORE
            said = {"case": token, "n": len(mine), "before": before, "at": rfc3339(event.at), **what}
            text = msgspec.json.encode(said).decode()
            mine.append((self._tree.add(text.encode()), text))
            self._chain = sha256(self._chain + text.encode()).digest()

    def check_kept(self) -> None:
        """Raise `HeadsLost` unless the log leads to what was signed last; called once the log was read."""
        path = self._folder / HEADS
        head = newest(read_heads(path), LOG) if path.exists() else None
        if head is None:
            return
        if head.position > self.size or self._tree.root(head.position).hex() != head.root:
            raise HeadsLost(f"{head.position} facts were signed at {head.at}; the log has {self.size}, or others")
        self._kept = head.position

    def head(self, at: Instant) -> SignedHead:
        """Return the head as it is now, signed."""
        if self._signed is None or self._signed.position != self.size:
            now = Head("facts", self.size, self._chain)
            self._signed = sign_head(self._key, LOG, now, self._tree.root(), rfc3339(at))
        return self._signed

    def head_to_keep(self, at: Instant) -> SignedHead | None:
        """Return the head when anything was added since the last one that was kept, else None."""
        return None if self.size == self._kept else self.head(at)

    def keep_head(self, head: SignedHead) -> None:
        """Write a head down, here and at the witness's. Blocks for the disk: call it in a thread."""
        append_heads(self._folder / HEADS, [head])
        self._kept = head.position
        if self._copies is not None:
            append_heads(self._copies / HEADS, [head])

    def receipt(self, case_id: str, at: Instant) -> Receipt:
        """Return everything that can be proved of a case, under a head of this moment."""
        self._signed = None  # The citizen learns what was so now, not when the last fact came.
        head = self.head(at)
        token, salt = self._keys[case_id]
        facts = [
            Proved(index, said, [step.hex() for step in self._tree.inclusion(index, head.position)])
            for index, said in self._of[case_id]
        ]
        return Receipt(1, token, salt, facts, head)

    def consistency(self, earlier: int, later: int) -> list[str]:
        """Return the proof that the facts only grew from one size to another; `ValueError` when there are no such sizes."""
        return [step.hex() for step in self._tree.consistency(earlier, later)]
