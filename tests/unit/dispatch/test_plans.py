"""Response plans by office and time: the nearest office's rule holds, and the record says whose it was."""

import pytest
from msgspec.structs import replace

from nazdik.bootstrap.administration.incident_kinds import FIRST
from nazdik.dispatch import commands as c
from nazdik.dispatch.projections import incident_view
from nazdik.guide import commands as guide
from nazdik.guide import errors
from nazdik.guide.model import BookName, Plans
from nazdik.kernel import Actor, CallId, IncidentId, OfficeId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.published.kinds import Need
from nazdik.published.plans import PlanRule
from tests.town import Town, at_m
from tests.unit.administration.people import publish as publish_setting

READER = Actor("reader", "province_desk", OfficeId("p"))
COUNTY = PlanRule("r1", "noise", OfficeId("p.a"), (Need("patrol"), Need("traffic")), note="شب‌های آخر هفته")


@pytest.fixture
def town() -> Town:
    return Town()


def publish(town: Town, *rules: PlanRule, book: BookName = BookName.PLANS) -> None:
    drafted = Actor("drafter", "province_desk", OfficeId("p"))
    town.do(guide.SaveDraft(book=book, content=Plans(rules)), by=drafted)
    revision = town.writer.state.guide.book(book).revisions
    town.do(guide.PublishDraft(book=book, revision=revision), by=READER)


def needs(town: Town, incident: IncidentId) -> dict[str, int]:
    return {need.skill: need.units for need in town.get(incident).needs}


def test_the_rule_of_the_office_above_the_place_replaces_the_kinds_own_plan_and_is_told(town: Town) -> None:
    publish(town, COUNTY)
    incident = town.incident("noise", 1000)
    assert needs(town, incident) == {"patrol": 1, "traffic": 1}
    told = incident_view(town.world, town.get(incident)).plan
    assert (told.rule, told.office, told.note, told.version) == ("r1", "p.a", "شب‌های آخر هفته", "1")
    elsewhere = town.incident("noise", 16_000, name="2")
    assert needs(town, elsewhere) == {"patrol": 1}
    assert incident_view(town.world, town.get(elsewhere)).plan.rule is None


def test_the_nearest_office_with_a_rule_decides(town: Town) -> None:
    province = PlanRule("r0", "noise", OfficeId("p"), (Need("patrol", 3),))
    station = PlanRule("r2", "noise", OfficeId("p.a.2"), (Need("motorcycle"),))
    publish(town, province, COUNTY, station)
    assert needs(town, town.incident("noise", 6_000, name="1")) == {"motorcycle": 1}
    assert needs(town, town.incident("noise", 1_000, name="2")) == {"patrol": 1, "traffic": 1}
    assert needs(town, town.incident("noise", 16_000, name="3")) == {"patrol": 3}


def test_the_nations_rule_holds_where_the_province_says_nothing_and_is_told_as_its(town: Town) -> None:
    nations = PlanRule("n1", "noise", OfficeId("iran"), (Need("motorcycle"),), note="دستور کشوری")
    publish(town, nations, book=BookName.NATION_PLANS)
    publish(town, COUNTY)
    ours, elsewhere = town.incident("noise", 1_000, name="1"), town.incident("noise", 16_000, name="2")
    assert needs(town, ours) == {"patrol": 1, "traffic": 1}
    assert needs(town, elsewhere) == {"motorcycle": 1}
    told = [incident_view(town.world, town.get(each)).plan for each in (ours, elsewhere)]
    assert [(plan.rule, plan.office, plan.version) for plan in told] == [("r1", "p.a", "1"), ("n1", "iran", "n1")]
    town.do(guide.RollBack(book=BookName.NATION_PLANS, to=0))
    assert needs(town, town.incident("noise", 16_000, name="3")) == {"patrol": 1}, "taken back, the kind's own plan"


def test_the_nations_book_is_two_peoples_and_speaks_of_the_nations_kinds(town: Town) -> None:
    rule = PlanRule("n1", "noise", OfficeId("iran"), (Need("patrol"),))
    town.do(guide.SaveDraft(book=BookName.NATION_PLANS, content=Plans((rule,))), by=READER)
    with pytest.raises(errors.SecondPersonNeeded):
        town.do(guide.PublishDraft(book=BookName.NATION_PLANS, revision=1), by=READER)
    own = [
        *FIRST["rows"],
        {**FIRST["rows"][0], "code": "drone", "name_fa": "پهپاد", "name_en": "Drone", "common": "D1"},
    ]
    own[-1] |= {"also": [], "words": []}
    publish_setting(town, {"rows": own}, kind="kinds")
    drone = Plans((replace(rule, kind="drone"),))
    town.do(guide.SaveDraft(book=BookName.PLANS, content=Plans((replace(rule, kind="drone", office=OfficeId("p")),))))
    with pytest.raises(errors.ContentInvalid):
        town.do(guide.SaveDraft(book=BookName.NATION_PLANS, content=drone))


def test_a_rule_holds_from_its_first_moment_to_its_last_and_the_later_one_outweighs(town: Town) -> None:
    soon, later = rfc3339(plus_s(town.now, 60)), rfc3339(plus_s(town.now, 120))
    weeks = PlanRule("r3", "noise", OfficeId("p.a"), (Need("patrol", 2),), since=soon, until=later)
    publish(town, COUNTY, weeks)
    assert "traffic" in needs(town, town.incident("noise", name="1"))
    town.wait(60)
    assert needs(town, town.incident("noise", name="2")) == {"patrol": 2}
    town.wait(60)
    assert "traffic" in needs(town, town.incident("noise", name="3"))


def test_what_was_sent_keeps_the_plan_it_was_sent_by(town: Town) -> None:
    incident = town.incident("noise")
    publish(town, COUNTY)
    assert needs(town, incident) == {"patrol": 1} and town.get(incident).plan is None


def test_another_kind_has_another_plan_and_a_draft_learns_it_with_its_place(town: Town) -> None:
    publish(town, COUNTY)
    draft = IncidentId("p.i9")
    town.do(c.DraftIncident(incident_id=draft, call_id=CallId("p.c9"), kind="noise"))
    assert needs(town, draft) == {"patrol": 1}, "no place yet: nobody's rule but the province's"
    town.do(c.DraftIncident(incident_id=draft, call_id=CallId("p.c9"), point=at_m(1000)))
    assert needs(town, draft) == {"patrol": 1, "traffic": 1}
    town.do(c.ClassifyIncident(incident_id=draft, kind="noise", point=at_m(1000)))
    town.do(c.ChangeKind(incident_id=draft, kind="fight"))
    assert needs(town, draft) == {"patrol": 1} and town.get(draft).plan is None


def test_who_drafts_a_plan_does_not_publish_it(town: Town) -> None:
    town.do(guide.SaveDraft(book=BookName.PLANS, content=Plans((COUNTY,))), by=READER)
    with pytest.raises(errors.SecondPersonNeeded):
        town.do(guide.PublishDraft(book=BookName.PLANS, revision=1), by=READER)


@pytest.mark.parametrize(
    "rule",
    [
        PlanRule("", "noise", OfficeId("p"), (Need("patrol"),)),
        PlanRule("r", "war", OfficeId("p"), (Need("patrol"),)),
        PlanRule("r", "noise", OfficeId("p"), ()),
        PlanRule("r", "noise", OfficeId("p"), (Need("magic"),)),
        PlanRule("r", "noise", OfficeId("p"), (Need("patrol", 0),)),
        PlanRule("r", "noise", OfficeId("p"), (Need("patrol"), Need("patrol"))),
        PlanRule("r", "noise", OfficeId("p"), (Need("patrol"),), since="tomorrow"),
        PlanRule(
            "r", "noise", OfficeId("p"), (Need("patrol"),), "2026-02-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"
        ),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(town: Town, rule: PlanRule) -> None:
    with pytest.raises(errors.ContentInvalid):
        town.do(guide.SaveDraft(book=BookName.PLANS, content=Plans((rule,))))
