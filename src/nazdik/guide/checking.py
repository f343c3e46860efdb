"""Can a book be used? Every row that cannot is named with the reason."""

import re
from collections.abc import Collection, Iterator

from nazdik.guide.errors import ContentInvalid
from nazdik.guide.model import ANY_KIND, SILENT, Content, Entry, Plans, Questions, Sentence, Words
from nazdik.guide.tokens import alternatives_of, folded
from nazdik.published.plans import PlanRule
from nazdik.published.questions import Question, QuestionSet
from nazdik.published.sight import SKILLS

ENTRIES_MAX, SENTENCES_MAX = 5_000, 2_000
TEXT_MAX, SENTENCE_MAX, WORDS_MAX, PARTS_MAX, ALTERNATIVES_MAX = 400, 300, 5, 3, 40
WEIGHT_MAX = 9
NAMED_MAX = 20
# One key each: more questions are not asked while somebody is dying, more answers have no key.
QUESTIONS_MAX, OPTIONS_MAX, ID_MAX, QUESTION_MAX, SHORT_MAX, POINTS_MAX = 8, 9, 40, 80, 40, 10
RULES_MAX, NEEDS_MAX, UNITS_MAX, NOTE_MAX = 2_000, 4, 20, 200
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def check(content: Content, kinds: Collection[str]) -> None:
    """Return when every row can be used and names one of `kinds`; `ContentInvalid` names those that cannot, the first twenty."""
    match content:
        case Words():
            wrong = list(_words(content, kinds))
        case Questions():
            wrong = list(_questions(content, kinds))
        case Plans():
            wrong = list(_plans(content, kinds))
    if wrong:
        raise ContentInvalid(rows=wrong[:NAMED_MAX], wrong=len(wrong))


def _words(content: Words, kinds: Collection[str]) -> Iterator[str]:
    if not content.entries and not content.over:
        yield "entries: none"
    if len(content.entries) > ENTRIES_MAX:
        yield f"entries: more than {ENTRIES_MAX}"
    if len(content.sentences) > SENTENCES_MAX:
        yield f"sentences: more than {SENTENCES_MAX}"
    yield from _entries(content, kinds)
    yield from _sentences(content.sentences, kinds)


def _entries(content: Words, kinds: Collection[str]) -> Iterator[str]:
    seen: dict[tuple[object, str], int] = {}
    for row, entry in enumerate(content.entries[:ENTRIES_MAX], start=1):
        # What does not count here is the nation's, and was looked at there.
        why = None if content.over and entry.weight == SILENT else _entry(entry, kinds)
        if why is None:
            twin = seen.setdefault((alternatives_of(entry.text), entry.kind), row)
            why = f"the same as entry {twin}" if twin != row else None
        if why is not None:
            # The rows of a book that lies over another are not those that its writer counted.
            yield f"{entry.text[:ID_MAX]}: {why}" if content.over else f"entry {row}: {why}"


def _entry(entry: Entry, kinds: Collection[str]) -> str | None:
    if not 0 < len(entry.text) <= TEXT_MAX or len(entry.gloss) > TEXT_MAX:
        return f"text is empty or longer than {TEXT_MAX}"
    parts = alternatives_of(entry.text)
    if any(not part or not all(part) for part in parts):
        return "a part has no letters"
    if len(parts) > PARTS_MAX or any(len(part) > ALTERNATIVES_MAX for part in parts):
        return f"more than {PARTS_MAX} parts or {ALTERNATIVES_MAX} ways to say one"
    if any(len(words) > WORDS_MAX for part in parts for words in part):
        return f"more than {WORDS_MAX} words in a row"
    if entry.kind != ANY_KIND and entry.kind not in kinds:
        return "no such kind"
    if not 1 <= entry.weight <= WEIGHT_MAX:
        return f"weight is not 1 to {WEIGHT_MAX}"
    if entry.priority is not None and not 1 <= entry.priority <= 5:
        return "priority is not 1 to 5"
    if entry.kind == ANY_KIND and entry.priority is None:
        return "words of any kind need a priority"
    return None


def _sentences(sentences: tuple[Sentence, ...], kinds: Collection[str]) -> Iterator[str]:
    for row, sentence in enumerate(sentences[:SENTENCES_MAX], start=1):
        if not 0 < len(sentence.text) <= SENTENCE_MAX or not folded(sentence.text):
            yield f"sentence {row}: text is empty or longer than {SENTENCE_MAX}"
        elif sentence.kind not in kinds:
            yield f"sentence {row}: no such kind"


def _questions(content: Questions, kinds: Collection[str]) -> Iterator[str]:
    seen: set[str] = set()
    for one in content.sets:
        why = None if content.over and not one.questions else _set(one, kinds)
        if one.kind in seen:
            why = "twice"
        seen.add(one.kind)
        if why is not None:
            yield f"{one.kind[:ID_MAX]}: {why}"


def _set(one: QuestionSet, kinds: Collection[str]) -> str | None:
    if one.kind not in kinds:
        return "no such kind"
    if one.floor is not None and not 1 <= one.floor <= 5:
        return "floor is not 1 to 5"
    if not 0 < len(one.questions) <= QUESTIONS_MAX:
        return f"0 or more than {QUESTIONS_MAX} questions"
    if len({question.id for question in one.questions}) < len(one.questions):
        return "two questions of one id"
    return next((why for question in one.questions if (why := _question(question)) is not None), None)


def _question(question: Question) -> str | None:
    keys = {option.key for option in question.options}
    if not 0 < len(question.id) <= ID_MAX or any(not 0 < len(key) <= ID_MAX for key in keys):
        return f"an id or key is empty or longer than {ID_MAX}"
    if not 1 < len(question.options) <= OPTIONS_MAX or len(keys) < len(question.options):
        return f"{question.id}: 2 to {OPTIONS_MAX} answers, each with a key of its own"
    texts = [question.fa, question.en, *(t for o in question.options for t in (o.fa, o.en))]
    if any(not 0 < len(text) <= QUESTION_MAX for text in texts):
        return f"{question.id}: a text is empty or longer than {QUESTION_MAX}"
    if any(len(o.short_fa) > SHORT_MAX or len(o.short_en) > SHORT_MAX for o in question.options):
        return f"{question.id}: short words are longer than {SHORT_MAX}"
    if any(abs(option.points) > POINTS_MAX for option in question.options):
        return f"{question.id}: points are not -{POINTS_MAX} to {POINTS_MAX}"
    return None


def _plans(content: Plans, kinds: Collection[str]) -> Iterator[str]:
    if len(content.rules) > RULES_MAX:
        yield f"rules: more than {RULES_MAX}"
    seen: set[str] = set()
    for row, rule in enumerate(content.rules[:RULES_MAX], start=1):
        why = "the same id twice" if rule.id in seen else _rule(rule, kinds)
        seen.add(rule.id)
        if why is not None:
            yield f"rule {row}: {why}"


def _rule(rule: PlanRule, kinds: Collection[str]) -> str | None:
    if not 0 < len(rule.id) <= ID_MAX or len(rule.note) > NOTE_MAX:
        return f"its id is empty or longer than {ID_MAX}, or its note longer than {NOTE_MAX}"
    if rule.kind not in kinds:
        return "no such kind"
    if not 0 < len(rule.needs) <= NEEDS_MAX or len({need.skill for need in rule.needs}) < len(rule.needs):
        return f"1 to {NEEDS_MAX} needs, each with a skill of its own"
    if any(need.skill not in SKILLS or not 1 <= need.units <= UNITS_MAX for need in rule.needs):
        return f"a skill that does not exist, or not 1 to {UNITS_MAX} units"
    if any(moment and not _MOMENT.fullmatch(moment) for moment in (rule.since, rule.until)):
        return "since and until are RFC 3339 in UTC with milliseconds, or empty"
    if rule.since and rule.until and rule.since >= rule.until:
        return "it ends before it begins"
    return None
