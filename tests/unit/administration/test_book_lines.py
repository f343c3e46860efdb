"""What a draft of a book changes is said in words, in both languages."""

from nazdik.bootstrap.administration.book_lines import SKILLS, lines_of
from nazdik.bootstrap.administration.fields import NOTHING, Text
from nazdik.guide.model import Entry, Plans, Questions, Words
from nazdik.kernel import OfficeId
from nazdik.published import sight
from nazdik.published.kinds import Need
from nazdik.published.plans import PlanRule
from nazdik.published.questions import Option, Question, QuestionSet


def office(office_id: OfficeId) -> Text:
    return Text("اهواز", "Ahvaz")


def test_every_skill_has_a_name() -> None:
    assert set(SKILLS) == set(sight.SKILLS)


def test_words_that_came_went_and_weigh_more() -> None:
    before = Words((Entry("دعوا", "fight", 3), Entry("جیغ", "fight", 2)))
    after = Words((Entry("دعوا", "fight", 5, priority=1), Entry("چاقو", "fight_weapon", 9, gloss="knife")))
    changed, gone, new = lines_of(before, after, office)
    assert (changed.before.fa, changed.after.fa) == ("وزن ۳", "وزن ۵، اولویت ۱")
    assert gone.what.fa.startswith("«جیغ»") and gone.after == NOTHING
    assert new.before == NOTHING and new.after.en == "weight 9; knife"
    assert lines_of(after, after, office) == ()


def test_a_question_and_a_plan() -> None:
    question = Question(
        "weapon", "سلاح دارند؟", "Any weapon?", (Option("gun", "گرم", "Gun", 4), Option("no", "نه", "No"))
    )
    (line,) = lines_of(Questions(), Questions((QuestionSet("fight", (question,)),)), office)
    assert line.after == Text("سلاح دارند؟ گرم (۴)، نه (۰)", "Any weapon? Gun (4), No (0)")
    rule = PlanRule("r1", "fight", OfficeId("k.ahvaz"), (Need("patrol", 2), Need("traffic")), note="نوروز")
    (line,) = lines_of(Plans(), Plans((rule,)), office)
    assert line.what.en.endswith(", Ahvaz")
    assert line.after.fa == "۲ گشت، ۱ راهنمایی و رانندگی؛ نوروز"
