"""
The one policy: who may do what, to what. Every door asks it: routes, streams, exports and search.

Roles give verbs, the office tree gives reach, and some verbs want a purpose. What is not in the table is refused; there is no
role that may do everything.
"""

from nazdik.kernel import OfficeId, UnitId
from nazdik.organisation.errors import NotYourOffice, NotYourUnit, PurposeNeeded, RoleMayNot
from nazdik.organisation.model import ROLES_OF_A_UNIT, Act, Posting, Role
from nazdik.published.offices import OfficeTree

_CALL_TAKER, _DISPATCHER, _OFFICER = Role.CALL_TAKER, Role.DISPATCHER, Role.OFFICER
_STATION, _COUNTY, _PROVINCE, _NATIONAL = Role.STATION_DESK, Role.COUNTY_DESK, Role.PROVINCE_DESK, Role.NATIONAL_DESK
_ROOM = frozenset({_CALL_TAKER, _DISPATCHER})
_DESKS = frozenset({_STATION, _COUNTY, _PROVINCE, _NATIONAL})

MAY: dict[Act, frozenset[Role]] = {
    Act.TAKE_CALL: _ROOM,
    Act.REPORT_CALL: _ROOM | {Role.GATEWAY},
    Act.CLASSIFY: _ROOM,
    Act.OPEN_INCIDENT: _ROOM | {_STATION},
    Act.ENTER_LATE: frozenset({_DISPATCHER, _STATION}),
    Act.OPEN_OWN_EVENT: frozenset({_OFFICER, _DISPATCHER}),
    Act.DISPATCH: frozenset({_DISPATCHER, _STATION}),
    Act.ADVISE_ASSIGNMENT: frozenset({_OFFICER, _DISPATCHER}),
    Act.ANSWER_SAFETY_CHECK: frozenset({_OFFICER, _DISPATCHER}),
    Act.CHANGE_INCIDENT: _ROOM | {_STATION},
    Act.ADD_NOTE: _ROOM | {_OFFICER, _STATION},
    Act.CLOSE: frozenset({_DISPATCHER, _STATION}),
    Act.DELEGATE: frozenset({_DISPATCHER, _STATION, _COUNTY, _PROVINCE}),
    Act.SET_UNIT_DUTY: frozenset({_OFFICER, _DISPATCHER, _STATION}),
    Act.TEST_HANDHELD: frozenset({_OFFICER}),
    Act.SEND_MESSAGE: frozenset({_OFFICER, _DISPATCHER, _STATION}),
    Act.SEE_MESSAGE: frozenset({_OFFICER, _DISPATCHER, _STATION}),
    Act.DECLARE_EMERGENCY: frozenset({_OFFICER, _DISPATCHER}),
    Act.ANSWER_EMERGENCY: frozenset({_DISPATCHER, _STATION, _COUNTY, _PROVINCE}),
    # Ended by those who know that the officer is safe: the officer, or the dispatcher who spoke with them.
    Act.END_EMERGENCY: frozenset({_OFFICER, _DISPATCHER}),
    Act.ACKNOWLEDGE_ALARM: _DESKS | {_DISPATCHER},
    Act.HAND_OVER: _ROOM,
    Act.SEE_INCIDENT: _ROOM | _DESKS | {_OFFICER, Role.AUDITOR},
    Act.SEE_DETAIL: _ROOM | {_OFFICER, _STATION},
    Act.SEE_CALL: _ROOM,
    Act.SEE_CALLER_RECORD: _ROOM,
    Act.SEE_PAST_CALLS: _ROOM,
    Act.SEARCH_PERSONAL: _ROOM | {_OFFICER, _STATION},
    Act.SEE_UNIT: _ROOM | _DESKS | {_OFFICER},
    Act.SEE_ALARM: _ROOM | _DESKS,
    Act.SEE_TRAIL: frozenset({_DISPATCHER, _STATION, _COUNTY, _PROVINCE, Role.AUDITOR}),
    Act.SEE_DAY_REPORT: _DESKS | {_DISPATCHER, Role.AUDITOR},
    Act.SEE_ROADS: _ROOM | _DESKS | {_OFFICER, Role.AUDITOR},
    Act.SET_ROADS: frozenset({_DISPATCHER, _STATION, _COUNTY, _PROVINCE}),
    Act.SEE_ETA: _DESKS | {_DISPATCHER, Role.ADMINISTRATOR, Role.AUDITOR},
    # What every later choice rests on: by those who answer for the province, never by the desk that is judged by it.
    Act.SET_ETA: frozenset({_PROVINCE, Role.ADMINISTRATOR}),
    Act.SEE_RULES: _ROOM | _DESKS | {Role.ADMINISTRATOR, Role.AUDITOR},
    Act.SET_RULES: frozenset({_COUNTY, _PROVINCE, Role.ADMINISTRATOR}),
    Act.SEE_ADDRESSES: _ROOM | _DESKS | {Role.ADMINISTRATOR, Role.AUDITOR},
    Act.KEEP_ADDRESSES: _ROOM | {_STATION, _COUNTY, _PROVINCE, Role.ADMINISTRATOR},
    Act.SEE_WARNINGS: _ROOM | _DESKS | {Role.AUDITOR},
    Act.DRAFT_WARNING: _ROOM | {_STATION, _COUNTY, _PROVINCE},
    # By those who answer for an area; the core sees to it that it is not who wrote it.
    Act.PUBLISH_WARNING: frozenset({_DISPATCHER, _COUNTY, _PROVINCE}),
    Act.SEE_PREMISES: _ROOM | {_STATION},
    Act.SEE_PLACE_HISTORY: _ROOM | {_STATION},
    Act.KEEP_PREMISES: _ROOM | {_STATION, _COUNTY, Role.ADMINISTRATOR},
    Act.READ_HAZARD: _ROOM | {_OFFICER, _STATION},
    Act.SEE_GUIDE: _ROOM | _DESKS | {Role.ADMINISTRATOR, Role.AUDITOR},
    Act.KEEP_GUIDE: frozenset({_PROVINCE, Role.ADMINISTRATOR}),
    Act.REPORT_POSITION: frozenset({_OFFICER, Role.TRACKER}),
    Act.MANAGE_DEVICES: frozenset({Role.ADMINISTRATOR}),
    Act.SEE_DOORS: _ROOM | _DESKS | {Role.ADMINISTRATOR},
    Act.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Act.KEEP_RETENTION: frozenset({Role.ADMINISTRATOR}),
    Act.READ_AUDIT: frozenset({Role.AUDITOR}),
    Act.SEE_OWN_LOOKS: frozenset({_OFFICER}),
    # Rooms have the search for it; a crew asks at its incident, and a desk without one has no car before it.
    Act.ASK_PLATE: frozenset({_OFFICER}),
    # Everybody with a desk may ask; two people answer for it, and the second is none of the call-takers.
    Act.ASK_GLASS: _ROOM | _DESKS | {Role.ADMINISTRATOR, Role.AUDITOR},
    Act.AGREE_GLASS: _DESKS | {_DISPATCHER, Role.ADMINISTRATOR},
    Act.RELOAD_REGION: frozenset({Role.ADMINISTRATOR}),
    Act.VERIFY_LOG: frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
}

# Why somebody does what needs no purpose.
DUTY = "duty"
PURPOSE_LENGTH = range(4, 201)
_OWN_WORDS: tuple[str, ...] = ()
# What is done for a stated purpose only: in the asker's own words, or as one of these codes.
FOR_A_PURPOSE: dict[Act, tuple[str, ...]] = {
    Act.SEE_TRAIL: _OWN_WORDS,
    Act.SEE_PAST_CALLS: _OWN_WORDS,
    Act.SEE_PLACE_HISTORY: _OWN_WORDS,
    Act.SEARCH_PERSONAL: _OWN_WORDS,
    # Chosen with a glove, and counted by an inspector.
    Act.ASK_PLATE: ("part_of_incident", "stopped", "left_standing", "drove_off"),
}


def may(
    posting: Posting,
    act: Act,
    *,
    offices: frozenset[OfficeId],
    unit: UnitId | None,
    tree: OfficeTree,
    purpose: str = "",
) -> str:
    """
    Return what for, as the audit log keeps it, when the act is allowed: the stated purpose, or `duty` where none is needed.

    Args:
        posting: Who acts.
        act: What they want to do.
        offices: The offices of the thing touched: an incident's station and every office it is tasked to, a unit's own.
        unit: The unit touched; for an incident seen by an officer, the assigned unit through which they see it.
        tree: Who answers for whom.
        purpose: What for, as the asker says; see `FOR_A_PURPOSE`.

    Raises:
        RoleMayNot: Nobody in this role does this.
        NotYourUnit: A unit's people touched something that is not their own unit's.
        NotYourOffice: None of `offices` is the asker's own or below it. A thing without an office is nobody's.
        PurposeNeeded: It may be done, but not without saying what for.
    """
    if posting.role not in MAY[act]:
        raise RoleMayNot(role=posting.role.value, act=act.value)
    if posting.role in ROLES_OF_A_UNIT:
        if unit is None or unit != posting.unit:
            raise NotYourUnit(act=act.value, unit=unit)
    elif not any(tree.is_within(office, posting.office) for office in offices):
        raise NotYourOffice(act=act.value, office=posting.office)
    return _stated(act, purpose) if act in FOR_A_PURPOSE else DUTY


def _stated(act: Act, purpose: str) -> str:
    codes, said = FOR_A_PURPOSE[act], purpose.strip()
    if codes and said not in codes:
        raise PurposeNeeded(act=act.value, purposes=list(codes))
    if len(said) not in PURPOSE_LENGTH:
        shortest, longest = PURPOSE_LENGTH.start, PURPOSE_LENGTH.stop - 1
        raise PurposeNeeded(act=act.value, characters_min=shortest, characters_max=longest)
    return said


def has_act(role: Role, act: Act) -> bool:
    """Whether a role has an act at all; on which things, `may` says."""
    return role in MAY[act]


def acts_of(role: Role) -> frozenset[Act]:
    """Return the acts that a role has at all, so that a face can leave out the others."""
    return frozenset(act for act, roles in MAY.items() if role in roles)


def is_on_behalf(posting: Posting, act: Act) -> bool:
    """Whether the act, done by this posting, is done for an officer and has to be recorded so."""
    return act in _OFFICERS_OWN and posting.role is not Role.OFFICER


_OFFICERS_OWN = frozenset(
    {
        Act.ADVISE_ASSIGNMENT,
        Act.ANSWER_SAFETY_CHECK,
        Act.OPEN_OWN_EVENT,
        Act.DECLARE_EMERGENCY,
        Act.END_EMERGENCY,
    }
)
