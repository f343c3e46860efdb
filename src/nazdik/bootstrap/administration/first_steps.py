"""Which first steps somebody has looked through and found right as they are, as a setting of the province."""

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import Field, Text

NAME = "first_steps"
GROUPS = {"seen": Text("گام‌های نخستین", "First steps")}
NOTHING_YET: Value = {"offices": False, "kinds": False}
FIELDS = (
    Field(
        name="offices",
        group="seen",
        label=Text("درخت یگان‌ها درست است", "The office tree is right"),
        help=Text(
            "کسی درخت یگان‌ها را خوانده و درست یافته است.", "Somebody has read the office tree and found it right."
        ),
        type="flag",
    ),
    Field(
        name="kinds",
        group="seen",
        label=Text("نوع‌های رخداد درست است", "The kinds of incidents are right"),
        help=Text(
            "کسی نوع‌ها و اولویت‌های آغازین را خوانده و درست یافته است.",
            "Somebody has read the kinds and the priorities they begin with and found them right.",
        ),
        type="flag",
    ),
)


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid`."""
    if value is None:
        return None
    if set(value) - set(NOTHING_YET) or not all(isinstance(each, bool) for each in value.values()):
        raise ValueInvalid(what="offices and kinds, each true or false")
    return {**NOTHING_YET, **value}


def own(settings: Settings, subject: str) -> Value | None:
    """Return what was found right."""
    changes = settings.setting(NAME, subject).changes
    return changes[-1].value if changes else None
