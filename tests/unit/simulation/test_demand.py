"""Made-up calls: their number, their hours, what they are about, and that nobody real is in them."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nazdik.geo.snap import Snapper
from nazdik.intake.model import Outcome
from nazdik.kernel import LonLat
from nazdik.published.catalogue import KINDS
from nazdik.simulation.chance import Chance
from nazdik.simulation.cli import local_midnight, made_up_calls
from nazdik.simulation.demand import (
    DEFAULT_MIX,
    HOURLY_SHARES,
    Demand,
    MixUnreadable,
    Settlement,
    Streets,
    county_weights,
    read_mix,
    read_settlements,
)
from nazdik.simulation.ground import Ground
from nazdik.simulation.motion import Roads
from nazdik.simulation.words import WORDS
from tests.conftest import SOURCES

MIDNIGHT = local_midnight(date(2026, 3, 21))


@pytest.fixture(scope="module")
def ground(built_region: Callable[[str], Path]) -> Ground:
    return Ground.load(built_region("tehran-central"))


def test_the_default_mix_is_that_of_the_shipped_statistics() -> None:
    read = read_mix(SOURCES / "iran_110_statistics.csv")
    assert read == DEFAULT_MIX
    assert read.mission_share == pytest.approx(406203 / 470734, abs=1e-4)
    assert sum(weight for _, weight in read.kinds) == pytest.approx(1, abs=1e-3)
    assert {kind for kind, _ in read.kinds} <= {kind.code for kind in KINDS}


def test_a_file_that_holds_something_else_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for text in ("", "a,b\n1,2\n", "scope_fa,metric,value\nx,y,1\n"):
        path = tmp_path / "statistics.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(MixUnreadable, match=r"statistics\.csv"):
            read_mix(path)
    with pytest.raises(MixUnreadable):
        read_settlements(tmp_path / "missing.csv")


def test_the_evening_from_16_to_22_is_the_peak() -> None:
    assert sum(HOURLY_SHARES) == pytest.approx(1)
    ordered = sorted(range(24), key=lambda hour: -HOURLY_SHARES[hour])
    assert set(ordered[:6]) == set(range(16, 22))


def test_a_day_has_about_as_many_calls_as_asked_for_in_order_and_the_same_each_time(ground: Ground) -> None:
    calls = made_up_calls(ground, (), Demand(2000), seed=1, midnight=MIDNIGHT)
    assert 1800 < len(calls) < 2200
    assert [call.at for call in calls] == sorted(call.at for call in calls)
    assert calls == made_up_calls(ground, (), Demand(2000), seed=1, midnight=MIDNIGHT)
    assert calls != made_up_calls(ground, (), Demand(2000), seed=2, midnight=MIDNIGHT)
    assert len({call.call_id for call in calls}) == len(calls)
    missions = [call for call in calls if call.kind is not None]
    assert len(missions) / len(calls) == pytest.approx(DEFAULT_MIX.mission_share, abs=0.03)
    assert {call.outcome for call in calls if call.kind is None} == set(Outcome) - {Outcome.TEST, Outcome.TRANSFERRED}
    assert Counter(call.kind for call in missions).most_common(1)[0][0] == "fight"


def test_numbers_and_words_are_invented_and_places_lie_in_some_station(ground: Ground) -> None:
    for call in made_up_calls(ground, (), Demand(500), seed=1, midnight=MIDNIGHT):
        assert re.fullmatch(r"0900-000-\d{4}", call.number or "")
        assert ground.offices.station_at(call.point) is not None
        assert call.kind is None or call.words in WORDS[call.kind]
        assert call.describe_s is None or call.describe_s < call.talk_s


def test_every_kind_has_words() -> None:
    assert {kind.code for kind in KINDS} == WORDS.keys()
    assert all(sentences and all(sentences) for sentences in WORDS.values())


def test_places_are_drawn_by_the_people_who_live_there(built_region: Callable[[str], Path]) -> None:
    khuzestan = Ground.load(built_region("khuzestan"))
    settlements = read_settlements(SOURCES / "khuzestan_places.csv")
    streets = Streets(khuzestan, Roads(khuzestan.graph, Snapper(khuzestan.graph)), settlements)
    drawn = Counter(streets.draw(Chance(1), str(n))[1] for n in range(600))
    people = sum(s.population for s in settlements)
    assert drawn["اهواز"] / 600 == pytest.approx(settlements[0].population / people, abs=0.06)
    weights = county_weights(khuzestan, settlements)
    assert max(weights, key=lambda county: weights[county]) == "khuzestan.ahvaz"
    assert len(weights) > 20


def test_a_settlement_reaches_further_the_larger_it_is() -> None:
    village = Settlement("ده", LonLat(48.68, 31.32), 500)
    city = Settlement("شهر", LonLat(48.68, 31.32), 1_000_000)
    assert village.radius_m < 900
    assert city.radius_m == pytest.approx(7700)
