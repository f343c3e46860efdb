"""Refusals as RFC 9457 problem details: one table from kinds to statuses, and never a stack trace."""

import logging
import re
import secrets
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from nazdik.kernel import Conflict, Forbidden, Invalid, Malformed, NotFound, Rejected, Unavailable
from nazdik.platform.auth import (
    CodeInvalid,
    CodeNeeded,
    KeyCopied,
    KeyProofNeeded,
    KeyRefused,
    NotSignedIn,
    ServiceRefused,
    TooManyTries,
    WrongCode,
    WrongPassword,
)
from nazdik.platform.eventlog.errors import as_problem
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.http.messages import language_of, title

_log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[Rejected], int, str], ...] = (
    (NotSignedIn, 401, "forbidden"),
    (WrongPassword, 401, "forbidden"),
    *((who, 401, "forbidden") for who in (CodeInvalid, CodeNeeded, WrongCode, KeyRefused, KeyCopied, KeyProofNeeded)),
    (ServiceRefused, 401, "forbidden"),
    (TooManyTries, 429, "forbidden"),
    (Malformed, 400, "invalid"),
    (Invalid, 422, "invalid"),
    (NotFound, 404, "not_found"),
    (Forbidden, 403, "forbidden"),
    (Conflict, 409, "conflict"),
    (Rejected, 422, "rejected"),
)
_FRAMEWORK = {
    400: "http.malformed",
    401: "auth.not_signed_in",
    403: "forbidden",
    404: "http.not_found",
    405: "http.method_not_allowed",
    408: "http.too_slow",
    413: "http.too_large",
    429: "http.too_many_requests",
}
PROBLEM = "application/problem+json"
REQUEST_ID = "nazdik_request_id"
ASKED_BY = "nazdik_asked_by"
# To find a line of the log by, not to be kept secret: no need to ask the system for every one.
_RUN, _NUMBERS = secrets.token_hex(4), count()
# Refusals that the server's log tells of: somebody tried what they may not, or what no page of ours sends.
_TOLD = {400, 401, 403, 422, 429}
# Of what is sent wrongly so many lines are written in a minute, and then how many more there were: whoever sends nonsense must
# not fill the disk with it. Refusals for want of right are all written.
_BAD_INPUT = {400, 422}
_BAD_INPUT_LINES, _MINUTE_S = 60, 60.0

AnyRequest = Request[Any, Any, Any]


class Problem(msgspec.Struct, omit_defaults=False):
    """A refusal as it goes over the wire. `code` is stable; `title` is for a reader; `request_id` finds it in our log."""

    type: str
    title: str
    status: int
    code: str
    retryable: bool
    details: dict[str, Any]
    request_id: str


def request_id_of(scope: Any) -> str:
    """Return the id of a request, giving it one the first time."""
    state = scope.setdefault("state", {})
    given = state.get(REQUEST_ID)
    if given is None:
        given = state[REQUEST_ID] = f"{_RUN}{next(_NUMBERS):08x}"
    return str(given)


def asked_by(scope: Any, person: str) -> None:
    """Remember who asks, for the server's log."""
    scope.setdefault("state", {})[ASKED_BY] = person


def problem(
    request: AnyRequest,
    status: int,
    code: str,
    *,
    kind: str = "rejected",
    retryable: bool = False,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """Return a problem response, its title in the language the reader asked for."""
    language = language_of(request.headers.get("accept-language"))
    body = Problem(
        type=f"urn:nazdik:problem:{code}",
        title=title(code, language, kind=kind),
        status=status,
        code=code,
        retryable=retryable,
        details=dict(details or {}),
        request_id=request_id_of(request.scope),
    )
    said = {"Content-Language": language, "Cache-Control": "no-store", **(headers or {})}
    encoded = msgspec.json.encode(body, enc_hook=str)
    return Response(encoded, status_code=status, media_type=PROBLEM, headers=said)


def _rejected(request: AnyRequest, error: Rejected) -> Response[bytes]:
    status, kind = next((status, kind) for cls, status, kind in STATUS if isinstance(error, cls))
    headers = {}
    if "retry_after_s" in error.details:
        headers["Retry-After"] = str(error.details["retry_after_s"])
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status in _TOLD:
        _tell(request, status, error.code)
    return problem(
        request, status, error.code, kind=kind, retryable=error.retryable, details=error.details, headers=headers
    )


class _Sparing:
    """Lets so many lines through in a minute, and counts the others."""

    def __init__(self) -> None:
        self._since_s = -_MINUTE_S
        self._lines = self._left_out = 0

    def is_told(self, now_s: float) -> bool:
        if now_s - self._since_s >= _MINUTE_S:
            if self._left_out:
                _log.warning("%d more requests that made no sense were refused in that minute", self._left_out)
            self._since_s, self._lines, self._left_out = now_s, 0, 0
        self._lines += 1
        self._left_out += self._lines > _BAD_INPUT_LINES
        return self._lines <= _BAD_INPUT_LINES


_sparing = _Sparing()


def _tell(request: AnyRequest, status: int, code: str) -> None:
    if status in _BAD_INPUT and not _sparing.is_told(time.monotonic()):
        return
    # The route and not its address: nothing of what was sent begins a line of ours, nor stands in one.
    route = f"{request.method} {request.scope.get('path_template', '')}"
    who = request.scope.get("state", {}).get(ASKED_BY, "nobody")
    _log.warning("request %s of %r to %s refused: %d %s", request_id_of(request.scope), who, route, status, code)


def _unavailable(request: AnyRequest, error: Unavailable) -> Response[bytes]:
    headers = {"Retry-After": str(error.retry_after_s)}
    return problem(
        request, 503, error.code, kind="unavailable", retryable=True, details=error.details, headers=headers
    )  # fmt: skip


# Of a parameter that is not there at all the framework says only this sentence.
_MISSING = re.compile(r"Missing required (\w+) parameter '([\w-]+)'")


def _invalid_field(request: AnyRequest, error: ValidationException) -> Response[bytes]:
    fields = [
        {
            "field": str(e.get("key", "")),
            "in": str(getattr(e.get("source"), "value", e.get("source", ""))),
            "message": str(e.get("message", ""))[:200],
        }
        for e in (error.extra if isinstance(error.extra, list) else [])
        if isinstance(e, dict)
    ]
    if missing := _MISSING.match(error.detail):
        fields.append({"field": missing[2], "in": missing[1], "message": "It is missing"})
    _tell(request, 422, "http.invalid_field")
    return problem(request, 422, "http.invalid_field", kind="invalid", details={"fields": fields})


def _framework(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    status = error.status_code
    if status >= 500:
        return _unexpected(request, error)
    headers = {k: v for k, v in (error.headers or {}).items() if k.lower() in {"allow", "retry-after"}}
    code = _FRAMEWORK.get(status, "http.malformed")
    if status in _TOLD:
        _tell(request, status, code)
    return problem(request, status, code, headers=headers)


def _malformed(request: AnyRequest, _: Exception) -> Response[bytes]:
    _tell(request, 400, "http.malformed")
    return problem(request, 400, "http.malformed", kind="invalid")


def _not_kept(request: AnyRequest, error: LogUnavailable) -> Response[bytes]:
    """A file beside the log, or a table that nodes share, did not take it: the same to whoever asked as when the log does not."""
    _log.warning("request %s could not be kept: %s", request_id_of(request.scope), error)
    return _unavailable(request, as_problem(error))


def _unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("request %s failed", request_id_of(request.scope), exc_info=error)
    return problem(request, 500, "internal", kind="internal")


# A text that is no UTF-8 and a nesting deeper than we follow come out of the decoder as plain Python errors.
EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    Rejected: _rejected,
    Unavailable: _unavailable,
    LogUnavailable: _not_kept,
    ValidationException: _invalid_field,
    HTTPException: _framework,
    UnicodeError: _malformed,
    RecursionError: _malformed,
    OverflowError: _malformed,
    Exception: _unexpected,
}

__all__ = ["EXCEPTION_HANDLERS", "PROBLEM", "STATUS", "Problem", "problem", "request_id_of"]
