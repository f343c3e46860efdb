"""Answers to a call's key questions in words: for whoever asks other questions, or none."""

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.guide.in_force import questions_in_force
from nazdik.intake.model import Call


def answered(state: ProvinceState, call: Call) -> list[tuple[str, str]]:
    """Return the questions that were answered, with the answers, in both languages; one that is asked no more by its codes."""
    asked = questions_in_force(state.guide).sets.get(call.kind or "")
    rows = []
    for one in call.answers:
        question = asked.find_question(one.question) if asked is not None else None
        option = question.find_option(one.option) if question is not None else None
        if question is not None and option is not None:
            rows.append((f"{question.fa} / {question.en}", f"{option.fa} / {option.en}"))
        else:
            rows.append((one.question, one.option))
    return rows
