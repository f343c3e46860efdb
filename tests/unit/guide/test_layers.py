"""A province's books over the nation's: what holds, whose it is, and what reaches the province of what the nation changes."""

from msgspec.structs import replace

from nazdik.guide import commands as c
from nazdik.guide.decisions import decide
from nazdik.guide.evolution import evolve
from nazdik.guide.in_force import questions_in_force
from nazdik.guide.layers import content_of, kept_of, label_in_force, whole_of
from nazdik.guide.model import BookName, Content, Entry, Guide, Questions, Sentence, Words
from nazdik.guide.shipped import shipped
from nazdik.kernel import Actor, CommandId, Context, Instant, ProvinceId
from nazdik.published.questions import Option, Question, QuestionSet

WORDS, QUESTIONS = BookName.WORDS, BookName.QUESTIONS
KINDS = ("fight", "theft", "noise", "fire")
EMPTY = Guide(province=ProvinceId("p"))
FIGHT, THEFT, ROW = Entry("دعوا / نزاع", "fight"), Entry("دزدی", "theft"), Entry("سر و صدا", "noise")


def publish(guide: Guide, book: BookName, content: Content) -> Guide:
    """Let one draft a whole book, as the page does, and another publish it."""
    for n, command in enumerate((c.SaveDraft(book=book, content=kept_of(guide, book, content)), None)):
        revision = guide.book(book).revisions
        ctx = Context(Instant(1_000_000 + n), Actor(f"person-{n}", "administrator", None), CommandId(f"x{n}"))  # type: ignore[arg-type]
        for fact in decide(guide, command or c.PublishDraft(book=book, revision=revision), ctx, KINDS):
            guide = evolve(guide, fact)
    return guide


def back(guide: Guide, book: BookName, to: int) -> Guide:
    ctx = Context(Instant(2_000_000), Actor("person-1", "administrator", None), CommandId("b"))  # type: ignore[arg-type]
    for fact in decide(guide, c.RollBack(book=book, to=to), ctx, KINDS):
        guide = evolve(guide, fact)
    return guide


def asks(kind: str, *ids: str) -> QuestionSet:
    options = (Option("y", "بله", "yes"), Option("n", "نه", "no"))
    return QuestionSet(kind, tuple(Question(one, one, one, options) for one in ids))


def asked(guide: Guide) -> dict[str, list[str]]:
    return {kind: [q.id for q in one.questions] for kind, one in questions_in_force(guide).sets.items()}


def spoken(guide: Guide) -> dict[str, int]:
    content = content_of(guide, WORDS)
    assert isinstance(content, Words)
    return {entry.text: entry.weight for entry in content.entries}


def test_a_province_asks_what_the_nation_asks_but_where_it_says_so_itself() -> None:
    guide = publish(EMPTY, BookName.NATION_QUESTIONS, Questions((asks("fight", "blade"), asks("theft", "gone"))))
    assert asked(guide) == {"fight": ["blade"], "theft": ["gone"]} and label_in_force(guide, QUESTIONS) == "n1"
    guide = publish(guide, QUESTIONS, Questions((asks("fight", "blade", "drunk"), asks("theft", "gone"))))
    kept = guide.book(QUESTIONS).content
    assert isinstance(kept, Questions) and [one.kind for one in kept.sets] == ["fight"], "only what is other"
    assert label_in_force(guide, QUESTIONS) == questions_in_force(guide).version == "1/n1"
    again = Questions((asks("fight", "gun"), asks("theft", "gone", "car"), asks("noise", "loud")))
    guide = publish(guide, BookName.NATION_QUESTIONS, again)
    assert asked(guide) == {"fight": ["blade", "drunk"], "theft": ["gone", "car"], "noise": ["loud"]}
    assert asked(back(guide, QUESTIONS, 0)) == {"fight": ["gun"], "theft": ["gone", "car"], "noise": ["loud"]}


def test_what_a_province_does_not_ask_stays_unasked_whatever_the_nation_makes_of_it() -> None:
    guide = publish(EMPTY, BookName.NATION_QUESTIONS, Questions((asks("fight", "blade"), asks("theft", "gone"))))
    guide = publish(guide, QUESTIONS, Questions((asks("theft", "gone"),)))
    assert asked(guide) == {"theft": ["gone"]}
    guide = publish(guide, BookName.NATION_QUESTIONS, Questions((asks("fight", "gun"),)))
    assert asked(guide) == {}
    guide = publish(guide, QUESTIONS, Questions((asks("fight", "gun"),)))
    assert asked(guide) == {"fight": ["gun"]}, "asked again as the nation does"
    assert guide.book(QUESTIONS).content == Questions(over=True)


def test_a_dictionary_has_the_nations_entries_less_those_that_do_not_count_here() -> None:
    sentence = Sentence("دزدی شد", "theft")
    guide = publish(EMPTY, BookName.NATION_WORDS, Words((FIGHT, THEFT), (sentence,)))
    guide = publish(guide, WORDS, Words((replace(FIGHT, weight=7), ROW), (sentence,)))
    assert spoken(guide) == {FIGHT.text: 7, ROW.text: 3}, "another weight, one without, one more"
    kept = guide.book(WORDS).content
    assert isinstance(kept, Words) and {entry.text: entry.weight for entry in kept.entries} == {
        FIGHT.text: 7,
        ROW.text: 3,
        THEFT.text: 0,
    }
    fire = Entry("آتش", "fire")
    guide = publish(guide, BookName.NATION_WORDS, Words((replace(FIGHT, weight=1), replace(THEFT, weight=9), fire)))
    assert spoken(guide) == {FIGHT.text: 7, ROW.text: 3, fire.text: 3}
    content = content_of(guide, WORDS)
    assert isinstance(content, Words) and content.sentences == (), "the nation's sentences, as they are now"


def test_a_whole_book_from_before_the_nation_had_one_stays_whole_until_it_is_drafted_again() -> None:
    guide = publish(EMPTY, WORDS, Words((THEFT,)))
    guide = publish(guide, BookName.NATION_WORDS, Words((FIGHT, ROW)))
    assert spoken(guide) == {THEFT.text: 3} and label_in_force(guide, WORDS) == "1"
    guide = publish(guide, WORDS, Words((THEFT, ROW)))
    assert spoken(guide) == {ROW.text: 3, THEFT.text: 3} and label_in_force(guide, WORDS) == "2/n1"
    guide = publish(guide, BookName.NATION_WORDS, Words((FIGHT, ROW, Entry("آتش", "fire"))))
    assert set(spoken(guide)) == {ROW.text, THEFT.text, "آتش"}


def test_without_a_book_of_the_nation_what_ships_lies_underneath() -> None:
    guide = publish(EMPTY, BookName.NATION_QUESTIONS, Questions((asks("fight", "blade"),)))
    guide = publish(guide, QUESTIONS, Questions((asks("fight", "blade"), asks("noise", "loud"))))
    gone = back(guide, BookName.NATION_QUESTIONS, 0)
    ships = shipped(QUESTIONS)
    assert isinstance(ships, Questions)
    assert asked(gone).keys() == {one.kind for one in ships.sets} | {"noise"}
    assert whole_of(gone, QUESTIONS, None) is ships and content_of(EMPTY, BookName.NATION_QUESTIONS) == ships
