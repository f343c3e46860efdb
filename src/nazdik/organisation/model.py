"""The words of the organisation: roles, postings and acts."""

from dataclasses import dataclass
from enum import StrEnum

from nazdik.kernel import OfficeId, PersonId, UnitId
from nazdik.organisation.errors import PostingNeedsUnit


class Role(StrEnum):
    """What someone, or something, is posted as."""

    CALL_TAKER = "call_taker"
    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    STATION_DESK = "station_desk"
    COUNTY_DESK = "county_desk"
    PROVINCE_DESK = "province_desk"
    NATIONAL_DESK = "national_desk"
    GATEWAY = "gateway"
    TRACKER = "tracker"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLES_OF_A_UNIT = frozenset({Role.OFFICER, Role.TRACKER})
"""These act and see for one unit; every other role for its office and what lies below it."""


@dataclass(frozen=True, slots=True)
class Posting:
    """Someone's place: a role at an office, and for a unit's people their unit."""

    person: PersonId
    role: Role
    office: OfficeId
    unit: UnitId | None = None

    def __post_init__(self) -> None:
        if (self.unit is not None) is not (self.role in ROLES_OF_A_UNIT):
            raise PostingNeedsUnit(role=self.role.value)


class Act(StrEnum):
    """Everything that someone can be allowed or refused. Each door names one of these."""

    TAKE_CALL = "take_call"  # answer, add what is learnt, link, close
    REPORT_CALL = "report_call"  # a call is presented: by the exchange, or typed in
    CLASSIFY = "classify"
    OPEN_INCIDENT = "open_incident"
    ENTER_LATE = "enter_late"
    OPEN_OWN_EVENT = "open_own_event"
    DISPATCH = "dispatch"  # assign and withdraw units
    ADVISE_ASSIGNMENT = (
        "advise_assignment"  # receipts, accept, refuse and the steps on the way; on behalf by a dispatcher
    )
    ANSWER_SAFETY_CHECK = "answer_safety_check"
    CHANGE_INCIDENT = "change_incident"  # kind, priority, place, disposition
    ADD_NOTE = "add_note"
    CLOSE = "close"  # close, cancel, reopen
    DELEGATE = "delegate"  # delegate, take back, pass on, monitor
    SET_UNIT_DUTY = "set_unit_duty"  # on and off duty, status
    TEST_HANDHELD = "test_handheld"  # say how the unit's own handheld is
    SEND_MESSAGE = "send_message"  # short texts between the desk and crews
    SEE_MESSAGE = "see_message"  # and saying that one was read
    DECLARE_EMERGENCY = "declare_emergency"
    ANSWER_EMERGENCY = "answer_emergency"  # say that a desk has seen it
    END_EMERGENCY = "end_emergency"
    ACKNOWLEDGE_ALARM = "acknowledge_alarm"
    HAND_OVER = "hand_over"  # a desk at the end of a shift: give it, take it
    SEE_INCIDENT = "see_incident"
    SEE_DETAIL = "see_detail"
    SEE_CALL = "see_call"
    SEE_CALLER_RECORD = "see_caller_record"  # what a number's past calls turned out to be, in figures
    SEE_PAST_CALLS = "see_past_calls"  # a number's calls that are long over, and who called about an incident that is
    SEARCH_PERSONAL = "search_personal"  # for callers' numbers and names, and for what was said
    SEE_UNIT = "see_unit"
    SEE_ALARM = "see_alarm"
    SEE_TRAIL = "see_trail"
    SEE_DAY_REPORT = "see_day_report"  # figures of a shift of an office, without persons
    SEE_ROADS = "see_roads"
    SET_ROADS = "set_roads"  # close streets, say that they are slow, lift it again
    SEE_ETA = "see_eta"
    SET_ETA = "set_eta"  # put learnt factors in force, take them back
    SEE_RULES = "see_rules"
    SET_RULES = "set_rules"
    SEE_ADDRESSES = "see_addresses"  # aliases, and addresses in doubt
    KEEP_ADDRESSES = "keep_addresses"  # add and remove aliases, settle addresses in doubt
    SEE_WARNINGS = "see_warnings"  # to the public, drafts too
    DRAFT_WARNING = "draft_warning"
    PUBLISH_WARNING = "publish_warning"  # what somebody else wrote
    SEE_PREMISES = "see_premises"  # hazards of a place
    SEE_PLACE_HISTORY = "see_place_history"  # what happened at a place before
    KEEP_PREMISES = "keep_premises"  # warn of a place, read it again, remove it
    READ_HAZARD = "read_hazard"  # say for an incident that a hazard was read
    SEE_GUIDE = "see_guide"  # the words, questions and plans by which calls are classified
    KEEP_GUIDE = "keep_guide"  # draft, publish, take back
    REPORT_POSITION = "report_position"
    MANAGE_DEVICES = "manage_devices"
    SEE_DOORS = "see_doors"  # how the ways in of other systems are doing
    MANAGE_PEOPLE = "manage_people"
    KEEP_RETENTION = "keep_retention"  # how long what is kept, and what is under legal hold
    READ_AUDIT = "read_audit"
    SEE_OWN_LOOKS = "see_own_looks"  # who looked at where one's own unit was
    ASK_PLATE = "ask_plate"  # at an incident one works on: do our own records name this car?
    VERIFY_LOG = "verify_log"
    ASK_GLASS = "ask_glass"  # in an emergency, to sit at another's seat
    AGREE_GLASS = "agree_glass"  # to what another person asked
    RELOAD_REGION = "reload_region"  # put another map in force
