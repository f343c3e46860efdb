"""
What a session sees on the stream: by office or unit, by kind of item, and with which fields left out.

The same rules as docs/architecture.md, "Item kinds and who gets them", and as the `see_` acts of the policy.
"""

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


def followed(posting: Posting) -> frozenset[str]:
    """
    Return the kinds of items that a posting gets of its office and what lies below it, or of its unit.

    A crew's detail leaves out who else could have gone: it is a kind of its own. Health goes to those who send cars, and to
    the handheld itself.
    """
    kinds = kinds_of(posting.role)
    if posting.role in ROLES_OF_A_UNIT and "detail" in kinds:
        kinds = kinds - {"detail"} | {"crew_detail"}
    return kinds | {"health"} if sees_health(posting.role) else kinds


def followed_of_everyone(role: Role) -> frozenset[str]:
    """Return the kinds that a role gets of a whole province, whoever's they are; besides which map is in force."""
    return _OF_EVERYONE & kinds_of(role)


_OF_EVERYONE = frozenset({"condition", "warning", "call_back"})


def followed_in_room(role: Role) -> frozenset[str]:
    """Return the kinds that a role gets of its control room: alarms of every tier at once, and who hands over to whom."""
    return frozenset({"alarm", "hand_over"}) if role in MAY[Act.HAND_OVER] else frozenset()


def sees_health(role: Role) -> bool:
    """Whether the role gets the health of handhelds in its scope: dispatchers and the units' own offices."""
    return role is Role.DISPATCHER or (role in MAY[Act.SEE_UNIT] and role is not Role.CALL_TAKER)
