"""
What a session sees on the stream: by office or unit, by kind of item, and with which fields left out.

The same rules as docs/architecture.md, "Item kinds and who gets them", and as the `see_` acts of the policy.
"""

from collections.abc import Mapping
from typing import Any

from nazdik.organisation.model import ROLES_OF_A_UNIT, Act, Posting, Role
from nazdik.organisation.policy import MAY

ACT_TO_SEE: dict[str, Act] = {
    "incident": Act.SEE_INCIDENT,
    "unit": Act.SEE_UNIT,
    "alarm": Act.SEE_ALARM,
    "detail": Act.SEE_DETAIL,
    "call": Act.SEE_CALL,
    "message": Act.SEE_MESSAGE,
    "hand_over": Act.HAND_OVER,
    "condition": Act.SEE_ROADS,
    "warning": Act.SEE_WARNINGS,
    # Only how many wait and since when: whoever hears alarms may know.
    "call_back": Act.SEE_ALARM,
}
# Who else is out there, and where, is not needed to attend one incident.
_LEFT_OUT: dict[tuple[Role, str], tuple[str, ...]] = {(Role.OFFICER, "detail"): ("recommendation",)}


def scopes_of(posting: Posting) -> frozenset[str]:
    """
    Return the scopes whose items a posting gets: its office, which stands for everything below it, or its unit.

    An item is published under every office of its chain, and under `unit:<id>` for each unit it concerns.
    """
    if posting.role in ROLES_OF_A_UNIT:
        return frozenset({f"unit:{posting.unit}"})
    return frozenset({str(posting.office)})


def kinds_of(role: Role) -> frozenset[str]:
    """Return the kinds of items that a role may get at all."""
    return frozenset(kind for kind, act in ACT_TO_SEE.items() if role in MAY[act])


def kinds_by_scope(posting: Posting) -> dict[str, frozenset[str]]:
    """Return what a live subscription of this posting follows: the kinds of items in each of its scopes."""
    return dict.fromkeys(scopes_of(posting), kinds_of(posting.role))


def sees_positions(role: Role) -> bool:
    """Whether the role gets the position frames of the units in its scope."""
    return role in MAY[Act.SEE_UNIT]


def sees_health(role: Role) -> bool:
    """Whether the role gets the health of handhelds in its scope: dispatchers and the units' own offices."""
    return role is Role.DISPATCHER or (role in MAY[Act.SEE_UNIT] and role is not Role.CALL_TAKER)


def redacted(kind: str, view: Mapping[str, Any], role: Role) -> dict[str, Any] | None:
    """Return what a role may see of an item, or None when it may see nothing of it."""
    if kind not in kinds_of(role):
        return None
    left_out = _LEFT_OUT.get((role, kind), ())
    return {name: None if name in left_out else value for name, value in view.items()}
