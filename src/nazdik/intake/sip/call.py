"""What an INVITE tells about who rings and where: numbers, identities, places by value and by reference, additional data."""

import logging
import re
from dataclasses import dataclass, field

from nazdik.intake.numbers import tidy_number
from nazdik.intake.sip.body import Part, parts_of
from nazdik.intake.sip.location import Told, read_pidf
from nazdik.intake.sip.message import Message, parse, split_list

_log = logging.getLogger(__name__)
TEST_SERVICE = "urn:service:test.sos"
REFERENCES_MAX = 4
_URI = re.compile(r"<([^>]{1,2048})>|((?:sips?|tel|cid|https?|pres|urn):[^\s;,>]{1,2048})", re.IGNORECASE)
_FROM_IN_RUINS = re.compile(
    rb"(?im)^(?:f|from|p-asserted-identity)[ \t]*:[^\r\n]{0,200}?(?:sips?|tel):(\+?[0-9][0-9\-. ]{1,24})"
)


@dataclass(frozen=True, slots=True)
class Ring:
    """
    One ringing call as signalled.

    Attributes:
        exchange_id: The exchange's own name for the call, the same in all its branches.
        number: The caller's, asserted by the network where it is; empty when withheld.
        name: The display name sent with it.
        asserted: Whether the network vouches for the number.
        called: What was dialled.
        is_test: A test call: the whole path is tried and nobody is sent.
        places: By value, in the order told.
        references: Addresses from which a place can be had (HELD, presence).
        data: Kind and text of additional data blocks (subscriber, provider, vehicle), for whoever reads the call.
        dialogue: What a CANCEL of it names it by, however the network names the call.
    """

    exchange_id: str
    number: str = ""
    name: str = ""
    asserted: bool = False
    called: str = ""
    is_test: bool = False
    places: tuple[Told, ...] = ()
    references: tuple[str, ...] = ()
    data: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())
    dialogue: str = ""


def read_ring(invite: Message) -> Ring:
    """Return what an INVITE tells; whatever is damaged in it is left out and noted."""
    # A body that is one part is named by the message itself (RFC 8262).
    parts = parts_of(invite.first("content-type"), invite.body, invite.first("content-id").strip("<> "))
    places, references, notes = _places(invite, parts)
    asserted = [entry for entry in invite.every("p-asserted-identity") if _number(entry)]
    source = asserted[0] if asserted else (invite.first("from") or invite.first("remote-party-id"))
    if not invite.branch:
        notes.append("via without branch")
    return Ring(
        exchange_id=_emergency_id(invite) or invite.call_id[:200],
        number=_number(source),
        name=_display_name(source) or _display_name(invite.first("from")),
        asserted=bool(asserted),
        called=invite.uri[:200],
        is_test=any(TEST_SERVICE in text.lower() for text in (invite.uri, invite.first("to"))),
        places=tuple(places),
        references=tuple(references),
        data=tuple(_additional(invite, parts)),
        notes=tuple(notes),
        dialogue=invite.dialogue,
    )


def read_any(data: bytes) -> Ring:
    """Return what bytes that began a call tell, whatever they are; never raises."""
    try:
        message = parse(data)
        return read_ring(message) if message is not None and not message.status else read_ruins(data)
    except Exception:
        # Of a message that breaks a reader somebody still rang.
        _log.exception("a message could not be read")
        return read_ruins(data)


def read_ruins(data: bytes) -> Ring:
    """Return the little that a message too damaged to read still tells: perhaps a number."""
    found = _FROM_IN_RUINS.search(data)
    number = tidy_number(found.group(1).decode("ascii", "replace")) if found else ""
    return Ring(exchange_id="", number=number, notes=("damaged",))


def _places(invite: Message, parts: list[Part]) -> tuple[list[Told], list[str], list[str]]:
    """Places in the order of the Geolocation header; presence documents nobody points at come last."""
    documents = {part.content_id.lower(): part for part in parts if part.kind.endswith("pidf+xml")}
    places: list[Told] = []
    references: list[str] = []
    notes: list[str] = []
    read: set[str] = set()
    for value in invite.every("geolocation"):
        uri = _uri(value)
        scheme, _, rest = uri.partition(":")
        if scheme.lower() != "cid":
            if scheme and len(references) < REFERENCES_MAX:
                references.append(uri)
            continue
        part = documents.get(rest.lower())
        if part is None:
            notes.append("location missing")
            continue
        read.add(rest.lower())
        places += _read(part, notes)
    for content_id, part in documents.items():
        if content_id not in read:
            places += _read(part, notes)
    return places, references, notes


def _read(part: Part, notes: list[str]) -> list[Told]:
    told = read_pidf(part.data)
    if not told:
        notes.append("location unreadable")
    return told


def _additional(invite: Message, parts: list[Part]) -> list[tuple[str, str]]:
    """Additional data by value (RFC 7852) and what Call-Info points at elsewhere; shown as text, trusted as little."""
    blocks = [
        (part.kind.removeprefix("application/"), part.data[:4_000].decode("utf-8", "replace"))
        for part in parts
        if "emergencycalldata" in part.kind
    ]
    for value in invite.every("call-info"):
        uri = _uri(value)
        if uri and not uri.lower().startswith(("cid:", "urn:emergency:uid:callid:")):
            blocks.append(("call-info", value[:500]))
    return blocks[:16]


def _emergency_id(invite: Message) -> str:
    """The call's name across networks, when the border element gave one."""
    for value in invite.every("call-info"):
        uri = _uri(value)
        if uri.lower().startswith("urn:emergency:uid:callid:"):
            return uri[:200]
    return ""


def _uri(value: str) -> str:
    found = _URI.search(value)
    return (found.group(1) or found.group(2) or "").strip() if found else ""


def _number(value: str) -> str:
    uri = _uri(value)
    scheme, _, rest = uri.partition(":")
    if scheme.lower() not in ("sip", "sips", "tel"):
        return ""
    return tidy_number(rest.partition("@")[0].partition(";")[0])


def _display_name(value: str) -> str:
    name = split_list(value)[0].partition("<")[0].strip().strip('"') if "<" in value else ""
    return "" if name.lower() == "anonymous" or tidy_number(name) else name[:120]
