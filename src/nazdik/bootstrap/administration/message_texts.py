"""What a province's short messages to callers say, as a setting."""

from collections.abc import Mapping

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import Field, Text
from nazdik.geo.responsible import NATIONAL
from nazdik.intake.callers.wording import PLACE_LINK, TEXT_MAX, wrong_with
from nazdik.interchange.open311.documents import TEXTS as REPORT_TEXTS
from nazdik.kernel import OfficeId
from nazdik.published.offices import OfficeTree

NAME = "texts"
NATION = str(NATIONAL.id)
GROUPS = {
    "sms": Text("پیامک‌ها", "Short messages"),
    "reports": Text("گزارش‌های غیرفوری", "Reports that are no emergencies"),
}
SHIPPED: Value = {"place_link": PLACE_LINK, **REPORT_TEXTS}
MARKS: dict[str, frozenset[str]] = {"place_link": frozenset({"link"}), **dict.fromkeys(REPORT_TEXTS, frozenset())}


def _of_reports(name: str, fa: str, en: str) -> Field:
    return Field(
        name=name,
        group="reports",
        label=Text(fa, en),
        help=Text(
            "گزارش‌دهنده همین را می‌خواند؛ به هر دو زبان بنویسید.", "What the reporter reads; write it in both languages."
        ),
        type="text",
        least=1,
        most=TEXT_MAX,
    )


FIELDS = (
    Field(
        name="place_link",
        group="sms",
        label=Text("پیوند پرسیدن جا", "Link that asks for the place"),
        help=Text(
            "{link} جای نشانی است و باید یک بار بیاید. متن بلندتر از ۷۰ نویسه چند پیامک می‌شود.",
            "{link} is where the address goes and has to stand there once. Beyond 70 letters it becomes several messages.",
        ),
        type="text",
        least=1,
        most=TEXT_MAX,
    ),
    _of_reports("report_notice", "هشدار کنار هر گزارش", "Notice beside each report"),
    _of_reports("report_urgent", "پاسخ به گزارشی که فوری می‌نماید", "Answer to a report that sounds urgent"),
    _of_reports("report_waiting", "وضع: رسیده", "State: received"),
    _of_reports("report_read", "وضع: در دست", "State: being dealt with"),
    _of_reports("report_over", "وضع: پایان‌یافته", "State: over"),
)


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid` for a text that could not be sent as it should."""
    if value is None:
        return None
    if set(value) - set(SHIPPED):
        raise ValueInvalid(what="a text that does not exist")
    texts = {**SHIPPED, **value}
    for name, text in texts.items():
        why = wrong_with(text, MARKS[name]) if isinstance(text, str) else ("متن نیست", "it is no text")
        if why is not None:
            raise ValueInvalid(field=name, what=why[1], fa=why[0], en=why[1])
    return texts


def own(settings: Settings, subject: str) -> Value | None:
    """Return what the province has set."""
    changes = settings.setting(NAME, subject).changes
    return changes[-1].value if changes else None


def inherited(offices: OfficeTree, settings: Settings, subject: str) -> tuple[Value, str | None]:
    """Return what holds where nothing is set, and whose it is: the nation's, else the program's own."""
    for above in offices.chain_of(OfficeId(subject))[1:]:
        texts = own(settings, above)
        if texts is not None:
            return {**SHIPPED, **texts}, above
    return SHIPPED, None


def texts_in_force(settings: Settings) -> Mapping[str, str]:
    """Return what is said: as the province has it, else the nation, else as it ships."""
    return {**SHIPPED, **(own(settings, NATION) or {}), **(own(settings, str(settings.province)) or {})}


def text_in_force(settings: Settings, name: str) -> str:
    """Return what a message says."""
    return texts_in_force(settings)[name]
