"""Questions about layers: read strictly, answered by place and time, paged without a gap."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.interchange.errors import QueryInvalid
from nazdik.interchange.features import documents
from nazdik.interchange.features.openapi import document
from nazdik.interchange.features.query import LIMIT_MAX, read_query
from nazdik.kernel import OfficeId, from_rfc3339
from nazdik.published.features import MapFeature

LAYER = documents.LAYERS["closures"]


def feature(n: int, bounds: tuple[float, float, float, float] = (51.0, 35.0, 51.0, 35.0), **more: Any) -> MapFeature:
    return MapFeature(f"f{n:03d}", OfficeId("p"), {"type": "Point", "coordinates": [51.0, 35.0]}, bounds, **more)


@pytest.mark.parametrize(
    "text",
    [
        "unknown=1",
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=١",
        "limit=1&limit=2",
        "bbox=1,2,3",
        "bbox=1,2,3,four",
        "bbox=51,36,52,35",
        "bbox=200,1,201,2",
        "bbox=nan,1,2,3",
        "bbox=",
        "datetime=yesterday",
        "datetime=2026-11-21",
        "datetime=2026-11-21T00:00:00",
        "datetime=../..",
        "datetime=2026-11-21T02:00:00Z/2026-11-21T01:00:00Z",
        "datetime=2026-11-21T02:00:00Z/../..",
        "offset=-1",
        "Limit=1",
    ],
)
def test_what_the_standard_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(QueryInvalid):
        read_query(parse_qsl(text, keep_blank_values=True))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["limit", "bbox", "datetime", "offset", "x"]), st.text(max_size=30))))
def test_no_question_makes_us_stumble(given_: list[tuple[str, str]]) -> None:
    try:
        query = read_query(given_)
    except QueryInvalid:
        return
    assert 1 <= query.limit <= LIMIT_MAX


def test_a_box_may_lie_over_the_date_line_and_have_heights() -> None:
    east, west, home = (feature(n, b) for n, b in enumerate([(179, 0, 180, 1), (-180, 0, -179, 1), (51, 35, 52, 36)]))
    over = read_query([("bbox", "178,-1,-178,2")])
    assert [over.holds(one) for one in (east, west, home)] == [True, True, False]
    high = read_query([("bbox", "51.5,35.5,0,60,60,9000")])
    assert [high.holds(one) for one in (east, west, home)] == [False, False, True]


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("2026-11-21T10:30:00Z", True),
        ("2026-11-21T09:59:59Z", False),
        ("2026-11-21T12:00:01Z", False),
        ("../2026-11-21T10:00:00Z", True),
        ("/2026-11-21T09:00:00Z", False),
        ("2026-11-21T12:00:00Z/..", True),
        ("2026-11-21T12:30:00Z/", False),
        ("2026-11-21T13:30:00+03:30/2026-11-21T14:00:00+03:30", True),
    ],
)
def test_a_closure_holds_from_its_start_to_its_end(asked: str, holds: bool) -> None:
    closure = feature(1, starts=from_rfc3339("2026-11-21T10:00:00Z"), ends=from_rfc3339("2026-11-21T12:00:00Z"))
    query = read_query([("datetime", asked)])
    assert query.holds(closure) is holds
    assert query.holds(feature(2)), "what has no time holds always"


@settings(max_examples=50, deadline=None)
@given(count=st.integers(0, 60), limit=st.integers(1, 20))
def test_pages_give_everything_once_and_end(count: int, limit: int) -> None:
    found = [feature(n) for n in range(count)]
    told = {"limit": str(limit), "bbox": "0,0,90,90"}
    seen: list[str] = []
    for _ in range(count + 2):
        page = documents.page("http://x/ogc", LAYER, found, told, "2026-11-21T00:00:00.000Z")
        assert page["numberReturned"] == len(page["features"]) and page["numberMatched"] == count
        seen += [one["id"] for one in page["features"]]
        (following,) = [one["href"] for one in page["links"] if one["rel"] == "next"] or [None]
        if following is None:
            break
        told = dict(parse_qsl(urlsplit(following).query))
        assert told["bbox"] == "0,0,90,90"
    assert seen == [one.id for one in found]


def test_the_description_names_every_question_and_no_other() -> None:
    described = document("http://x/ogc", "1")
    assert described["openapi"].startswith("3.0")
    items = described["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
    assert {one["name"] for one in items} == {"collectionId", "limit", "offset", "bbox", "datetime"}
