"""Aliases and addresses in doubt: what is accepted, what is refused, and how the search takes them up."""

from functools import reduce

import pytest

from nazdik.geo.addresses import commands as c
from nazdik.geo.addresses import errors
from nazdik.geo.addresses.aliases import AliasIndex
from nazdik.geo.addresses.checking import doubt_about
from nazdik.geo.addresses.decisions import ALIASES_MAX, decide
from nazdik.geo.addresses.evolution import SETTLED_KEPT, evolve
from nazdik.geo.addresses.model import Addresses, AliasId, Doubt, Outcome
from nazdik.geo.places import PlaceFinder, PlaceIndex, Why
from nazdik.kernel import Actor, CommandId, Context, IncidentId, Instant, LonLat, OfficeId, ProvinceId, Rejected
from tests.unit.geo.region_fixtures import tehran

HERE = LonLat(51.4089, 35.7156)
STATION = OfficeId("p.a.1")
NOTHING = Addresses(province=ProvinceId("p"))


def ctx(at: int = 1) -> Context:
    return Context(at=Instant(at), actor=Actor(id="operator", role="dispatcher"), command_id=CommandId(f"c{at}"))


def alias(number: int = 1, text: str = "سر پیچ", point: LonLat = HERE) -> c.AddAlias:
    return c.AddAlias(
        alias_id=AliasId(f"p.a{number}"), text=text, point=point, label_fa="جایی", label_en="Somewhere", office=STATION
    )


def flag(incident: str = "p.i1", text: str = "پشت سیلو") -> c.FlagAddress:
    return c.FlagAddress(incident_id=IncidentId(incident), text=text, point=HERE, office=STATION, doubt=Doubt.NOT_FOUND)


def after(addresses: Addresses, *commands: c.Command) -> Addresses:
    for number, command in enumerate(commands, start=1):
        addresses = reduce(evolve, decide(addresses, command, ctx(number)), addresses)
    return addresses


def test_an_alias_is_added_with_who_and_when_and_removed_again() -> None:
    kept = after(NOTHING, alias(text="  سر   پیچ "))
    (added,) = kept.aliases.values()
    assert (added.text, added.added_by, added.added_at) == ("سر پیچ", "operator", Instant(1))
    assert after(kept, c.RemoveAlias(alias_id=added.id)) == NOTHING
    assert decide(kept, alias(), ctx()) == (), "the same request again changes nothing"


@pytest.mark.parametrize("text", ["", " ", "م", "؟!", "🚓🚓", "س" * 121])
def test_a_name_without_words_is_refused(text: str) -> None:
    with pytest.raises(errors.AliasInvalid):
        decide(NOTHING, alias(text=text), ctx())


def test_the_same_name_for_the_same_place_is_refused_and_for_another_is_not() -> None:
    kept = after(NOTHING, alias())
    with pytest.raises(errors.AliasExists):
        decide(kept, alias(2, "سرپیچ".replace("سرپ", "سر پ")), ctx())
    assert len(after(kept, alias(2, point=LonLat(51.50, 35.70))).aliases) == 2
    with pytest.raises(errors.AliasNotFound):
        decide(kept, c.RemoveAlias(alias_id=AliasId("p.a9")), ctx())


def test_there_is_an_end_to_aliases() -> None:
    point = iter(range(ALIASES_MAX))
    full = after(NOTHING, *(alias(n, f"نام {n}", LonLat(40 + next(point) / 1000, 35)) for n in range(ALIASES_MAX)))
    with pytest.raises(errors.AliasesTooMany):
        decide(full, alias(ALIASES_MAX), ctx())


def test_an_address_in_doubt_is_settled_once() -> None:
    kept = after(NOTHING, flag())
    assert decide(kept, flag(), ctx()) == ()
    done = after(kept, c.SettleAddress(incident_id=IncidentId("p.i1"), outcome=Outcome.ALIAS, alias=alias()))
    assert list(done.aliases) == ["p.a1"]
    assert done.flags[IncidentId("p.i1")].alias_id == "p.a1"
    with pytest.raises(errors.FlagSettled):
        decide(done, c.SettleAddress(incident_id=IncidentId("p.i1"), outcome=Outcome.RIGHT_AS_IT_IS), ctx())
    with pytest.raises(errors.FlagNotFound):
        decide(done, c.SettleAddress(incident_id=IncidentId("p.i2"), outcome=Outcome.RIGHT_AS_IT_IS), ctx())
    again = after(done, flag(text="جای دیگر"))
    assert again.flags[IncidentId("p.i1")].outcome is None
    assert again.settled == ()


def test_a_repair_whose_alias_is_refused_settles_nothing() -> None:
    kept = after(NOTHING, flag())
    with pytest.raises(Rejected):
        decide(
            kept, c.SettleAddress(incident_id=IncidentId("p.i1"), outcome=Outcome.ALIAS, alias=alias(text="؟")), ctx()
        )


def test_only_the_newest_settled_flags_are_kept() -> None:
    kept = NOTHING
    for n in range(SETTLED_KEPT + 5):
        incident = f"p.i{n}"
        settle = c.SettleAddress(incident_id=IncidentId(incident), outcome=Outcome.RIGHT_AS_IT_IS)
        kept = after(kept, flag(incident), settle)
    assert len(kept.flags) == len(kept.settled) == SETTLED_KEPT
    assert "p.i0" not in kept.flags


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    return PlaceFinder(PlaceIndex.load(tehran().places_folder))


def test_an_alias_is_found_as_forgivingly_as_any_name_and_only_while_it_stands(finder: PlaceFinder) -> None:
    kept = after(NOTHING, alias(text="سیلوی قدیم"))
    assert all(place.kind != "alias" for place in finder.search("سیلوی قدیم", HERE))
    finder.use_aliases(AliasIndex(kept.aliases, finder.index.bounds))
    try:
        for typed in ("سیلوی قدیم", "سیلو قدیم", "سيلوي قديم", "سیلوقدیم", "silooye ghadim", "سیلوی قدیپ"):
            best = finder.search(typed, HERE)[0]
            assert (best.kind, best.why, best.alias_id, best.point) == ("alias", Why.ALIAS, "p.a1", HERE), typed
            assert best.label_fa == "سیلوی قدیم، جایی"
    finally:
        finder.use_aliases(None)
    assert all(place.kind != "alias" for place in finder.search("سیلوی قدیم", HERE))


def test_the_maps_own_name_goes_before_an_alias_that_only_sounds_so(finder: PlaceFinder) -> None:
    finder.use_aliases(AliasIndex(after(NOTHING, alias(text="Enqelab")).aliases, finder.index.bounds))
    try:
        found = finder.search("انقلاب", HERE)
        assert found[0].label_fa.startswith("انقلاب اسلامی")
        assert Why.ALIAS in {place.why for place in found}
        assert finder.search("enqelab", HERE)[0].why is Why.ALIAS, "called exactly so"
    finally:
        finder.use_aliases(None)


def test_doubt_is_cast_on_words_that_lead_nowhere_or_elsewhere(finder: PlaceFinder) -> None:
    street = finder.search("خیابان فاطمی", HERE)[0]
    known = finder.reverse(HERE)
    assert known is not None
    for said in (known.label_fa, known.label_en, "", "  "):
        assert doubt_about(said, HERE, finder) is None
    assert doubt_about(street.label_fa, street.point, finder) is None
    assert doubt_about("فاطمی، نبش کوچهٔ بن‌بست", street.point, finder) is None
    assert doubt_about("سیلوی قدیم", HERE, finder) is Doubt.NOT_FOUND
    assert doubt_about("میدان آرژانتین", LonLat(51.376, 35.702), finder) is Doubt.ELSEWHERE
