"""What national command is called, as a setting of the nation: every province's log has it, and every face shows it."""

from dataclasses import replace

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import Field, Text
from nazdik.geo.responsible import NATIONAL
from nazdik.kernel import Instant
from nazdik.published.offices import Office

NAME = "nation"
NATION = str(NATIONAL.id)
NAME_MAX = 80
SHIPPED: Value = {"name_fa": NATIONAL.name_fa, "name_en": NATIONAL.name_en}
GROUPS = {"nation": Text("فرماندهی کشور", "National command")}


def _field(name: str, fa: str, en: str) -> Field:
    return Field(
        name=name,
        group="nation",
        label=Text(fa, en),
        help=Text("در همهٔ صفحه‌ها و گزارش‌ها همین دیده می‌شود.", "Every page and report shows it."),
        type="text",
        least=1,
        most=NAME_MAX,
    )


FIELDS = (_field("name_fa", "نام فارسی", "Persian name"), _field("name_en", "نام انگلیسی", "English name"))


def tidy(value: Value | None) -> Value | None:
    """Return names as they are stored. Raises `ValueInvalid` for one that is empty or too long."""
    if value is None:
        return None
    names = {name: " ".join(str(value.get(name, "")).split()) for name in SHIPPED}
    for name, said in names.items():
        if set(value) - set(SHIPPED) or not 0 < len(said) <= NAME_MAX:
            en = f"both names are needed, up to {NAME_MAX} letters"
            raise ValueInvalid(field=name, what=en, fa="نام فارسی و انگلیسی هر دو لازم است، تا ۸۰ نویسه", en=en)
    return names


def own(settings: Settings, subject: str) -> Value | None:
    """Return what was set."""
    changes = settings.setting(NAME, subject).changes
    return changes[-1].value if changes else None


def named(settings: Settings) -> tuple[Instant, Office] | None:
    """Return national command as a log has it, and since when; None in one that knows no other name."""
    changes = settings.setting(NAME, NATION).changes
    if not changes or changes[-1].at is None:
        return None
    names = changes[-1].value or SHIPPED
    return changes[-1].at, replace(NATIONAL, name_fa=names["name_fa"], name_en=names["name_en"])
