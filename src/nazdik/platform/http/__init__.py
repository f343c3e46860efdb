"""
HTTP: problems, headers, files; what every route shares.

It promises that a refusal always has a stable code and a text in the reader's language, that no input ends in a 5xx, and
that no stack trace leaves the server.
"""

from nazdik.platform.http.answer import PlainAnswer
from nazdik.platform.http.compressed import Compressed
from nazdik.platform.http.files import find_file, send_file
from nazdik.platform.http.forwarded import Network, ProxyInvalid, RealClient, networks_of
from nazdik.platform.http.gone import UntilGone
from nazdik.platform.http.headers import (
    IDEMPOTENCY_KEY_CHARACTERS_MAX,
    Careful,
    add_headers,
    header_of,
    idempotency_key,
    page,
    waited_ms,
)
from nazdik.platform.http.in_time import BodyNotWhole, InTime
from nazdik.platform.http.in_turn import SocketsInTurn
from nazdik.platform.http.messages import language_of, register, title
from nazdik.platform.http.problems import EXCEPTION_HANDLERS, PROBLEM, Problem, asked_by, problem, request_id_of
from nazdik.platform.http.request import StrictRequest
from nazdik.platform.http.shedding import BOARD, Shedding, Strain
from nazdik.platform.http.socket import LitestarSocket, own_send_of

BODY_BYTES_MAX = 1_048_576

__all__ = [
    "BOARD",
    "BODY_BYTES_MAX",
    "EXCEPTION_HANDLERS",
    "IDEMPOTENCY_KEY_CHARACTERS_MAX",
    "PROBLEM",
    "BodyNotWhole",
    "Careful",
    "Compressed",
    "InTime",
    "LitestarSocket",
    "Network",
    "PlainAnswer",
    "Problem",
    "ProxyInvalid",
    "RealClient",
    "Shedding",
    "SocketsInTurn",
    "Strain",
    "StrictRequest",
    "UntilGone",
    "add_headers",
    "asked_by",
    "find_file",
    "header_of",
    "idempotency_key",
    "language_of",
    "networks_of",
    "own_send_of",
    "page",
    "problem",
    "register",
    "request_id_of",
    "send_file",
    "title",
    "waited_ms",
]
