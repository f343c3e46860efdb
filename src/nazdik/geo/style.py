"""
The map's style for MapLibre: quiet greys, white roads, soft water; names in Vazirmatn, which the browser draws itself.

The base map is background: nothing on it is more saturated than a unit or an incident.
"""

from dataclasses import dataclass
from typing import Any, Literal

Theme = Literal["day", "night"]
Language = Literal["fa", "en"]

FONT = "Vazirmatn"
FONT_URL = "/fonts/Vazirmatn.woff2"


@dataclass(frozen=True, slots=True)
class _Palette:
    """Colours of one theme."""

    ground: str
    green: str
    built: str
    water: str
    water_text: str
    building: str
    road: str
    main_road: str
    road_edge: str
    tunnel: str
    boundary: str
    text: str
    text_quiet: str
    halo: str


_PALETTES: dict[str, _Palette] = {
    "day": _Palette(
        ground="#E3E4E2",
        green="#DAE0D5",
        built="#DEDFDD",
        water="#BCD0DC",
        water_text="#3E5B6E",
        building="#D6D7D5",
        road="#FFFFFF",
        main_road="#FFFFFF",
        road_edge="#CFD1CE",
        tunnel="#EDEEEC",
        boundary="#757874",
        text="#2E3230",
        text_quiet="#565B58",
        halo="#F1F2F0",
    ),
    "night": _Palette(
        ground="#1B1E20",
        green="#1D2421",
        built="#1E2123",
        water="#16262F",
        water_text="#6F93A6",
        building="#24282A",
        road="#2F3437",
        main_road="#3D4347",
        road_edge="#141617",
        tunnel="#272B2E",
        boundary="#6B7175",
        text="#C9CDCF",
        text_quiet="#979DA0",
        halo="#141617",
    ),
}

# Class, first zoom, width in pixels at zoom 8, 12, 15 and 18; the smallest is drawn first.
_ROADS: tuple[tuple[str, int, tuple[float, float, float, float]], ...] = (
    ("service", 14, (0.2, 0.5, 2.0, 9.0)),
    ("residential", 12, (0.2, 0.8, 4.0, 17.0)),
    ("tertiary", 11, (0.3, 1.6, 6.0, 21.0)),
    ("secondary", 9, (0.5, 2.4, 8.0, 25.0)),
    ("primary", 7, (0.9, 3.4, 10.0, 29.0)),
    ("trunk", 5, (1.3, 4.2, 12.0, 33.0)),
)
_CLASSES = {
    "service": ["service", "track", "pedestrian", "road"],
    "residential": ["residential", "living_street", "unclassified"],
    "tertiary": ["tertiary"],
    "secondary": ["secondary"],
    "primary": ["primary"],
    "trunk": ["trunk", "motorway"],
}

Layer = dict[str, Any]


def map_style(province: str, *, version: str = "", theme: Theme = "day", lang: Language = "fa") -> dict[str, Any]:
    """
    Return the MapLibre style (version 8) of a province's map.

    The source's URL is relative to the server; the front end makes it absolute, and the font's.
    """
    palette = _PALETTES[theme]
    return {
        "version": 8,
        "name": f"Nazdik {theme}",
        "metadata": {"theme": theme, "lang": lang},
        "font-faces": {FONT: [{"url": FONT_URL}]},
        "sources": {
            "map": {
                "type": "vector",
                "url": f"pmtiles:///maps/{province}.pmtiles" + (f"?v={version}" if version else ""),
            }
        },
        "layers": [*_background(palette), *_roads(palette), *_boundaries(palette), *_labels(palette, lang)],
    }


def _background(palette: _Palette) -> list[Layer]:
    return [
        {"id": "ground", "type": "background", "paint": {"background-color": palette.ground}},
        _fill("land-green", "land", palette.green, ["==", ["get", "kind"], "green"]),
        _fill("land-built", "land", palette.built, ["==", ["get", "kind"], "built"]),
        _fill("water", "water", palette.water, ["==", ["geometry-type"], "Polygon"]),
        {
            **_layer("rivers", "line", "water"),
            "filter": ["==", ["geometry-type"], "LineString"],
            "layout": {"line-cap": "round", "line-join": "round"},
            "paint": {"line-color": palette.water, "line-width": _by_zoom((1.2, 2.5, 4.0, 8.0))},
        },
        {**_fill("buildings", "buildings", palette.building, None), "minzoom": 14},
    ]


def _roads(palette: _Palette) -> list[Layer]:
    edges = [_road(f"{name}-edge", name, zoom, widths, palette.road_edge, 1.5) for name, zoom, widths in _ROADS]
    fills = []
    for name, zoom, widths in _ROADS:
        main = name in ("primary", "trunk", "secondary")
        colour = ["case", ["has", "tunnel"], palette.tunnel, palette.main_road if main else palette.road]
        fills.append(_road(name, name, zoom, widths, colour, 0.0))
    return [*edges, *fills, _one_way_arrows(palette)]


def _road(
    layer_id: str, name: str, zoom: int, widths: tuple[float, float, float, float], colour: Any, edge: float
) -> Layer:
    return {
        **_layer(f"road-{layer_id}", "line", "roads"),
        "minzoom": zoom,
        "filter": ["in", ["get", "class"], ["literal", _CLASSES[name]]],
        "layout": {"line-cap": "round", "line-join": "round"},
        "paint": {"line-color": colour, "line-width": _by_zoom(widths, edge)},
    }


def _one_way_arrows(palette: _Palette) -> Layer:
    """An arrow written as a sign, so that no picture has to be fetched."""
    return {
        **_layer("road-one-way", "symbol", "roads"),
        "minzoom": 16,
        "filter": ["has", "oneway"],
        "layout": {
            "symbol-placement": "line",
            "symbol-spacing": 160,
            "text-field": "→",
            "text-font": [FONT],
            "text-size": 13,
            "text-keep-upright": False,
            "text-ignore-placement": True,
        },
        "paint": {"text-color": palette.text_quiet},
    }


def _boundaries(palette: _Palette) -> list[Layer]:
    return [
        {
            **_layer(f"boundary-{kind}", "line", "boundaries"),
            "filter": ["==", ["get", "kind"], kind],
            "paint": {"line-color": palette.boundary, "line-width": width, "line-dasharray": dashes},
        }
        for kind, width, dashes in (("county", 1.0, [3, 3]), ("province", 1.8, [6, 2]))
    ]


def _labels(palette: _Palette, lang: Language) -> list[Layer]:
    name = ["get", "name"] if lang == "fa" else ["coalesce", ["get", "name_en"], ["get", "name"]]
    streets = [
        _street_label(
            "main", name, palette, 12, [*_CLASSES["trunk"], *_CLASSES["primary"], *_CLASSES["secondary"]], 13
        ),
        _street_label("side", name, palette, 14, _CLASSES["tertiary"], 12),
        _street_label("small", name, palette, 15, [*_CLASSES["residential"], *_CLASSES["service"]], 11),
    ]
    water: Layer = {
        **_layer("label-water", "symbol", "water"),
        "minzoom": 8,
        "filter": ["==", ["geometry-type"], "LineString"],
        "layout": {"symbol-placement": "line", "text-field": name, "text-font": [FONT], "text-size": 12},
        "paint": {"text-color": palette.water_text, "text-halo-color": palette.halo, "text-halo-width": 1},
    }
    places = [
        _place_label(kind, name, palette, zooms, size)
        for kind, zooms, size in (
            ("hamlet", (12, 17), 11),
            ("village", (9, 16), 12),
            ("suburb", (11, 16), 13),
            ("town", (7, 15), 14),
            ("city", (5, 14), 16),
        )
    ]
    return [water, *streets[::-1], *places]


def _street_label(layer_id: str, name: Any, palette: _Palette, zoom: int, classes: list[str], size: int) -> Layer:
    return {
        **_layer(f"label-street-{layer_id}", "symbol", "roads"),
        "minzoom": zoom,
        "filter": ["all", ["in", ["get", "class"], ["literal", classes]], ["!", ["has", "link"]]],
        "layout": {
            "symbol-placement": "line",
            "symbol-spacing": 320,
            "text-field": name,
            "text-font": [FONT],
            "text-size": size,
            "text-padding": 8,
        },
        "paint": {"text-color": palette.text_quiet, "text-halo-color": palette.road, "text-halo-width": 1.4},
    }


def _place_label(kind: str, name: Any, palette: _Palette, zooms: tuple[int, int], size: int) -> Layer:
    return {
        **_layer(f"label-{kind}", "symbol", "places"),
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
        "filter": ["==", ["get", "kind"], kind],
        "layout": {
            "text-field": name,
            "text-font": [FONT],
            "text-size": size,
            "text-padding": 4,
            "symbol-sort-key": ["-", 0, ["coalesce", ["get", "population"], 0]],
        },
        "paint": {"text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.6},
    }


def _layer(layer_id: str, kind: str, source_layer: str) -> Layer:
    return {"id": layer_id, "type": kind, "source": "map", "source-layer": source_layer}


def _fill(layer_id: str, source_layer: str, colour: str, condition: Any | None) -> Layer:
    layer = {**_layer(layer_id, "fill", source_layer), "paint": {"fill-color": colour}}
    return layer if condition is None else {**layer, "filter": condition}


def _by_zoom(widths: tuple[float, float, float, float], more: float = 0.0) -> list[Any]:
    stops = [value for zoom, width in zip((8, 12, 15, 18), widths, strict=True) for value in (zoom, width + more)]
    return ["interpolate", ["exponential", 1.5], ["zoom"], *stops]
