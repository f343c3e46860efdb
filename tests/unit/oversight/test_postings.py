"""Following who is posted where: desks keep up, and nobody comes nearer to a case by having moved."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.kernel import Instant, OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.closure import closure_of, sees
from nazdik.oversight.model import DESK_DUTIES, Duty
from nazdik.oversight.postings import Followed, Served, followed
from tests.unit.oversight.town import DAY_S, FORCE, Town

PLACES = ["p.a.1", "p.a.2", "p.b.1", "p.a", "p.a.1.night"]


def serves(person: str, office: str, **more: object) -> Served:
    return Served(person=PersonId(person), office=OfficeId(office), **more)  # type: ignore[arg-type]


def follow(town: Town, *served: Served, everybody: bool = False, people: tuple[str, ...] = ()) -> Followed:
    due = followed(
        town.state.register, served, town.at, everybody=everybody, people=[PersonId(person) for person in people]
    )
    for command in due.commands():
        town.do(command)
    return due


def held(town: Town, person: str) -> list[tuple[str, str]]:
    now = town.at
    return [(p.office, p.duty.value) for p in town.state.register.postings_of(PersonId(person)) if p.is_since(now)]


def test_a_transfer_in_dispatch_ends_one_posting_and_begins_another() -> None:
    town = Town()
    town.later(3)
    due = follow(town, serves("officer-a1", "p.b.1"), serves("newcomer", "p.a.2"))
    assert (len(due.ends), len(due.posts)) == (1, 2)
    assert held(town, "officer-a1") == [("p.b.1", "staff")] and held(town, "newcomer") == [("p.a.2", "staff")]
    again = follow(town, serves("officer-a1", "p.b.1"), serves("newcomer", "p.a.2"))
    assert not again.ends and not again.posts, "what is known already changes nothing"


def test_who_served_with_the_accused_stays_shut_out_when_dispatch_has_moved_them() -> None:
    town = Town()
    case_id = town.receive(unit=OfficeId("p.a.1"))
    town.later(1)
    follow(town, serves("officer-a1", "p.b.1"))
    town.later(1)
    town.post("officer-a1", "p", Duty.HANDLER, ends_others=False)
    case = town.case(case_id)
    assert closure_of(case, town.state.register).find(PersonId("officer-a1"), town.state.register) is not None
    assert not sees(case, PersonId("officer-a1"), town.at, town.state.register)
    # Told afterwards that they had left long before, the register does not believe it.
    left = serves("night-a1", "p.a.1.night", until=Instant(town.at - 90 * DAY_S * 1_000_000))
    follow(town, left)
    town.post("night-a1", "p", Duty.HANDLER, ends_others=False)
    assert not sees(case, PersonId("night-a1"), town.at, town.state.register)


def test_desks_of_197_and_commanders_that_the_other_does_not_speak_of_are_not_touched() -> None:
    town = Town()
    follow(town, serves("desk-a", "p.b"), serves("chief-a1", "p.a.2"), people=("chief-a", "officer-a2"))
    assert ("p.a", "handler") in held(town, "desk-a") and ("p.a.1", "commander") in held(town, "chief-a1")
    assert held(town, "chief-a") == [("p.a", "commander")]
    assert held(town, "officer-a2") == [], "no longer anywhere, by what dispatch says"
    follow(town, serves("chief-a1", "p.a.2", duty=Duty.COMMANDER), everybody=True)
    assert held(town, "chief-a1") == [("p.a.2", "commander")] and held(town, "chief-a") == []
    assert ("p.a", "handler") in held(town, "desk-a") and ("p", "supervisor") in held(town, "desk-p")


def test_a_line_that_is_wrong_is_named_and_ends_nothing() -> None:
    town = Town()
    lines = [
        serves("officer-a1", "nowhere"),
        serves("officer-a2", "p.b.1", since=town.at, until=town.at),
        serves("chief-b", "p.b", duty=Duty.SUPERVISOR),
        serves(" ", "p.b"),
    ]
    due = follow(town, *lines)
    assert [code for _, _, code in due.refused] == ["oversight.office_unknown"] + 3 * ["oversight.posting_invalid"]
    assert not due.ends and not due.posts and held(town, "officer-a1") == [("p.a.1", "staff")]


def test_a_handler_whose_own_unit_is_accused_by_a_transfer_lets_go() -> None:
    town = Town()
    case_id = town.receive(office="p.a", unit=OfficeId("p.a.1"))
    town.do(c.AssignHandler(case_id=case_id, handler=PersonId("desk-a")), "desk-a")
    follow(town, serves("desk-a", "p.a.1"))
    assert town.case(case_id).handler == ""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(sorted(FORCE)), st.sampled_from(PLACES)), max_size=5), min_size=1, max_size=4
    )
)
def test_no_list_of_postings_opens_a_case_to_somebody_it_was_shut_to(lists: list[list[tuple[str, str]]]) -> None:
    town = Town()
    case_id = town.receive(unit=OfficeId("p.a.1"), person=PersonId("officer-a1"))
    shut: set[str] = set()
    for each in lists:
        register = town.state.register
        closed = closure_of(town.case(case_id), register)
        shut |= {person for person in FORCE if closed.find(PersonId(person), register) is not None}
        town.later(1)
        follow(town, *(serves(person, office) for person, office in dict(each).items()), everybody=True)
        register = town.state.register
        after = closure_of(town.case(case_id), register)
        staff = {
            person for person in shut if FORCE[person][1] is not Duty.COMMANDER and FORCE[person][1] not in DESK_DUTIES
        }
        assert all(after.find(PersonId(person), register) is not None for person in staff)
        assert all(("desk" in person) <= bool(held(town, person)) for person in FORCE), "desks stay"
