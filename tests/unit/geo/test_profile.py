"""How fast a patrol drives a way, and where it may not."""

from math import inf, isclose

import pytest

from nazdik.geo.profile import CONTRAFLOW_SPEED_SHARE, one_way, parse_limit_kmh, travel_profile


def price(**tags: str) -> tuple[float, float]:
    found = travel_profile({key.replace("__", ":"): value for key, value in tags.items()})
    assert found is not None
    return found


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "steps"},
        {"highway": "construction", "construction": "primary"},
        {"highway": "proposed"},
        {"highway": "service", "area": "yes"},
        {"highway": "track", "smoothness": "impassable"},
        {"building": "yes"},
        {"highway": "primary", "access": "no"},
        {"highway": "service", "emergency": "no"},
    ],
)
def test_what_no_patrol_drives_on_is_no_road(tags: dict[str, str]) -> None:
    assert travel_profile(tags) is None


def test_a_two_way_street_costs_the_same_both_ways() -> None:
    along, against = price(highway="residential")
    assert along == against
    assert 0.05 < along < 0.3  # between 12 and 72 km/h


def test_a_faster_class_is_faster() -> None:
    speeds = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service", "living_street")
    costs = [price(highway=word)[0] for word in speeds]
    assert costs == sorted(costs)


def test_against_a_one_way_street_is_slow_but_possible() -> None:
    along, against = price(highway="secondary", oneway="yes")
    assert isclose(along / against, CONTRAFLOW_SPEED_SHARE)
    turned = price(highway="secondary", oneway="-1")
    assert turned == (against, along)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"},
        {"highway": "motorway_link"},
        {"highway": "trunk", "oneway": "yes"},
        {"highway": "primary_link", "oneway": "yes"},
        {"highway": "tertiary", "junction": "roundabout"},
        {"highway": "secondary", "oneway": "yes", "tunnel": "yes"},
    ],
)
def test_nobody_is_sent_against_fast_or_blind_traffic(tags: dict[str, str]) -> None:
    found = travel_profile(tags)
    assert found is not None
    assert found[0] < inf
    assert found[1] == inf


def test_a_motorway_that_says_it_is_two_way_is() -> None:
    assert one_way({"highway": "motorway", "oneway": "no"}) == 0
    assert one_way({"highway": "residential", "junction": "roundabout"}) == 1


def test_a_gate_costs_time_and_an_emergency_access_does_not() -> None:
    usual = price(highway="service")[0]
    assert price(highway="service", access="private")[0] > usual
    assert price(highway="service", access="no", emergency="yes")[0] == usual
    assert price(highway="busway", access="no", bus="yes") == price(highway="busway")


def test_the_more_particular_access_word_wins() -> None:
    assert price(highway="residential", access="no", motor_vehicle="yes") == price(highway="residential")


def test_each_direction_has_its_own_limit() -> None:
    along, against = price(highway="primary", maxspeed__forward="80", maxspeed__backward="40")
    assert isclose(along * 2, against)


def test_a_limit_does_not_speed_up_a_yard() -> None:
    assert price(highway="service", maxspeed="60") == price(highway="service")
    assert price(highway="service", service="parking_aisle")[0] > price(highway="service")[0]


def test_gravel_is_slower_than_asphalt() -> None:
    assert price(highway="unclassified", surface="gravel")[0] > price(highway="unclassified", surface="asphalt")[0]


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("60 km/h", 60),
        ("30 mph", 48.28032),
        ("۷۰", 70),
        ("none", 130),
        ("walk", 7),
        ("IR:urban", 50),
        ("IR:motorway", 120),
        ("50;30", 50),
        ("", None),
        ("signals", None),
        ("-5", None),
        ("inf", None),
        ("nan", None),
        ("0", None),
    ],
)
def test_speed_limits_are_read(text: str, kmh: float | None) -> None:
    found = parse_limit_kmh(text)
    assert (found is None) if kmh is None else (found is not None and isclose(found, kmh))
