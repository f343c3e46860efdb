"""Every role and every act, one row each, written out apart from the code so that a slip in either shows."""

from itertools import product

import pytest

from nazdik.kernel import OfficeId, PersonId, UnitId
from nazdik.organisation.errors import NotYourOffice, NotYourUnit, PostingNeedsUnit, PurposeNeeded, RoleMayNot
from nazdik.organisation.model import ROLES_OF_A_UNIT, Act, Posting, Role
from nazdik.organisation.policy import acts_of, is_on_behalf, may
from tests.unit.organisation.doubles import (
    AHVAZ,
    AHVAZ_11,
    AHVAZ_12,
    CENTRE_107,
    DEZFUL_11,
    KHUZESTAN,
    NATIONAL,
    TEHRAN,
    SmallTree,
)

TREE = SmallTree()
CAR, OTHER_CAR = UnitId("khuzestan.u.A12"), UnitId("khuzestan.u.A13")
OFFICE_OF = {
    Role.CALL_TAKER: KHUZESTAN,
    Role.DISPATCHER: KHUZESTAN,
    Role.OFFICER: AHVAZ_11,
    Role.STATION_DESK: AHVAZ_11,
    Role.COUNTY_DESK: AHVAZ,
    Role.PROVINCE_DESK: KHUZESTAN,
    Role.NATIONAL_DESK: NATIONAL,
    Role.GATEWAY: KHUZESTAN,
    Role.TRACKER: AHVAZ_11,
    Role.ADMINISTRATOR: NATIONAL,
    Role.AUDITOR: NATIONAL,
}
# Columns: call-taker, dispatcher, officer, station, county, province, national, gateway, tracker, administrator, auditor.
COLUMNS = tuple(Role)
TABLE = """
take_call            y y - - - - - - - - -
report_call          y y - - - - - y - - -
classify             y y - - - - - - - - -
open_incident        y y - y - - - - - - -
enter_late           - y - y - - - - - - -
open_own_event       - y y - - - - - - - -
dispatch             - y - y - - - - - - -
advise_assignment    - y y - - - - - - - -
answer_safety_check  - y y - - - - - - - -
change_incident      y y - y - - - - - - -
add_note             y y y y - - - - - - -
close                - y - y - - - - - - -
delegate             - y - y y y - - - - -
set_unit_duty        - y y y - - - - - - -
test_handheld        - - y - - - - - - - -
send_message         - y y y - - - - - - -
see_message          - y y y - - - - - - -
declare_emergency    - y y - - - - - - - -
answer_emergency     - y - y y y - - - - -
end_emergency        - y y - - - - - - - -
hand_over            y y - - - - - - - - -
acknowledge_alarm    - y - y y y y - - - -
see_incident         y y y y y y y - - - y
see_detail           y y y y - - - - - - -
see_call             y y - - - - - - - - -
see_caller_record    y y - - - - - - - - -
see_past_calls       y y - - - - - - - - -
search_personal      y y y y - - - - - - -
see_unit             y y y y y y y - - - -
see_alarm            y y - y y y y - - - -
see_trail            - y - y y y - - - - y
see_roads            y y y y y y y - - - y
set_roads            - y - y y y - - - - -
see_day_report       - y - y y y y - - - y
see_eta              - y - y y y y - - y y
set_eta              - - - - - y - - - y -
see_rules            y y - y y y y - - y y
set_rules            - - - - y y - - - y -
see_addresses        y y - y y y y - - y y
keep_addresses       y y - y y y - - - y -
see_warnings         y y - y y y y - - - y
draft_warning        y y - y y y - - - - -
publish_warning      - y - - y y - - - - -
see_premises         y y - y - - - - - - -
see_place_history    y y - y - - - - - - -
keep_premises        y y - y y - - - - y -
read_hazard          y y y y - - - - - - -
see_guide            y y - y y y y - - y y
keep_guide           - - - - - y - - - y -
report_position      - - y - - - - - y - -
manage_devices       - - - - - - - - - y -
see_doors            y y - y y y y - - y -
manage_people        - - - - - - - - - y -
keep_retention       - - - - - - - - - y -
read_audit           - - - - - - - - - - y
see_own_looks        - - y - - - - - - - -
ask_plate            - - y - - - - - - - -
verify_log           - - - - - - - - - y y
ask_glass            y y - y y y y - - y y
agree_glass          - y - y y y y - - y -
reload_region        - - - - - - - - - y -
"""
ROWS = {
    Act(row[0]): dict(zip(COLUMNS, row[1:], strict=True))
    for row in (line.split() for line in TABLE.split("\n") if line)
}


def posted(role: Role, office: OfficeId | None = None) -> Posting:
    unit = CAR if role in ROLES_OF_A_UNIT else None
    return Posting(PersonId("p1"), role, office or OFFICE_OF[role], unit)


def test_the_table_has_every_act() -> None:
    assert set(ROWS) == set(Act)


@pytest.mark.parametrize(("role", "act"), list(product(Role, Act)), ids=lambda value: str(value.value))
def test_a_role_does_its_own_acts_and_no_others(role: Role, act: Act) -> None:
    """On a thing that is its own in every way: only the role decides."""
    if ROWS[act][role] == "y":
        assert ask(role, act, good_purpose(act)) == (good_purpose(act) or "duty")
    else:
        with pytest.raises(RoleMayNot) as refusal:
            ask(role, act, good_purpose(act))
        assert refusal.value.code == "organisation.role_may_not"


# What wants a purpose, written out apart from the code too: codes to choose from, or none for the asker's own words.
WANTS: dict[Act, set[str]] = {
    Act.SEE_TRAIL: set(),
    Act.SEE_PAST_CALLS: set(),
    Act.SEE_PLACE_HISTORY: set(),
    Act.SEARCH_PERSONAL: set(),
    Act.ASK_PLATE: {"part_of_incident", "stopped", "left_standing", "drove_off"},
}


def good_purpose(act: Act) -> str:
    if act not in WANTS:
        return ""
    return min(WANTS[act], default="complaint 12")


def ask(role: Role, act: Act, purpose: str) -> str:
    """Ask for a thing that is the asker's own in every way."""
    return may(posted(role), act, offices=frozenset({AHVAZ_11}), unit=CAR, tree=TREE, purpose=purpose)


@pytest.mark.parametrize(("role", "act"), [(r, a) for r, a in product(Role, Act) if ROWS[a][r] == "y"])
@pytest.mark.parametrize("said", ["", "   ", " abc ", "x" * 201])
def test_what_wants_a_purpose_is_refused_to_everybody_without_one(role: Role, act: Act, said: str) -> None:
    if act not in WANTS:
        assert ask(role, act, said) == "duty", "what needs no purpose is not written down with one"
        return
    with pytest.raises(PurposeNeeded) as refusal:
        ask(role, act, said)
    assert refusal.value.code == "organisation.purpose_needed"


@pytest.mark.parametrize("act", WANTS)
def test_a_purpose_is_in_own_words_or_one_of_the_codes(act: Act) -> None:
    role = next(role for role in Role if ROWS[act][role] == "y")
    for code in WANTS[act] or {"a complaint", "x" * 200, "چرا؟"}:
        assert ask(role, act, f"  {code} ") == code
    if WANTS[act]:
        with pytest.raises(PurposeNeeded):
            ask(role, act, "a complaint")


def test_who_may_not_is_told_so_whatever_they_say() -> None:
    """A purpose opens nothing, and the lack of one tells nobody that there is something to be opened."""
    for said in ("", "a complaint"):
        with pytest.raises(RoleMayNot):
            ask(Role.OFFICER, Act.SEE_TRAIL, said)
        with pytest.raises(NotYourOffice):
            may(posted(Role.DISPATCHER), Act.SEE_TRAIL, offices=frozenset(), unit=None, tree=TREE, purpose=said)


@pytest.mark.parametrize(
    ("role", "act"), [(r, a) for r, a in product(sorted(ROLES_OF_A_UNIT), Act) if ROWS[a][r] == "y"]
)
@pytest.mark.parametrize("unit", [OTHER_CAR, None])
def test_a_units_people_touch_their_own_unit_only(role: Role, act: Act, unit: UnitId | None) -> None:
    with pytest.raises(NotYourUnit) as refusal:
        may(posted(role), act, offices=frozenset({AHVAZ_11}), unit=unit, tree=TREE)
    assert refusal.value.code == "organisation.not_your_unit"


@pytest.mark.parametrize(
    ("role", "act"), [(r, a) for r, a in product(Role, Act) if r not in ROLES_OF_A_UNIT and ROWS[a][r] == "y"]
)
def test_a_thing_without_an_office_is_nobodys(role: Role, act: Act) -> None:
    with pytest.raises(NotYourOffice):
        may(posted(role), act, offices=frozenset(), unit=CAR, tree=TREE)


@pytest.mark.parametrize(
    ("role", "own", "touched", "allowed"),
    [
        (Role.DISPATCHER, KHUZESTAN, {DEZFUL_11}, True),
        (Role.DISPATCHER, KHUZESTAN, {CENTRE_107}, False),
        (Role.DISPATCHER, TEHRAN, {CENTRE_107}, True),
        (Role.DISPATCHER, TEHRAN, {AHVAZ_11, CENTRE_107}, True),
        (Role.DISPATCHER, KHUZESTAN, {KHUZESTAN}, True),
        (Role.STATION_DESK, AHVAZ_11, {AHVAZ_11}, True),
        (Role.STATION_DESK, AHVAZ_11, {AHVAZ_12}, False),
        (Role.STATION_DESK, AHVAZ_11, {AHVAZ}, False),
        (Role.STATION_DESK, AHVAZ_11, {AHVAZ_12, AHVAZ_11}, True),
        (Role.COUNTY_DESK, AHVAZ, {AHVAZ_12}, True),
        (Role.COUNTY_DESK, AHVAZ, {DEZFUL_11}, False),
        (Role.PROVINCE_DESK, KHUZESTAN, {DEZFUL_11}, True),
        (Role.PROVINCE_DESK, KHUZESTAN, {CENTRE_107}, False),
        (Role.NATIONAL_DESK, NATIONAL, {CENTRE_107}, True),
        (Role.NATIONAL_DESK, NATIONAL, {OfficeId("nowhere")}, False),
    ],
)
def test_an_office_reaches_what_lies_below_it(role: Role, own: OfficeId, touched: set[OfficeId], allowed: bool) -> None:
    posting, offices = posted(role, own), frozenset(touched)
    if allowed:
        may(posting, Act.SEE_INCIDENT, offices=offices, unit=None, tree=TREE)
    else:
        with pytest.raises(NotYourOffice) as refusal:
            may(posting, Act.SEE_INCIDENT, offices=offices, unit=None, tree=TREE)
        assert refusal.value.code == "organisation.not_your_office"


def test_an_officer_lent_to_a_neighbour_still_acts_for_their_own_unit() -> None:
    may(posted(Role.OFFICER), Act.ADVISE_ASSIGNMENT, offices=frozenset({CENTRE_107}), unit=CAR, tree=TREE)


def test_no_role_may_do_everything() -> None:
    assert all(acts_of(role) < set(Act) for role in Role)


def test_no_board_above_the_station_sees_personal_data() -> None:
    above = {Role.COUNTY_DESK, Role.PROVINCE_DESK, Role.NATIONAL_DESK}
    assert not any(acts_of(role) & {Act.SEE_DETAIL, Act.SEE_CALL} for role in above)


def test_a_dispatcher_acting_for_an_officer_is_marked_so() -> None:
    assert is_on_behalf(posted(Role.DISPATCHER), Act.ADVISE_ASSIGNMENT)
    assert not is_on_behalf(posted(Role.OFFICER), Act.ADVISE_ASSIGNMENT)
    assert not is_on_behalf(posted(Role.DISPATCHER), Act.DISPATCH)


@pytest.mark.parametrize(
    ("role", "unit"), [(Role.OFFICER, None), (Role.TRACKER, None), (Role.DISPATCHER, CAR), (Role.STATION_DESK, CAR)]
)
def test_those_of_a_unit_and_only_those_are_posted_to_one(role: Role, unit: UnitId | None) -> None:
    with pytest.raises(PostingNeedsUnit):
        Posting(PersonId("p1"), role, AHVAZ_11, unit)
