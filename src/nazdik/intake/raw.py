"""
Calls as they lie in the journal, for eyes: what can be said of a record with nothing but its own bytes.

Nothing here rests on the log, on the stream or on a parser that may refuse: it is what is looked at when those are in doubt.
"""

import json
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from nazdik.intake.callers.envelope import ABOUT, NOBODY, SIGNALLED, Came, unwrap, wrap
from nazdik.intake.callers.line import page_call, sms_call
from nazdik.intake.callers.reading import read_sms_body
from nazdik.intake.callers.reports import report_call
from nazdik.intake.exchange import SAID_BYTES_MAX, call_of, read_end, ring_of
from nazdik.intake.model import Calls, RingingEnd
from nazdik.intake.numbers import find_number
from nazdik.intake.records import KeptRecord
from nazdik.kernel import CallId, Instant, ProvinceId

SHOWN_BYTES_MAX = 4_000
WORDS_MAX = 300
UNKNOWN = "unknown"
# Persian is written with the zero-width non-joiner.
_HARMLESS = frozenset("\n\t\u200c")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Fate(StrEnum):
    """What became of a record."""

    CALL = "call"
    # It belongs to a call that another record began: a place, a message.
    MESSAGE = "message"
    # No call yet, or never: it was refused, or the log could not take it.
    NO_CALL = "no_call"
    # No call yet, but somebody answered it at the exchange, or wrote down that it was taken care of.
    CARED_FOR = "cared_for"
    # It came before the log was closed, and only the log knows.
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class RawCall:
    """One record. `call_id` is the call that it begins, when that can be told; `text` is its bytes, made safe to look at."""

    offset: int
    at: Instant
    door: str
    province: ProvinceId | None
    number: str
    call_id: CallId | None
    begins: bool
    size: int
    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Care:
    """Somebody wrote down that a record was taken care of."""

    of: int
    at: Instant
    by: str
    words: str


def care_record(of: int, province: ProvinceId, by: str, words: str) -> bytes:
    """Return the record of the journal that says that the one at `of` was taken care of."""
    said = json.dumps({"by": by[:120], "words": words[:WORDS_MAX]}, ensure_ascii=False)
    return wrap(Came("handled", str(of), province, "-", said.encode("utf-8", "replace")))


def read_care(record: KeptRecord) -> Care | None:
    """Return what a record says of another, None when it says nothing of the kind."""
    came = unwrap(record.data)
    if came is None or came.door != "handled" or not came.gateway.isdigit():
        return None
    try:
        said = json.loads(came.body[:SAID_BYTES_MAX])
        return Care(int(came.gateway), record.at, str(said["by"]), str(said["words"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def read_ringing_end(record: KeptRecord) -> tuple[CallId, RingingEnd] | None:
    """Return which call's ringing a record says has ended, and how; None when it says nothing of the kind."""
    came = unwrap(record.data)
    end = read_end(came.body) if came is not None and came.door == "ended" else None
    return (CallId(came.gateway), end[0]) if came is not None and end is not None else None


def read_raw(record: KeptRecord) -> RawCall:
    """Return what a record tells; never raises."""
    came = unwrap(record.data)
    body = came.body if came is not None else record.data
    province = came.province if came is not None and came.province != NOBODY else None
    return RawCall(
        offset=record.offset,
        at=record.at,
        door=came.door if came is not None else UNKNOWN,
        province=province,
        number=find_number(body),
        call_id=_call_of(came, record.offset) if came is not None else None,
        begins=came is None or came.door not in ("aml", "page", *ABOUT),
        size=len(body),
        text=shown(body[:SHOWN_BYTES_MAX]),
        cut=len(body) > SHOWN_BYTES_MAX,
    )


def fate_of(raw: RawCall, calls: Calls) -> Fate:
    """Return what became of a record, by the calls that are known."""
    if raw.call_id is not None and raw.call_id in calls:
        return Fate.CALL
    if not raw.begins:
        return Fate.MESSAGE
    if raw.door == "sms" and raw.number and any(raw.number in (c.number, c.callback) for c in calls.values()):
        return Fate.MESSAGE
    return Fate.NO_CALL


def shown(data: bytes) -> str:
    """Return bytes as text in which nothing can hide, command a terminal or turn the direction of what stands around it."""
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return "".join(
        char
        if char in _HARMLESS or unicodedata.category(char) not in _HIDDEN
        else char.encode("unicode_escape").decode()
        for char in text
    )


def _call_of(came: Came, offset: int) -> CallId | None:
    try:
        if came.door in SIGNALLED:
            return call_of(came.province, came.gateway, ring_of(came), offset, came.note)
        if came.door == "begin":
            return page_call(came.province, came.gateway)
        if came.door == "report":
            return report_call(came.province, came.gateway)
        if came.door == "sms":
            return _call_of_sms(came, offset)
    except Exception:
        # Whatever a parser stumbles over, the record is shown all the same.
        return None
    return CallId(came.gateway) if came.door in ("call", "update", "ended") and came.gateway != NOBODY else None


def _call_of_sms(came: Came, offset: int) -> CallId | None:
    sms = read_sms_body(came.body, came.note)
    return None if sms.aml is not None else sms_call(came.province, came, sms, offset)
