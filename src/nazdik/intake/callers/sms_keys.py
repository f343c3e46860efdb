"""
Which short message is which, when a gateway sends again and when it uses an id again.

A gateway that had no answer sends the same message once more, with the id that it gave it; such a message is read once. But
gateways also count anew after a restart, or call every message the same; so an id is believed only for the same sender and the
same words, and only within a day. Whoever else comes with it has written something else, and is heard.
"""

from collections import OrderedDict

from nazdik.intake.callers.envelope import SAME_WORDS, Came
from nazdik.intake.callers.reading import Sms
from nazdik.kernel import Instant
from nazdik.kernel.instant import seconds_between

# As long as the journal is read again after a crash.
REMEMBERED_S = 86_400.0
REMEMBERED_MAX = 50_000


class SmsKeys:
    """The messages of the last day by their gateway's id and words. Told them in the journal's order, it says the same again."""

    def __init__(self) -> None:
        self._first: OrderedDict[tuple[str, str, str, str], tuple[Instant, str]] = OrderedDict()

    def of(self, came: Came, sms: Sms, at: Instant, record_key: str) -> str:
        """Return the key of a message: that of the first one which it repeats, else its own."""
        own = sms_key(came, sms, record_key)
        if not sms.id or not came.note.endswith(SAME_WORDS):
            return own
        name = (came.gateway, sms.id, sms.sender, sms.text)
        first = self._first.get(name)
        if first is not None and seconds_between(first[0], at) <= REMEMBERED_S:
            return first[1]
        self._first[name] = (at, own)
        self._first.move_to_end(name)
        while len(self._first) > REMEMBERED_MAX:
            self._first.popitem(last=False)
        return own


def sms_key(came: Came, sms: Sms, record_key: str) -> str:
    """The key of a message that repeats no other."""
    if not sms.id:
        return record_key
    return f"sms:{came.gateway}:{sms.id}" + (f":{record_key}" if came.note.endswith(SAME_WORDS) else "")
