"""
Which ring is which call, when an exchange uses a name again.

A call's name (its Call-ID, or the emergency network's own) should be one call's for ever. Exchanges begin counting anew after a
restart, try again under the name of a call that was given up, or give every call the same one. So a name is one call's only as
long as that call rings, and only for its number; whoever comes with it otherwise is another caller. Each ring gets a word that is
written beside it in the journal, and name and word together are the call: rings of the same call have the same word.
"""

from collections import OrderedDict

from nazdik.intake.callers.envelope import NOBODY
from nazdik.intake.sip.call import Ring
from nazdik.kernel import CallId

# Many more than can ring at once.
NAMES_KEPT = 50_000


class RingingNames:
    """The names of calls that ring, and the dialogues in which they do."""

    def __init__(self) -> None:
        self._words: OrderedDict[tuple[str, str], tuple[str, CallId]] = OrderedDict()
        self._dialogues: dict[str, CallId] = {}
        # What there is to forget of a call.
        self._names: dict[CallId, tuple[str, str]] = {}
        self._within: dict[CallId, set[str]] = {}

    def word_for(self, ring: Ring, fresh: str) -> str:
        """Return the word of the ringing call that a ring belongs to, else `fresh`; none for a ring without a name."""
        known = self._words.get((ring.exchange_id, ring.number))
        return known[0] if known is not None else (fresh or NOBODY) if ring.exchange_id else NOBODY

    def learn(self, ring: Ring, word: str, call_id: CallId) -> None:
        """A call rings under this name."""
        if not ring.exchange_id:
            return
        name = (ring.exchange_id, ring.number)
        self._words[name], self._names[call_id] = (word, call_id), name
        if ring.dialogue:
            self._dialogues[ring.dialogue] = call_id
            self._within.setdefault(call_id, set()).add(ring.dialogue)
        while len(self._words) > NAMES_KEPT:
            self.over(next(iter(self._words.values()))[1])

    def find(self, dialogue: str) -> CallId | None:
        """Return the call that rings in a dialogue."""
        return self._dialogues.get(dialogue)

    def over(self, call_id: CallId) -> None:
        """It rings no more; the next ring under its name is another call."""
        for dialogue in self._within.pop(call_id, ()):
            if self._dialogues.get(dialogue) == call_id:
                del self._dialogues[dialogue]
        name = self._names.pop(call_id, None)
        if name is not None and self._words.get(name, (None, None))[1] == call_id:
            del self._words[name]
