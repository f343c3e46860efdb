"""Units: enrolled, on and off duty, available or not."""

import re
from typing import Any

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.aims import Aims
from nazdik.dispatch.errors import (
    CallSignInvalid,
    CallSignWasAnothers,
    RulesInvalid,
    SkillUnknown,
    UnitExists,
    UnitHasAssignment,
    UnitIsRetired,
    UnitKindUnknown,
    UnitOffDuty,
)
from nazdik.dispatch.model import AlarmCause, Unit
from nazdik.dispatch.rules import Rules
from nazdik.dispatch.unfolding import Unfolding, check_text
from nazdik.kernel import UnitId
from nazdik.published.sight import SKILLS

KINDS = ("car", "motorcycle", "van", "foot")
_CALL_SIGN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,15}\Z")


def enrol(u: Unfolding, command: c.EnrolUnit) -> None:
    """Make a unit known. The same unit again changes nothing; another with its id is refused."""
    check_call_sign(command.call_sign)
    check_skills(command.skills)
    u.known_office(command.office)
    known = u.world.units.get(command.unit_id)
    if known is None:
        check_sign_free(u, command.call_sign, command.unit_id)
        u.add(
            e.UnitEnrolled(
                at=u.at,
                unit_id=command.unit_id,
                call_sign=command.call_sign,
                office=command.office,
                kind=command.kind,
                skills=command.skills,
            )
        )
    elif (known.call_sign, known.office, known.kind) != (command.call_sign, command.office, command.kind):
        raise UnitExists(unit_id=command.unit_id)
    elif known.retired_at is not None:
        raise UnitIsRetired(unit_id=known.id, call_sign=known.call_sign)


def check_call_sign(call_sign: str) -> None:
    """Refuse what is no call sign: it stands in addresses and is spoken on the radio."""
    if not _CALL_SIGN.match(call_sign):
        raise CallSignInvalid(call_sign=call_sign[:40])


def check_kind(kind: str) -> None:
    """Refuse what a unit does not come in."""
    if kind not in KINDS:
        raise UnitKindUnknown(kind=kind[:40], kinds=list(KINDS))


def check_sign_free(u: Unfolding, call_sign: str, unit_id: UnitId) -> None:
    """
    Refuse a call sign that another unit has or had.

    On the radio and in the command line a12 and A12 are one. What a paper, a recording or a log of last year says about a call
    sign is about one unit for ever.
    """
    whose = u.world.signs.get(call_sign.upper())
    if whose is None or whose == unit_id:
        return
    now = u.world.units[whose].call_sign
    if now.upper() == call_sign.upper():
        raise UnitExists(unit_id=whose, call_sign=now)
    raise CallSignWasAnothers(unit_id=whose, call_sign=now)


def rehome(u: Unfolding, command: c.RehomeUnit) -> None:
    """A unit comes under another office. Whoever asks knows the office: it may come with the very change that asks."""
    unit = u.unit(command.unit_id)
    if unit.office != command.office:
        u.add(e.UnitRehomed(at=u.at, unit_id=unit.id, office=command.office))


def unit_in_use(u: Unfolding, unit_id: UnitId) -> Unit:
    """Return a unit that is not retired, or refuse."""
    unit = u.unit(unit_id)
    if unit.retired_at is not None:
        raise UnitIsRetired(unit_id=unit.id, call_sign=unit.call_sign)
    return unit


def start_duty(u: Unfolding, command: c.StartDuty) -> None:
    """A crew takes the unit on duty."""
    unit = unit_in_use(u, command.unit_id)
    # What the last crew could do went home with it.
    as_it_is = unit.skills if unit.on_duty else unit.own_skills
    skills = as_it_is if command.skills is None else command.skills
    check_skills(skills)
    # Whoever only says that they are there does not take away who was said to be on the unit.
    if unit.on_duty and command.crew in (0, unit.crew) and unit.skills == skills:
        return
    if unit.assignment_id is not None:
        raise UnitHasAssignment(unit_id=unit.id, assignment_id=unit.assignment_id)
    u.add(e.DutyStarted(at=u.at, unit_id=unit.id, crew=command.crew, skills=skills))
    alarms.settle_about(u, AlarmCause.CREW_LAPSED, unit.id)


def end_duty(u: Unfolding, command: c.EndDuty) -> None:
    """The crew ends duty; an assignment must be cleared or handed over first (S6)."""
    unit = u.unit(command.unit_id)
    if unit.assignment_id is not None:
        raise UnitHasAssignment(unit_id=unit.id, assignment_id=unit.assignment_id)
    if unit.on_duty:
        u.add(e.DutyEnded(at=u.at, unit_id=unit.id))
        alarms.settle_about(u, AlarmCause.CREW_LAPSED, unit.id)


def set_status(u: Unfolding, command: c.SetUnitStatus) -> None:
    """A unit without assignment becomes available or not."""
    unit = u.unit(command.unit_id)
    check_text("secondary", command.secondary, 40)
    if not unit.on_duty:
        raise UnitOffDuty(unit_id=unit.id, call_sign=unit.call_sign)
    if unit.assignment_id is not None:
        raise UnitHasAssignment(unit_id=unit.id, assignment_id=unit.assignment_id)
    if (unit.available, unit.secondary) != (command.available, command.secondary):
        u.add(e.UnitStatusSet(at=u.at, unit_id=unit.id, available=command.available, secondary=command.secondary))


def set_rules(u: Unfolding, command: c.SetRules) -> None:
    """An office's own rules, checked; None goes back to those of the office above."""
    office = u.known_office(command.office)
    if command.rules is not None:
        _check_rules(u, command.rules)
    if u.world.rules.get(office) != command.rules:
        u.add(e.RulesSet(at=u.at, office=office, rules=command.rules, by=u.ctx.actor.id))


def check_skills(skills: tuple[str, ...]) -> None:
    """Refuse a word that is no skill."""
    for skill in skills:
        if skill not in SKILLS:
            raise SkillUnknown(skill=skill[:40], skills=list(SKILLS))


# What an office may set each rule to: least and most. The names are those of `Rules`, a dot before those of its parts.
RULE_RANGES: dict[str, tuple[float, float]] = {
    "answer_s": (5, 600),
    "climb_s": (5, 3600),
    "waiting_s": (5, 86_400),
    "safety_s": (60, 7200),
    "not_moving_s": (10, 3600),
    "late_factor": (1, 10),
    "safety_grace_s": (10, 600),
    "position_limit_s": (10, 600),
    "divert_margin_s": (0, 3600),
    "divert_for_priority": (0, 5),
    "candidates": (1, 20),
    "reach_limit_s": (60, 86_400),
    "retry_s": (5, 600),
    "hold_s": (10, 3600),
    "archive_after_s": (3600, 2_592_000),
    "call_backs.within_s": (15, 3600),
    "call_backs.unknown_s": (15, 3600),
    "call_backs.again_s": (15, 7200),
    "slower_share": (0.05, 10),
    "report_open_s": (60, 86_400),
    "desk_silent_s": (30, 1_800),
    "delays.divert_s": (0, 600),
    "delays.turnout_s": (0, 600),
    "delays.free_soon_max_s": (0, 3600),
    "delays.wait_from_priority": (2, 6),
    "delays.wait_margin_s": (0, 3600),
    **{f"aims.{part}": (0, 86_400) for part in Aims.__struct_fields__},
}


def _check_rules(u: Unfolding, rules: Rules) -> None:
    """Refuse rules under which nobody could answer, or a timer would never ring."""
    for kind, _ in rules.kind_modes:
        u.around.kind(kind)
    parts: dict[str, Any] = {"": rules, "call_backs": rules.back, "delays": rules.start, "aims": rules.aim}
    unset = {
        "slower_share": rules.slower,
        "report_open_s": rules.report_open,
        "desk_silent_s": rules.desk_silent,
    }
    for name, (least, most) in RULE_RANGES.items():
        part, _, last = name.rpartition(".")
        value = unset[name] if name in unset else getattr(parts[part], last)
        if not all(least <= one <= most for one in (value if isinstance(value, tuple) else (value,))):
            raise RulesInvalid(rule=name, least=least, most=most)
