"""What the books in force come to for whoever decides by them."""

from nazdik.guide.layers import content_of, label_in_force
from nazdik.guide.model import BookName, Guide, Plans, Questions
from nazdik.guide.shipped import label_of
from nazdik.published.plans import PlansInForce
from nazdik.published.questions import QuestionsInForce


def questions_in_force(guide: Guide) -> QuestionsInForce:
    """Return the questions of every kind that has some."""
    content = content_of(guide, BookName.QUESTIONS)
    assert isinstance(content, Questions)
    return QuestionsInForce({one.kind: one for one in content.sets}, label_in_force(guide, BookName.QUESTIONS))


def plans_in_force(guide: Guide) -> PlansInForce:
    """Return the rules of offices, the nation's under the province's own."""
    own, nations = content_of(guide, BookName.PLANS), content_of(guide, BookName.NATION_PLANS)
    assert isinstance(own, Plans) and isinstance(nations, Plans)
    return PlansInForce(
        rules=own.rules,
        version=label_of(guide.book(BookName.PLANS)),
        nations=nations.rules,
        nations_version=label_of(guide.book(BookName.NATION_PLANS)),
    )
