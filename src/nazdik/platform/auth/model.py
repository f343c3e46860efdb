"""Who is signed in, and the refusals at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nazdik.kernel import Forbidden, Instant, Invalid, Rejected


@dataclass(frozen=True, slots=True)
class Session:
    """Someone signed in. `grants` is what their role was given where, in words that only the contexts understand."""

    id: str
    person: str
    role: str
    expires_at: Instant
    grants: Mapping[str, Any] = field(default_factory=dict)


class NotSignedIn(Rejected):
    """Nobody is signed in, or no longer (401)."""

    code = "auth.not_signed_in"


class WrongPassword(Rejected):
    """Name and password do not belong together (401); which of the two is wrong is not said."""

    code = "auth.wrong_name_or_password"


class TooManyTries(Rejected):
    """Too many failed sign-ins; wait (429)."""

    code = "auth.too_many_tries"
    retryable = True


class ForeignOrigin(Forbidden):
    """A page from elsewhere tried to use this person's session."""

    code = "auth.foreign_origin"


class WeakPassword(Invalid):
    """The password is too short or too long."""

    code = "auth.weak_password"
