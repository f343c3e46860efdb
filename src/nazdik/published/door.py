"""The door every act comes through: it knows who asks, asks the policy, submits the command and gives the answer."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from nazdik.kernel import CallId, IncidentId, Instant, Invalid, OfficeId, ProvinceId, from_rfc3339


class CommandAnswer(msgspec.Struct, frozen=True):
    """What became of a command; `duplicate` when the same key had been answered before. `position` is the log's."""

    command_id: str
    province: str
    position: int
    events: tuple[str, ...]
    incident_id: str | None = None
    incident_number: int | None = None
    call_id: str | None = None
    condition_id: str | None = None
    warning_id: str | None = None
    note_id: str | None = None
    assignment_ids: tuple[str, ...] = ()
    duplicate: bool = False


class Door(Protocol):
    """One request's way in."""

    office: OfficeId

    def incident_id(self) -> IncidentId:
        """Return the id of the incident that this request begins: the same key always begins the same one."""

    def call_id(self) -> CallId:
        """Return the id of the call that this request begins."""

    def new_id(self, letter: str, province: ProvinceId) -> str:
        """Return the id of something else that this request begins in a province."""

    async def act(
        self,
        act: str,
        command: Any,
        *,
        about: str,
        also: Sequence[str] = (),
        device_at: Instant | None = None,
        personal: str | None = None,
    ) -> CommandAnswer:
        """
        Submit `command` when the policy allows `act` on the thing with the id `about`.

        Args:
            also: Alarms beside that one, of the same province; those that are no longer up are nobody's.
            personal: Which personal data of that thing the command is about; the audit log gets it before it is submitted.

        Raises:
            Rejected: The policy or the core refuses.
            Unavailable: The log cannot take it now; nothing was recorded.
        """


class BadInstant(Invalid):
    """Not a time with a zone (RFC 3339)."""

    code = "http.bad_instant"


def instant_or_none(text: str | None) -> Instant | None:
    """Return the instant a request names, None when it names none."""
    if text is None:
        return None
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        raise BadInstant(text=text[:40]) from None
