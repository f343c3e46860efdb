"""The page of the journal's calls: plain HTML with its style in it, so that it needs this process and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape

from nazdik.kernel import from_rfc3339
from nazdik.platform.http.headers import NONCE
from nazdik.platform.http.messages import title

AGAIN_S = 5
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("تماس‌های خام", "Raw calls"),
    "lead": (
        "هر چه در یک شبانه‌روز گذشته از تماس‌گیران رسیده است، همان‌گونه که رسیده. این صفحه بدون دفتر رخدادها هم کار می‌کند.",
        "Whatever callers sent in the last day, as it came. This page works without the log.",
    ),
    "aside": (
        "دفتر بازبینی پاسخ نمی‌دهد. این نگاه در پرونده‌ای کنار آن ثبت شد.",
        "The audit log does not answer. This look was written down in a file beside it.",
    ),
    "open": (
        "مورد هنوز تماس نشده است: به این شماره‌ها خودتان زنگ بزنید.",
        "are no calls yet: call these numbers yourself.",
    ),
    "none": ("در یک شبانه‌روز گذشته چیزی نرسیده است.", "Nothing came in the last day."),
    "time": ("زمان", "Time"),
    "door": ("راه", "Way"),
    "number": ("شماره", "Number"),
    "fate": ("سرانجام", "What became of it"),
    "bytes": ("آن‌چه رسید", "What came"),
    "size": ("بایت", "bytes"),
    "cut": ("… ادامه دارد", "… there is more"),
    "no_number": ("بی‌شماره", "no number"),
    "stop": ("نگه داشتن صفحه", "Hold the page still"),
    "go": ("تازه شدن خودکار", "Refresh by itself"),
    "read_at": ("خوانده شده در", "Read at"),
    "sign_in": ("ورود به سامانه", "Sign in"),
    "fate.call": ("تماس شد", "is a call"),
    "fate.message": ("از تماسی دیگر است", "belongs to a call"),
    "fate.no_call": ("هنوز تماس نیست", "no call yet"),
    "state.ringing": ("زنگ می‌زند", "rings"),
    "state.answered": ("پاسخ داده شد", "answered"),
    "state.classified": ("رخداد شد", "made an incident"),
    "state.linked": ("به رخداد پیوست", "linked"),
    "state.closed": ("بسته شد", "closed"),
    "state.abandoned": ("قطع کرد", "hung up"),
    "doors": ("راه‌های ورود", "Ways in"),
    "up": ("باز", "open"),
    "down": ("قطع", "down"),
    "since": ("از", "since"),
    "messages": ("پیام‌ها", "messages"),
    "door.sip-udp": ("تلفن (SIP/UDP)", "telephone (SIP/UDP)"),
    "door.sip-tcp": ("تلفن (SIP/TCP)", "telephone (SIP/TCP)"),
    "door.sip-tls": ("تلفن (SIP/TLS)", "telephone (SIP/TLS)"),
    "door.mqtt": ("ردیاب‌ها (MQTT)", "trackers (MQTT)"),
    "door.sip": ("تلفن (SIP)", "telephone (SIP)"),
    "door.ami": ("تلفن (AMI)", "telephone (AMI)"),
    "door.call": ("فرمان", "command"),
    "door.sms": ("پیامک", "text message"),
    "door.aml": ("جای گوشی (AML)", "phone's place (AML)"),
    "door.begin": ("صفحهٔ کمک", "help page"),
    "door.page": ("صفحهٔ کمک", "help page"),
    "door.report": ("گزارش غیرفوری", "report"),
    "door.unknown": ("ناشناخته", "unknown"),
}
_STYLE = """
:root{color-scheme:light dark;--bg:#e3e4e2;--raised:#fbfbfa;--line:#c3c6c8;--text:#16191c;--text2:#454c53;--accent:#0a57a4;
--bad:#b4121b;--on:#fff;--ok:#17693f;--warn:#ffd43b;--onwarn:#16191c}
@media (prefers-color-scheme:dark){:root{--bg:#0d1013;--raised:#1b2126;--line:#3a434b;--text:#e6e9eb;--text2:#a9b2ba;
--accent:#7db8f0;--bad:#ff7b72;--on:#16191c;--ok:#6fd09b;--warn:#6b5300;--onwarn:#fff3c4}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:16px/1.6 Vazirmatn,system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:1rem}h1{font-size:1.4rem;margin:0}p{margin:.25rem 0 .75rem;color:var(--text2)}
a{color:var(--accent)}nav{display:flex;gap:1rem;flex-wrap:wrap;margin:.5rem 0 1rem}
.note{background:var(--warn);color:var(--onwarn);padding:.5rem .75rem;border-radius:4px}
.open{background:var(--bad);color:var(--on);padding:.5rem .75rem;border-radius:4px;font-weight:700}
table{width:100%;border-collapse:collapse;background:var(--raised)}th,td{text-align:start;vertical-align:top;padding:.4rem .6rem;
border-bottom:1px solid var(--line)}th{color:var(--text2);font-size:.85rem}
tr.no_call td:first-child{border-inline-start:6px solid var(--bad)}
ul.doors{list-style:none;display:flex;gap:.5rem;flex-wrap:wrap;margin:0 0 1rem;padding:0}
.doors li{background:var(--raised);border:1px solid var(--line);border-inline-start:6px solid var(--ok);padding:.3rem .6rem;
border-radius:4px}
.doors li.down{border-color:var(--bad);order:-1}.doors li.down b{color:var(--bad)}
td.n{font-size:1.15rem;font-weight:700;white-space:nowrap}td.t{white-space:nowrap;font-variant-numeric:tabular-nums}
.no_call .f{color:var(--bad);font-weight:700}.call .f{color:var(--ok)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;max-height:24rem;overflow:auto;font:13px/1.5 ui-monospace,monospace;margin:.3rem 0}
summary{cursor:pointer}
"""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record on the page."""

    at: str
    door: str
    number: str
    fate: str
    state: str | None
    size: int
    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class WayIn:
    """How one way in is doing. `said` is why it is down, in the page's language."""

    door: str
    up: bool
    since: str | None
    said: str
    messages: int


def raw_page(
    rows: Sequence[RawRow],
    *,
    at: str,
    audited: bool,
    language: str,
    still: bool,
    offset_min: int,
    ways: Sequence[WayIn] = (),
) -> str:
    """Return the page; it comes again by itself unless it is to stand still."""

    def say(word: str) -> str:
        return _say(word, language)

    waiting = sum(row.fate == "no_call" for row in rows)
    other = "en" if language == "fa" else "fa"
    links = (
        f'<a href="/raw?lang={language}{"" if still else "&amp;still=1"}">{say("go" if still else "stop")}</a>'
        f'<a href="/raw?lang={other}" lang="{other}">{"English" if other == "en" else "فارسی"}</a>'
        f"<span>{say('read_at')} <bdi>{_local(at, offset_min)}</bdi></span>"
    )
    head = f"<h1>{say('title')}</h1><p>{say('lead')}</p><nav>{links}</nav>"
    notes = "" if audited else f'<p class="note" role="status">{say("aside")}</p>'
    notes += f'<p class="open" role="alert">{waiting} {say("open")}</p>' if waiting else ""
    notes += _ways(ways, language, offset_min)
    if not rows:
        return _page(f"{head}{notes}<p>{say('none')}</p>", language, again=not still)
    columns = "".join(f'<th scope="col">{say(name)}</th>' for name in ("time", "number", "fate", "door", "bytes"))
    body = "".join(_row(row, language, offset_min) for row in rows)
    table = f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
    return _page(head + notes + table, language, again=not still)


def _ways(ways: Sequence[WayIn], language: str, offset_min: int) -> str:
    """Return the ways in as a list, those that are down first and in words."""
    if not ways:
        return ""
    items = "".join(_way(way, language, offset_min) for way in ways)
    return f'<ul class="doors" aria-label="{_say("doors", language)}">{items}</ul>'


def _way(way: WayIn, language: str, offset_min: int) -> str:
    state = "up" if way.up else "down"
    since = f" {_say('since', language)} <bdi>{_local(way.since, offset_min)}</bdi>" if way.since else ""
    said = f" · {_plain(way.said)}" if way.said and not way.up else ""
    name = f"<bdi>{_say(f'door.{way.door}', language)}</bdi>"
    count = f" · {_say('messages', language)}: {way.messages}"
    return f'<li class="{state}">{name} <b>{_say(state, language)}</b>{since}{said}{count}</li>'


def refusal_page(code: str, language: str, *, sign_in: bool) -> str:
    """Return the page that says why nothing is shown."""
    link = f'<p><a href="/">{_say("sign_in", language)}</a></p>' if sign_in else ""
    return _page(
        f"<h1>{_say('title', language)}</h1><p>{_plain(title(code, language))}</p>{link}", language, again=False
    )


def _row(row: RawRow, language: str, offset_min: int) -> str:
    state = f" · {_say(f'state.{row.state}', language)}" if row.state else ""
    number = f'<bdi dir="ltr">{_plain(row.number)}</bdi>' if row.number else _say("no_number", language)
    cut = f"<p>{_say('cut', language)}</p>" if row.cut else ""
    return (
        f'<tr class="{_plain(row.fate)}"><td class="t"><bdi dir="ltr">{_local(row.at, offset_min)}</bdi></td>'
        f'<td class="n">{number}</td><td class="f">{_say(f"fate.{row.fate}", language)}{state}</td>'
        f"<td>{_say(f'door.{row.door}', language)}</td>"
        f"<td><details><summary>{row.size} {_say('size', language)}</summary>"
        f'<pre dir="ltr">{_plain(row.text)}</pre>{cut}</details></td></tr>'
    )


def _page(body: str, language: str, *, again: bool) -> str:
    direction = "rtl" if language == "fa" else "ltr"
    refresh = f'<meta http-equiv="refresh" content="{AGAIN_S}">' if again else ""
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">{refresh}'
        f'<meta name="viewport" content="width=device-width"><title>{_say("title", language)}</title>'
        f'<link rel="icon" href="data:,"><style nonce="{NONCE}">{_STYLE}</style></head><body><main>{body}</main></body></html>'
    )


def _say(word: str, language: str) -> str:
    texts = _WORDS.get(word)
    return _plain(texts[0] if language == "fa" else texts[1]) if texts is not None else _plain(word)


def _plain(text: str) -> str:
    # Braces too: what a caller sent must never read as the mark that becomes the page's nonce.
    return escape(text, quote=True).replace("{", "&#123;")


def _local(at: str, offset_min: int) -> str:
    moment = datetime.fromtimestamp(from_rfc3339(at) / 1_000_000, tz=timezone(timedelta(minutes=offset_min)))
    return moment.strftime("%H:%M:%S")
