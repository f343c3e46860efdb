"""Where a place is and what is at a point: the routes of the search, and who answers there."""

from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery

from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import ProvinceNotFound
from nazdik.geo.places import Place
from nazdik.kernel import Invalid, LonLat, NotFound, OfficeId, ProvinceId, rfc3339
from nazdik.published.door import instant_or_none
from nazdik.published.offices import Office, Tier

TEXT_MAX = 2_000
FOUND_MAX = 30
# A name of the session's own province goes before one elsewhere that fits a little better.
OWN_PROVINCE_MORE = 0.1


class PointInvalid(Invalid):
    """A point is `lon,lat` in degrees."""

    code = "geo.point_invalid"


class CountyNotFound(NotFound):
    """There is no such county."""

    code = "geo.county_not_found"


class PlaceView(msgspec.Struct, frozen=True):
    """
    A place found: what it is called, how the text was understood, how surely, and who answers there.

    `why`: name, joined (words written as one), other_name, around (a word of its surroundings), prefix, sound (another
    script), spelling (a slip), keyboard (the other layout), alias, coordinates, plus_code, kilometre, point. `placed` is false
    for a village of which only name and county are known: `point` is the middle of the county, and no station is said.
    """

    label_fa: str
    label_en: str
    kind: str
    point: LonLat
    score: float
    distance_m: float | None
    accuracy_m: int
    placed: bool
    name_fa: str
    name_en: str
    why: str
    confidence: float
    detail_fa: str
    detail_en: str
    county: str | None
    station: str | None
    alias: str | None


class PlacesView(msgspec.Struct, frozen=True):
    """Places found, best first."""

    places: tuple[PlaceView, ...]


class ReverseView(msgspec.Struct, frozen=True):
    """What is at a point, and who answers for it."""

    place: PlaceView | None
    station: str | None


def view_of(place: Place, building: Building) -> PlaceView:
    """Return a place as the API shows it."""
    offices = building.offices
    return PlaceView(
        label_fa=place.label_fa,
        label_en=place.label_en,
        kind=place.kind,
        point=place.point,
        score=round(place.score, 3),
        distance_m=None if place.distance_m is None else round(place.distance_m),
        accuracy_m=place.accuracy_m,
        placed=place.is_placed,
        name_fa=place.name_fa,
        name_en=place.name_en,
        why=place.why,
        confidence=place.confidence,
        detail_fa=place.detail_fa,
        detail_en=place.detail_en,
        county=offices.county_at(place.point),
        station=offices.station_at(place.point) if place.is_placed else None,
        alias=place.alias_id,
    )


def read_point(text: str) -> LonLat:
    """Return the point that `lon,lat` says; `geo.point_invalid` when it says none."""
    lon, _, lat = text.partition(",")
    try:
        point = LonLat(float(lon), float(lat))
    except ValueError:
        raise PointInvalid(near=text[:60]) from None
    if not (-180 <= point.lon <= 180 and -90 <= point.lat <= 90):
        raise PointInvalid(near=text[:60])
    return point


def provinces_for(building: Building, province: str | None, near: LonLat | None) -> list[ProvinceId]:
    """Return the provinces to search: the one named, else the one around the point, else all."""
    if province is not None:
        if ProvinceId(province) not in building.places:
            raise ProvinceNotFound(id=province[:120])
        return [ProvinceId(province)]
    if near is not None:
        for name, region in building.regions.items():
            west, south, east, north = region.bounds
            if west <= near.lon <= east and south <= near.lat <= north:
                return [name]
    return list(building.places)


def _county(desk: Desk, asked: str | None, near: LonLat | None) -> Office | None:
    """Return the county to look in first: the one named, else the session's own, else the one around the point."""
    offices = desk.house.offices
    if asked is not None:
        office = offices.find_office(OfficeId(asked))
        if office is None or office.tier is not Tier.COUNTY:
            raise CountyNotFound(id=asked[:120])
        return office
    above = (offices.find_office(office) for office in offices.chain_of(desk.posting.office))
    own = next((office for office in above if office is not None and office.tier is Tier.COUNTY), None)
    around = offices.county_at(near) if own is None and near is not None else None
    return own if around is None else offices.find_office(around)


@get("/v1/places", sync_to_thread=True)
def search_places(
    q: FromQuery[str],
    desk: NamedDependency[Desk],
    near: FromQuery[str | None] = None,
    province: FromQuery[str | None] = None,
    county: FromQuery[str | None] = None,
    limit: FromQuery[int] = 8,
) -> PlacesView:
    """
    Search streets, crossings, places, kilometres of roads, coordinates and plus codes as people type them.

    `near` is `lon,lat`; `county` is an office's id, when none is given the session's own or the one around `near`: equals inside
    it come first, and its town stands in for `near`. The session's own province goes before others. Nothing is found for an
    empty text. Refusals: geo.point_invalid (422), geo.county_not_found
    (404), organisation.province_not_found (404).
    """
    point = read_point(near) if near is not None else None
    home = _county(desk, county, point)
    here = point if point is not None else home.seat if home is not None else None
    area: Any | None = desk.house.offices.area_of(home.id) if home is not None else None
    most = max(1, min(limit, FOUND_MAX))
    worth: dict[Place, float] = {}
    own = str(desk.posting.office).partition(".")[0]
    for name in provinces_for(desk.house, province, here):
        for place in desk.house.places[name].search(q[:TEXT_MAX], near=here, limit=most, home=area):
            # Coordinates are read by every province alike: they are the same place.
            worth[place] = place.score + (OWN_PROVINCE_MORE if str(name) == own else 0.0)
    best = sorted(worth, key=lambda place: -worth[place])[:most]
    return PlacesView(tuple(view_of(place, desk.house) for place in best))


@get("/v1/places/reverse", sync_to_thread=True)
def reverse_place(
    lon: FromQuery[float], lat: FromQuery[float], desk: NamedDependency[Desk], province: FromQuery[str | None] = None
) -> ReverseView:
    """Return what is at a point in words, and the station that answers for it."""
    point = read_point(f"{lon},{lat}")
    station = desk.house.offices.station_at(point)
    for name in provinces_for(desk.house, province, point):
        place = desk.house.places[name].reverse(point)
        if place is not None:
            return ReverseView(view_of(place, desk.house), station)
    return ReverseView(None, station)


class AnswersView(msgspec.Struct, frozen=True):
    """
    Who answers for a point. `how`: inside, border (the smallest id of those that touch; `others` touch too), nearest (the point
    lies in a hole between areas, `distance_m` from this one). `since` and `until` say from when to when it is so.
    """

    station: str
    county: str
    province: str
    sector: str | None
    how: str
    distance_m: float
    others: tuple[str, ...]
    since: str | None
    until: str | None


class WhoAnswersView(msgspec.Struct, frozen=True):
    """Who answers for a point as of an instant; `answers` is null where nobody does."""

    at: str
    answers: AnswersView | None


@get("/v1/who-answers", sync_to_thread=False)
def get_who_answers(
    lon: FromQuery[float], lat: FromQuery[float], desk: NamedDependency[Desk], at: FromQuery[str | None] = None
) -> WhoAnswersView:
    """
    Return the sector, station, county and province that answer for a point, now or `at` an instant (RFC 3339): before a county
    was split the old one, after it the new. Refusals: geo.point_invalid (422), http.bad_instant (422).
    """
    point = read_point(f"{lon},{lat}")
    when = instant_or_none(at) or desk.house.clock.now()
    found = desk.house.offices.who_answers(point, when)
    answers = None
    if found is not None:
        answers = AnswersView(
            station=found.station.id,
            county=found.county,
            province=found.province,
            sector=found.sector.id if found.sector is not None else None,
            how=found.how,
            distance_m=found.distance_m,
            others=found.others,
            since=rfc3339(found.since) if found.since is not None else None,
            until=rfc3339(found.until) if found.until is not None else None,
        )
    return WhoAnswersView(rfc3339(when), answers)


ROUTES: tuple[BaseRouteHandler, ...] = (search_places, reverse_place, get_who_answers)
