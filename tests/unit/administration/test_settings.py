"""How a setting changes: drafted, read, published by another, taken back; and nothing of it is ever lost."""

import pytest

from nazdik.administration import commands as c
from nazdik.administration import errors
from nazdik.administration.events import ChangePublished
from nazdik.administration.evolution import CHANGES_KEPT
from nazdik.administration.model import Setting, Value
from nazdik.bootstrap.province_state import decode, first_state, fold
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch.errors import OfficeNotFound, RulesInvalid
from nazdik.kernel import Actor, OfficeId, ProvinceId, rfc3339
from tests.town import Town
from tests.unit.administration.people import ONE, TWO, draft, publish, rules_with

QUICK, SLOW = rules_with(answer_s=[10] * 5), rules_with(answer_s=[40] * 5)


@pytest.fixture
def town() -> Town:
    return Town()


def setting(town: Town, subject: str = "p") -> Setting:
    return town.writer.state.settings.setting("rules", subject)


def answer_s(town: Town, office: str = "p.a.1") -> float:
    return town.around.rules_for(town.world, OfficeId(office)).answer_s[0]


def back(to: int, why: str = "زود بود") -> c.RollBack:
    return c.RollBack(kind="rules", subject="p", to=to, why=why)


def test_a_draft_changes_nothing_until_somebody_else_publishes_it(town: Town) -> None:
    revision = draft(town, SLOW)
    assert answer_s(town) == 15
    mine = c.PublishDraft(kind="rules", subject="p", revision=revision, over=0)
    with pytest.raises(errors.SecondPersonNeeded):
        town.do(mine, by=ONE)
    assert answer_s(town) == 15
    town.do(mine, by=TWO)
    assert answer_s(town) == 40
    assert town.names()[-2:] == ["change_published", "rules_set"]
    assert setting(town).draft is None
    with pytest.raises(errors.NoDraft):
        town.do(mine, by=TWO)


def test_a_change_says_who_drafted_who_published_when_why_and_what_it_was(town: Town) -> None:
    publish(town, SLOW)
    publish(town, QUICK)
    fact = town.facts[-2]
    assert isinstance(fact, ChangePublished)
    assert (fact.by, fact.drafted_by, fact.why, fact.at) == (TWO.id, ONE.id, "آزمون", town.now)
    assert (fact.number, fact.value, fact.former) == (2, QUICK, SLOW)


def test_going_back_is_a_change_of_its_own_and_erases_nothing(town: Town) -> None:
    publish(town, SLOW)
    publish(town, QUICK)
    town.do(back(1), by=ONE)
    assert answer_s(town) == 40
    assert [(one.number, one.restores) for one in setting(town).changes] == [(0, None), (1, None), (2, None), (3, 1)]
    town.do(back(0), by=ONE)
    assert answer_s(town) == 15 and OfficeId("p") not in town.world.rules
    town.do(back(2), by=ONE)
    assert answer_s(town) == 10
    with pytest.raises(errors.NothingChanged):
        town.do(back(2), by=ONE)
    with pytest.raises(errors.ChangeNotFound):
        town.do(back(9), by=ONE)


def test_what_was_read_is_what_is_published(town: Town) -> None:
    old = draft(town, SLOW)
    draft(town, QUICK)
    with pytest.raises(errors.DraftChanged) as rewritten:
        town.do(c.PublishDraft(kind="rules", subject="p", revision=old, over=0), by=TWO)
    told = rewritten.value.details
    assert (told["by"], told["changed_at"]) == (ONE.id, rfc3339(town.now)), "whoever drafted it anew"
    publish(town, SLOW)
    newer = draft(town, QUICK)
    town.do(back(0), by=TWO)
    with pytest.raises(errors.DraftChanged) as published:
        town.do(c.PublishDraft(kind="rules", subject="p", revision=newer, over=1), by=TWO)
    assert published.value.details["by"] == TWO.id, "whoever went back, not whoever drafted"
    town.do(c.PublishDraft(kind="rules", subject="p", revision=newer, over=2), by=TWO)
    assert answer_s(town) == 10


def test_what_could_not_be_put_in_force_is_not_even_drafted(town: Town) -> None:
    with pytest.raises(RulesInvalid):
        draft(town, rules_with(answer_s=[1] * 5))
    with pytest.raises(OfficeNotFound):
        draft(town, SLOW, subject="p.nowhere")
    with pytest.raises(errors.ValueInvalid):
        draft(town, {"modes": "gentle"})
    with pytest.raises(errors.SettingUnknown):
        draft(town, SLOW, kind="weather")
    with pytest.raises(errors.WhyMissing):
        town.do(c.SaveDraft(kind="rules", subject="p", value=SLOW, why="  "), by=ONE)
    with pytest.raises(errors.NothingChanged):
        draft(town, None)
    assert town.facts == [] and not town.writer.state.settings.items


def test_a_draft_can_be_thrown_away(town: Town) -> None:
    draft(town, SLOW)
    town.do(c.DropDraft(kind="rules", subject="p"), by=TWO)
    assert setting(town).draft is None
    with pytest.raises(errors.NoDraft):
        town.do(c.DropDraft(kind="rules", subject="p"), by=TWO)


def test_an_office_without_its_own_follows_the_one_above_again(town: Town) -> None:
    publish(town, SLOW)
    publish(town, QUICK, subject="p.a")
    assert (answer_s(town, "p.a.1"), answer_s(town, "p.b.1")) == (10, 40)
    publish(town, None, subject="p.a")
    assert answer_s(town, "p.a.1") == 40


def test_saying_the_same_twice_is_one_draft(town: Town) -> None:
    assert draft(town, SLOW) == draft(town, SLOW) == 1


def test_the_first_and_the_newest_changes_are_held(town: Town) -> None:
    for n in range(CHANGES_KEPT + 5):
        publish(town, SLOW if n % 2 else QUICK)
    numbers = [one.number for one in setting(town).changes]
    assert numbers == [0, *range(6, CHANGES_KEPT + 6)]


def test_a_replay_and_a_snapshot_hold_the_same(town: Town) -> None:
    publish(town, SLOW)
    draft(town, QUICK)
    state = first_state(ProvinceId("p"))
    for entry in town.log.read(0, 100):
        state = fold(state, decode(entry.kind, entry.body))
    assert state == town.writer.state
    assert restore(snapshot(state)) == state


def test_nobodys_draft_or_change_is_written_over_unseen(town: Town) -> None:
    def save(value: Value | None, *, revision: int, over: int, by: Actor) -> None:
        town.do(c.SaveDraft(kind="rules", subject="p", value=value, why="آزمون", revision=revision, over=over), by=by)

    save(SLOW, revision=0, over=0, by=ONE)
    with pytest.raises(errors.DraftChanged) as unseen:
        save(QUICK, revision=0, over=0, by=TWO)
    assert unseen.value.details["by"] == ONE.id
    assert (draft := setting(town).draft) is not None and draft.value == SLOW
    save(SLOW, revision=0, over=0, by=ONE)  # Sent again, it is the same draft.
    save(QUICK, revision=1, over=0, by=TWO)
    town.do(c.PublishDraft(kind="rules", subject="p", revision=2, over=0), by=ONE)
    with pytest.raises(errors.DraftChanged) as published:
        save(SLOW, revision=0, over=0, by=TWO)
    assert published.value.details["by"] == ONE.id, "whoever put it in force"
    save(SLOW, revision=0, over=1, by=TWO)
    town.do(c.DropDraft(kind="rules", subject="p"), by=ONE)
    save(SLOW, revision=3, over=1, by=TWO)  # What was thrown away takes nobody's work along.
