"""The parts that make a picture of the map: reading a tile, the style's rules, places for names, the shelf."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nazdik.bootstrap.map_pictures import MapPictures, MapPictureUnavailable, Wish
from nazdik.geo.raster.drawing import TILE_PX, draw_tile
from nazdik.geo.raster.expressions import Seen, value_of
from nazdik.geo.raster.labels import Labels
from nazdik.geo.raster.pmtiles import TileFile, tile_number
from nazdik.geo.raster.shelf import Shelf
from nazdik.geo.raster.vector_tile import Feature
from nazdik.geo.style import map_style

WISH = Wish("khuzestan", "v1", "nowhere.pmtiles", "day", "fa", 1, 5, 1, 1)


def test_tiles_are_numbered_as_the_specification_says() -> None:
    assert [tile_number(0, 0, 0), tile_number(1, 0, 0), tile_number(1, 0, 1), tile_number(1, 1, 1)] == [0, 1, 2, 3]
    assert [tile_number(1, 1, 0), tile_number(2, 0, 0)] == [4, 5]
    assert len({tile_number(4, x, y) for x in range(16) for y in range(16)}) == 256
    # Neighbours along the curve are neighbours on the ground.
    by_number = sorted((tile_number(4, x, y), x, y) for x in range(16) for y in range(16))
    assert all(abs(x - a) + abs(y - b) == 1 for (_, x, y), (_, a, b) in pairwise(by_number))


@pytest.mark.parametrize("theme", ["day", "night"])
def test_every_rule_of_the_style_can_be_drawn(built_region: Any, theme: Any) -> None:
    tiles = TileFile(built_region("tehran-central") / "basemap.pmtiles")
    style = map_style("tehran-central", theme=theme, lang="en")
    for zoom, x, y in ((11, 1316, 806), (14, 10531, 6450), (17, 84253, 51600)):
        svg = draw_tile(tiles, style, zoom, x, y)
        assert svg is not None and svg.count("<path") > 3
    assert draw_tile(tiles, style, 14, 0, 0) is None


def test_a_rule_that_is_not_known_is_named() -> None:
    with pytest.raises(ValueError, match="'within'"):
        value_of(["within", 1], Seen(5, "Point", {}))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (["interpolate", ["exponential", 1.5], ["zoom"], 8, 1.0, 12, 3.0], 3.0),
        (["interpolate", ["linear"], ["zoom"], 10, 0.0, 20, 10.0], 2.0),
        (["case", ["has", "tunnel"], "t", ["==", ["get", "class"], "trunk"], "m", "r"], "m"),
        (["coalesce", ["get", "name_en"], ["get", "name"]], "n"),
        (["all", ["in", ["get", "class"], ["literal", ["trunk"]]], ["!", ["has", "link"]]], True),
        (["-", 0, ["coalesce", ["get", "population"], 0]], 0),
    ],
)
def test_expressions_come_to_what_maplibre_makes_of_them(expression: Any, value: Any) -> None:
    assert value_of(expression, Seen(12, "LineString", {"class": "trunk", "name": "n"})) == value


class Plain:
    """A grid whose numbers are pixels."""

    def part(self, part: list[tuple[int, int]]) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in part]


def named(kind: Any, name: str, *points: tuple[int, int]) -> Any:
    said = {"name": name}
    return Seen(14, kind, said), Feature(kind, said, [list(points)]), Plain()


ALONG = {
    "layout": {"symbol-placement": "line", "text-field": ["get", "name"], "text-size": 12, "symbol-spacing": 320},
    "paint": {"text-color": "#000"},
}
AT = {"layout": {"text-field": ["get", "name"], "text-size": 14}, "paint": {"text-color": "#000"}}


def test_no_name_is_cut_by_the_edge() -> None:
    labels = Labels(TILE_PX)
    labels.lay(AT, [named("Point", "مسجد سلیمان", (2, 509))])
    (x, y) = re.findall(r'x="([\d.]+)" y="([\d.]+)"', labels.svg())[0]
    assert 30 < float(x) < 100 and float(y) < TILE_PX - 5
    short = Labels(TILE_PX)
    short.lay(ALONG, [named("LineString", "خیابان آزادی", (0, 100), (40, 100))])
    assert short.svg() == ""


def test_two_names_do_not_lie_over_one_another_and_a_name_is_never_upside_down() -> None:
    labels = Labels(TILE_PX)
    labels.lay(AT, [named("Point", "اهواز", (250, 250)), named("Point", "کارون", (255, 252))])
    assert labels.svg().count("<text") == 1
    street = Labels(TILE_PX)
    street.lay(ALONG, [named("LineString", "آزادی", (400, 300), (100, 310))])
    ends = re.findall(r"[ML]([\d.]+) ", street.svg())
    assert float(ends[0]) < float(ends[-1])


def test_a_street_in_pieces_bears_its_name_over_them() -> None:
    labels = Labels(TILE_PX)
    pieces = [named("LineString", "آیت‌الله طالقانی", (100 + 40 * n, 200), (140 + 40 * n, 200)) for n in range(5)]
    labels.lay(ALONG, pieces)
    assert labels.svg().count("textPath href") == 1


def test_the_shelf_keeps_no_more_than_it_may_and_what_was_used_last(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", 1_000)
    for n in range(20):
        shelf.keep(f"v1/{n}.png", bytes(100))
    assert shelf.find("v1/0.png") == bytes(100)
    shelf.cut()
    left = [path.stat().st_size for path in (tmp_path / "shelf").rglob("*.png")]
    assert sum(left) <= 800
    assert shelf.find("v1/0.png") is not None, "it was used a moment ago"
    assert shelf.find("v1/none.png") is None


async def test_a_map_that_cannot_be_read_is_a_picture_that_is_not_there_now(tmp_path: Path) -> None:
    pictures = MapPictures(tmp_path)
    with pytest.raises(MapPictureUnavailable):
        await pictures.picture(WISH)
    await pictures.close()
