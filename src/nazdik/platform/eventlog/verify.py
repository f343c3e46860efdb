"""The walk along a log that finds the first entry that is not as it was written."""

from collections.abc import Mapping, Sequence

from nazdik.platform.eventlog.cut import CutCheck, is_hollow
from nazdik.platform.eventlog.entry import Entry, Head, Verdict, chain, first_hash
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.eventlog.merkle import Tree


class Check:
    """Follows the chain entry by entry and remembers the first thing wrong."""

    def __init__(
        self, epoch: str, known: Head | None = None, heads: Sequence[SignedHead] = (), *, planned: int = 0
    ) -> None:
        """
        Begin at the first entry.

        Args:
            known: Where the log is known to have ended.
            heads: What was said of it, signed, as it grew; each has to be found on the way.
            planned: Up to where the store says that it was cut by rule; the log itself has to say so too.
        """
        self._epoch = epoch
        self._cut = CutCheck(planned)
        self._signed = heads
        self.checked = 0
        # Without signed heads nobody asks for the tree, and it is not made.
        self._tree = Tree() if heads or planned else None
        self._heads: dict[int, list[SignedHead]] = {}
        for head in heads:
            self._heads.setdefault(head.position, []).append(head)
        self._agreed = 0
        self._reached = max((head.position for head in heads), default=0)
        if known is not None:
            self._reached = max(self._reached, known.position)
        self._known = known
        self._hash = first_hash(epoch)
        self._held: dict[str, str] = {}
        self._wrong: Verdict | None = None
        if known is not None and known.epoch != epoch:
            self._wrong = Verdict(False, 0, 0, "log.epoch_differs", f"this is log {epoch}, not {known.epoch}")
        other = next((head.epoch for head in heads if head.epoch != epoch), None)
        if self._wrong is None and other is not None:
            self._wrong = Verdict(False, 0, 0, "log.epoch_differs", f"this is log {epoch}, not {other}")

    def entry(self, e: Entry) -> bool:
        """Check the next entry; False when something is wrong and the walk is over."""
        if self._wrong is not None:
            return False
        position = self.checked + 1
        if e.position != position:
            return self._found(position, "log.entry_missing", f"entry {position} is missing; {e.position} comes next")
        if is_hollow(e) and self._cut.hollow == self.checked and self._tree is not None:
            # What it said is gone; that its hash is the one it had is shown by heads, and by what the log says of the cut.
            pass
        elif e.hash != chain(self._hash, position, e):
            return self._found(position, "log.entry_changed", f"entry {position} is not what was written")
        self._hash = e.hash
        self.checked = position
        known = self._known
        if known is not None and known.position == position and known.hash != e.hash:
            return self._found(position, "log.head_differs", f"entry {position} is not the one whose hash was kept")
        if self._tree is not None:
            self._tree.add(e.hash)
            self._cut.entry(e, self._tree)
            if not self._agrees_with_heads(position, e.hash, self._tree):
                return False
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

    def _agrees_with_heads(self, position: int, hash_: bytes, tree: Tree) -> bool:
        """Compare with what was signed of the log when it ended here."""
        for head in self._heads.get(position, ()):
            if head.hash != hash_.hex() or head.root != tree.root().hex():
                # Each entry hangs on the one before, yet they are not those that were signed: somebody wrote them anew.
                since = (
                    f"entries {self._agreed + 1} to {position}" if position > self._agreed + 1 else f"entry {position}"
                )
                said = f"{since} were written anew: the log was signed at {position} on {head.at} as something else"
                return self._found(self._agreed + 1, "log.head_differs", said)
            self._agreed = position
        return True

    def unreadable(self, said: str) -> None:
        """Note that the store itself could not give the next entry."""
        if self._wrong is None:
            self._found(self.checked + 1, "log.unreadable", f"entry {self.checked + 1} cannot be read: {said}")

    def finish(self, held: Mapping[str, str]) -> Verdict:
        """Compare the end and the claims, and give the verdict."""
        if self._wrong is None and self.checked < self._reached:
            self._found(self.checked + 1, "log.cut_off", f"the log ends at {self.checked}; it reached {self._reached}")
        if self._wrong is None and (fault := self._cut.fault(self._epoch, self._signed)):
            self._found(1, "log.cut_without_rule", f"entries 1 to {self._cut.hollow} are empty, and {fault}")
        if self._wrong is None and dict(held) != self._held:
            differ = sorted(set(held.items()) ^ set(self._held.items()))
            self._found(0, "log.claims_differ", f"the table of claims is not what the entries say: {differ[0][0]}")
        return self._wrong or Verdict(True, self.checked)

    def _found(self, position: int, reason: str, said: str) -> bool:
        self._wrong = Verdict(False, self.checked, position, reason, said)
        return False
