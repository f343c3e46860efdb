"""Key questions: answers are kept, scored, told to the crew, and propose a priority that a person sets."""

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.projections import detail_view, incident_view
from nazdik.intake import commands as intake
from nazdik.intake.model import Channel
from nazdik.kernel import CallId, IncidentId
from nazdik.published.questions import Answered, proposed_priority
from tests.town import Town, at_m

CALL, INCIDENT = CallId("p.c1"), IncidentId("p.i1")


@pytest.fixture
def town() -> Town:
    return Town()


def answered(**given: str) -> tuple[Answered, ...]:
    return tuple(Answered(question, option) for question, option in given.items())


@pytest.mark.parametrize(
    ("own", "points", "floor", "proposed"),
    [
        (2, (), None, 2),
        (2, (2,), None, 1),
        (2, (-2,), None, 3),
        (2, (-9,), None, 3),
        (2, (-9,), 5, 5),
        (4, (1, 1, 1), None, 3),
        (5, (8,), None, 1),
        (1, (-1,), 1, 1),
        (5, (), None, 5),
    ],
)
def test_points_add_up_to_a_priority_that_never_falls_below_the_floor(
    own: int, points: tuple[int, ...], floor: int | None, proposed: int
) -> None:
    assert proposed_priority(own, points, floor) == proposed


def test_answers_propose_and_do_not_force(town: Town) -> None:
    incident = town.incident("fight")
    town.do(c.AnswerQuestions(incident_id=incident, answers=answered(weapon="blade", still_there="yes")))
    held = town.get(incident)
    assert (held.priority, held.proposed_priority) == (2, 1)
    assert incident_view(town.world, held).proposed_priority == 1
    assert [a.fa for a in detail_view(town.world, held, ()).answers] == ["سلاح سرد", "هنوز آن‌جا"]
    town.do(c.ChangePriority(incident_id=incident, priority=1))
    assert town.get(incident).proposed_priority is None, "a person has decided"


def test_a_later_answer_replaces_the_earlier_and_is_scored_again(town: Town) -> None:
    incident = town.incident("fight")
    town.do(c.AnswerQuestions(incident_id=incident, answers=answered(injured="severe")))
    assert town.get(incident).proposed_priority == 1
    town.do(c.AnswerQuestions(incident_id=incident, answers=answered(injured="none", still_there="left")))
    assert town.get(incident).proposed_priority == 3
    town.do(c.AnswerQuestions(incident_id=incident, answers=answered(still_there="")))
    assert town.get(incident).proposed_priority == 2
    assert [a.question for a in town.get(incident).answers] == ["injured"]
    before = len(town.facts)
    town.do(c.AnswerQuestions(incident_id=incident, answers=answered(injured="none")))
    assert len(town.facts) == before, "the same answer again is nothing new"


def test_what_was_never_asked_is_refused_afterwards_and_left_aside_while_the_caller_speaks(town: Town) -> None:
    incident = town.incident("noise", name="2")
    with pytest.raises(errors.QuestionUnknown):
        town.do(c.AnswerQuestions(incident_id=incident, answers=answered(weapon="gun")))
    town.do(intake.PresentCall(call_id=CALL, channel=Channel.TELEPHONE))
    town.do(intake.DescribeCall(call_id=CALL, kind="noise", answers=answered(weapon="gun", nonsense="x")))
    town.do(intake.ClassifyCall(call_id=CALL, kind="noise", point=at_m(0)))
    assert town.get(INCIDENT).answers == ()


def test_answers_of_the_draft_are_on_the_incident_before_anybody_is_sent(town: Town) -> None:
    town.unit("A01", 1200)
    town.do(intake.PresentCall(call_id=CALL, channel=Channel.TELEPHONE))
    town.do(intake.DescribeCall(call_id=CALL, kind="fight", point=at_m(1000), answers=answered(weapon="gun")))
    assert town.writer.state.calls[CALL].answers == answered(weapon="gun")
    assert town.get(INCIDENT).proposed_priority == 1
    more = answered(weapon="gun", injured="light")
    town.do(intake.ClassifyCall(call_id=CALL, kind="fight", point=at_m(1000), answers=more))
    assert town.get(INCIDENT).priority == 2, "proposed, not forced"
    kinds = [type(fact).__name__ for fact in town.facts]
    last_answer = max(n for n, name in enumerate(kinds) if name == "QuestionsAnswered")
    assert last_answer < kinds.index("OfferSent"), "the crew reads them with the offer"
    assert {a.question for a in town.get(INCIDENT).answers} == {"weapon", "injured"}


def test_answers_from_another_kind_stay_known_and_count_nothing(town: Town) -> None:
    incident = town.incident("crash_injury")
    town.do(c.AnswerQuestions(incident_id=incident, answers=answered(trapped="yes")))
    town.do(c.ChangeKind(incident_id=incident, kind="crash_damage"))
    assert town.get(incident).proposed_priority is None
    town.do(c.AnswerQuestions(incident_id=incident, answers=answered(blocked="no")))
    assert town.get(incident).proposed_priority == 3
    assert {a.question for a in town.get(incident).answers} == {"trapped", "blocked"}


def test_only_place_and_kind_are_needed(town: Town) -> None:
    unit = town.unit("A01", 1200)
    town.do(intake.PresentCall(call_id=CALL, channel=Channel.TELEPHONE))
    town.do(intake.ClassifyCall(call_id=CALL, kind="fight", point=at_m(1000)))
    assert [a.unit_id for a in town.on(INCIDENT)] == [unit]
