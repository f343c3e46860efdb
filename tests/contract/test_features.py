"""Layers at a real server: followed by their links, granted, audited, and never a unit in them."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import shapely

from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.sqlite import connect as open_file
from tests.contract.test_eido import Partner, nazdik
from tests.interfaces import samples
from tests.server import HERE, PROVINCE, Seat, Server, problem

SAMPLE = json.loads(samples("features", "json")[0])
QUESTION = samples("features", "http")[0].split()[1]


def followed(http: httpx.Client, document: dict[str, Any], rel: str) -> httpx.Response:
    """Go where a document's link leads."""
    href = next(one["href"] for one in document["links"] if one["rel"] == rel)
    parts = urlsplit(href)
    return http.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def closed(desk: Seat, reason: str = "works") -> str:
    body = {"point": HERE, "reason": reason, "note": "a secret", "confirmed": True}
    made: str = desk.done("/v1/road-conditions", body)["condition_id"]
    return made


def test_the_first_page_leads_to_everything(nobody: Seat) -> None:
    landing = nobody.get("/ogc").json()
    described = followed(nobody.http, landing, "service-desc")
    assert described.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    assert described.json()["openapi"].startswith("3.0")
    conforms = followed(nobody.http, landing, "conformance").json()["conformsTo"]
    assert {one.rsplit("/", 1)[1] for one in conforms} == {"core", "geojson", "oas30"}
    (stations,) = followed(nobody.http, landing, "data").json()["collections"]
    assert stations["id"] == "stations" and len(stations["extent"]["spatial"]["bbox"][0]) == 4
    items = followed(nobody.http, stations, "items")
    assert items.headers["content-type"].startswith("application/geo+json")
    assert items.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    one = items.json()["features"][0]
    alone = nobody.get(f"/ogc/collections/stations/items/{one['id']}").json()
    assert (alone["id"], alone["geometry"]) == (one["id"], one["geometry"])
    assert followed(nobody.http, alone, "collection").json()["id"] == "stations"


def test_the_question_of_the_page_is_answered_like_its_sample(nobody: Seat) -> None:
    page = nobody.get(QUESTION).json()
    assert set(page) == set(SAMPLE) and page["numberReturned"] == 2 < page["numberMatched"]
    assert set(page["features"][0]) == set(SAMPLE["features"][0])
    assert set(page["features"][0]["properties"]) == set(SAMPLE["features"][0]["properties"])
    seen = [one["id"] for one in page["features"]]
    while any(one["rel"] == "next" for one in page["links"]):
        page = followed(nobody.http, page, "next").json()
        seen += [one["id"] for one in page["features"]]
    assert len(seen) == len(set(seen)) == page["numberMatched"]
    west, south, east, north = 51.3, 35.6, 51.5, 35.8
    every = nobody.get("/ogc/collections/stations/items", params={"limit": 1000}).json()["features"]
    places = {one["id"]: one["geometry"]["coordinates"] for one in every}
    assert set(seen) == {k for k, (lon, lat) in places.items() if west <= lon <= east and south <= lat <= north}


def test_what_is_not_asked_as_the_standard_wants_is_400(nobody: Seat) -> None:
    for path in (
        "/ogc?x=1",
        "/ogc/conformance?limit=1",
        "/ogc/collections/stations?bbox=1,2,3,4",
        "/ogc/collections/stations/items?limit=0",
        "/ogc/collections/stations/items?bbox=1,2,3",
        "/ogc/collections/stations/items?datetime=now",
        "/ogc/collections/stations/items?f=html",
    ):
        problem(nobody.get(path), 400, "interchange.query_invalid")
    problem(nobody.get("/ogc/collections/units"), 404, "interchange.layer_not_found")
    problem(nobody.get("/ogc/collections/stations/items/made-up"), 404, "interchange.feature_not_found")


def test_beats_and_closures_need_a_grant_and_are_written_down(server: Server, desk: Seat, nobody: Seat) -> None:
    closure, cordon = closed(desk), closed(desk, "cordon")
    for layer in ("beats", "closures"):
        problem(nobody.get(f"/ogc/collections/{layer}/items"), 401, "interchange.partner_unknown")
        problem(Partner(server, "eido.read").http.get(f"/ogc/collections/{layer}"), 403, "interchange.grant_missing")
    city = Partner(server, "features")
    listed = {one["id"] for one in city.http.get("/ogc/collections").json()["collections"]}
    assert listed == {"stations", "beats", "closures"}
    found = city.http.get("/ogc/collections/closures/items", params={"limit": 1000})
    assert "a secret" not in found.text and "seat:" not in found.text
    ids = [one["id"] for one in found.json()["features"]]
    assert closure in ids and cordon in ids
    past = city.http.get("/ogc/collections/closures/items", params={"datetime": "../2020-01-01T00:00:00Z"}).json()
    assert past["numberMatched"] == 0
    around = city.http.get("/ogc/collections/closures/items", params={"bbox": "51.4,35.7,51.42,35.72"}).json()
    assert closure in [one["id"] for one in around["features"]]
    beats = city.http.get("/ogc/collections/beats/items", params={"limit": 1000}).json()["features"]
    assert beats and all(shapely.geometry.shape(one["geometry"]).is_valid for one in beats)
    station = next(one["id"] for one in desk.get("/v1/offices").json()["offices"] if one["tier"] == "station")
    own = Partner(server, "features", office=station).http.get("/ogc/collections/beats/items").json()["features"]
    assert station in {one["id"] for one in own}
    assert all(one["id"] == station or one["properties"]["station"] == station for one in own)
    db = open_file(server.data / "audit.sqlite", query_only=True)
    noted = [entry_of(row) for row in db.execute(f"SELECT {COLUMNS} FROM entries").fetchall()]
    db.close(True)
    about = [entry.subject for entry in noted if entry.actor == f"partner:{city.name}"]
    assert about == ["closures", "closures", "closures", "beats"]
    assert nazdik(server, "revoke", city.name).exit_code == 0
    problem(city.http.get("/ogc/collections"), 401, "interchange.partner_unknown")


def test_no_unit_is_in_any_layer(server: Server, desk: Seat) -> None:
    city = Partner(server, "features")
    signs = {unit["call_sign"] for unit in desk.get("/v1/units").json()["units"]}
    for layer in ("stations", "beats", "closures"):
        for one in city.http.get(f"/ogc/collections/{layer}/items", params={"limit": 1000}).json()["features"]:
            assert ".u." not in one["id"] and one["properties"].get("code") not in signs
    assert PROVINCE in {
        one["id"] for one in city.http.get("/ogc/collections/stations/items?limit=1000").json()["features"]
    }
