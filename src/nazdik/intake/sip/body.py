"""
Bodies of SIP messages: one part, or many in one another (RFC 2046), in any order.

Own code instead of the standard library's mail parser: that one takes minutes for a body made to be slow, and its depth and
number of parts cannot be limited.
"""

import binascii
from dataclasses import dataclass

from nazdik.intake.sip.message import parameter

DEPTH_MAX = 4
PARTS_MAX = 32


@dataclass(frozen=True, slots=True)
class Part:
    """One body: its type in lower case without parameters, its Content-ID without brackets, and its bytes."""

    kind: str
    content_id: str
    data: bytes


def parts_of(content_type: str, data: bytes, content_id: str = "") -> list[Part]:
    """Take a body apart; at most `PARTS_MAX` parts, nested at most `DEPTH_MAX` deep. What goes beyond is left out."""
    found: list[Part] = []
    _collect(content_type, content_id, data, 0, found)
    return found


def _collect(content_type: str, content_id: str, data: bytes, depth: int, found: list[Part]) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    boundary = parameter(content_type, "boundary")
    if not kind.startswith("multipart/") or not boundary:
        if data.strip() and len(found) < PARTS_MAX:
            found.append(Part(kind, content_id, data))
        return
    if depth == DEPTH_MAX:
        return
    mark = b"--" + boundary.encode("utf-8", "replace")
    # The part before the first mark is a preamble; what follows `mark--` an epilogue.
    for piece in data.split(mark)[1 : PARTS_MAX + 1]:
        if piece.startswith(b"--"):
            break
        head, content = _head_and_content(piece)
        content = _decoded(head.get("content-transfer-encoding", ""), content)
        _collect(
            head.get("content-type", "text/plain"), head.get("content-id", "").strip("<> "), content, depth + 1, found
        )


def _decoded(encoding: str, content: bytes) -> bytes:
    """Take off what mail gateways put around a part; what cannot be taken off stays as it came."""
    try:
        match encoding.strip().lower():
            case "base64":
                return binascii.a2b_base64(content)
            case "quoted-printable":
                return binascii.a2b_qp(content)
    except binascii.Error:
        pass
    return content


def _head_and_content(piece: bytes) -> tuple[dict[str, str], bytes]:
    text = piece.removeprefix(b"\r\n").removeprefix(b"\n")
    for end in (b"\r\n\r\n", b"\n\n"):
        head, found, content = text.partition(end)
        if found and not text.startswith(end):
            rows = (
                head.decode("utf-8", "replace")
                .replace("\r\n", "\n")
                .replace("\n ", " ")
                .replace("\n\t", " ")
                .split("\n")
            )
            named = (row.partition(":") for row in rows[:32])
            return {name.strip().lower(): value.strip() for name, colon, value in named if colon}, content
    return {}, text
