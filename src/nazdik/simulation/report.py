"""What a run is handed over as: `report.html` (opens offline), `intervals.csv` (a row an incident) and `summary.json`."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from nazdik.kernel import Instant, rfc3339
from nazdik.simulation.callers import CallScript
from nazdik.simulation.charts import bars, cumulative
from nazdik.simulation.measure import INTERVALS, Paired, Row, Spread, spread_of
from nazdik.simulation.replay import Comparison, Outcome

NAMES: dict[str, tuple[str, str]] = {
    "delivery": ("رسیدن: فرستادن تا زنگ", "Delivery: sent → sounded"),
    "decision": ("تصمیم: زنگ تا پذیرش", "Decision: sounded → accepted"),
    "turnout": ("حرکت: پذیرش تا راه افتادن", "Turnout: accepted → driving"),
    "travel": ("راه: راه افتادن تا رسیدن", "Travel: driving → on scene"),
    "response": ("پاسخ: تماس تا رسیدن", "Response: call → on scene"),
}
POLICIES = {"road": ("نزدیک‌ترین از راه", "Nearest by road"), "air": ("نزدیک‌ترین در خط راست", "Nearest by air")}
_STYLE = """
body{font:15px/1.7 Vazirmatn,system-ui,sans-serif;max-width:900px;margin:2rem auto;padding:0 1rem}
body{color:#1b2733;background:#fff}
h1,h2{line-height:1.3}
h1 small,h2 small{display:block;font-weight:400;font-size:.7em;direction:ltr;text-align:right}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
td,th{border-bottom:1px solid #8884;padding:.25rem .5rem;text-align:start}
td.n,th.n{direction:ltr;text-align:right;font-variant-numeric:tabular-nums}
small{color:#5b6b7a}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:currentColor}
code{direction:ltr;unicode-bidi:embed}
.note small{display:block;direction:ltr;text-align:right}
.note{border-inline-start:4px solid #d1731b;padding:.2rem .8rem;background:#d1731b14}
@media(prefers-color-scheme:dark){body{background:#10161c;color:#e3e9ef} small{color:#9fb0c0}}
"""


@dataclass(frozen=True, slots=True)
class About:
    """What a report says of its own making."""

    title_fa: str
    title_en: str
    region_fa: str
    region_en: str
    seed: int
    start_at: Instant
    notes: tuple[tuple[str, str], ...]
    figures: dict[str, Any]


def write_report(
    folder: Path,
    about: About,
    outcomes: Sequence[Outcome],
    comparison: Comparison | None,
    scripts: Sequence[CallScript],
) -> None:
    """Write the three files; `OSError` when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    recorded = _recorded(scripts)
    summary = summary_of(about, outcomes, comparison, recorded)
    (folder / "summary.json").write_bytes(msgspec.json.format(msgspec.json.encode(summary), indent=1) + b"\n")
    (folder / "report.html").write_text(_html(about, outcomes, comparison, recorded), encoding="utf-8")
    codes = {script.incident_id: script for script in scripts}
    with (folder / "intervals.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        for outcome in outcomes:
            for row in outcome.rows:
                sheet.writerow(_cells(outcome.policy, row, codes.get(row.incident_id)))


COLUMNS = (
    "policy", "incident_id", "kind", "code_local", "priority", "own_event", "received_at", "unit_id", "offers", "refused",
    "unanswered", "diverted", "alarms", "waited", "predicted_travel_s", *(f"{name}_s" for name in INTERVALS),
    "on_scene_at", "cleared_at",
    "recorded_wait_s", "recorded_travel_s",
)  # fmt: skip


def _cells(policy: str, row: Row, script: CallScript | None) -> list[object]:
    recorded = script.recorded if script is not None and script.recorded is not None else ("", "")
    at = [None if moment is None else rfc3339(moment) for moment in (row.on_scene_at, row.cleared_at)]
    code = script.code_local if script is not None else ""
    intervals = [row.interval_s(name) for name in INTERVALS]
    return [
        policy, row.incident_id, row.kind, code, row.priority, int(row.own_event), rfc3339(row.received_at), row.unit_id,
        row.offers, row.refused, row.unanswered, row.diverted, row.alarms, int(row.waited), row.predicted_travel_s,
        *intervals, *at, *recorded,
    ]  # fmt: skip


def summary_of(
    about: About, outcomes: Sequence[Outcome], comparison: Comparison | None, recorded: dict[str, Spread]
) -> dict[str, Any]:
    """Return the report's figures as JSON values."""
    return {
        "title": about.title_en,
        "region": about.region_en,
        "seed": about.seed,
        "start_at": rfc3339(about.start_at),
        **about.figures,
        "policies": {
            outcome.policy: {
                "trace_hash": outcome.trace_hash,
                "events": outcome.events,
                "units": outcome.units,
                "incidents": len(outcome.rows),
                "busy_share": round(outcome.busy_share, 4),
                "busy_by_hour": [round(share, 4) for share in outcome.busy_by_hour],
                "intervals_s": {name: asdict(spread) for name, spread in outcome.intervals.items()},
                **{
                    name: outcome.count(name)
                    for name in ("offers", "refused", "unanswered", "diverted", "alarms", "waited")
                },
                "air_at_each_decision": None if outcome.misled is None else asdict(outcome.misled),
                "refusals_by_core": outcome.refused,
                "own_events_nobody_free_for": outcome.unserved_own_events,
            }
            for outcome in outcomes
        },
        "air_minus_road_s": None if comparison is None else asdict(comparison),
        "recorded_s": {name: asdict(spread) for name, spread in recorded.items()},
        "notes": [en for _, en in about.notes],
    }


def one_line(outcome: Outcome, comparison: Comparison | None) -> str:
    """Return the run in one line for a terminal."""
    parts = [f"{len(outcome.rows)} incidents by {outcome.policy}, {outcome.units} units"]
    parts += [f"{name} {_pair(outcome.intervals[name])}" for name in INTERVALS]
    parts.append(f"busy {100 * outcome.busy_share:.1f} %")
    if outcome.misled is not None:
        parts.append(f"air picks later at {100 * outcome.misled.later_share:.1f} % of decisions")
    if comparison is not None:
        parts.append(f"air−road first choice {_difference(comparison.first_choice)}")
        parts.append(f"response {_difference(comparison.response)}")
    return " · ".join(parts)


def _pair(spread: Spread) -> str:
    return "–" if spread.p50 is None else f"{spread.p50:.1f}/{spread.p90:.1f} s"


def _difference(paired: Paired) -> str:
    return f"{paired.mean_s:+.1f} s [{paired.low_s:+.1f}, {paired.high_s:+.1f}]"


def _recorded(scripts: Sequence[CallScript]) -> dict[str, Spread]:
    """What the record itself says: waiting until dispatch, travel after it, and both."""
    stamped = [script.recorded for script in scripts if script.recorded is not None and not script.own_event]
    if not stamped:
        return {}
    return {
        "wait": spread_of([wait for wait, _ in stamped]),
        "travel": spread_of([travel for _, travel in stamped]),
        "response": spread_of([wait + travel for wait, travel in stamped]),
    }


def _html(about: About, outcomes: Sequence[Outcome], comparison: Comparison | None, recorded: dict[str, Spread]) -> str:
    title = f"<h1>{escape(about.title_fa)}{_en(about.title_en)}</h1>"
    where = f"<p>{escape(about.region_fa)} · {_en(about.region_en)} · seed <code>{about.seed}</code></p>"
    notes = "".join(f'<p class="note">{escape(fa)}{_en(en)}</p>' for fa, en in about.notes)
    body = [title, where, notes, _traces(outcomes), _table(outcomes), *_curves(outcomes), _busy(outcomes)]
    if comparison is not None:
        body.append(_comparison(comparison))
    if recorded:
        body.append(_fidelity(outcomes[0], recorded))
    head = f'<!doctype html><html lang="fa" dir="rtl"><meta charset="utf-8"><title>{escape(about.title_en)}</title>'
    return f'{head}<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>{"".join(body)}</html>\n'


def _en(text: str) -> str:
    """English beside Persian: an island of its own, or its last full stop would stand at its beginning."""
    return f"<small lang=en dir=ltr>{escape(text)}</small>"


def _heading(fa: str, en: str) -> str:
    return f"<h2>{escape(fa)}{_en(en)}</h2>"


def _traces(outcomes: Sequence[Outcome]) -> str:
    rows = "".join(
        f"<tr><td>{POLICIES[o.policy][0]}</td><td class=n>{o.events:,}</td><td class=n>{len(o.rows):,}</td>"
        f"<td class=n>{o.units}</td><td class=n>{100 * o.busy_share:.1f} %</td>"
        f"<td class=n><code>{o.trace_hash[:16]}</code></td></tr>"
        for o in outcomes
    )
    return (
        _heading("اجرا", "The run")
        + "<table><tr><th>روش<th class=n>واقعه · events<th class=n>رخداد · incidents<th class=n>واحد · units"
        + f"<th class=n>مشغول · busy<th class=n>اثر · trace</tr>{rows}</table>"
    )


def _table(outcomes: Sequence[Outcome]) -> str:
    heads = "".join(f"<th class=n>{POLICIES[o.policy][1]} P50<th class=n>P90" for o in outcomes)
    rows = []
    for name in INTERVALS:
        cells = "".join(
            f"<td class=n>{_number(o.intervals[name].p50)}<td class=n>{_number(o.intervals[name].p90)}"
            for o in outcomes
        )
        fa, en = NAMES[name]
        rows.append(f"<tr><td>{fa}<br>{_en(en)}{cells}</tr>")
    counts = []
    for name, fa in (
        ("offers", "پیشنهاد"),
        ("refused", "رد"),
        ("unanswered", "بی‌پاسخ"),
        ("diverted", "انتقال به رخداد دیگر"),
        ("alarms", "هشدار"),
    ):
        cells = "".join(f"<td class=n colspan=2>{o.count(name):,}" for o in outcomes)
        counts.append(f"<tr><td>{fa} {_en(name)}{cells}</tr>")
    table = f"<table><tr><th>ثانیه · seconds{heads}</tr>{''.join(rows)}{''.join(counts)}</table>"
    return _heading("بازه‌ها", "Intervals") + table


def _curves(outcomes: Sequence[Outcome]) -> list[str]:
    parts = []
    for name in ("travel", "response"):
        series = [(POLICIES[o.policy][1], o.values[name]) for o in outcomes]
        parts.append(_heading(f"توزیع {NAMES[name][0]}", f"Distribution of {NAMES[name][1]}"))
        parts.append(cumulative(series, unit="s"))
    return parts


def _busy(outcomes: Sequence[Outcome]) -> str:
    series = [(POLICIES[o.policy][1], o.busy_by_hour) for o in outcomes]
    chart = bars(series, [f"{hour:02d}" for hour in range(24)], unit="h")
    return _heading("سهم زمان مشغول در هر ساعت", "Busy share by hour of the local day") + chart


def _comparison(comparison: Comparison) -> str:
    rows = ""
    for fa, en, p in (
        ("زمان راه نخستین گزینه هنگام تصمیم", "Road time of the first choice when deciding", comparison.first_choice),
        ("پاسخ", "Response", comparison.response),
    ):
        rows += (
            f"<tr><td>{fa}<br>{_en(en)}<td class=n>{p.n:,}<td class=n>{p.mean_s:+.1f}<td class=n>"
            f"{p.low_s:+.1f} … {p.high_s:+.1f}<td class=n>{100 * p.slower_share:.1f} %<td class=n>{100 * p.faster_share:.1f} %</tr>"
        )
    return (
        _heading("خط راست منهای راه، رخداد به رخداد", "Air minus road, incident by incident")
        + "<table><tr><th>ثانیه · seconds<th class=n>n<th class=n>mean<th class=n>95 %<th class=n>air slower"
        + "<th class=n>air faster</tr>"
        + f"{rows}</table>"
    )


def _fidelity(outcome: Outcome, recorded: dict[str, Spread]) -> str:
    lines = (
        ("انتظار تا اعزام", "entered → dispatched", recorded["wait"], None),
        ("راه پس از اعزام", "dispatched → arrived", recorded["travel"], outcome.intervals["travel"]),
        ("پاسخ", "response", recorded["response"], outcome.intervals["response"]),
    )
    rows = "".join(
        f"<tr><td>{fa}<br>{_en(en)}<td class=n>{_number(said.p50)}<td class=n>{_number(said.p90)}"
        f"<td class=n>{_number(ours.p50 if ours else None)}<td class=n>{_number(ours.p90 if ours else None)}</tr>"
        for fa, en, said, ours in lines
    )
    fa = (
        "این دو با هم سنجیدنی نیستند: در داده نیامده که چند گشت بود، کجا بودند و چه کارهای دیگری داشتند؛ "
        "و بیشتر تماس‌ها کم‌اهمیت است."
    )
    en = (
        "The two cannot be weighed against each other: the record does not say how many patrols there were, where, and what else "
        "they did, and nearly all its calls are of the lowest class. The fidelity gates need a log with units."
    )
    return (
        _heading("آنچه در داده آمده", "What the record says")
        + "<table><tr><th>ثانیه · seconds<th class=n>record P50<th class=n>P90<th class=n>run P50<th class=n>P90</tr>"
        + f"{rows}</table><p class=note>{fa}{_en(en)}</p>"
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"
