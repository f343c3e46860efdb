"""What a crew says of the scene in its own voice: added, taken back, and heard again after a mistake."""

from nazdik.dispatch import events as e
from nazdik.dispatch import voice_commands as v
from nazdik.dispatch.errors import TooManyVoices, VoiceGone, VoiceNotYours, VoiceStaysBack, VoiceTooLong
from nazdik.dispatch.scene import RESTORED_WITHIN_S
from nazdik.dispatch.unfolding import Unfolding
from nazdik.dispatch.vocabulary import VOICE_S_MAX, VOICES_MAX
from nazdik.kernel.instant import in_calendar, seconds_between


def add_voice(u: Unfolding, command: v.AddVoice) -> None:
    """Another voice note, also after the end, as with a picture. The same one again changes nothing."""
    if not 1 <= command.seconds <= VOICE_S_MAX:
        raise VoiceTooLong(seconds_max=VOICE_S_MAX)
    incident = u.incident(command.incident_id)
    if any(voice.id == command.voice_id for voice in incident.voices):
        return
    if len(incident.voices) >= VOICES_MAX:
        raise TooManyVoices(incident_id=incident.id, most=VOICES_MAX)
    u.add(
        e.VoiceAdded(
            at=u.at,
            incident_id=incident.id,
            voice_id=command.voice_id,
            by=u.ctx.actor.id,
            of_unit=u.ctx.actor.unit_id,
            media_type=command.media_type,
            seconds=command.seconds,
            size_bytes=command.size_bytes,
            # A year that no calendar has says nothing.
            spoken_at=command.spoken_at if command.spoken_at is not None and in_calendar(command.spoken_at) else None,
            device_at=u.ctx.device_at,
        )
    )


def withdraw_voice(u: Unfolding, command: v.WithdrawVoice) -> None:
    """Take a voice note back. A crew takes back its own; a desk any. Whoever reads the history sees that it was there."""
    incident = u.incident(command.incident_id)
    voice = next((voice for voice in incident.voices if voice.id == command.voice_id), None)
    if voice is None:
        raise VoiceGone(voice=command.voice_id[:64])
    unit = u.ctx.actor.unit_id
    if unit is not None and voice.of_unit != unit:
        raise VoiceNotYours(voice=voice.id)
    u.add(
        e.VoiceWithdrawn(
            at=u.at,
            incident_id=incident.id,
            voice_id=voice.id,
            by=u.ctx.actor.id,
            reason=command.reason,
            device_at=u.ctx.device_at,
        )
    )


def restore_voice(u: Unfolding, command: v.RestoreVoice) -> None:
    """Let a voice note be heard again: by who took it back, within a minute. What can be heard already stays so."""
    incident = u.incident(command.incident_id)
    if any(voice.id == command.voice_id for voice in incident.voices):
        return
    back = next((back for back in incident.voices_back if back.voice.id == command.voice_id), None)
    if back is None:
        raise VoiceGone(voice=command.voice_id[:64])
    if back.by != u.ctx.actor.id or seconds_between(back.at, u.at) > RESTORED_WITHIN_S:
        raise VoiceStaysBack(voice=command.voice_id[:64], within_s=RESTORED_WITHIN_S)
    u.add(e.VoiceRestored(at=u.at, incident_id=incident.id, voice_id=back.voice.id, by=u.ctx.actor.id))
