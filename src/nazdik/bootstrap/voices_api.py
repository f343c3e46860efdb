"""Voice notes from the scene: for whoever may add words and read them, as pictures are; every listening is written down first."""

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.photos import Photos
from nazdik.bootstrap.reads import detail_seen
from nazdik.bootstrap.voices import BYTES_MAX, VoiceNotFound, keep_voice
from nazdik.dispatch.voice_commands import AddVoice, RestoreVoice, VoiceReason, WithdrawVoice
from nazdik.kernel import IncidentId
from nazdik.organisation.model import Act
from nazdik.platform.scanner import Scanner
from nazdik.published.door import CommandAnswer, instant_or_none

# Bytes travel as base64, a third longer, with a little around them.
REQUEST_BYTES_MAX = BYTES_MAX * 4 // 3 + 4096


class VoiceBody(msgspec.Struct, forbid_unknown_fields=True):
    """A voice note (WebM, Ogg or MP4 in base64); how long it is and when it was spoken, as the device says."""

    sound: bytes
    seconds: int
    spoken_at: str | None = None
    device_at: str | None = None


@post("/v1/incidents/{incident_id:str}/voices", status_code=201, request_max_body_size=REQUEST_BYTES_MAX)
async def add_voice(
    incident_id: FromPath[str],
    data: JSONBody[VoiceBody],
    door: NamedDependency[SkipValidation[RequestDoor]],
    photos: NamedDependency[SkipValidation[Photos]],
    scanner: NamedDependency[SkipValidation[Scanner]],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Add a voice note from the scene. Whatever its recorder wrote beside the sound is left behind.

    Refusals: dispatch.incident_not_found (404), voices.unreadable, voices.too_large, dispatch.voice_too_long, files.infected (422),
    dispatch.too_many_voices (409), files.scanner_away (503).
    """
    spoken_at, device_at = instant_or_none(data.spoken_at), instant_or_none(data.device_at)
    # Asked before the sound is looked at: whoever may not add one must not make us work.
    door.allow(Act.ADD_NOTE, incident_id)
    room = desk.house.room(incident_id)
    room.check_follows_nobody()
    await scanner.check(data.sound, lambda found: desk.note("file_infected", incident_id, found))
    name, voice = await keep_voice(photos, data.sound, room.province)
    command = AddVoice(
        incident_id=IncidentId(incident_id),
        voice_id=name,
        media_type=voice.media_type,
        seconds=data.seconds,
        size_bytes=len(voice.body),
        spoken_at=spoken_at,
    )
    return await door.act("add_note", command, about=incident_id, device_at=device_at)


class VoiceWithdrawBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why a voice note is taken back."""

    reason: VoiceReason
    device_at: str | None = None


@post("/v1/incidents/{incident_id:str}/voices/{voice_id:str}/withdraw", status_code=200)
async def withdraw_voice(
    incident_id: FromPath[str],
    voice_id: FromPath[str],
    data: JSONBody[VoiceWithdrawBody],
    door: NamedDependency[SkipValidation[RequestDoor]],
) -> CommandAnswer:
    """
    Take a voice note back: nobody hears it any more, and the history says who took it back and why.

    A crew takes back its own. Refusals: dispatch.incident_not_found, dispatch.voice_gone (404), dispatch.voice_not_yours (403).
    """
    command = WithdrawVoice(incident_id=IncidentId(incident_id), voice_id=voice_id, reason=data.reason)
    return await door.act(
        "add_note",
        command,
        about=incident_id,
        device_at=instant_or_none(data.device_at),
        personal=f"voice_withdrawn:{voice_id[:64]}",
    )


@post("/v1/incidents/{incident_id:str}/voices/{voice_id:str}/restore", status_code=200)
async def restore_voice(
    incident_id: FromPath[str], voice_id: FromPath[str], door: NamedDependency[SkipValidation[RequestDoor]]
) -> CommandAnswer:
    """
    Let a voice note be heard again that one took back oneself less than a minute ago.

    Refusals: dispatch.incident_not_found, dispatch.voice_gone (404), dispatch.voice_stays_back (409).
    """
    command = RestoreVoice(incident_id=IncidentId(incident_id), voice_id=voice_id)
    return await door.act("add_note", command, about=incident_id, personal=f"voice_restored:{voice_id[:64]}")


@get("/v1/incidents/{incident_id:str}/voices/{voice_id:str}")
async def get_voice(
    incident_id: FromPath[str],
    voice_id: FromPath[str],
    desk: NamedDependency[Desk],
    photos: NamedDependency[SkipValidation[Photos]],
) -> Response[bytes]:
    """
    Return a voice note as it is kept; each read is in the audit log.

    Refusals: dispatch.incident_not_found, voices.not_found (404).
    """
    _, incident, _ = detail_seen(desk, incident_id)
    voice = next((voice for voice in incident.voices if voice.id == voice_id), None)
    if voice is None:
        raise VoiceNotFound(voice=voice_id[:64])
    await desk.note(f"voice:{voice_id}", incident_id)
    body = await photos.read(voice_id, desk.house.room(incident_id).province)
    if body is None:
        raise VoiceNotFound(voice=voice_id[:64])
    # Kept nowhere on the way: the next listening is a read of its own.
    return Response(body, media_type=voice.media_type, headers={"Cache-Control": "no-store"})


ROUTES: tuple[BaseRouteHandler, ...] = (add_voice, withdraw_voice, restore_voice, get_voice)
