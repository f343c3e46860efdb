"""Drafting, publishing and taking back what call-takers are guided by."""

from functools import reduce
from typing import Any

import pytest
from msgspec.structs import replace

from nazdik.guide import commands as c
from nazdik.guide import errors
from nazdik.guide.decisions import decide
from nazdik.guide.evolution import VERSIONS_KEPT, evolve
from nazdik.guide.layers import content_of
from nazdik.guide.model import BookName, Entry, Guide, Questions, Sentence, Trial, Words
from nazdik.guide.shipped import label_of, read_entries, shipped
from nazdik.guide.trial import try_words
from nazdik.kernel import Actor, CommandId, Context, Instant, ProvinceId, rfc3339
from nazdik.published.catalogue import KINDS

EMPTY = Guide(province=ProvinceId("p"))
ONE = Words(entries=(Entry("نزاع", "fight"),), sentences=(Sentence("نزاع شده", "fight"),))
TWO = Words(entries=(Entry("جنگ", "fight"),), sentences=ONE.sentences)
BY_CODE = {kind.code: kind for kind in KINDS}


def ctx(second: int = 1) -> Context:
    return Context(at=Instant(second * 1_000_000), actor=Actor("admin", "administrator"), command_id=CommandId("k"))


def after(guide: Guide, *commands: c.Command) -> Guide:
    for second, command in enumerate(commands, start=1):
        guide = reduce(evolve, decide(guide, command, ctx(second), BY_CODE), guide)
    return guide


def save(words: Words) -> c.SaveDraft:
    return c.SaveDraft(book=BookName.WORDS, content=words)


def publish(revision: int, **more: Any) -> c.PublishDraft:
    return c.PublishDraft(book=BookName.WORDS, revision=revision, **more)


def back(to: int) -> c.RollBack:
    return c.RollBack(book=BookName.WORDS, to=to)


def test_what_ships_is_in_force_until_something_is_published_and_can_be_gone_back_to() -> None:
    assert content_of(EMPTY, BookName.WORDS) is shipped(BookName.WORDS)
    drafted = after(EMPTY, save(ONE))
    assert content_of(drafted, BookName.WORDS) is shipped(BookName.WORDS), "a draft changes nothing"
    published = after(drafted, publish(1))
    assert content_of(published, BookName.WORDS) == ONE
    assert label_of(published.book(BookName.WORDS)) == "1"
    again = after(published, back(0))
    assert content_of(again, BookName.WORDS) is shipped(BookName.WORDS)
    assert label_of(again.book(BookName.WORDS)).startswith("0-")
    assert content_of(after(again, back(1)), BookName.WORDS) == ONE


def test_nobodys_draft_or_version_is_written_over_unseen() -> None:
    other = TWO

    def seen(words: Words, revision: int, over: int) -> c.SaveDraft:
        return c.SaveDraft(book=BookName.WORDS, content=words, revision=revision, over=over)

    drafted = after(EMPTY, seen(ONE, 0, 0))
    with pytest.raises(errors.DraftChanged) as unseen:
        after(drafted, seen(other, 0, 0))
    assert unseen.value.details["by"] == "admin"
    assert after(drafted, seen(ONE, 0, 0)) == drafted, "sent again, it is the same draft"
    published = after(after(drafted, seen(other, 1, 0)), publish(2))
    with pytest.raises(errors.DraftChanged) as behind:
        after(published, seen(ONE, 0, 0))
    assert behind.value.details["by"] == "admin"
    assert after(published, seen(ONE, 0, 1)).book(BookName.WORDS).draft is not None


def test_a_number_is_never_given_twice() -> None:
    guide = after(EMPTY, save(ONE), publish(1), back(0), save(TWO), publish(2))
    assert guide.book(BookName.WORDS).in_force == 2


def test_only_the_draft_that_was_read_is_published() -> None:
    guide = after(EMPTY, save(ONE), save(TWO))
    with pytest.raises(errors.DraftChanged) as changed:
        decide(guide, publish(1), ctx(), BY_CODE)
    draft = guide.book(BookName.WORDS).draft
    assert draft is not None
    assert (changed.value.details["by"], changed.value.details["changed_at"]) == (draft.by, rfc3339(draft.at))
    with pytest.raises(errors.NoDraft):
        decide(EMPTY, publish(1), ctx(), BY_CODE)
    assert decide(guide, save(TWO), ctx(), BY_CODE) == (), "the same draft again is nothing new"


def test_a_draft_that_does_worse_needs_a_word_more() -> None:
    guide = after(EMPTY, save(ONE))
    trial = Trial(sentences=10, first=7, within_three=9, first_before=8, within_three_before=9)
    with pytest.raises(errors.DraftWorse):
        decide(guide, publish(1, trial=trial), ctx(), BY_CODE)
    assert decide(guide, publish(1, trial=trial, even_if_worse=True), ctx(), BY_CODE)


def test_versions_that_are_not_held_cannot_be_gone_back_to() -> None:
    guide = after(EMPTY, save(ONE), publish(1))
    with pytest.raises(errors.VersionInForce):
        decide(guide, back(1), ctx(), BY_CODE)
    with pytest.raises(errors.VersionNotFound):
        decide(guide, back(7), ctx(), BY_CODE)
    for number in range(2, VERSIONS_KEPT + 3):
        guide = after(guide, save(ONE if number % 2 else TWO), publish(number))
    assert len(guide.book(BookName.WORDS).versions) == VERSIONS_KEPT
    with pytest.raises(errors.VersionNotFound):
        decide(guide, back(1), ctx(), BY_CODE)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Entry("", "fight"), "empty"),
        (Entry("؟!", "fight"), "letters"),
        (Entry("دعوا + ", "fight"), "letters"),
        (Entry("دعوا", "war"), "kind"),
        (Entry("دعوا", "fight", weight=0), "weight"),
        (Entry("دعوا", "fight", priority=6), "priority"),
        (Entry("خون", "*"), "priority"),
        (Entry("یک دو سه چهار پنج شش", "fight"), "words in a row"),
        (Entry("نزاع", "fight"), "the same as entry 1"),
    ],
)
def test_rows_that_cannot_be_used_are_named_with_the_reason(entry: Entry, why: str) -> None:
    with pytest.raises(errors.ContentInvalid) as refused:
        decide(EMPTY, save(Words(entries=(*ONE.entries, entry))), ctx(), BY_CODE)
    assert why in refused.value.details["rows"][0] and "entry 2" in refused.value.details["rows"][0]


def test_an_empty_dictionary_is_refused_and_what_ships_is_not() -> None:
    with pytest.raises(errors.ContentInvalid):
        decide(EMPTY, save(Words()), ctx(), BY_CODE)
    words = shipped(BookName.WORDS)
    assert decide(EMPTY, c.SaveDraft(book=BookName.WORDS, content=words), ctx(), BY_CODE)


def test_what_ships_gets_its_own_sentences_right() -> None:
    words = shipped(BookName.WORDS)
    assert isinstance(words, Words)
    tried = try_words(words, words, BY_CODE)
    assert (tried.wrong, tried.changed) == ((), ()) and tried.trial.sentences > 80


def test_a_trial_shows_what_changes() -> None:
    tried = try_words(TWO, ONE, BY_CODE)
    assert (tried.trial.first, tried.trial.first_before) == (0, 1)
    assert [(d.text, d.before, d.after) for d in tried.changed] == [("نزاع شده", "fight", None)]


def test_a_table_says_which_line_is_wrong() -> None:
    assert list(read_entries(["text,kind,weight", "دعوا,fight,"])) == [Entry("دعوا", "fight")]
    with pytest.raises(ValueError, match="line 3"):
        list(read_entries(["text,kind,weight", "دعوا,fight,3", "نزاع,fight,much"]))
    with pytest.raises(ValueError, match="columns"):
        list(read_entries(["word;kind"]))


def test_questions_that_ship_can_be_used_and_bad_ones_are_named() -> None:
    shipped_questions = shipped(BookName.QUESTIONS)
    assert isinstance(shipped_questions, Questions)
    assert decide(EMPTY, c.SaveDraft(book=BookName.QUESTIONS, content=shipped_questions), ctx(), BY_CODE)
    one = shipped_questions.sets[0]
    for wrong, why in (
        (replace(one, kind="war"), "kind"),
        (replace(one, floor=9), "floor"),
        (replace(one, questions=()), "questions"),
        (replace(one, questions=(one.questions[0], one.questions[0])), "one id"),
        (replace(one, questions=(replace(one.questions[0], options=()),)), "answers"),
        (replace(one, questions=(replace(one.questions[0], fa=""),)), "text"),
    ):
        with pytest.raises(errors.ContentInvalid) as refused:
            decide(EMPTY, c.SaveDraft(book=BookName.QUESTIONS, content=Questions(sets=(wrong,))), ctx(), BY_CODE)
        assert why in refused.value.details["rows"][0]


def test_every_answer_that_weighs_tells_the_crew_something() -> None:
    questions = shipped(BookName.QUESTIONS)
    assert isinstance(questions, Questions)
    for one in questions.sets:
        for question in one.questions:
            for option in question.options:
                assert option.points <= 0 or (option.short_fa and option.short_en), (one.kind, option)
