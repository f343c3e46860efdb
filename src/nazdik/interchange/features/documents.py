"""The documents of OGC API Features: what is here, what it keeps to, and pages of features as GeoJSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from nazdik.interchange.features.query import LIMIT, LIMIT_MAX, Box
from nazdik.published.features import MapFeature

JSON_TYPE = "application/json"
GEOJSON_TYPE = "application/geo+json"
OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS_TO = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "geojson", "oas30")
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """A collection: its name in addresses, and its words."""

    id: str
    title: str
    description: str


LAYERS = {
    layer.id: layer
    for layer in (
        Layer("stations", "کلانتری‌ها / Stations", "The seat of every station, and of the offices above"),
        Layer("beats", "حوزه‌ها / Beats", "The area of every station, and of its sectors where it has any"),
        Layer("closures", "راه‌های بسته و کند / Closures", "Streets that are closed or slow, now or as planned"),
    )
}


def link(href: str, rel: str, kind: str, title: str = "") -> Json:
    """Return a link."""
    return {"href": href, "rel": rel, "type": kind, **({"title": title} if title else {})}


def landing(base: str) -> Json:
    """Return the first page."""
    return {
        "title": "نزدیک / Nazdik",
        "description": "Layers of a public-safety platform: stations, beats, closures. Where units are is not among them.",
        "links": [
            link(base, "self", JSON_TYPE, "This page"),
            link(f"{base}/api", "service-desc", OPENAPI_TYPE, "What can be asked"),
            link(f"{base}/conformance", "conformance", JSON_TYPE, "What it keeps to"),
            link(f"{base}/collections", "data", JSON_TYPE, "The collections"),
        ],
    }


def collection(base: str, layer: Layer, bounds: Box | None) -> Json:
    """Return what there is to know of a collection."""
    own = f"{base}/collections/{layer.id}"
    document: Json = {
        "id": layer.id,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [link(own, "self", JSON_TYPE), link(f"{own}/items", "items", GEOJSON_TYPE, layer.title)],
    }
    if bounds is not None:
        document["extent"] = {"spatial": {"bbox": [list(bounds)], "crs": CRS84}}
    return document


def collections(base: str, layers: Sequence[tuple[Layer, Box | None]]) -> Json:
    """Return the collections that the asker may read."""
    return {
        "links": [link(f"{base}/collections", "self", JSON_TYPE)],
        "collections": [collection(base, layer, bounds) for layer, bounds in layers],
    }


def feature(base: str, layer: Layer, one: MapFeature) -> Json:
    """Return a feature alone."""
    own = f"{base}/collections/{layer.id}"
    return _plain(one) | {
        "links": [
            link(f"{own}/items/{quote(one.id, safe='')}", "self", GEOJSON_TYPE),
            link(own, "collection", JSON_TYPE, layer.title),
        ]
    }


def page(base: str, layer: Layer, found: Sequence[MapFeature], told: dict[str, str], at: str) -> Json:
    """
    Return one page of what was found.

    Args:
        told: The parameters as they came; the next page has the same, further on.
    """
    items = f"{base}/collections/{layer.id}/items"
    limit = min(LIMIT_MAX, int(told.get("limit", LIMIT)))
    offset = int(told.get("offset", 0))
    shown = found[offset : offset + limit]
    links = [
        link(_address(items, told), "self", GEOJSON_TYPE),
        link(f"{base}/collections/{layer.id}", "collection", JSON_TYPE, layer.title),
    ]
    if offset + limit < len(found):
        links.append(link(_address(items, told | {"offset": str(offset + limit)}), "next", GEOJSON_TYPE))
    if offset > 0:
        links.append(link(_address(items, told | {"offset": str(max(0, offset - limit))}), "prev", GEOJSON_TYPE))
    return {
        "type": "FeatureCollection",
        "timeStamp": at,
        "numberMatched": len(found),
        "numberReturned": len(shown),
        "links": links,
        "features": [_plain(one) for one in shown],
    }


def bounds_of(features: Sequence[MapFeature]) -> Box | None:
    """Return the box around features, or None when there is none."""
    if not features:
        return None
    west, south, east, north = zip(*(one.bounds for one in features), strict=True)
    return min(west), min(south), max(east), max(north)


def _plain(one: MapFeature) -> Json:
    return {"type": "Feature", "id": one.id, "geometry": dict(one.geometry), "properties": dict(one.properties)}


def _address(items: str, told: dict[str, str]) -> str:
    return f"{items}?{urlencode(told)}" if told else items
