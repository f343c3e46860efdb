"""The walk along a log that finds the first entry that is not as it was written."""

from collections.abc import Mapping

from nazdik.platform.eventlog.entry import Entry, Head, Verdict, chain, first_hash


class Check:
    """Follows the chain entry by entry and remembers the first thing wrong."""

    def __init__(self, epoch: str, known: Head | None = None) -> None:
        self.checked = 0
        self._known = known
        self._hash = first_hash(epoch)
        self._held: dict[str, str] = {}
        self._wrong: Verdict | None = None
        if known is not None and known.epoch != epoch:
            self._wrong = Verdict(False, 0, 0, "log.epoch_differs", f"this is log {epoch}, not {known.epoch}")

    def entry(self, e: Entry) -> bool:
        """Check the next entry; False when something is wrong and the walk is over."""
        if self._wrong is not None:
            return False
        position = self.checked + 1
        if e.position != position:
            return self._found(position, "log.entry_missing", f"entry {position} is missing; {e.position} comes next")
        if e.hash != chain(self._hash, position, e):
            return self._found(position, "log.entry_changed", f"entry {position} is not what was written")
        self._hash = e.hash
        self.checked = position
        known = self._known
        if known is not None and known.position == position and known.hash != e.hash:
            return self._found(position, "log.head_differs", f"entry {position} is not the one whose hash was kept")
        for claim in e.claims:
            holder = self._held.get(claim.resource)
            if claim.taken and holder is not None:
                return self._found(position, "log.claimed_twice", f"{claim.resource} already had a holder, {holder}")
            if not claim.taken and holder != claim.holder:
                return self._found(position, "log.claim_not_held", f"{claim.resource} was not held by {claim.holder}")
            if claim.taken:
                self._held[claim.resource] = claim.holder
            else:
                del self._held[claim.resource]
        return True

    def unreadable(self, said: str) -> None:
        """Note that the store itself could not give the next entry."""
        if self._wrong is None:
            self._found(self.checked + 1, "log.unreadable", f"entry {self.checked + 1} cannot be read: {said}")

    def finish(self, held: Mapping[str, str]) -> Verdict:
        """Compare the end and the claims, and give the verdict."""
        known = self._known
        if self._wrong is None and known is not None and self.checked < known.position:
            self._found(self.checked + 1, "log.cut_off", f"the log ends at {self.checked}; it reached {known.position}")
        if self._wrong is None and dict(held) != self._held:
            differ = sorted(set(held.items()) ^ set(self._held.items()))
            self._found(0, "log.claims_differ", f"the table of claims is not what the entries say: {differ[0][0]}")
        return self._wrong or Verdict(True, self.checked)

    def _found(self, position: int, reason: str, said: str) -> bool:
        self._wrong = Verdict(False, self.checked, position, reason, said)
        return False
