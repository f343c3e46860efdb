"""Who needs more than a passphrase to sign in, as a setting of the nation and of a province."""

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import Field, Text
from nazdik.bootstrap.administration.persons import ROLES
from nazdik.kernel import OfficeId
from nazdik.organisation.model import Role
from nazdik.published.offices import OfficeTree

NAME = "ways_in"
GROUPS = {"factor": Text("عامل دوم ورود", "A second factor")}
# Whoever may sit at a desk; the highest first.
DEMANDED_OF = (
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.NATIONAL_DESK,
    Role.PROVINCE_DESK,
    Role.COUNTY_DESK,
    Role.STATION_DESK,
    Role.DISPATCHER,
    Role.CALL_TAKER,
)
# In declared secure dispatch rooms doors and people are the second factor of those who work there, and of nobody else.
OF_THE_ROOM = frozenset({Role.DISPATCHER, Role.CALL_TAKER})
# Who may change the system or reads what is personal of a whole province or more. An officer who answers an offer is never
# asked, and whoever takes calls or sends cars only where the nation or a province says so.
BY_DEFAULT = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.NATIONAL_DESK, Role.PROVINCE_DESK})
SHIPPED: Value = {role.value: role in BY_DEFAULT for role in DEMANDED_OF}
_HELP = Text(
    "ورود تنها با کلید، یا با گذرواژه و کد تلفن. کسی که هیچ‌یک را ندارد، هنگام ورود آن را می‌سازد.",
    "In by a key alone, or by passphrase and the telephone's code. Whoever has neither makes one while signing in.",
)
_HELP_OF_THE_ROOM = Text(
    f"{_HELP.fa} در اتاق‌های اعزامِ اعلام‌شده (secure_rooms) خواسته نمی‌شود.",
    f"{_HELP.en} Not asked for in declared dispatch rooms (secure_rooms).",
)
_HELP_BY_DEFAULT = Text(
    f"{_HELP.fa} اگر چیزی منتشر نشود خواسته می‌شود؛ در نمایش تنها پس از انتشار.",
    f"{_HELP.en} Asked for where nothing is published; in a demo only where it is.",
)
FIELDS = tuple(
    Field(
        name=role.value,
        group="factor",
        label=ROLES[role.value],
        help=_HELP_OF_THE_ROOM if role in OF_THE_ROOM else _HELP_BY_DEFAULT if role in BY_DEFAULT else _HELP,
        type="flag",
    )
    for role in DEMANDED_OF
)


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid`."""
    if value is None:
        return None
    if set(value) - set(SHIPPED):
        raise ValueInvalid(what="a role that does not sign in at a desk")
    whole = {**SHIPPED, **value}
    for name, demanded in whole.items():
        if not isinstance(demanded, bool):
            raise ValueInvalid(field=name, what="true or false", fa="بله یا نه", en="yes or no")
    return whole


def own(settings: Settings, subject: str) -> Value | None:
    """Return what the nation or a province has set itself."""
    changes = settings.setting(NAME, subject).changes
    return changes[-1].value if changes else None


def inherited(offices: OfficeTree, settings: Settings, subject: str) -> tuple[Value, str | None]:
    """Return what holds where nothing is set, and whose it is: the nation's, else what is demanded as it ships."""
    for above in offices.chain_of(OfficeId(subject))[1:]:
        value = own(settings, above)
        if value is not None:
            return {**SHIPPED, **value}, above
    return SHIPPED, None


def is_demanded(
    offices: OfficeTree, settings: Settings, office: OfficeId, role: Role, *, in_room: bool, demo: bool
) -> bool:
    """
    Whether somebody of a role at an office needs a second factor.

    Args:
        in_room: They sign in from a declared secure dispatch room.
        demo: This server is a demo, in which nothing is demanded before somebody says so.
    """
    if in_room and role in OF_THE_ROOM:
        return False
    for each in offices.chain_of(office):
        value = own(settings, each)
        if value is not None:
            return bool(value.get(role.value, False))
    return bool(SHIPPED.get(role.value, False)) and not demo
