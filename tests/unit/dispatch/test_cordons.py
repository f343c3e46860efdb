"""A cordon is sent as one plan, filled by the core's own rules, and taken back as one."""

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch.errors import CordonExists, CordonInvalid, PlaceOutsideRegion, UnitNotFound
from nazdik.dispatch.model import AssignmentState, CordonPost, UnitGap
from nazdik.dispatch.rules import Mode, Rules
from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId, UnitId
from nazdik.kernel.instant import plus_s
from tests.town import Town, at_m, dispatcher, officer

POST_A, POST_B = 8000, 12_000


def post(east_m: float, unit: UnitId | None = None) -> CordonPost:
    return CordonPost(point=at_m(east_m), place=f"post {east_m}", unit_id=unit, share=0.5)


def town_with_robbery() -> tuple[Town, IncidentId, list[UnitId]]:
    """One unit at the scene, and four free ones along the road."""
    town = Town()
    units = [town.unit("A01", 900)]
    incident = town.incident(east_m=1000)
    town.accept(incident, en_route=True)
    units += [town.unit(f"A0{i}", east, office="p.a.2") for i, east in ((2, 7900), (3, 12_500), (4, 9000), (5, 20_000))]
    return town, incident, units


def cordon(town: Town, incident: IncidentId, *posts: CordonPost) -> c.SendCordon:
    return c.SendCordon(incident_id=incident, posts=posts, offence_at=plus_s(town.now, -120))


def at_posts(town: Town, incident: IncidentId) -> dict[int, UnitId]:
    return {a.post.number: a.unit_id for a in town.on(incident) if a.post is not None}


def test_one_command_sends_every_post_its_unit() -> None:
    town, incident, units = town_with_robbery()
    since = len(town.facts)
    answer = town.do(cordon(town, incident, post(POST_A, units[1]), post(POST_B, units[2])), by=dispatcher())
    assert at_posts(town, incident) == {1: units[1], 2: units[2]}
    assert len(answer.ids["assignment_ids"]) == 2
    assert town.names(since)[0] == "cordon_sent"
    sent = [a for a in town.on(incident) if a.post is not None]
    assert [a.state for a in sent] == [AssignmentState.SENT, AssignmentState.SENT]
    assert sent[0].travel_time_s == pytest.approx(10, abs=1), "a hundred metres to the post, not seven kilometres"
    assert town.world.destination_of(sent[0]) == at_m(POST_A)
    assert town.get(incident).point == at_m(1000)


def test_a_refusal_is_filled_by_the_nearest_to_that_post() -> None:
    town, incident, units = town_with_robbery()
    town.do(cordon(town, incident, post(POST_A, units[1]), post(POST_B, units[2])))
    refused = next(a for a in town.on(incident) if a.unit_id == units[1])
    town.do(c.RefuseOffer(assignment_id=refused.id, reason="vehicle_fault"), by=officer(units[1]))
    assert at_posts(town, incident) == {1: units[3], 2: units[2]}, "A04 is a kilometre from the first post"


def test_no_answer_is_filled_too_and_a_late_answer_comes_back_only_while_the_post_is_open() -> None:
    town, incident, units = town_with_robbery()
    town.do(cordon(town, incident, post(POST_A, units[1])))
    silent = next(a for a in town.on(incident) if a.unit_id == units[1])
    town.wait(31)
    assert at_posts(town, incident)[1] == units[3]
    taken = next(a for a in town.on(incident) if a.unit_id == units[3])
    town.do(c.AcceptOffer(assignment_id=taken.id), by=officer(units[3]))
    with pytest.raises(Exception, match="offer_withdrawn"):
        town.do(c.AcceptOffer(assignment_id=silent.id), by=officer(units[1]))


def test_a_unit_taken_meanwhile_does_not_hold_up_the_others() -> None:
    town, incident, units = town_with_robbery()
    other = town.incident(east_m=20_000, name="2")
    assert [a.unit_id for a in town.on(other)] == [units[4]]
    town.do(cordon(town, incident, post(POST_A, units[4]), post(POST_B, units[2])))
    assert at_posts(town, incident) == {1: units[1], 2: units[2]}
    assert [a.unit_id for a in town.on(other)] == [units[4]]


def test_a_post_without_a_unit_gets_the_nearest_when_dispatch_is_automatic() -> None:
    town, incident, units = town_with_robbery()
    town.do(cordon(town, incident, post(POST_A), post(POST_B, units[2])))
    assert at_posts(town, incident) == {1: units[1], 2: units[2]}


def test_where_the_office_wants_suggestions_only_an_open_post_waits_for_a_person() -> None:
    town, incident, units = town_with_robbery()
    town.do(c.SetRules(office=OfficeId("p.a.1"), rules=Rules(modes=(Mode.SUGGEST,) * 5)))
    town.do(cordon(town, incident, post(POST_A), post(POST_B, units[2])))
    assert at_posts(town, incident) == {2: units[2]}
    assert town.get(incident).waiting_reason == "suggest_only"


def test_it_is_withdrawn_together_and_the_scene_keeps_its_unit() -> None:
    town, incident, units = town_with_robbery()
    town.do(cordon(town, incident, post(POST_A, units[1]), post(POST_B, units[2])))
    since = len(town.facts)
    town.do(c.WithdrawCordon(incident_id=incident), by=dispatcher())
    assert town.names(since).count("assignment_withdrawn") == 2
    assert [a.unit_id for a in town.on(incident)] == [units[0]]
    assert town.get(incident).posts == ()
    town.wait(120)
    assert at_posts(town, incident) == {}, "nobody is sent to a post that is no more"
    since = len(town.facts)
    town.do(c.WithdrawCordon(incident_id=incident))
    assert town.names(since) == []


def test_withdrawing_ends_the_waiting_for_posts() -> None:
    town, incident, _ = town_with_robbery()
    town.do(cordon(town, incident, *(post(east) for east in range(5000, 15_000, 1000))))
    assert town.get(incident).waiting_reason in ("nobody_free", "none_in_reach")
    town.do(c.WithdrawCordon(incident_id=incident))
    assert town.get(incident).waiting_reason is None
    assert incident not in town.world.waiting


def test_a_post_held_is_not_the_scene() -> None:
    town, incident, units = town_with_robbery()
    town.do(cordon(town, incident, post(POST_A, units[1])))
    held = next(a for a in town.on(incident) if a.post is not None)
    town.do(c.AcceptOffer(assignment_id=held.id), by=officer(units[1]))
    town.do(c.StepOn(assignment_id=held.id, step="on_scene"), by=officer(units[1]))
    assert town.status(incident) == "ResourcesEnroute"


def test_a_cordon_ends_with_its_incident() -> None:
    town, incident, units = town_with_robbery()
    town.do(cordon(town, incident, post(POST_A, units[1])))
    town.do(c.CancelIncident(incident_id=incident))
    assert town.get(incident).posts == ()
    town.do(c.ReopenIncident(incident_id=incident))
    assert at_posts(town, incident) == {}


def test_a_second_cordon_is_refused_until_the_first_is_withdrawn() -> None:
    town, incident, units = town_with_robbery()
    town.do(cordon(town, incident, post(POST_A, units[1])))
    with pytest.raises(CordonExists):
        town.do(cordon(town, incident, post(POST_B, units[2])))
    town.do(c.WithdrawCordon(incident_id=incident))
    town.do(cordon(town, incident, post(POST_B, units[2])))
    assert at_posts(town, incident) == {1: units[2]}


def test_what_makes_no_sense_is_refused_before_anything_happens() -> None:
    town, incident, units = town_with_robbery()
    nan = float("nan")
    wrong: list[tuple[type[Exception], c.SendCordon]] = [
        (CordonInvalid, cordon(town, incident)),
        (CordonInvalid, cordon(town, incident, *(post(5000 + 10 * i) for i in range(25)))),
        (CordonInvalid, cordon(town, incident, post(POST_A, units[1]), post(POST_B, units[1]))),
        (CordonInvalid, cordon(town, incident, post(POST_A), post(POST_A))),
        (CordonInvalid, c.SendCordon(incident_id=incident, posts=(post(POST_A),), offence_at=plus_s(town.now, 60))),
        (
            CordonInvalid,
            c.SendCordon(incident_id=incident, posts=(post(POST_A),), offence_at=town.now, slowest=nan),
        ),
        (
            CordonInvalid,
            c.SendCordon(incident_id=incident, posts=(post(POST_A),), offence_at=town.now, slowest=2.0, fastest=1.0),
        ),
        (PlaceOutsideRegion, cordon(town, incident, CordonPost(point=LonLat(10.0, 10.0)))),
        (UnitNotFound, cordon(town, incident, post(POST_A, UnitId("p.u.X99")))),
    ]
    for refusal, command in wrong:
        before = len(town.facts)
        with pytest.raises(refusal):
            town.do(command)
        assert len(town.facts) == before


def test_what_a_dispatch_would_leave_is_recorded_and_changes_nothing() -> None:
    town, incident, units = town_with_robbery()
    before = town.world
    gap = UnitGap(units[1], OfficeId("p.a"), 600.0, 0.12, None, units[2])
    town.do(c.NoteGaps(incident_id=incident, counted_at=Instant(town.now - 1), gaps=(gap,)))
    assert town.names()[-1] == "gaps_noted"
    assert town.world == before
