"""A case from the first word to the last, as somebody at a desk of 197 expects it."""

import pytest

from nazdik.kernel import Instant, OfficeId, PersonId, Rejected
from nazdik.oversight import commands as c
from nazdik.oversight import errors
from nazdik.oversight import events as e
from nazdik.oversight.calendar import Calendar, day_of, end_of_day
from nazdik.oversight.clocks import due_at, owed
from nazdik.oversight.closure import closure_of, sees
from nazdik.oversight.model import (
    INSPECTORATE,
    MILITARY_JUSTICE,
    Category,
    ClockType,
    Duty,
    Finding,
    Kind,
    Rule,
    Stage,
)
from tests.unit.oversight.town import BEGIN, CITIZEN, DAY_S, LEADER, Town

OF_ALI = {"person": PersonId("officer-a1"), "unit": OfficeId("p.a.1")}


def refused(town: Town, command: c.Command, actor: object, kind: type[Rejected]) -> None:
    before = town.state
    with pytest.raises(kind):
        town.do(command, actor)  # type: ignore[arg-type]
    assert town.state is before


def test_a_complaint_goes_to_the_nearest_desk_that_is_free_of_it() -> None:
    town = Town()
    case = town.case(town.receive(**OF_ALI))
    assert case.formal and case.office == "p.a"
    assert [(s.office, s.rule) for s in case.route] == [("p.a.1", Rule.UNIT)]
    assert sees(case, PersonId("desk-a"), town.at, town.state.register)
    for shut in ("officer-a1", "night-a1", "chief-a1", "desk-b", "chief-a", "nobody"):
        assert not sees(case, PersonId(shut), town.at, town.state.register)


def test_against_the_county_commander_it_is_the_provinces_and_against_197_the_inspectorates() -> None:
    town = Town()
    county = town.case(town.receive(person=PersonId("chief-a")))
    assert county.office == "p"
    assert [(s.office, s.rule) for s in county.route][-1] == ("p.a", Rule.UNIT)
    assert ("p.a.2", Rule.UNDER_COMMAND) in [(s.office, s.rule) for s in county.barred]
    oversight = town.case(town.receive(person=PersonId("desk-b"), office="p.b"))
    assert oversight.office == INSPECTORATE
    assert {s.rule for s in oversight.route} == {Rule.UNIT, Rule.OVERSIGHT}


def test_a_chief_who_came_from_the_accuseds_unit_is_passed_over_with_the_reason() -> None:
    town = Town()
    town.post("chief-a1", "p.a", Duty.COMMANDER)  # Was the chief of the station until today.
    town.later(1)
    case = town.case(town.receive(incident_at=Instant(BEGIN - 1), **OF_ALI))
    assert case.office == "p" and ("p.a", Rule.CHAIN) in [(s.office, s.rule) for s in case.route]


def test_moving_the_accused_or_making_the_unit_anew_opens_nothing() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    town.post("officer-a1", "p.b.1")
    after = town.case(case_id)
    barred = {s.office: s.rule for s in after.barred}
    assert barred["p.a.1"] == barred["p.b.1"] == Rule.UNIT
    assert after.office == "p", "above both counties' stations"
    from tests.unit.oversight.town import office

    anew = office("p.a.9", "p.a", tier="station", replaces=(OfficeId("p.a.1"),))
    town.do(c.PutOffices(offices=(anew,)))
    town.post("night-a1", "p.a.9")
    assert {s.office for s in town.case(case_id).barred} >= {"p.a.9", "p.a.1"}
    town.post("night-a1", "p", Duty.HANDLER)
    assert not sees(town.case(case_id), PersonId("night-a1"), town.at, town.state.register)


def test_a_handler_who_turns_out_to_be_of_the_unit_lets_go_when_the_officer_is_identified() -> None:
    town = Town()
    case_id = town.receive(unit=OfficeId("p.a.1"))
    town.do(c.AssignHandler(case_id=case_id, handler=PersonId("desk-a")), "desk-a")
    town.do(c.TiePersons(person=PersonId("desk-a"), other=PersonId("officer-a1")))
    assert town.case(case_id).handler == "desk-a", "an unknown officer has no kin yet"
    identify = c.IdentifyOfficer(case_id=case_id, number=1, person=PersonId("officer-a1"))
    facts = town.do(identify, "desk-a")
    assert [type(f) for f in facts] == [e.OfficerIdentified, e.HandlerAssigned]
    assert town.case(case_id).handler == "" and len(town.case(case_id).allegations) == 1
    refused(town, c.Acknowledge(case_id=case_id), "desk-a", errors.CaseNotFound)


def test_a_serious_matter_is_referred_at_once_and_is_not_ended_here() -> None:
    town = Town()
    case_id = town.serious()
    case = town.case(case_id)
    assert (case.referred_to, case.referred_at) == (MILITARY_JUSTICE, town.at)
    town.do(c.AskToWithdraw(case_id=case_id), CITIZEN)
    taken = town.do(c.TakeWithdrawal(case_id=case_id, pressure=False), "desk-a")
    assert taken[0].goes_on and town.case(case_id).allegations[0].finding is None
    agreed = c.Conciliate(case_id=case_id, terms="آشتی", citizen_agreed=True, office_agreed=True)
    find = c.Find(case_id=case_id, number=1, finding=Finding.UNFOUNDED)
    for command in (c.CloseCase(case_id=case_id, answer="پایان"), agreed, find):
        for who in ("desk-a", "desk-p", "desk-iran", "desk-top"):
            refused(town, command, who, errors.ReferredMatter)
    outcome = c.RecordReferralOutcome(case_id=case_id, outcome="رأی صادر شد")
    refused(town, outcome, "desk-p", errors.CaseNotFound)
    town.do(outcome, "desk-top")
    town.do(find, "desk-a")
    town.do(c.CloseCase(case_id=case_id, answer="پایان"), "desk-a")
    assert town.case(case_id).closed


def test_an_allegation_that_turns_serious_later_is_referred_in_the_same_breath() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    facts = town.do(c.AddAllegation(case_id=case_id, category=Category.CORRUPTION), "desk-a")
    assert [type(f) for f in facts] == [e.AllegationMade, e.MatterReferred]
    assert {f.at for f in facts} == {town.at}


def test_every_allegation_has_its_own_finding() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    town.do(c.AddAllegation(case_id=case_id, category=Category.DELAY, unit=OfficeId("p.a.2")), "desk-a")
    close = c.CloseCase(case_id=case_id, answer="پاسخ")
    town.do(c.Find(case_id=case_id, number=1, finding=Finding.SUBSTANTIATED, learning="آموزش"), "desk-a")
    refused(town, close, "desk-a", errors.FindingMissing)
    town.do(c.Find(case_id=case_id, number=2, finding=Finding.UNFOUNDED), "desk-a")
    town.do(close, "desk-a")
    assert [a.finding for a in town.case(case_id).allegations] == [Finding.SUBSTANTIATED, Finding.UNFOUNDED]


def test_a_withdrawal_asks_about_pressure_and_pressure_keeps_the_case_open() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    take = c.TakeWithdrawal(case_id=case_id, pressure=False)
    refused(town, take, "desk-a", errors.NoWithdrawal)
    town.do(c.AskToWithdraw(case_id=case_id), CITIZEN)
    refused(town, c.TakeWithdrawal(case_id=case_id), "desk-a", errors.PressureNotAsked)
    refused(town, take, "chief-a1", errors.CaseNotFound)
    town.do(c.TakeWithdrawal(case_id=case_id, pressure=True), "desk-a")
    assert town.case(case_id).allegations[0].finding is None and not town.case(case_id).closed
    other = town.receive(**OF_ALI)
    town.do(c.AskToWithdraw(case_id=other), CITIZEN)
    town.do(c.TakeWithdrawal(case_id=other, pressure=False), "desk-a")
    assert town.case(other).allegations[0].finding is Finding.WITHDRAWN


def test_a_review_is_one_level_up_and_by_others() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    refused(town, c.AskForReview(case_id=case_id, grounds="نپذیرفتم"), CITIZEN, errors.CaseIsOpen)
    town.do(c.AssignHandler(case_id=case_id, handler=PersonId("desk-p")), "desk-p")
    town.do(c.Find(case_id=case_id, number=1, finding=Finding.UNFOUNDED), "desk-a")
    town.do(c.CloseCase(case_id=case_id, answer="پاسخ"), "desk-a")
    town.later(5)
    town.do(c.AskForReview(case_id=case_id, grounds="نپذیرفتم"), CITIZEN)
    assert town.case(case_id).office == "p" and town.case(case_id).handler == ""
    decided = c.DecideReview(case_id=case_id, reopen=True, outcome="از نو")
    refused(town, decided, "desk-a", errors.CaseNotFound)
    refused(town, decided, "desk-p", errors.ReviewByOthers)
    town.do(decided, "desk-p2")
    after = town.case(case_id)
    assert not after.closed and after.clock(ClockType.FINAL).stopped_at is None
    assert after.clock(ClockType.REVIEW).stopped_at == town.at
    late = town.receive(**OF_ALI)
    town.do(c.Find(case_id=late, number=1, finding=Finding.UNFOUNDED), "desk-a")
    town.do(c.CloseCase(case_id=late, answer="پاسخ"), "desk-a")
    town.later(60)
    refused(town, c.AskForReview(case_id=late, grounds="دیر"), CITIZEN, errors.ReviewTooLate)


def test_contact_is_limited_by_a_written_decision_and_complaining_stays_free() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    limit = c.LimitContact(case_id=case_id, why="تهدید تلفنی", review_day=day_of(town.at) + 30)
    refused(town, limit, "desk-a", errors.SupervisorNeeded)
    refused(town, c.LimitContact(case_id=case_id, why="", review_day=day_of(town.at) + 3), "desk-p", errors.TextMissing)
    for day in (0, 93):
        wrong = c.LimitContact(case_id=case_id, why="تهدید", review_day=day_of(town.at) + day)
        refused(town, wrong, "desk-p", errors.DayInvalid)
    town.do(limit, "desk-p")
    assert town.case(case_id).limit.why == "تهدید تلفنی"
    assert town.case(town.receive(**OF_ALI)).formal
    town.do(c.WriteBack(case_id=case_id, text="باز هم می‌نویسم"), CITIZEN)
    refused(town, c.LiftLimit(case_id=case_id, why="آرام شد"), "desk-a", errors.SupervisorNeeded)
    refused(town, c.LiftLimit(case_id=case_id, why=""), "desk-p", errors.TextMissing)
    town.do(c.LiftLimit(case_id=case_id, why="آرام شد"), "desk-p")
    assert town.case(case_id).limit is None
    assert town.do(c.LiftLimit(case_id=case_id, why="آرام شد"), "desk-p") == ()


def test_200_equal_texts_are_one_topic_and_all_are_answered_and_none_is_closed() -> None:
    town = Town()
    spelled = ["از ترافیک میدان شکایت داریم", "از  ترافيك ميدان شكايت داریم!"]
    ids = [town.receive(Kind.CRITICISM, text=spelled[n % 2], office="p.a") for n in range(200)]
    topics = {town.case(i).topic for i in ids}
    assert len(topics) == 1
    facts = town.do(c.AnswerTopic(topic=topics.pop(), text="زمان‌بندی چراغ عوض شد"), "desk-a")
    assert sum(isinstance(f, e.WrittenTo) for f in facts) == 200
    for case_id in ids:
        case = town.case(case_id)
        assert case.messages and not case.closed
        assert case.clock(ClockType.FIRST_ANSWER).stopped_at is not None
    again = c.AnswerTopic(topic=town.case(ids[0]).topic, text="دوباره")
    assert town.do(again, "desk-a") == (), "nobody is answered twice"
    town.receive(Kind.CRITICISM, text=spelled[0], office="p.a")
    assert sum(isinstance(f, e.WrittenTo) for f in town.do(again, "desk-a")) == 1
    alone = town.case(town.receive(Kind.CRITICISM, text="یکی", office="p.a"))
    refused(town, c.AnswerTopic(topic=alone.topic, text="؟"), "desk-a", errors.CaseNotFound)


def test_a_persistent_complainant_is_never_closed_by_time() -> None:
    town = Town()
    ids = [town.receive(**OF_ALI) for _ in range(12)]
    for _ in range(40):
        town.later(10)
        for case_id in ids:
            town.tick(case_id)
    assert not any(town.case(case_id).closed for case_id in ids)


def test_a_commendation_reaches_the_person_and_praise_from_the_units_own_lines_is_flagged() -> None:
    town = Town()
    praise = {"kind": Kind.COMMENDATION, "person": PersonId("officer-a1"), "text": "سپاس"}
    own = town.case(town.receive(from_office=OfficeId("p.a.1.night"), **praise))
    other = town.case(town.receive(from_office=OfficeId("p.b.1"), **praise))
    plain = town.receive(**praise)
    assert own.self_praise and not other.self_praise and not town.case(plain).self_praise
    assert town.case(plain).clock(ClockType.FINAL).days <= 5
    refused(town, c.CloseCase(case_id=plain, answer="رسید"), "desk-a", errors.NotYetPassed)
    town.do(c.PassCommendation(case_id=plain, person=PersonId("officer-a1")), "desk-a")
    town.do(c.CloseCase(case_id=plain, answer="رسید"), "desk-a")
    assert town.case(plain).passed_at == town.at


# Clocks


def test_keeping_somebody_up_to_date_does_not_move_what_they_were_promised() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    calendar = town.around.calendar
    before = {t: due_at(town.case(case_id).clock(t), calendar) for t in (ClockType.FIRST_ANSWER, ClockType.FINAL)}
    update = due_at(town.case(case_id).clock(ClockType.UPDATE), calendar)
    town.later(9)
    town.do(c.Write(case_id=case_id, text="در دست بررسی است"), "desk-a")
    case = town.case(case_id)
    assert {t: due_at(case.clock(t), calendar) for t in before} == before
    assert (due_at(case.clock(ClockType.UPDATE), calendar) or 0) > (update or 0)
    assert owed(case, calendar) == before[ClockType.FIRST_ANSWER]
    town.later(6)
    stages = [(f.clock, f.stage) for f in town.tick(case_id)]
    assert (ClockType.FIRST_ANSWER, Stage.BREACHED) in stages, "told although an update was written"


def test_working_days_leave_out_weekends_holidays_and_what_is_decreed() -> None:
    saturday = day_of(BEGIN)
    plain = Calendar()
    assert plain.due_at(BEGIN, 4) == end_of_day(saturday + 4)  # Sunday to Wednesday
    assert plain.due_at(BEGIN, 5) == end_of_day(saturday + 7)  # Thursday and Friday are free
    holiday = Calendar(holidays=frozenset({saturday + 2}))
    assert holiday.due_at(BEGIN, 4) == end_of_day(saturday + 7)
    town = Town()
    case_id = town.receive(**OF_ALI)
    town.do(c.DecreeClosure(office=OfficeId("p"), day=saturday + 1, why="گرد و خاک"))
    from nazdik.oversight.clocks import calendar_for

    moved = calendar_for(town.state, town.case(case_id).office, town.around)
    elsewhere = calendar_for(town.state, OfficeId("iran"), town.around)
    acknowledge = town.case(case_id).clock(ClockType.ACKNOWLEDGE)
    assert due_at(acknowledge, moved) == end_of_day(saturday + 2)
    assert due_at(acknowledge, elsewhere) == end_of_day(saturday + 1)
    town.do(c.DecreeClosure(office=OfficeId("p"), day=saturday + 1, lift=True))
    assert due_at(acknowledge, calendar_for(town.state, OfficeId("p.a"), town.around)) == end_of_day(saturday + 1)
    refused(town, c.DecreeClosure(office=OfficeId("p"), day=saturday + 900, why="؟"), LEADER, errors.DayInvalid)


def test_the_new_year_is_a_holiday_and_what_falls_due_in_it_waits() -> None:
    from datetime import date

    from nazdik.oversight.holidays import official_calendar

    def day(*ymd: int) -> int:
        return (date(*ymd) - date(1970, 1, 1)).days

    calendar = official_calendar()
    # 1 to 4 and 12 and 13 Farvardin 1406, and the Fridays and Thursdays between.
    assert not any(calendar.is_working(day(2027, 3, n)) for n in (21, 22, 23, 24))
    before = Instant(end_of_day(day(2027, 3, 17)) - 1)  # Wednesday, 26 Esfand 1405
    due = calendar.due_at(before, 2)
    assert due > end_of_day(day(2027, 3, 26)), "the new year is in between"


def test_a_pause_has_a_reason_and_gives_back_the_days_it_took() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    calendar = town.around.calendar
    due = due_at(town.case(case_id).clock(ClockType.FINAL), calendar)
    pause = c.PauseClock(case_id=case_id, clock=ClockType.FINAL, reason="در انتظار پزشکی قانونی")
    silent = c.PauseClock(case_id=case_id, clock=ClockType.FINAL, reason=" ")
    refused(town, silent, "desk-a", errors.TextMissing)
    acknowledge = c.PauseClock(case_id=case_id, clock=ClockType.ACKNOWLEDGE, reason="شلوغ")
    refused(town, acknowledge, "desk-a", errors.ClockNotRunning)
    town.do(pause, "desk-a")
    refused(town, pause, "desk-a", errors.ClockNotRunning)
    case = town.case(case_id)
    assert due_at(case.clock(ClockType.FINAL), calendar) is None
    assert case.clock(ClockType.FINAL).pause_reason == "در انتظار پزشکی قانونی"
    assert due_at(case.clock(ClockType.FIRST_ANSWER), calendar) is not None, "the others run on"
    town.later(7)
    town.do(c.ResumeClock(case_id=case_id, clock=ClockType.FINAL), "desk-a")
    assert due_at(town.case(case_id).clock(ClockType.FINAL), calendar) == calendar.due_at(BEGIN, 45 + 5)
    assert due is not None


def test_a_late_clock_is_told_to_the_desk_then_above_then_to_the_province() -> None:
    town = Town()
    case_id = town.receive(**OF_ALI)
    told = {}
    for _ in range(60):
        town.later(1)
        told |= {f.stage: (f.told, f.at) for f in town.tick(case_id) if f.clock is ClockType.FIRST_ANSWER}
    calendar = town.around.calendar
    due = calendar.due_at(BEGIN, 10)
    assert [told[s][0] for s in Stage] == ["p.a", "p", "p"]
    assert told[Stage.WARNED][1] < due <= told[Stage.BREACHED][1] < told[Stage.TWICE][1]
    assert told[Stage.WARNED][1] >= calendar.before(due, 2)


def test_no_clock_is_told_to_anybody_who_is_shut_out() -> None:
    town = Town()
    case_id = town.receive(person=PersonId("chief-p"))
    told = set()
    for _ in range(40):
        town.later(2)
        told |= {f.told for f in town.tick(case_id)}
    shut = set(closure_of(town.case(case_id), town.state.register).offices)
    assert "p" in shut and told and not told & shut


@pytest.mark.parametrize("text", ["", "  \n\t", "\u200c\u200f", "آ" * 20_001])
def test_words_are_needed_and_have_an_end(text: str) -> None:
    town = Town()
    with pytest.raises(errors.TextMissing):
        town.receive(text=text)


def test_a_contact_from_the_future_or_of_an_unknown_office_is_refused() -> None:
    town = Town()
    with pytest.raises(errors.DayInvalid):
        town.receive(incident_at=Instant(town.at + DAY_S * 1_000_000))
    for wrong in ({"office": "q"}, {"unit": OfficeId("q")}):
        with pytest.raises(errors.OfficeUnknown):
            town.receive(**wrong)


def test_an_office_cannot_lie_below_itself_and_a_posting_does_not_end_before_it_begins() -> None:
    from tests.unit.oversight.town import office

    town = Town()
    refused(town, c.PutOffices(offices=(office("p", "p.a"),)), LEADER, errors.OfficeInCircle)
    refused(town, c.PutOffices(offices=(office("q", "r"),)), LEADER, errors.OfficeUnknown)
    backwards = c.PostPerson(person=PersonId("x"), office=OfficeId("p"), duty=Duty.STAFF, since=town.at, until=town.at)
    refused(town, backwards, LEADER, errors.PostingInvalid)
