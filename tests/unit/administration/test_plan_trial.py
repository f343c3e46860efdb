"""Drafted response plans on incidents that were: how many would have got something else, and what."""

from typing import Any

from nazdik.bootstrap.administration.kind_names import SHIPPED_NAMES
from nazdik.bootstrap.administration.plan_trial import INCIDENTS_MAX, Past, compare_plans, past_incidents
from nazdik.dispatch import commands as c
from nazdik.kernel import OfficeId
from nazdik.published.kinds import Need
from nazdik.published.plans import PlanRule, PlansInForce
from tests.town import START, PlainOffices, Town, at_m

CHAIN = PlainOffices().chain_of
A1, B1 = OfficeId("p.a.1"), OfficeId("p.b.1")
PAST = [Past("fight", A1)] * 3 + [Past("fight", B1), Past("noise", A1), Past("forgotten", A1)]


def rule(office: str, units: int, **more: Any) -> PlanRule:
    return PlanRule(
        id=f"{office}{units}", kind="fight", office=OfficeId(office), needs=(Need("patrol", units),), **more
    )


def tried(now: tuple[PlanRule, ...], draft: tuple[PlanRule, ...]) -> Any:
    past = [(one, PlansInForce(now)) for one in PAST]
    return compare_plans(past, draft, SHIPPED_NAMES, CHAIN, START, revision=1, days=1)


def test_what_the_nation_drafts_is_tried_under_what_each_province_has() -> None:
    own, none = PlansInForce((rule("p.a", 3),)), PlansInForce()
    past = [(one, own if one.station == A1 else none) for one in PAST]
    found = compare_plans(past, (rule("iran", 2),), SHIPPED_NAMES, CHAIN, START, revision=1, days=1, nations=True)
    assert (found.incidents, found.other, found.units) == (5, 1, 1), "three of them stay the province's"


def test_it_is_counted_where_the_rule_holds_and_what_it_would_have_sent() -> None:
    found = tried((), (rule("p.a", 3),))
    assert (found.incidents, found.other, found.units) == (5, 3, 6)
    (row,) = found.rows
    assert (row.kind.en, row.incidents, row.before.en, row.after.en, row.units) == (
        "Fight",
        3,
        "1 patrol",
        "3 patrol",
        2,
    )


def test_a_plan_that_is_taken_away_sends_fewer_and_the_same_plan_changes_nothing() -> None:
    plans = (rule("p", 2),)
    assert (tried(plans, ()).other, tried(plans, ()).units) == (4, -4)
    assert tried(plans, plans).rows == () and tried((), (rule("p", 1),)).other == 0


def test_what_is_drafted_for_later_is_tried_as_if_it_had_begun_and_what_is_over_is_not() -> None:
    assert tried((), (rule("p", 2, since="2099-01-01T00:00:00.000Z"),)).other == 4
    assert tried((), (rule("p", 2, until="2001-01-01T00:00:00.000Z"),)).other == 0


def test_incidents_are_read_from_the_log_with_the_kind_they_got_last() -> None:
    town = Town()
    for name, kind in (("1", "noise"), ("2", "fight")):
        town.do(c.ClassifyIncident(incident_id=f"p.i{name}", kind=kind, point=at_m(1000)))  # type: ignore[arg-type]
    town.do(c.ChangeKind(incident_id="p.i1", kind="fight"))  # type: ignore[arg-type]
    found, days = past_incidents(town, town.now)  # type: ignore[arg-type]
    assert [one.kind for one in found] == ["fight", "fight"] and days == 30
    assert len(found) < INCIDENTS_MAX
