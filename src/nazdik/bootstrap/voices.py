"""
Voice notes from the scene: made bare in their containers, and kept with the pictures.

They are told by their content, never by what a request says of them. What a browser records into is taken, and only sound.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nazdik.bootstrap.photos import Photos
from nazdik.kernel import Invalid, NotFound
from nazdik.platform.recordings import UnknownContainer, Unreadable, make_bare

# A minute at 64 kbit/s; a handheld records at 24.
BYTES_MAX = 512 << 10
MEDIA_TYPES = frozenset({"audio/webm", "audio/ogg", "audio/mp4"})


class VoiceUnreadable(Invalid):
    """Not a recorded sound of a kind that is taken, or a damaged one."""

    code = "voices.unreadable"


class VoiceTooLarge(Invalid):
    """More bytes than a voice note may have."""

    code = "voices.too_large"


class VoiceNotFound(NotFound):
    """The incident has no such voice note."""

    code = "voices.not_found"


@dataclass(frozen=True, slots=True)
class BareVoice:
    """A voice note as it is kept: sound without a word beside it."""

    body: bytes
    media_type: str


def bare_voice(body: bytes) -> BareVoice:
    """Return a sound without what its recorder wrote beside it. Raises `VoiceUnreadable`, `VoiceTooLarge`."""
    if len(body) > BYTES_MAX:
        raise VoiceTooLarge(bytes_max=BYTES_MAX)
    with TemporaryDirectory(prefix="nazdik-voice-") as folder:
        path = Path(folder) / "voice"
        path.write_bytes(body)
        try:
            made = make_bare(path)
        except (UnknownContainer, Unreadable) as error:
            raise VoiceUnreadable() from error
        if made.media_type not in MEDIA_TYPES:
            raise VoiceUnreadable()
        return BareVoice(path.read_bytes(), made.media_type)


async def keep_voice(photos: Photos, body: bytes, province: str) -> tuple[str, BareVoice]:
    """Keep a voice note bare and return its name with it; it is then as safe as a picture."""
    voice = await asyncio.to_thread(bare_voice, body)
    return await photos.put(voice.body, province), voice
