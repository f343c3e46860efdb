"""Small recordings of every kind that is taken, each with a SECRET wherever recorders are known to leave one."""

import io
import struct
import wave

from nazdik.platform.recordings.ogg import checksum

SECRET = b"SECRET"
SOUND = bytes(range(1, 129)) * 2


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(SOUND)
    listed = b"LIST" + struct.pack("<I", 18) + b"INFOIART" + struct.pack("<I", 6) + SECRET
    plain = out.getvalue()
    body = plain[8:36] + listed + plain[36:] + b"bext" + struct.pack("<I", 6) + SECRET
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3() -> bytes:
    frame = b"\xff\xfb\x90\x00" + SOUND[:252] + bytes(417 - 256)
    named = b"\xff\xfb\x90\x00" + bytes(32) + b"Info" + SECRET + bytes(417 - 46)
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 0, 20]) + b"TIT2" + SECRET + bytes(10)
    return tag + named + frame * 4 + b"TAG" + SECRET + bytes(119)


def aac() -> bytes:
    length = 7 + 64
    head = bytes([0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 0xFF, (length & 7) << 5 | 0x1F, 0xFC])
    return (head + SOUND[:64]) * 4 + b"TAG" + SECRET


def amr() -> bytes:
    return b"#!AMR\n" + (b"\x3c" + SOUND[:31]) * 4 + b"\xff" + SECRET


def page(number: int, kind: int, *packets: bytes) -> bytes:
    lengths = b"".join(bytes([255]) * (len(one) // 255) + bytes([len(one) % 255]) for one in packets)
    head = b"OggS\0" + bytes([kind]) + bytes(8) + b"\x07SE\x09" + struct.pack("<I", number) + bytes(4)
    whole = head + bytes([len(lengths)]) + lengths + b"".join(packets)
    return whole[:22] + struct.pack("<I", checksum(whole)) + whole[26:]


def ogg() -> bytes:
    tags = b"OpusTags" + struct.pack("<I", 6) + SECRET + struct.pack("<II", 1, 300) + SECRET * 50
    head = b"OpusHead\x01\x01" + bytes(9)
    return page(0, 2, head) + page(1, 0, tags) + page(2, 0, SOUND[:100], SOUND[:200]) + page(3, 4, SOUND[:50])


def vorbis() -> bytes:
    tags = b"\x03vorbis" + struct.pack("<I", 6) + SECRET + struct.pack("<II", 1, 12) + SECRET * 2 + b"\x01"
    return page(0, 2, b"\x01vorbis" + bytes(23)) + page(1, 0, tags, b"\x05vorbis" + SOUND[:40]) + page(2, 4, SOUND)


def element(name: int, *parts: bytes, size: bytes | None = None) -> bytes:
    body = b"".join(parts)
    length = (name.bit_length() + 7) // 8
    return name.to_bytes(length) + (size or ((1 << 56) | len(body)).to_bytes(8)) + body


def webm(*, picture: bool = True, kind: bytes = b"\x02", open_ended: bool = True) -> bytes:
    """As browsers record it: segment and clusters without an end."""
    endless = b"\x01" + b"\xff" * 7 if open_ended else None
    comment = b"\x03vorbis" + struct.pack("<I", 6) + SECRET + bytes(4) + b"\x01"
    private = b"\x02\x1e" + bytes([len(comment)]) + b"\x01vorbis" + bytes(23) + comment + b"\x05vorbis" + SOUND[:20]
    sound = element(
        0xAE, element(0xD7, b"\x01"), element(0x83, kind), element(0x86, b"A_VORBIS"), element(0x536E, SECRET),
        element(0x63A2, private), element(0xE1, element(0xB5, struct.pack(">f", 48_000.0))),
    )  # fmt: skip
    film = element(0xAE, element(0xD7, b"\x02"), element(0x83, b"\x01"), element(0x86, b"V_VP8"))
    info = element(
        0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40"), element(0x4461, bytes(2) + SECRET), element(0x4D80, SECRET),
        element(0x5741, SECRET), element(0x7BA9, SECRET),
    )  # fmt: skip
    block = element(0xA3, b"\x81\x00\x00\x80", SOUND)
    cluster = element(0x1F43B675, element(0xE7, b"\x00"), block, size=endless)
    other = element(0x1F43B675, element(0xE7, b"\x01"), element(0xA0, element(0xA1, SOUND)), size=endless)
    tags = element(0x1254C367, element(0x7373, SECRET))
    parts = (info, element(0x1654AE6B, sound, *([film] if picture else [])), cluster, other, tags)
    header = element(0x1A45DFA3, element(0x4282, b"webm"), element(0xEC, SECRET))
    return header + element(0x18538067, *parts, size=endless)


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def trak(kind: bytes, entry: bytes, sizes: list[int], place: int) -> bytes:
    table = box(
        b"stbl", box(b"stsd", bytes(4), struct.pack(">I", 1), entry), box(b"stts", bytes(4), struct.pack(">III", 1, len(sizes), 1)),
        box(b"stsz", bytes(8), struct.pack(">I", len(sizes)), *(struct.pack(">I", size) for size in sizes)),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, len(sizes), 1)), box(b"stco", bytes(4), struct.pack(">II", 1, place)),
    )  # fmt: skip
    dates = bytes(4) + SECRET + b"42"
    media = box(
        b"mdia", box(b"mdhd", dates, struct.pack(">II", 1000, 5), b"\x15\xc7\0\0"), box(b"hdlr", bytes(8), kind, bytes(12), SECRET),
        box(b"minf", box(b"dinf", box(b"dref", bytes(4), struct.pack(">I", 1), box(b"url ", b"\0\0\0\1"))), table),
    )  # fmt: skip
    return box(b"trak", box(b"tkhd", dates, bytes(72)), media, box(b"udta", box(b"\xa9xyz", SECRET)))


def mp4(*, picture: bool = True) -> bytes:
    """A film of a telephone: a track of places beside picture and sound, whose samples lie between theirs."""
    avc = box(b"avc1", bytes(6), b"\0\1", bytes(4), SECRET, bytes(24), b"\x06" + SECRET + bytes(25), bytes(4),
              box(b"avcC", SOUND[:12]), box(b"uuid", SECRET))  # fmt: skip
    aac_entry = box(b"mp4a", bytes(6), b"\0\1", bytes(8), b"\0\1\0\x10", bytes(8), box(b"esds", bytes(20)))
    places = box(b"mebx", bytes(6), b"\0\1", SECRET)
    head = box(b"ftyp", b"isom", bytes(4), b"mp42")

    def moov(at: int) -> bytes:
        tracks = [trak(b"soun", aac_entry, [60, 40], at + 6), trak(b"meta", places, [6], at + 106)]
        if picture:
            tracks.append(trak(b"vide", avc, [100], at + 112))
        mvhd = box(b"mvhd", bytes(4), SECRET + b"42", struct.pack(">II", 1000, 5), bytes(80))
        meta = box(b"meta", bytes(4), box(b"ilst", SECRET))
        return box(b"moov", mvhd, *tracks, meta, box(b"udta", SECRET))

    data = SECRET + SOUND[:100] + SECRET + (SOUND[:100] if picture else b"") + SECRET
    before = head + moov(0) + box(b"uuid", SECRET)
    return head + moov(len(before) + 8) + box(b"uuid", SECRET) + box(b"mdat", data)


def fragmented() -> bytes:
    """As browsers record it: no tables of samples, a fragment for each second."""
    entry = box(b"Opus", bytes(6), b"\0\1", bytes(8), b"\0\1\0\x10", bytes(8), box(b"dOps", bytes(11)))
    empty = trak(b"soun", entry, [], 0)
    moov = box(b"moov", box(b"mvhd", bytes(100)), empty, box(b"mvex", box(b"trex", bytes(24))), box(b"udta", SECRET))
    moof = box(
        b"moof",
        box(b"mfhd", bytes(8)),
        box(b"traf", box(b"tfhd", bytes(8)), box(b"trun", bytes(12)), box(b"uuid", SECRET)),
    )
    return box(b"ftyp", b"isom", bytes(4)) + moov + moof + box(b"mdat", SOUND)


EVERY = {
    "audio/wav": wav(), "audio/mpeg": mp3(), "audio/aac": aac(), "audio/amr": amr(), "audio/ogg": ogg(),
    "audio/ogg; vorbis": vorbis(), "video/webm": webm(), "audio/webm": webm(picture=False, open_ended=False),
    "video/mp4": mp4(), "audio/mp4": mp4(picture=False), "audio/mp4; fragments": fragmented(),
}  # fmt: skip
