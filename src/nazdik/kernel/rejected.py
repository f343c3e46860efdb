"""
Refusals: understood and declined. They are data with a stable code, never a crash.

`platform/http` maps the four kinds to RFC 9457 problems; nothing here knows HTTP.
"""

from typing import Any, ClassVar


class Rejected(Exception):
    """A request that was understood and refused; `code` is stable, `details` is structured."""

    code: ClassVar[str] = "rejected"
    retryable: ClassVar[bool] = False

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details

    def __str__(self) -> str:
        return f"{self.code} {self.details}" if self.details else self.code


class Invalid(Rejected):
    """The request itself is wrong (422)."""

    code = "invalid"


class Malformed(Invalid):
    """The request cannot be read, where its standard wants that said apart (400)."""

    code = "malformed"


class NotFound(Rejected):
    """What it names does not exist (404)."""

    code = "not_found"


class Forbidden(Rejected):
    """The asker may not (403)."""

    code = "forbidden"


class Conflict(Rejected):
    """It does not fit the state things are in now (409)."""

    code = "conflict"


class Unavailable(Exception):
    """Something outside did not answer; nothing was recorded (503 with Retry-After)."""

    code: ClassVar[str] = "unavailable"

    def __init__(self, retry_after_s: int = 1, **details: Any) -> None:
        super().__init__(self.code)
        self.retry_after_s = retry_after_s
        self.details = details
