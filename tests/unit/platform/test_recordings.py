"""Sound and film made bare: of what recorders write beside them nothing is left, and what is heard and seen stays byte by byte."""

import wave
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.platform import containers
from tests.unit.platform.containers import EVERY, SECRET, SOUND

from nazdik.platform.recordings import Bare, UnknownContainer, Unreadable, make_bare
from nazdik.platform.recordings.ogg import checksum


def bare(body: bytes, folder: Path) -> tuple[Bare, bytes]:
    path = folder / "recording"
    path.write_bytes(body)
    return make_bare(path), path.read_bytes()


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_left_of_who_where_when_and_by_what(name: str, tmp_path: Path) -> None:
    assert SECRET in EVERY[name]
    made, left = bare(EVERY[name], tmp_path)
    assert made == Bare(name.startswith("video"), name.partition(";")[0])
    assert SECRET not in left
    assert SOUND[:31] in left, "what is heard stays"
    again, same = bare(left, tmp_path)
    assert (again, same) == (made, left), "what is bare stays as it is"


def test_no_place_in_a_film_moves_and_what_no_sample_holds_is_blank(tmp_path: Path) -> None:
    film = containers.mp4()
    _, left = bare(film, tmp_path)
    assert len(left) == len(film)
    data = film.index(b"mdat") + 4
    assert left[data:] == bytes(6) + SOUND[:100] + bytes(6) + SOUND[:100] + bytes(6)
    assert b"udta" not in left and b"uuid" not in left and b"meta" not in left and b"mebx" not in left
    assert left.count(b"trak") == 2 and left.count(b"hdlr") == 2 and b"avcC" in left


def test_a_sound_can_still_be_played(tmp_path: Path) -> None:
    bare(containers.wav(), tmp_path)
    with wave.open(str(tmp_path / "recording")) as file:
        assert (file.getframerate(), file.readframes(999)) == (16_000, SOUND)
    _, left = bare(containers.mp3(), tmp_path)
    assert left == (b"\xff\xfb\x90\x00" + SOUND[:252] + bytes(417 - 256)) * 4


def test_the_sums_of_ogg_are_those_of_the_standard(tmp_path: Path) -> None:
    def slowly(page: bytes) -> int:
        register = 0
        for byte in page:
            register ^= byte << 24
            for _ in range(8):
                register = (register << 1 ^ (0x04C11DB7 if register >> 31 else 0)) & 0xFFFFFFFF
        return register

    assert checksum(SOUND) == slowly(SOUND) != zlib.crc32(SOUND)
    _, left = bare(containers.ogg(), tmp_path)
    at, sums = 0, 0
    while (at := left.find(b"OggS", at)) >= 0:
        end = left.find(b"OggS", at + 4) if left.find(b"OggS", at + 4) >= 0 else len(left)
        whole = left[at:end]
        assert int.from_bytes(whole[22:26], "little") == slowly(whole[:22] + bytes(4) + whole[26:])
        at, sums = end, sums + 1
    assert sums == 4


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.7", b"MZ" + bytes(99), b"<svg onload=alert(1)>", b"RIFF\0\0\0\0AVI LIST", b"\xff\xd8\xff\xe1Exif"]
)  # fmt: skip
def test_what_is_in_no_known_container_is_refused(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnknownContainer):
        bare(body, tmp_path)


def test_a_track_that_is_neither_sound_nor_picture_goes_or_the_file_does(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        bare(containers.webm(kind=b"\x11"), tmp_path)
    with pytest.raises(Unreadable):
        bare(containers.fragmented().replace(b"soun", b"meta"), tmp_path)
    flood = containers.mp4() + containers.box(b"mdat", b"x") * 40
    with pytest.raises(Unreadable):
        bare(flood, tmp_path)


@pytest.mark.parametrize(
    "body", [b"#!AMR\n" + b"\x7c" * 600_000, containers.webm() + b"\xec\x80" * 600_000,
             containers.mp4() + b"\0\0\0\x08free" * 600_000]
)  # fmt: skip
def test_a_file_of_millions_of_tiny_parts_keeps_nobody_busy(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="too many parts"):
        bare(body, tmp_path)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(EVERY)),
    st.integers(0, 2_000),
    st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255))),
)
def test_whatever_is_sent_is_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, cut: int, changes: list[tuple[int, int]]
) -> None:
    body = bytearray(EVERY[name][: len(EVERY[name]) - cut % len(EVERY[name])])
    for at, value in changes:
        body[at % len(body)] = value
    with suppress(Unreadable, UnknownContainer):
        bare(bytes(body), tmp_path_factory.getbasetemp())
