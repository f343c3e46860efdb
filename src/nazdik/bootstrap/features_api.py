"""Stations, beats and closures as OGC API Features 1.0, for other systems' maps."""

from collections.abc import Iterator
from typing import Any

import msgspec
import shapely
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, SkipValidation

from nazdik import __version__
from nazdik.bootstrap.desk import Building
from nazdik.bootstrap.interchange import Interchange
from nazdik.geo.conditions.model import Condition, ConditionState
from nazdik.geo.conditions.projections import drawn
from nazdik.interchange.errors import FeatureNotFound, LayerNotFound
from nazdik.interchange.features import documents, openapi
from nazdik.interchange.features.documents import CRS84, GEOJSON_TYPE, JSON_TYPE, LAYERS, OPENAPI_TYPE, Layer
from nazdik.interchange.features.query import ITEMS, read_query
from nazdik.interchange.partners import Grant, Partner
from nazdik.kernel import ProvinceId, rfc3339
from nazdik.platform.auth import token_of
from nazdik.platform.http import BOARD
from nazdik.platform.settings import Settings
from nazdik.published.features import MapFeature
from nazdik.published.offices import Office, Tier

_encode = msgspec.json.Encoder().encode
AnyRequest = Request[Any, Any, Any]
NOTHING: frozenset[str] = frozenset()
# Whoever knows where a cordon is knows what it is for.
NOT_FOR_ALL = frozenset(("cordon",))


@get("/ogc", media_type=JSON_TYPE)
async def get_landing(request: AnyRequest, caller_settings: NamedDependency[Settings]) -> Response[bytes]:
    """Return the first page of the layers. Refusals: interchange.query_invalid (400)."""
    return _answer(request, documents.landing(_base(request, caller_settings)))


@get("/ogc/api", media_type=JSON_TYPE)
async def get_description(request: AnyRequest, caller_settings: NamedDependency[Settings]) -> Response[bytes]:
    """Return what can be asked of the layers, as OpenAPI 3.0. Refusals: interchange.query_invalid (400)."""
    return _answer(request, openapi.document(_base(request, caller_settings), __version__), OPENAPI_TYPE)


@get("/ogc/conformance", media_type=JSON_TYPE)
async def get_conformance(request: AnyRequest) -> Response[bytes]:
    """Return the classes of the standard that are kept to. Refusals: interchange.query_invalid (400)."""
    return _answer(request, {"conformsTo": list(documents.CONFORMS_TO)})


@get("/ogc/collections", media_type=JSON_TYPE)
async def list_layers(
    request: AnyRequest,
    caller_settings: NamedDependency[Settings],
    interchange: NamedDependency[SkipValidation[Interchange]],
    building: NamedDependency[SkipValidation[Building]],
) -> Response[bytes]:
    """Return the layers that the asker may read. Refusals: interchange.query_invalid (400), interchange.partner_unknown (401)."""
    partner = _partner(request, interchange)
    may = [layer for layer in LAYERS.values() if _may(layer, partner, caller_settings)]
    known = [(layer, documents.bounds_of(_features(building, layer, partner, caller_settings))) for layer in may]
    return _answer(request, documents.collections(_base(request, caller_settings), known))


@get("/ogc/collections/{layer_id:str}", media_type=JSON_TYPE)
async def get_layer(
    layer_id: FromPath[str],
    request: AnyRequest,
    caller_settings: NamedDependency[Settings],
    interchange: NamedDependency[SkipValidation[Interchange]],
    building: NamedDependency[SkipValidation[Building]],
) -> Response[bytes]:
    """
    Return one layer. Refusals: interchange.query_invalid (400), interchange.partner_unknown (401),
    interchange.grant_missing (403), interchange.layer_not_found (404).
    """
    layer, partner = _open(request, layer_id, interchange, caller_settings)
    bounds = documents.bounds_of(_features(building, layer, partner, caller_settings))
    return _answer(request, documents.collection(_base(request, caller_settings), layer, bounds))


@get("/ogc/collections/{layer_id:str}/items", media_type=GEOJSON_TYPE, opt=BOARD)
async def list_features(
    layer_id: FromPath[str],
    request: AnyRequest,
    caller_settings: NamedDependency[Settings],
    interchange: NamedDependency[SkipValidation[Interchange]],
    building: NamedDependency[SkipValidation[Building]],
) -> Response[bytes]:
    """
    Return features of a layer as GeoJSON: `limit`, `offset`, `bbox` and `datetime` choose. Any other parameter is refused.

    Refusals: interchange.query_invalid (400), interchange.partner_unknown (401), interchange.grant_missing (403),
    interchange.layer_not_found (404).
    """
    layer, partner = _open(request, layer_id, interchange, caller_settings)
    query = read_query(request.query_params.multi_items(), ITEMS)
    found = [one for one in _features(building, layer, partner, caller_settings) if query.holds(one)]
    await _note(building, partner, layer.id, len(found))
    told = dict(request.query_params.multi_items())
    document = documents.page(
        _base(request, caller_settings), layer, found, told, rfc3339(building.clock.now())
    )  # fmt: skip
    return _answer(request, document, GEOJSON_TYPE, ITEMS)


@get("/ogc/collections/{layer_id:str}/items/{feature_id:str}", media_type=GEOJSON_TYPE)
async def get_feature(
    layer_id: FromPath[str],
    feature_id: FromPath[str],
    request: AnyRequest,
    caller_settings: NamedDependency[Settings],
    interchange: NamedDependency[SkipValidation[Interchange]],
    building: NamedDependency[SkipValidation[Building]],
) -> Response[bytes]:
    """
    Return one feature as GeoJSON. Refusals: interchange.query_invalid (400), interchange.partner_unknown (401),
    interchange.grant_missing (403), interchange.layer_not_found (404), interchange.feature_not_found (404).
    """
    layer, partner = _open(request, layer_id, interchange, caller_settings)
    found = next((one for one in _features(building, layer, partner, caller_settings) if one.id == feature_id), None)
    if found is None:
        raise FeatureNotFound(id=feature_id[:120])
    await _note(building, partner, f"{layer.id}/{found.id}", 1)
    return _answer(request, documents.feature(_base(request, caller_settings), layer, found), GEOJSON_TYPE)


def _answer(
    request: AnyRequest, document: Any, kind: str = JSON_TYPE, known: frozenset[str] = NOTHING
) -> Response[bytes]:  # fmt: skip
    read_query(request.query_params.multi_items(), known)
    headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    if kind == GEOJSON_TYPE:
        headers["Content-Crs"] = f"<{CRS84}>"
    return Response(_encode(document), media_type=kind, headers=headers)


def _base(request: AnyRequest, settings: Settings) -> str:
    own = settings.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    return f"{own}/ogc"


def _partner(request: AnyRequest, interchange: Interchange) -> Partner | None:
    """Whoever says who they are must be known; whoever says nothing gets what is for everyone."""
    authorization = request.headers.get("authorization")
    return interchange.partner(token_of({}, authorization), request.headers) if authorization is not None else None


def _may(layer: Layer, partner: Partner | None, settings: Settings) -> bool:
    return layer.id in settings.public_layers or (partner is not None and Grant.FEATURES in partner.grants)


def _open(
    request: AnyRequest, layer_id: str, interchange: Interchange, settings: Settings
) -> tuple[Layer, Partner | None]:
    """Return the layer and who asks, or refuse."""
    partner = _partner(request, interchange)
    layer = LAYERS.get(layer_id)
    if layer is None:
        raise LayerNotFound(layer=layer_id[:60])
    if not _may(layer, partner, settings):
        # Without a credential this says 401, with one that lacks the grant 403.
        (partner or interchange.partners.get_by_token(None)).need(Grant.FEATURES)
    return layer, partner


async def _note(building: Building, partner: Partner | None, subject: str, count: int) -> None:
    """Write down what a partner is about to see; what is for everyone is not noted."""
    if partner is not None and building.audit is not None:
        details = {"office": partner.office, "features": count}
        await building.audit.record(
            actor=f"partner:{partner.id}", what="features", subject=subject, purpose="interchange", details=details
        )


def _features(building: Building, layer: Layer, partner: Partner | None, settings: Settings) -> list[MapFeature]:
    """Return what the asker may have of a layer, always in the same order, so that pages fit together."""
    made = {"stations": _stations, "beats": _beats, "closures": _closures}[layer.id](building)
    for_all = layer.id in settings.public_layers
    own = partner.office if partner is not None and Grant.FEATURES in partner.grants else None
    seen = [
        one
        for one in made
        if (for_all and one.public) or (own is not None and building.offices.is_within(one.office, own))
    ]
    return sorted(seen, key=lambda one: one.id)


def _offices(building: Building) -> Iterator[Office]:
    return (one for one in building.offices.list_offices() if one.province_id in building.rooms)


def _stations(building: Building) -> Iterator[MapFeature]:
    for office in _offices(building):
        lon, lat = office.seat
        point = {"type": "Point", "coordinates": [lon, lat]}
        yield MapFeature(office.id, office.id, point, (lon, lat, lon, lat), _words(office))


def _beats(building: Building) -> Iterator[MapFeature]:
    tree = building.offices
    for office in _offices(building):
        if office.tier is not Tier.STATION:
            continue
        if (area := tree.area_of(office.id)) is not None:
            yield _area(office.id, office, area, _words(office))
        for sector in tree.list_sectors(office.id):
            if (area := tree.area_of_sector(sector.id)) is not None:
                words = {"tier": "sector", "code": sector.code, "name_fa": sector.name_fa, "name_en": sector.name_en}
                yield _area(sector.id, office, area, words | {"station": office.id})


def _area(own: str, office: Office, area: Any, words: dict[str, Any]) -> MapFeature:
    west, south, east, north = (float(edge) for edge in area.bounds)
    return MapFeature(own, office.id, shapely.geometry.mapping(area), (west, south, east, north), words)


def _words(office: Office) -> dict[str, Any]:
    return {
        "tier": office.tier.value,
        "code": office.code,
        "name_fa": office.name_fa,
        "name_en": office.name_en,
        "parent": office.parent_id,
    }


def _closures(building: Building) -> Iterator[MapFeature]:
    for name, room in building.rooms.items():
        for condition in room.state.roads.conditions.values():
            if condition.state in (ConditionState.PLANNED, ConditionState.ACTIVE):
                yield _closure(name, condition)


def _closure(province: ProvinceId, condition: Condition) -> MapFeature:
    """Neither who closed it nor their note is told: that is for those who work here."""
    seen = drawn(condition.pieces)
    points = [point for line in seen.lines for point in line]
    lons, lats = [p.lon for p in points], [p.lat for p in points]
    return MapFeature(
        id=condition.id,
        office=condition.office,
        geometry={"type": "MultiLineString", "coordinates": [[list(p) for p in line] for line in seen.lines]},
        bounds=(min(lons), min(lats), max(lons), max(lats)),
        properties={
            "province": str(province),
            "kind": condition.kind.value,
            "time_factor": condition.time_factor,
            "reason": condition.reason,
            "state": condition.state.value,
            "streets_fa": [street.fa for street in seen.streets if street.fa],
            "streets_en": [street.en for street in seen.streets if street.en],
            "starts_at": rfc3339(condition.starts_at),
            "ends_at": rfc3339(condition.ends_at) if condition.ends_at is not None else None,
        },
        starts=condition.starts_at,
        ends=condition.ends_at,
        public=condition.reason not in NOT_FOR_ALL,
    )


ROUTES: tuple[BaseRouteHandler, ...] = (
    get_landing,
    get_description,
    get_conformance,
    list_layers,
    get_layer,
    list_features,
    get_feature,
)
