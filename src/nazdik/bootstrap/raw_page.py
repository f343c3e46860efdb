"""The page of the journal's calls: plain HTML with its style in it, so that it needs this process and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape

from nazdik.bootstrap.raw_words import WORDS
from nazdik.kernel import from_rfc3339
from nazdik.platform.http.headers import NONCE
from nazdik.platform.http.messages import title

AGAIN_S = 5
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_STYLE = """
:root{color-scheme:light dark;--bg:#e3e4e2;--raised:#fbfbfa;--line:#c3c6c8;--text:#16191c;--text2:#454c53;--accent:#0a57a4;
--bad:#b4121b;--on:#fff;--on2:#fff;--ok:#17693f;--warn:#ffd43b;--onwarn:#16191c}
@media (prefers-color-scheme:dark){:root{--bg:#0d1013;--raised:#1b2126;--line:#3a434b;--text:#e6e9eb;--text2:#a9b2ba;
--accent:#7db8f0;--bad:#ff7b72;--on:#16191c;--on2:#16191c;--ok:#6fd09b;--warn:#6b5300;--onwarn:#fff3c4}}
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
.mode{background:var(--bad);color:var(--on);padding:.75rem 1rem;margin:-1rem -1rem 1rem;font-size:1.1rem}
.care p{margin:0;color:var(--text)}.cared_for .f{color:var(--ok)}.pen{display:none}
form{display:flex;gap:.75rem;flex-wrap:wrap;align-items:center;margin:1rem 0}
input{font:inherit;padding:.5rem;background:var(--raised);color:var(--text);border:1px solid var(--line);border-radius:4px;
min-width:min(24rem,100%)}
button,.do{font:inherit;font-weight:700;padding:.5rem 1rem;background:var(--accent);color:var(--on2);border:0;border-radius:4px;
cursor:pointer;text-decoration:none;white-space:nowrap;display:inline-block}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media print{.do,nav{display:none}.pen{display:inline}body{background:#fff;color:#000}}
"""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record on the page. `cares` are when, by whom and how it was taken care of."""

    offset: int
    at: str
    door: str
    number: str
    fate: str
    state: str | None
    size: int
    text: str
    cut: bool
    ringing_ended: str | None = None
    cares: tuple[tuple[str, str, str], ...] = ()


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
    without_log_since: str | None = None,
) -> str:
    """Return the page; it comes again by itself unless it is to stand still. Without a log there is a column to write down care."""

    def say(word: str) -> str:
        return _say(word, language)

    waiting = sum(row.fate == "no_call" for row in rows)
    other = "en" if language == "fa" else "fa"
    links = (
        f'<a href="/raw?lang={language}{"" if still else "&amp;still=1"}">{say("go" if still else "stop")}</a>'
        f'<a href="/raw?lang={other}" lang="{other}">{"English" if other == "en" else "فارسی"}</a>'
        f"<span>{say('read_at')} <bdi>{_local(at, offset_min, language)}</bdi></span>"
    )
    mode = mode_strip(language) if without_log_since is not None else ""
    head = f"{mode}<h1>{say('title')}</h1><p>{say('lead')}</p><nav>{links}</nav>"
    notes = "" if audited else f'<p class="note" role="status">{say("aside")}</p>'
    notes += f'<p class="open" role="alert">{_digits(waiting, language)} {say("open")}</p>' if waiting else ""
    notes += _ways(ways, language, offset_min)
    if not rows:
        return _page(f"{head}{notes}<p>{say('none')}</p>", language, again=not still)
    without_log = without_log_since is not None
    names = ("time", "number", "fate", "door", *(("care",) if without_log else ()), "bytes")
    columns = "".join(f'<th scope="col">{say(name)}</th>' for name in names)
    body = "".join(_row(row, language, offset_min, by_hand=without_log) for row in rows)
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
    since = f" {_say('since', language)} <bdi>{_local(way.since, offset_min, language)}</bdi>" if way.since else ""
    said = f" · {_plain(way.said)}" if way.said and not way.up else ""
    name = f"<bdi>{_say(f'door.{way.door}', language)}</bdi>"
    count = f" · {_say('messages', language)}: {_digits(way.messages, language)}"
    return f'<li class="{state}">{name} <b>{_say(state, language)}</b>{since}{said}{count}</li>'


def refusal_page(code: str, language: str, *, sign_in: bool) -> str:
    """Return the page that says why nothing is shown."""
    link = f'<p><a href="/">{_say("sign_in", language)}</a></p>' if sign_in else ""
    return _page(
        f"<h1>{_say('title', language)}</h1><p>{_plain(title(code, language))}</p>{link}", language, again=False
    )


def _row(row: RawRow, language: str, offset_min: int, *, by_hand: bool) -> str:
    state = f" · {_say(f'state.{row.state}', language)}" if row.state else ""
    if row.ringing_ended and not row.state:
        state = f" · {_say(f'ended.{row.ringing_ended}', language)}"
    number = f'<bdi dir="ltr">{_plain(row.number)}</bdi>' if row.number else _say("no_number", language)
    cut = f"<p>{_say('cut', language)}</p>" if row.cut else ""
    return (
        f'<tr class="{_plain(row.fate)}"><td class="t"><bdi dir="ltr">{_local(row.at, offset_min, language)}</bdi></td>'
        f'<td class="n">{number}</td><td class="f">{_say(f"fate.{row.fate}", language)}{state}</td>'
        f"<td>{_say(f'door.{row.door}', language)}</td>{_care(row, language, offset_min) if by_hand else ''}"
        f"<td><details><summary>{_digits(row.size, language)} {_say('size', language)}</summary>"
        f'<pre dir="ltr">{_plain(row.text)}</pre>{cut}</details></td></tr>'
    )


def _care(row: RawRow, language: str, offset_min: int) -> str:
    """Who took care of it; else the way to write it down, and on paper a line for a pen."""
    if row.cares:
        said = "".join(
            f"<p><bdi>{_local(at, offset_min, language)}</bdi> <bdi>{_plain(by)}</bdi> {_plain(words)}</p>"
            for at, by, words in row.cares
        )
        return f'<td class="care">{said}</td>'
    if row.fate == "message":
        return "<td></td>"
    link = f'<a class="do" href="/raw/care?of={row.offset}&amp;lang={language}">{_say("care.do", language)}</a>'
    return f'<td class="care">{link}<span class="pen">{_say("care.pen", language)}</span></td>'


def mode_strip(language: str) -> str:
    """Return the strip that says on every page that there is no log."""
    return (
        f'<div class="mode" role="alert"><b>{_say("mode.title", language)}</b> {_say("mode.lead", language)}</div>'
    )  # fmt: skip


def sos_strip() -> str:
    """Return what the emergency page says to callers above everything else, in both languages."""
    words = WORDS["mode.sos"]
    return (
        f'<style nonce="{NONCE}">.no-log{{margin:0;padding:.75rem 1rem;background:#b4121b;color:#fff;font:1rem/1.6 Vazirmatn,'
        f'sans-serif}}</style><div role="alert"><p class="no-log" lang="fa" dir="rtl">{_plain(words[0])}</p>'
        f'<p class="no-log" lang="en" dir="ltr">{_plain(words[1])}</p></div>'
    )


def care_page(row: RawRow, language: str, offset_min: int) -> str:
    """Return the page on which one record is written down as taken care of; it stands still."""
    table = f"<table><tbody>{_row(row, language, offset_min, by_hand=False)}</tbody></table>"
    form = (
        f'<form method="post" action="/raw/care?lang={language}"><input type="hidden" name="of" value="{row.offset}">'
        f'<label for="words">{_say("care.words", language)}</label>'
        f'<input id="words" name="words" maxlength="300" dir="auto" autofocus>'
        f"<button>{_say('care.done', language)}</button>"
        f'<a href="/raw?lang={language}">{_say("care.back", language)}</a></form>'
    )
    return _page(
        f"{mode_strip(language)}<h1>{_say('care.title', language)}</h1>{table}{form}", language, again=False
    )  # fmt: skip


def front_page(language: str, *, seats: Sequence[tuple[str, str]], wrong: str = "") -> str:
    """
    Return what stands in the place of every face while there is no log: what still works, and where to sign in.

    Args:
        seats: The demo's desks, id and name; without them a name and a password are asked for.
        wrong: The code of why signing in failed just now.
    """
    other = "en" if language == "fa" else "fa"
    words = "English" if other == "en" else "فارسی"
    raw = f'<a href="/raw?lang={language}">{_say("title", language)}</a>'
    nav = f'<nav>{raw}<a href="/?lang={other}" lang="{other}">{words}</a></nav>'
    failed = f'<p class="open" role="alert">{_plain(title(wrong, language))}</p>' if wrong else ""
    fields = (
        "".join(f'<button name="seat" value="{_plain(seat)}">{_plain(name)}</button>' for seat, name in seats)
        if seats
        else f'<label for="name">{_say("name", language)}</label><input id="name" name="name" autocomplete="username">'
        f'<label for="password">{_say("password", language)}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password">'
        f'<label for="code">{_say("telephone_code", language)}</label>'
        '<input id="code" name="code" autocomplete="one-time-code">'
        f"<button>{_say('enter', language)}</button>"
    )
    form = f'<form method="post" action="/raw/sign-in?lang={language}">{fields}</form>'
    works = "".join(f"<li>{_say(f'mode.{name}', language)}</li>" for name in ("calls", "look", "rest", "mend"))
    body = f"{mode_strip(language)}<h1>{_say('mode.heading', language)}</h1>{nav}<ul>{works}</ul>"
    return _page(f"{body}{failed}<h2>{_say('sign_in', language)}</h2>{form}", language, again=False)


def _page(body: str, language: str, *, again: bool) -> str:
    direction = "rtl" if language == "fa" else "ltr"
    refresh = f'<meta http-equiv="refresh" content="{AGAIN_S}">' if again else ""
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">{refresh}'
        f'<meta name="viewport" content="width=device-width"><title>{_say("title", language)}</title>'
        f'<link rel="icon" href="data:,"><style nonce="{NONCE}">{_STYLE}</style></head><body><main>{body}</main></body></html>'
    )


def _say(word: str, language: str) -> str:
    texts = WORDS.get(word)
    return _plain(texts[0] if language == "fa" else texts[1]) if texts is not None else _plain(word)


def _plain(text: str) -> str:
    # Braces too: what a caller sent must never read as the mark that becomes the page's nonce.
    return escape(text, quote=True).replace("{", "&#123;")


def _local(at: str, offset_min: int, language: str) -> str:
    moment = datetime.fromtimestamp(from_rfc3339(at) / 1_000_000, tz=timezone(timedelta(minutes=offset_min)))
    return _digits(moment.strftime("%H:%M:%S"), language)


def _digits(number: object, language: str) -> str:
    """A figure for people, in their own digits; telephone numbers stay as they are dialled."""
    return str(number).translate(_PERSIAN) if language == "fa" else str(number)
