"""Names on the map are read, and borders seen, by day and by night (UX.md §5)."""

from typing import Any

import pytest

from nazdik.geo.style import map_style

WORDS_MIN, LINES_MIN = 4.5, 3.0


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def painted(layers: list[dict[str, Any]], kind: str, what: str) -> dict[str, Any]:
    """Return the colour of each layer of a kind, by its id."""
    return {layer["id"]: layer["paint"][what] for layer in layers if layer["type"] == kind}


def bare(name: str, case: Any) -> list[str]:
    """Return the colours of a road's surface, in a tunnel and not; none for the layer of its edges."""
    return [] if name.endswith("-edge") else list(case[-2:])


@pytest.mark.parametrize("theme", ["day", "night"])
def test_names_are_read_and_borders_are_seen(theme: Any) -> None:
    layers = map_style("trial", theme=theme)["layers"]
    lands = painted(layers, "background", "background-color") | painted(layers, "fill", "fill-color")
    ground = lands["ground"]
    lines = painted(layers, "line", "line-color")
    names = [layer for layer in layers if layer["type"] == "symbol"]
    assert len(names) >= 8
    found = {}
    for layer in names:
        ink = layer["paint"]["text-color"]
        if layer["id"] == "road-one-way":
            # A sign, not a word: it has no halo and lies on the roads themselves.
            roads = {colour for name, case in lines.items() if name.startswith("road") for colour in bare(name, case)}
            found |= {f"one-way on {road}": (contrast(ink, road), LINES_MIN) for road in roads}
        else:
            for on in (ground, layer["paint"]["text-halo-color"]):
                found[f"{layer['id']} on {on}"] = (contrast(ink, on), WORDS_MIN)
    for name in ("boundary-county", "boundary-province"):
        found |= {
            f"{name} on {land}": (contrast(lines[name], lands[land]), LINES_MIN) for land in lands if land != "water"
        }
    assert {what: seen for what, (seen, least) in found.items() if seen < least} == {}
