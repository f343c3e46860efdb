"""Files made to do harm: each small, and each more than it says it is, or two kinds at once."""

import io
import struct
import zipfile
import zlib

from PIL import Image

from tests.fuzz.uploads import BOOK, SHEET, picture, with_part

MEGABYTE = b" " * 1_048_576


def vast_png(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(MEGABYTE)) + chunk(b"IEND", b"")


def packed(*members: tuple[str, bytes]) -> bytes:
    """Return a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name, data in members:
            new.writestr(name, data)
    return out.getvalue()


def lying(body: bytes) -> bytes:
    """Return a zip file whose directory says that everything in it is one byte long."""
    data, at = bytearray(body), 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 1)
        at += 4
    return bytes(data)


def many_frames() -> bytes:
    """Return a WebP of three hundred pictures."""
    frames = [Image.new("RGB", (64, 64), (n % 255, 0, 0)) for n in range(300)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


_ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 20) for n in range(1, 8))
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "ha">' + _ENTITIES + b"]>"
LAUGHING = (
    LAUGHS + b"<worksheet><sheetData><row><c t='inlineStr'><is><t>&e7;</t></is></c></row></sheetData></worksheet>"
)
REACHING = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c><v>&x;</v></c></row></sheetData>'
SHEETS = {
    "a bomb": with_part(SHEET, MEGABYTE * 40),
    "a bomb that lies": lying(with_part(SHEET, MEGABYTE * 40)),
    "a bomb within": packed(("xl/workbook.xml", packed(("a", MEGABYTE * 90)))),
    "thousands of members": packed(*((f"a{n}", b"") for n in range(5_000))),
    "entities that laugh": with_part(SHEET, LAUGHING),
    "an entity that reaches out": with_part(SHEET, REACHING),
    "names that climb": packed(("../../../../etc/cron.d/x", b"* * * * *"), ("xl/workbook.xml", b"<x/>")),
    "a picture before it": picture("JPEG") + BOOK,
    "a page": b"<html><script>alert(1)</script></html>" + bytes(40),
    "a row for ever": b"a" + b"," * 1_900_000,
    "quotes for ever": b'"' * 1_900_000,
}
PICTURES = {
    "a flood of pixels": vast_png(65_000, 65_000),
    "a flood just within": vast_png(7_000, 7_000),
    "one pixel wide": vast_png(1, 2_000_000),
    "a zip": packed(("a.jpg", picture("JPEG"))),
    "a page": b"<html><script>alert(1)</script></html>",
    "a drawing with script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page and a picture": b"GIF89a/*" + b"<script>alert(1)</script>" + picture("PNG"),
}
# Taken for what they are, with nothing else left in them.
MADE_BARE = {
    "a picture and a page": picture("JPEG") + b"<html><script>alert(1)</script></html>",
    "a picture and a zip": picture("PNG") + packed(("x", b"y")),
    "three hundred pictures": many_frames(),
}
