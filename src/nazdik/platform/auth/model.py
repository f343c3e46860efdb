"""Who is signed in, and the refusals at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nazdik.kernel import Conflict, Forbidden, Instant, Invalid, Rejected, Unavailable


@dataclass(frozen=True, slots=True)
class Session:
    """Someone signed in. `grants` is what their role was given where, in words that only the contexts understand."""

    id: str
    person: str
    role: str
    expires_at: Instant
    grants: Mapping[str, Any] = field(default_factory=dict)

    @property
    def by(self) -> str:
        """By what it was opened: `password`, `passkey`, `oidc`, `device`, or `seat` of a demo."""
        return str(self.grants.get("by", ""))

    @property
    def proved_at(self) -> Instant | None:
        """When the person last proved who they are."""
        at = self.grants.get("proved_at")
        return None if at is None else Instant(int(at))

    @property
    def idle_s(self) -> float | None:
        """How long it may be left alone; None for as long as it lasts."""
        idle_s = self.grants.get("idle_s")
        return None if idle_s is None else float(idle_s)


class FactorNeeded(Forbidden):
    """A second factor is demanded of this role; until it is proved or made, nothing else is done."""

    code = "auth.second_factor_needed"


class NotSignedIn(Rejected):
    """Nobody is signed in, or no longer (401)."""

    code = "auth.not_signed_in"


class WrongPassword(Rejected):
    """Name and password do not belong together (401); which of the two is wrong is not said."""

    code = "auth.wrong_name_or_password"


class CodeNeeded(Rejected):
    """Name and password are right; this person also needs a code of their telephone (401)."""

    code = "auth.code_needed"


class WrongCode(Rejected):
    """The code is wrong, was used already, or its time is over (401)."""

    code = "auth.wrong_code"


class KeyRefused(Rejected):
    """The answer of a passkey is not one to what we asked, or the key is not known here (401)."""

    code = "auth.key_refused"


class KeyCopied(Rejected):
    """The key has counted back: there may be a copy of it (401)."""

    code = "auth.key_copied"


class NoKeysHere(Conflict):
    """By this address no passkey can be used: it is neither `localhost` nor the configured name, or without TLS."""

    code = "auth.no_keys_here"


class TooManyKeys(Conflict):
    """Somebody has as many keys as one may have; remove one first."""

    code = "auth.too_many_keys"


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


class CommonPassword(Invalid):
    """The password is long, and made of what a guesser tries first."""

    code = "auth.common_password"


class SignInBusy(Unavailable):
    """More people are signing in than passwords can be checked; nobody is locked out."""

    code = "auth.busy"


class ProofNeeded(Forbidden):
    """This needs a fresh proof that the person at the desk is who signed in: the password or the key once more."""

    code = "auth.proof_needed"
