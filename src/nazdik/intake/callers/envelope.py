"""How a message lies in the journal: one line that says by which door it came, then its bytes, unchanged."""

from dataclasses import dataclass

from nazdik.kernel import ProvinceId

MARK = b"nazdik-door/1 "
_LINE_BYTES_MAX = 400
MESSAGES = ("aml", "sms", "begin", "page", "report")
# What an exchange signals; and calls that are presented by a command, whose sender is told when they could not be taken.
SIGNALLED = ("sip", "ami")
# What is said of a call whose beginning lies before it: more from its exchange, how its ringing ended; that it was taken care of.
ABOUT = ("update", "ended", "handled")
DOORS = (*MESSAGES, *SIGNALLED, *ABOUT, "call")
NOBODY = "-"
# Behind the content type of a short message: its gateway's own id is believed only for the same words. Records of earlier
# releases lack it and keep the keys that they had.
SAME_WORDS = ";same-words"


@dataclass(frozen=True, slots=True)
class Came:
    """
    One message.

    Attributes:
        door: One of `DOORS`.
        gateway: Who brought it; for a page the digest by which the page is known; for a report
            the word that its call's id ends in; for a command the id of the call it presents; for `update` and `ended` the
            id of the call that rings; for `handled` the offset of the record that was taken care of.
        note: A word about it: the content type that its sender named, and `SAME_WORDS`; for a ring the word that tells it from
            others of the same name; for a page the digest of where it came from.
    """

    door: str
    gateway: str
    province: ProvinceId
    note: str
    body: bytes


def wrap(came: Came) -> bytes:
    """Return the bytes for the journal."""
    kind = "".join(char for char in came.note[:100] if " " < char < "\x7f") or "-"
    return MARK + f"{came.door} {came.gateway} {came.province} {kind}\n".encode() + came.body


def unwrap(data: bytes) -> Came | None:
    """Return the message that a record holds, None when it came by none of these doors."""
    line, found, _ = data[:_LINE_BYTES_MAX].partition(b"\n")
    words = line.removeprefix(MARK).decode("ascii", "replace").split(" ")
    if not found or not line.startswith(MARK) or len(words) != 4 or words[0] not in DOORS:
        return None
    door, gateway, province, kind = words
    return Came(door, gateway, ProvinceId(province), kind, data[len(line) + 1 :])
