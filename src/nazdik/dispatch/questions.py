"""Answers to the key questions of an incident: kept with their short words, scored, and a priority proposed, never set."""

from collections.abc import Iterator

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import QuestionUnknown
from nazdik.dispatch.model import Answer, Incident
from nazdik.dispatch.unfolding import Unfolding
from nazdik.published.questions import QuestionSet, proposed_priority

ANSWERS_MAX = 20


def answer(u: Unfolding, command: c.AnswerQuestions) -> None:
    """
    Keep answers and propose a priority by all of them.

    With `strict` an answer to no question of the incident's kind is refused; without, as while a call is being typed, it is left
    aside: no question may keep a call from becoming an incident.
    """
    incident = u.open_incident(command.incident_id) if command.strict else u.world.incidents.get(command.incident_id)
    if incident is None or incident.ended:
        return
    asked = u.around.questions.sets.get(incident.kind or "")
    given = tuple(_answers(asked, command, incident))
    kept = {one.question: one for one in incident.answers}
    if not given or all(_same(kept.get(one.question), one) for one in given):
        return
    together = {**kept, **{one.question: one for one in given}}
    own = u.around.kind(incident.kind or "other").priority
    assert asked is not None, "answers were given to its questions"
    # Answers from when it was another kind stay known, and count nothing.
    points = [one.points for one in together.values() if asked.find_question(one.question) is not None]
    u.add(
        e.QuestionsAnswered(
            at=u.at,
            incident_id=incident.id,
            answers=given,
            by=u.ctx.actor.id,
            version=u.around.questions.version,
            proposed=proposed_priority(own, points, asked.floor),
        )
    )


def _answers(asked: QuestionSet | None, command: c.AnswerQuestions, incident: Incident) -> Iterator[Answer]:
    for one in command.answers[:ANSWERS_MAX]:
        question = asked.find_question(one.question) if asked is not None else None
        option = question.find_option(one.option) if question is not None else None
        # An empty option takes the answer back.
        if question is not None and one.option == "":
            yield Answer(question=question.id, option="", fa="", en="", points=0)
        elif option is not None and question is not None:
            yield Answer(
                question=question.id,
                option=option.key,
                fa=option.short_fa,
                en=option.short_en,
                points=option.points,
            )
        elif command.strict:
            raise QuestionUnknown(kind=incident.kind, question=one.question[:80], option=one.option[:80])


def _same(kept: Answer | None, given: Answer) -> bool:
    return (kept.option if kept is not None else "") == given.option
