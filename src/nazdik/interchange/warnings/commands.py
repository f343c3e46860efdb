"""What people ask of warnings."""

import msgspec

from nazdik.interchange.warnings.model import Content, WarningId
from nazdik.kernel import OfficeId


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request about one warning."""

    warning_id: WarningId


class DraftWarning(Command, frozen=True, kw_only=True):
    """Write a new warning, or with `updates` one that takes another's place. Nothing leaves yet."""

    office: OfficeId
    content: Content
    updates: WarningId | None = None


class DraftCancel(Command, frozen=True, kw_only=True):
    """Write the cancellation of a warning that is out, with a reason in words for the public."""

    cancels: WarningId
    reason_fa: str
    reason_en: str = ""


class ReviseWarning(Command, frozen=True, kw_only=True):
    """Write a draft anew."""

    version: int
    office: OfficeId
    content: Content


class DiscardWarning(Command, frozen=True, kw_only=True):
    """Throw a draft away."""


class PublishWarning(Command, frozen=True, kw_only=True):
    """
    Let a draft go out, as it was at `version`.

    Attributes:
        sender: Our name to the world, as CAP wants it.
        offset_min: The message says its times so many minutes ahead of UTC.
    """

    version: int
    sender: str
    offset_min: int
