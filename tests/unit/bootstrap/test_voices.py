"""Voice notes are told by their content, made bare, and refused when they are none."""

import asyncio
from pathlib import Path

import pytest

from nazdik.bootstrap.photos import Photos
from nazdik.bootstrap.voices import BYTES_MAX, VoiceTooLarge, VoiceUnreadable, bare_voice, keep_voice
from tests.unit.platform import containers
from tests.unit.platform.containers import SECRET, SOUND


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (containers.webm(picture=False), "audio/webm"),
        (containers.mp4(picture=False), "audio/mp4"),
        (containers.ogg(), "audio/ogg"),
    ],
)
def test_only_the_sound_is_kept_whatever_the_container(body: bytes, media_type: str) -> None:
    assert SECRET in body
    kept = bare_voice(body)
    assert kept.media_type == media_type and SECRET not in kept.body and SOUND[:31] in kept.body


NONE = {
    "nothing": b"",
    "words": b"no sound",
    "film": containers.webm(),
    "film of a telephone": containers.mp4(),
    "another kind": containers.wav(),
    "cut off": containers.webm(picture=False)[:90],
    "a picture": b"\xff\xd8\xff\xe0" + bytes(40),
}


@pytest.mark.parametrize("body", NONE.values(), ids=NONE)
def test_what_is_no_voice_note_is_refused(body: bytes) -> None:
    with pytest.raises(VoiceUnreadable):
        bare_voice(body)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(VoiceTooLarge):
        bare_voice(bytes(BYTES_MAX + 1))


def test_it_lies_bare_with_the_pictures_under_its_digest(tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")

    async def go() -> None:
        name, kept = await keep_voice(photos, containers.webm(picture=False), "p")
        assert await photos.read(name, "p") == kept.body
        (file,) = (path for path in (tmp_path / "photos").rglob("*") if path.is_file())
        assert file.name == name and SECRET not in file.read_bytes()

    asyncio.run(go())
