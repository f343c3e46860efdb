"""The rules of an office as a setting: automatic dispatch and every timer, each with what it does in plain words."""

from typing import Any

import msgspec

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Value
from nazdik.bootstrap.administration.fields import Choice, Field, Text
from nazdik.dispatch.commands import SetRules
from nazdik.dispatch.model import World
from nazdik.dispatch.rules import Mode, Rules
from nazdik.dispatch.surroundings import DEFAULT_RULES
from nazdik.dispatch.units import RULE_RANGES
from nazdik.kernel import OfficeId
from nazdik.published.offices import OfficeTree

_PRIORITIES = tuple(Text(f"اولویت {fa}", f"priority {n}") for n, fa in enumerate("۱۲۳۴۵", start=1))
_STEPS = (
    Text("از کلانتری به شهرستان", "station to county"),
    Text("از شهرستان به استان", "county to province"),
    Text("از استان به کشور", "province to nation"),
)
_MODES = (
    Choice(Mode.AUTOMATIC.value, Text("خودکار", "automatic")),
    Choice(Mode.SUGGEST.value, Text("فقط پیشنهاد", "suggest only")),
    Choice(Mode.OFF.value, Text("خاموش", "off")),
)


def _field(
    name: str, group: str, label: tuple[str, str], help_: tuple[str, str], type_: str = "seconds", **more: Any
) -> Field:
    least, most = RULE_RANGES.get(name, (None, None))
    return Field(
        name=name, group=group, label=Text(*label), help=Text(*help_), type=type_, least=least, most=most, **more
    )


def _aim(name: str, label: tuple[str, str], help_: tuple[str, str], *, each: bool = False) -> Field:
    """Return the field of an aim: shown beside what it took; 0 is none."""
    help_ = (f"{help_[0]} ۰ یعنی هدفی نیست.", f"{help_[1]} 0 means no aim.")
    return _field(f"aims.{name}", "aims", label, help_, columns=_PRIORITIES if each else ())


GROUPS: dict[str, Text] = {
    "automatic": Text("اعزام خودکار", "Automatic dispatch"),
    "offers": Text("پیشنهاد و هشدار", "Offers and alarms"),
    "way": Text("در راه", "On the way"),
    "safety": Text("سلامت مأمور", "Officer safety"),
    "choosing": Text("گزینش واحد", "Choosing a unit"),
    "soon": Text("واحدهایی که هنوز آماده نیستند", "Units that are not ready yet"),
    "calls": Text("تماس دوباره", "Calling back"),
    "aims": Text("هدف زمان‌ها", "Aims of response times"),
    "after": Text("پس از پایان", "Afterwards"),
}

FIELDS: tuple[Field, ...] = (
    _field(
        "modes",
        "automatic",
        ("شیوهٔ اعزام", "Way of dispatch"),
        (
            "خودکار: سامانه خودش پیشنهاد می‌فرستد. فقط پیشنهاد: اعزام‌کننده می‌فرستد. خاموش: سامانه کسی را هم پیشنهاد نمی‌کند.",
            "Automatic: the system sends the offer. Suggest only: the dispatcher sends. Off: nobody is even suggested.",
        ),
        "choice",
        columns=_PRIORITIES,
        choices=_MODES,
    ),
    _field(
        "kind_modes",
        "automatic",
        ("شیوهٔ اعزام برای یک نوع رخداد", "Way of dispatch for one kind"),
        ("بر شیوهٔ اولویت می‌چربد.", "Outweighs the way of its priority."),
        "kinds",
        choices=_MODES,
        unset=Text("مانند اولویتش", "as its priority"),
    ),
    _field(
        "pre_alert",
        "automatic",
        ("آماده‌باش هنگام تماس", "Pre-alert while the caller speaks"),
        ("یک واحد پیش از پایان تماس نگه داشته شود.", "A unit is held before the call is over."),
        "flag",
    ),
    _field(
        "hold_s",
        "automatic",
        ("آماده‌باش تا کی بماند", "How long a pre-alert is kept"),
        (
            "اگر تماس تا آن هنگام طبقه‌بندی نشود، واحد آزاد می‌شود.",
            "Unless the call is classified by then, the unit is freed.",
        ),
    ),
    _field(
        "answer_s",
        "offers",
        ("مهلت پاسخ به پیشنهاد", "Time to answer an offer"),
        ("پس از آن پیشنهاد به واحد بعدی می‌رود.", "After it the next unit is asked."),
        columns=_PRIORITIES,
    ),
    _field(
        "climb_s",
        "offers",
        ("بالا رفتن هشدار", "An alarm climbs after"),
        ("اگر در این رده کسی هشدار را نپذیرد.", "When nobody at this tier takes it."),
        columns=_STEPS,
    ),
    _field(
        "desk_silent_s",
        "offers",
        ("میزی که صفحه‌اش خاموش شود", "A desk whose screen falls silent"),
        (
            "پس از آن رهاشده به شمار می‌آید و کارش منتظر نفر بعد می‌ماند؛ باز کردن دوبارهٔ صفحه پیش از آن چیزی را عوض نمی‌کند.",
            "After this it counts as left and waits for whoever comes; a page that is opened again before changes nothing.",
        ),
    ),
    _field(
        "waiting_s",
        "offers",
        ("هشدار انتظار رخداد", "Alarm for an incident that waits"),
        (
            "رخدادی که تا آن هنگام کسی نپذیرفته هشدار می‌دهد.",
            "An incident that nobody accepted by then raises an alarm.",
        ),
        columns=_PRIORITIES,
    ),
    _field(
        "retry_s",
        "offers",
        ("جست‌وجوی دوبارهٔ واحد", "Look for a unit again every"),
        ("تا وقتی هیچ واحدی آزاد نیست.", "As long as no unit is free."),
    ),
    _field(
        "not_moving_s",
        "way",
        ("پذیرفته ولی راه نیفتاده", "Accepted and not moving"),
        ("پس از آن هشدار می‌آید.", "After it there is an alarm."),
    ),
    _field(
        "late_factor",
        "way",
        ("دیر رسیدن، چند برابر زمان وعده", "Late, as a multiple of the promised time"),
        ("از این گذشت، هشدار می‌آید؛ دست کم دو دقیقه.", "Beyond this there is an alarm; two minutes at least."),
        "number",
    ),
    _field(
        "slower_share",
        "way",
        ("کندتر شدن راه که گفته شود", "Slower way that is told"),
        ("۰٫۲۵ یعنی یک‌چهارم درازتر از وعده.", "0.25 means a quarter longer than promised."),
        "number",
    ),
    _field(
        "safety_s",
        "safety",
        ("بررسی سلامت در صحنه", "Safety check on scene"),
        ("از خدمه پرسیده می‌شود حالشان خوب است.", "The crew is asked whether all is well."),
        columns=_PRIORITIES,
    ),
    _field(
        "safety_grace_s",
        "safety",
        ("مهلت پاسخ به بررسی سلامت", "Time to answer a safety check"),
        ("پاسخ نیاید، هشدار می‌آید.", "Without an answer there is an alarm."),
    ),
    _field(
        "position_limit_s",
        "choosing",
        ("کهنه‌ترین موقعیت", "Oldest position"),
        ("واحدی با موقعیت کهنه‌تر از این برگزیده نمی‌شود.", "A unit with an older position is not chosen."),
    ),
    _field(
        "candidates",
        "choosing",
        ("شمار نامزدهای اعزام", "How many candidates"),
        ("که به اعزام‌کننده نشان داده می‌شود.", "That the dispatcher is shown."),
        "number",
    ),
    _field(
        "reach_limit_s",
        "choosing",
        ("دورترین واحد", "Farthest unit"),
        ("واحدی که دیرتر از این می‌رسد برگزیده نمی‌شود.", "A unit that would take longer is not chosen."),
    ),
    _field(
        "divert_for_priority",
        "choosing",
        ("برگرداندن واحد در راه، تا اولویت", "Units on the way may be diverted up to priority"),
        ("۰ یعنی هیچ‌گاه. تنها از رخدادی که فوریتش کمتر است.", "0 means never. Only from a less urgent incident."),
        "number",
    ),
    _field(
        "divert_margin_s",
        "choosing",
        ("برگرداندن، اگر این‌قدر زودتر برسد", "Divert when it is there sooner by"),
        ("در برابر نزدیک‌ترین واحد آزاد.", "Than the nearest free unit."),
    ),
    _field(
        "delays.divert_s",
        "soon",
        ("درنگ واحدی که برگردانده شود", "Delay of a unit that is diverted"),
        ("به زمان رسیدن افزوده می‌شود.", "Added to its time of arrival."),
    ),
    _field(
        "delays.turnout_s",
        "soon",
        ("درنگ واحدی که در پاسگاه است", "Delay of a unit at its station"),
        ("تا به خودرو برسد.", "Until it is in the car."),
    ),
    _field(
        "delays.free_soon_max_s",
        "soon",
        ("خدمه تا چند پیش‌تر بگویند آزاد می‌شوند", "How far ahead a crew may say it is free soon"),
        ("۰ یعنی پرسیده نمی‌شود.", "0 means it is not asked."),
    ),
    _field(
        "delays.wait_from_priority",
        "soon",
        ("ماندن برای واحد به‌زودی آزاد، از اولویت", "Wait for units that are free soon, from priority"),
        ("۶ یعنی هیچ‌گاه. اولویت ۱ هرگز نمی‌ماند.", "6 means never. Priority 1 never waits."),
        "number",
    ),
    _field(
        "delays.wait_margin_s",
        "soon",
        ("ماندن، اگر این‌قدر زودتر برسد", "Wait when it is there sooner by"),
        ("در برابر واحدی که اکنون می‌تواند برود.", "Than a unit that can go now."),
    ),
    _field(
        "call_backs.within_s",
        "calls",
        ("تماس دوباره با کسی که قطع کرد", "Call back who gave up within"),
        ("اگر اولویت دانسته است.", "When the priority is known."),
        columns=_PRIORITIES,
    ),
    _field(
        "call_backs.unknown_s",
        "calls",
        ("تماس دوباره، اولویت نادانسته", "Call back, priority unknown"),
        ("پس از آن هشدار می‌آید.", "After it there is an alarm."),
    ),
    _field(
        "call_backs.again_s",
        "calls",
        ("تماس بعدی، اگر پاسخ نداد", "Next try when nobody answered"),
        ("از آخرین کوشش.", "Since the last try."),
    ),
    _aim("answer_s", ("پاسخ به تماس", "Answering the call"), ("از نخستین زنگ.", "From the first ring.")),
    _aim(
        "entry_s",
        ("طبقه‌بندی", "Classifying"),
        ("از پاسخ تا ثبت نوع و جا.", "From the answer until kind and place stand."),
    ),
    _aim(
        "queue_s",
        ("تا نخستین اعزام", "Until the first is sent"),
        ("از ثبت رخداد.", "From the classification."),
        each=True,
    ),
    _aim("delivery_s", ("رسیدن به دستگاه", "Reaching the handheld"), ("تا زنگ بخورد.", "Until it sounds.")),
    _aim("turnout_s", ("راه افتادن", "Setting out"), ("از فرستادن تا در مسیر.", "From the offer until under way.")),
    _aim(
        "response_s",
        ("رسیدن نخستین واحد", "The first one there"),
        ("از ثبت رخداد.", "From the classification."),
        each=True,
    ),
    _aim("seen_s", ("دیده شدن در میز", "Seen at a desk"), ("از ثبت رخداد.", "From the classification.")),
    _aim("help_s", ("دیدن کمک فوری", "An emergency seen"), ("از فشردن دکمه.", "From the press of the button.")),
    _field(
        "archive_after_s",
        "after",
        ("ماندن رخداد بسته روی میزها", "How long a closed incident stays on the desks"),
        ("سپس تنها در دفتر رخدادهاست.", "After that it is in the log only."),
    ),
    _field(
        "report_open_s",
        "after",
        ("مهلت تغییر گزارش کوتاه", "How long a crew may change its report"),
        ("از پایان مأموریت؛ سپس میز یگان می‌افزاید.", "From clearing; after that the desk adds to it."),
    ),
)


def whole(rules: Rules) -> Value:
    """Return rules with everything written out, also what rules from before it existed leave unsaid."""
    said = msgspec.structs.replace(
        rules,
        call_backs=rules.back,
        delays=rules.start,
        slower_share=rules.slower,
        aims=rules.aim,
        report_open_s=rules.report_open,
        desk_silent_s=rules.desk_silent,
    )
    # As JSON gives it back: a value in the log and one in memory are to be equal.
    value: Value = msgspec.json.decode(msgspec.json.encode(said))
    return value


def read(value: Value | None) -> Rules | None:
    """Return the rules a value stands for. Raises `ValueInvalid` when it stands for none."""
    if value is None:
        return None
    try:
        return msgspec.convert(value, Rules)
    except msgspec.ValidationError as error:
        raise ValueInvalid(what=str(error)[:300]) from error


def own(world: World, subject: str) -> Value | None:
    """Return what an office has set itself."""
    rules = world.rules.get(OfficeId(subject))
    return None if rules is None else whole(rules)


def inherited(world: World, offices: OfficeTree, subject: str) -> tuple[Value, str | None]:
    """Return what an office follows without rules of its own, and which office's they are; None when they are the program's."""
    for above in offices.chain_of(OfficeId(subject))[1:]:
        if above in world.rules:
            return whole(world.rules[above]), above
    return whole(DEFAULT_RULES), None


def put_in_force(subject: str, value: Value | None) -> SetRules:
    """Return the command that gives an office rules, or takes its own away."""
    return SetRules(office=OfficeId(subject), rules=read(value))
