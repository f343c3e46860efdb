"""People who crew units, as the organisation knows them: by their numbers in the force, without names."""

from typing import Protocol

import msgspec

from nazdik.kernel import Instant, OfficeId


class Member(msgspec.Struct, frozen=True):
    """
    Somebody of the register: their number as it is written there, the office where they are in service, their skills.

    `until` is when their service there ends by itself, None when nothing says so.
    """

    number: str
    office: OfficeId | None
    skills: tuple[str, ...]
    until: Instant | None = None


class CrewRegister(Protocol):
    """The people of a province who have a number."""

    def find_member(self, number: str, at: Instant) -> Member | None:
        """Return who has a number, however it is cased, or None. Without an office they are not in service."""

    def list_members(self, office: OfficeId, at: Instant) -> tuple[Member, ...]:
        """Return who is in service at an office, by number; where there is nobody, crews are known by free numbers."""


class NoRegister:
    """What a province without one has."""

    def find_member(self, number: str, at: Instant) -> Member | None:
        """Return None."""
        return None

    def list_members(self, office: OfficeId, at: Instant) -> tuple[Member, ...]:
        """Return nobody."""
        return ()
