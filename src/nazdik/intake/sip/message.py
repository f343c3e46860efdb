"""
SIP messages (RFC 3261): bytes to headers and body, and answers back to bytes.

Liberal in what it takes: exchanges fold lines, write compact names, omit `branch` and mix cases. What cannot be read at all is
`None`, never an exception: an INVITE that is damaged is still somebody who rings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MESSAGE_BYTES_MAX = 65_535
HEADERS_MAX = 256
HEADER_CHARS_MAX = 8_192
DIGITS_MAX = 10

_COMPACT = {
    "a": "accept-contact",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
}
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_REQUEST = re.compile(r"^([A-Za-z]{1,32})\s+(\S{1,2048})\s+SIP/2\.0\s*$")
_STATUS = re.compile(r"^SIP/2\.0\s+(\d{3})\b")
# Headers whose values may be listed with commas; others hold commas of their own (dates, display names).
_LISTED = frozenset(
    {"via", "call-info", "geolocation", "p-asserted-identity", "require", "supported", "reason", "route"}
)


@dataclass(frozen=True, slots=True)
class Message:
    """
    One SIP message. `method` is empty for an answer, `status` 0 for a request.

    `headers` are (lower-case full name, value) in their order.
    """

    method: str
    uri: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def first(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next((value for key, value in self.headers if key == name), "")

    def every(self, name: str) -> list[str]:
        """All values of a header; those of a listed header one by one."""
        found = [value for key, value in self.headers if key == name]
        return [part for value in found for part in split_list(value)] if name in _LISTED else found

    @property
    def call_id(self) -> str:
        """The dialogue's name."""
        return self.first("call-id")

    @property
    def dialogue(self) -> str:
        """The dialogue as the caller's side names it: CANCEL, ACK, PRACK and BYE carry it too. Empty without a Call-ID."""
        return f"{self.call_id}\0{self.tag('from')}" if self.call_id else ""

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of the CSeq; (0, "") when it cannot be read."""
        number, _, method = self.first("cseq").strip().partition(" ")
        return (int(number), method.strip().upper()) if is_count(number) else (0, "")

    @property
    def branch(self) -> str:
        """The topmost Via's branch, empty when the sender gave none."""
        return parameter(self.first_via, "branch")

    @property
    def first_via(self) -> str:
        """The topmost Via."""
        listed = self.every("via")
        return listed[0] if listed else ""

    def tag(self, name: str) -> str:
        """The tag of `from` or `to`."""
        return parameter(self.first(name).rpartition(">")[2] or self.first(name), "tag")


def parse(data: bytes) -> Message | None:
    """Read one message, or return None when its first line is none of SIP's."""
    head, _, body = _parted(data[:MESSAGE_BYTES_MAX])
    lines = list(_unfolded(head.decode("utf-8", "replace")))
    if not lines:
        return None
    request, status = _REQUEST.match(lines[0]), _STATUS.match(lines[0])
    if request is None and status is None:
        return None
    headers = []
    for line in lines[1 : HEADERS_MAX + 1]:
        name, colon, value = line.partition(":")
        if colon and name.strip():
            key = name.strip().lower()
            headers.append((_COMPACT.get(key, key), value.strip()[:HEADER_CHARS_MAX]))
    message = Message(
        method=request.group(1).upper() if request else "",
        uri=request.group(2) if request else "",
        status=int(status.group(1)) if status else 0,
        headers=tuple(headers),
        body=body,
    )
    length = message.first("content-length")
    if is_count(length) and int(length) < len(body):
        return Message(message.method, message.uri, message.status, message.headers, body[: int(length)])
    return message


def is_count(text: str) -> bool:
    """Whether a text is a whole number of sensible size; Python refuses to read one of thousands of digits."""
    return len(text) <= DIGITS_MAX and text.isascii() and text.isdigit()


def take_message(buffer: bytearray) -> bytes | None:
    """
    Take one whole message off a stream's buffer (RFC 3261 §18.3), or None when more must come.

    Raises:
        ValueError: What lies there can never become a message of an allowed size.
    """
    while buffer[:2] == b"\r\n":  # keep-alives (RFC 5626)
        del buffer[:2]
    end = _END_OF_HEAD.search(buffer)
    if end is None:
        if len(buffer) > MESSAGE_BYTES_MAX:
            raise ValueError("a head without an end")
        return None
    match = re.search(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})", bytes(buffer[: end.start()]))
    size = end.end() + (int(match.group(1)) if match else 0)
    if size > MESSAGE_BYTES_MAX:
        raise ValueError("a body longer than is taken")
    if len(buffer) < size:
        return None
    whole = bytes(buffer[:size])
    del buffer[:size]
    return whole


def answer(
    request: Message, status: int, reason: str, *, to_tag: str = "", more: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """Return the bytes of an answer: Via, From, To, Call-ID and CSeq as they came (RFC 3261 §8.2.6)."""
    lines = [f"SIP/2.0 {status} {reason}"]
    lines += [f"Via: {via}" for via in request.every("via")]
    to = request.first("to")
    if to_tag and not request.tag("to"):
        to = f"{to};tag={to_tag}"
    lines += [
        f"From: {request.first('from')}",
        f"To: {to}",
        f"Call-ID: {request.call_id}",
        f"CSeq: {request.first('cseq')}",
        *(f"{name}: {value}" for name, value in more),
        "Content-Length: 0",
    ]
    return ("\r\n".join(_one_line(line) for line in lines) + "\r\n\r\n").encode("utf-8", "replace")


def parameter(value: str, name: str) -> str:
    """The value of a `;name=value` parameter, unquoted; empty when there is none."""
    for part in split_outside_quotes(value, ";")[1:]:
        key, _, text = part.partition("=")
        if key.strip().lower() == name:
            return text.strip().strip('"')
    return ""


def split_list(value: str) -> list[str]:
    """Split a header's value at commas outside quotes and angle brackets."""
    return [part.strip() for part in split_outside_quotes(value, ",") if part.strip()]


def split_outside_quotes(value: str, mark: str) -> list[str]:
    """Split at a mark that stands neither in quotes nor in angle brackets."""
    parts, start, quoted, angled = [], 0, False, False
    for place, char in enumerate(value):
        if char == '"' and (place == 0 or value[place - 1] != "\\"):
            quoted = not quoted
        elif not quoted and char in "<>":
            angled = char == "<"
        elif char == mark and not quoted and not angled:
            parts.append(value[start:place])
            start = place + 1
    return [*parts, value[start:]]


def _parted(data: bytes) -> tuple[bytes, bytes, bytes]:
    end = _END_OF_HEAD.search(data)
    return (data[: end.start()], data[end.start() : end.end()], data[end.end() :]) if end else (data, b"", b"")


def _unfolded(head: str) -> Iterator[str]:
    """Header lines, those that go on with white space joined to the one before."""
    line = ""
    for row in head.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if row[:1] in (" ", "\t") and line:
            line += " " + row.strip()
        else:
            if line:
                yield line
            line = row.rstrip()
    if line:
        yield line


def _one_line(text: str) -> str:
    """Nothing that was sent to us may begin a header of ours."""
    return text.replace("\r", " ").replace("\n", " ")
