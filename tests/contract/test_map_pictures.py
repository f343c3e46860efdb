"""The base map as pictures: what a desk without WebGL sees, and what the door refuses."""

import math
import struct
import zlib

from tests.server import HERE, PROVINCE, Seat, Server, problem

HEAD = b"\x89PNG\r\n\x1a\n"


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    side = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * side), int(y * side)


def pixels(png: bytes) -> tuple[int, set[bytes]]:
    """The width of a picture and the colours in it (PNG with 8-bit red, green, blue and opacity)."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw, row, before, colours = zlib.decompress(packed), width * 4, bytes(width * 4), set[bytes]()
    for number in range(height):
        line = bytearray(raw[number * (row + 1) + 1 : (number + 1) * (row + 1)])
        for n in range(row):
            a, b, c = (line[n - 4] if n >= 4 else 0), before[n], (before[n - 4] if n >= 4 else 0)
            guess = min((a, b, c), key=lambda each, p=a + b - c: abs(p - each))  # type: ignore[misc]
            line[n] = (line[n] + (0, a, b, (a + b) // 2, guess)[raw[number * (row + 1)]]) & 255
        before = bytes(line)
        colours |= {before[n : n + 4] for n in range(0, row, 4)}
    return width, colours


def address(zoom: int, x: int, y: int, province: str = PROVINCE) -> str:
    return f"/v1/provinces/{province}/tiles/{zoom}/{x}/{y}"


def test_streets_are_drawn_by_day_and_by_night_and_kept(desk: Seat, server: Server) -> None:
    place = address(15, *tile_of(HERE[0], HERE[1], 15))
    day = desk.get(place)
    assert (day.status_code, day.headers["content-type"]) == (200, "image/png"), day.text
    night = desk.get(place, params={"theme": "night"})
    english = desk.get(place, params={"lang": "en"})
    assert len({day.content, night.content, english.content}) == 3
    assert len({answer.headers["etag"] for answer in (day, night, english)}) == 3
    width, colours = pixels(day.content)
    assert width == 512
    assert b"\xff\xff\xff\xff" in colours, "a street by day is white"
    assert b"\x00\x00\x00\x00" in colours, "the ground is clear, so that provinces lie side by side"
    assert b"\x3d\x43\x47\xff" in pixels(night.content)[1], "a main street by night is grey"

    known = desk.get(place, headers={"if-none-match": day.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert len(list((server.data / "map-pictures").rglob("*.png"))) >= 3
    again = desk.get(place)
    assert again.content == day.content


def test_a_dense_screen_gets_twice_the_points(desk: Seat) -> None:
    place = address(16, *tile_of(HERE[0], HERE[1], 16))
    assert struct.unpack(">I", desk.get(place, params={"scale": "2"}).content[16:20]) == (1024,)


def test_elsewhere_and_beyond_the_last_zoom_of_the_file_there_is_a_picture_too(desk: Seat) -> None:
    sea = desk.get(address(15, 0, 0))
    assert sea.status_code == 200 and sea.content.startswith(HEAD) and len(sea.content) < 100
    near = desk.get(address(18, *tile_of(HERE[0], HERE[1], 18)))
    assert near.status_code == 200 and len(near.content) > 1000


def test_what_is_no_tile_is_refused(desk: Seat) -> None:
    for zoom, x, y in ((20, 0, 0), (-1, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (0, 0, 1), (999_999, 1, 1)):
        problem(desk.get(address(zoom, x, y)), 422, "geo.tile_not_on_grid")
    problem(desk.get(address(3, 1, 1, "atlantis")), 404, "organisation.province_not_found")
    assert desk.get(address(3, 1, 1).replace("/3/", "/three/")).status_code == 404
    for given in ({"theme": "noon"}, {"scale": "9"}, {"lang": "xx"}):
        refused = desk.get(address(3, 1, 1), params=given)
        assert 400 <= refused.status_code < 500, given


def test_only_who_is_signed_in_has_pictures_made(nobody: Seat) -> None:
    problem(nobody.get(address(3, 1, 1)), 401, "auth.not_signed_in")
