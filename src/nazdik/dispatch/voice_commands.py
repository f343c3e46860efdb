"""What dispatch can be asked to do with voice notes. Ids of new things come in the command."""

from typing import Literal

from nazdik.dispatch.commands import Command
from nazdik.kernel import IncidentId, Instant

# Why one is taken back, as with a picture.
VoiceReason = Literal["mistake", "other_incident", "person"]


class AddVoice(Command, frozen=True, kw_only=True):
    """Spoken words from the scene, already kept under the name of their bytes; `seconds` is what the device says."""

    incident_id: IncidentId
    voice_id: str
    media_type: str
    seconds: int
    size_bytes: int
    spoken_at: Instant | None = None


class WithdrawVoice(Command, frozen=True, kw_only=True):
    """A voice note was a mistake: nobody hears it any more. The log keeps that it was there, by whom, and why it went."""

    incident_id: IncidentId
    voice_id: str
    reason: VoiceReason


class RestoreVoice(Command, frozen=True, kw_only=True):
    """Whoever took a voice note back a moment ago did so by mistake: it can be heard again."""

    incident_id: IncidentId
    voice_id: str
