"""How long what is kept, as a setting of a province: days for each class of data, and the incidents under legal hold."""

import re

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import Field, Text
from nazdik.kernel.text import latin_digits

NAME = "retention"
HOLDS_MAX = 2_000
GROUPS = {
    "days": Text("تا چه زمانی نگه می‌داریم", "How long it is kept"),
    "holds": Text("نگه‌داشت قضایی", "Legal hold"),
}
SHIPPED: Value = {
    "trail_days": 30,
    "photos_days": 365,
    "journal_days": 90,
    "words_days": 3_650,
    "audit_days": 1_826,
    "letters_days": 30,
    "holds": "",
}
# The start of a server reads the raw messages of the last day again.
# A webhook is tried for 75 hours; only then is its message a dead letter.
# Indexes of past calls and places are made from the log, and go back ninety days.
LIMITS = {
    "trail_days": (1, 3_650),
    "photos_days": (1, 36_500),
    "journal_days": (7, 3_650),
    "words_days": (90, 36_500),
    "audit_days": (365, 36_500),
    "letters_days": (4, 3_650),
}


def _days(name: str, label: Text, help_: Text) -> Field:
    least, most = LIMITS[name]
    return Field(name=name, group="days", label=label, help=help_, type="number", least=least, most=most)


FIELDS = (
    _days(
        "trail_days",
        Text("مسیر واحدها، به روز", "Where units were, days"),
        Text("جای دقیق هر واحد. پس از آن پاک می‌شود.", "The exact places of each unit; then they are erased."),
    ),
    _days(
        "photos_days",
        Text("عکس‌ها و یادداشت‌های صوتی صحنه، به روز", "Pictures and voice notes from the scene, days"),
        Text("از روزی که عکس رسید.", "From the day a picture came."),
    ),
    _days(
        "journal_days",
        Text("پیام‌های خام، به روز", "Raw messages, days"),
        Text("هر تماس و پیام، همان‌گونه که رسید.", "Each call and message, byte for byte as it came."),
    ),
    _days(
        "words_days",
        Text("نام، شماره و گفته‌ها در دفتر رخدادها، به روز", "Names, numbers and words in the log, days"),
        Text(
            "نام و شمارهٔ تماس‌گیرنده، شرح، یادداشت‌ها و نشانی‌ها. پس از آن «پاک‌شده» به‌جایشان می‌آید؛ زمان‌ها و آمار می‌ماند.",
            "Callers' names and numbers, narratives, notes, words of places. Then “erased” stands there; times and figures stay.",
        ),
    ),
    _days(
        "audit_days",
        Text("دفتر بازبینی، به روز", "The audit, days"),
        Text(
            "چه کسی به دادهٔ چه کسی نگاه کرد. آغاز کهنهٔ آن یک‌جا بریده می‌شود؛ درستی بقیه پابرجاست.",
            "Who looked at whose data. Its old beginning is cut off as a whole; that the rest is sound can still be shown.",
        ),
    ),
    _days(
        "letters_days",
        Text("پیام‌هایی که گیرنده‌ای نگرفت، به روز", "Messages that no partner took, days"),
        Text(
            "پیام وب‌هوکی که در هیچ تلاشی گرفته نشد. تا آن روز می‌توان دوباره فرستاد.",
            "What a webhook's receiver took at no try. Until then it can be sent once more.",
        ),
    ),
    Field(
        name="holds",
        group="holds",
        label=Text("رخدادهایی که پاک نمی‌شوند", "Incidents that nothing is erased of"),
        help=Text(
            "شمارهٔ رخدادها، با ویرگول. عکس‌هایشان و روزهایی که به آن‌ها برمی‌گردد می‌ماند تا شماره برداشته شود.",
            "Numbers of incidents, with commas. Their pictures and the days they touch stay until the number is taken out.",
        ),
        type="numbers",
        least=0,
        most=HOLDS_MAX,
    ),
)


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid`."""
    if value is None:
        return None
    if set(value) - set(SHIPPED):
        raise ValueInvalid(what="a rule that does not exist")
    whole = {**SHIPPED, **value}
    for name, (least, most) in LIMITS.items():
        days = whole[name]
        if (
            isinstance(days, bool)
            or not isinstance(days, int | float)
            or days != int(days)
            or not least <= days <= most
        ):
            said = f"{least} to {most} whole days"
            raise ValueInvalid(field=name, what=said, fa=f"{least} تا {most} روز کامل", en=said)
        whole[name] = int(days)
    if not isinstance(whole["holds"], str) or len(whole["holds"]) > HOLDS_MAX:
        raise ValueInvalid(field="holds", what="a text with numbers", fa="متنی از شماره‌ها", en="a text with numbers")
    words = [word for word in re.split(r"[\s,،;؛]+", latin_digits(whole["holds"])) if word]
    if not all(word.isascii() and word.isdigit() and len(word) <= 12 for word in words):
        en, fa = "only numbers of incidents, with commas between", "تنها شمارهٔ رخدادها، با ویرگول در میان"
        raise ValueInvalid(field="holds", what=en, fa=fa, en=en)
    whole["holds"] = ", ".join(str(number) for number in sorted({int(word) for word in words}))
    return whole


def own(settings: Settings, subject: str) -> Value | None:
    """Return what the province has set."""
    changes = settings.setting(NAME, subject).changes
    return changes[-1].value if changes else None
