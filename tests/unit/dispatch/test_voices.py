"""Voice notes of a crew: kept in order, taken back, and heard again after a mistake."""

import msgspec
import pytest

from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import errors, scene
from nazdik.dispatch import events as e
from nazdik.dispatch.projections import detail_view
from nazdik.dispatch.vocabulary import VOICE_S_MAX, VOICES_MAX
from nazdik.dispatch.voice_commands import AddVoice, RestoreVoice, VoiceReason, WithdrawVoice
from nazdik.kernel import IncidentId, Instant
from tests.town import Town, dispatcher, officer
from tests.unit.dispatch.test_scene import at_work, clear


def spoken(number: int, incident: IncidentId, seconds: int = 12) -> AddVoice:
    return AddVoice(
        incident_id=incident, voice_id=f"{number:064x}", media_type="audio/webm", seconds=seconds, size_bytes=30_000
    )


def test_voice_notes_are_kept_in_order_each_once_and_not_without_end() -> None:
    town = Town()
    work = at_work(town)
    for number in (1, 2, 1):
        town.do(spoken(number, work.incident_id), by=officer(work.unit_id))
    clear(town, work)
    town.do(spoken(3, work.incident_id), by=officer(work.unit_id))
    voices = detail_view(town.world, town.get(work.incident_id), ()).voices
    assert [(int(voice.id, 16), voice.seconds, voice.call_sign) for voice in voices] == [
        (n, 12, "A01") for n in (1, 2, 3)
    ]
    for number in range(4, VOICES_MAX + 1):
        town.do(spoken(number, work.incident_id), by=officer(work.unit_id))
    with pytest.raises(errors.TooManyVoices):
        town.do(spoken(VOICES_MAX + 1, work.incident_id), by=officer(work.unit_id))


def test_a_voice_note_lasts_from_a_second_to_a_minute_and_no_year_that_no_calendar_has() -> None:
    town = Town()
    work = at_work(town)
    for seconds in (0, -1, VOICE_S_MAX + 1):
        with pytest.raises(errors.VoiceTooLong):
            town.do(spoken(1, work.incident_id, seconds), by=officer(work.unit_id))
    odd = msgspec.structs.replace(spoken(1, work.incident_id, VOICE_S_MAX), spoken_at=Instant(2**62))
    town.do(odd, by=officer(work.unit_id))
    assert detail_view(town.world, town.get(work.incident_id), ()).voices[0].spoken_at is None


def test_a_crew_takes_back_its_own_voice_a_desk_any_and_the_history_keeps_that_it_was() -> None:
    town = Town()
    work = at_work(town)
    for number in (1, 2):
        town.do(spoken(number, work.incident_id), by=officer(work.unit_id))

    def back(number: int, reason: VoiceReason = "mistake") -> WithdrawVoice:
        return WithdrawVoice(incident_id=work.incident_id, voice_id=f"{number:064x}", reason=reason)

    with pytest.raises(errors.VoiceNotYours):
        town.do(back(1), by=officer(town.unit("A99", None)))
    town.do(back(1), by=officer(work.unit_id))
    with pytest.raises(errors.VoiceGone):
        town.do(back(1), by=officer(work.unit_id))
    town.do(back(2, "person"), by=dispatcher())
    assert town.get(work.incident_id).voices == ()
    again = RestoreVoice(incident_id=work.incident_id, voice_id=f"{2:064x}")
    with pytest.raises(errors.VoiceStaysBack):
        town.do(again, by=officer(work.unit_id))
    town.wait(scene.RESTORED_WITHIN_S)
    town.do(again, by=dispatcher())
    assert [int(voice.id, 16) for voice in town.get(work.incident_id).voices] == [2]
    assert restore(snapshot(town.writer.state)).world == town.world
    town.do(back(2, "person"), by=dispatcher())
    town.wait(scene.RESTORED_WITHIN_S + 1)
    with pytest.raises(errors.VoiceStaysBack):
        town.do(again, by=dispatcher())
    assert [fact.reason for fact in town.facts if isinstance(fact, e.VoiceWithdrawn)] == ["mistake", "person", "person"]
