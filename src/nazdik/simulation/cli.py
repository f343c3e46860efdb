"""`nazdik replay` and `nazdik simulate`: a record, or a made-up day, through the real core in virtual time."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from nazdik.geo.errors import GeoBuildError
from nazdik.geo.tables import BANDS, GROUPS
from nazdik.kernel import Instant
from nazdik.kernel.instant import MICROSECONDS_PER_S, plus_s
from nazdik.kernel.text import persian_digits
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.simulation.callers import CallScript
from nazdik.simulation.chance import Chance
from nazdik.simulation.demand import (
    CALLS_PER_DAY_KHUZESTAN,
    DAY_S,
    DEFAULT_MIX,
    Demand,
    MixUnreadable,
    Settlement,
    Streets,
    county_weights,
    read_mix,
    read_settlements,
)
from nazdik.simulation.ground import Ground
from nazdik.simulation.motion import Roads
from nazdik.simulation.record import SCENE_S_MAX, SCENE_S_MIN, RecordForeign, read_nypd, zone
from nazdik.simulation.replay import Comparison, Outcome, compare, play, twin
from nazdik.simulation.report import About, one_line, write_report
from nazdik.simulation.world import Setting

app = typer.Typer(help="Run the real core in virtual time.", no_args_is_help=True)
_screen = Console(stderr=True)

SOURCES = Path("regions/sources")
IRAN = timezone(timedelta(hours=3, minutes=30))
EXIT_REFUSED = 2
LEAD_S = 600.0
TRUTH_MIN, TRUTH_MAX = 0.3, 3.0


class Policy(StrEnum):
    """Whom dispatch calls nearest."""

    ROAD = "road"
    AIR = "air"


@app.command()
def replay(
    calls: Annotated[Path, typer.Option(help="New York CAD rows, CSV or CSV.GZ", show_default=False)],
    region: Annotated[Path, typer.Option(help="Built region that holds the calls", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the report", show_default=False)],
    units: Annotated[int, typer.Option(min=1, max=20_000, help="Patrols on duty")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run, bit for bit")] = 1,
    policy: Annotated[Policy, typer.Option(help="Send by road time or by straight line")] = Policy.ROAD,
    days: Annotated[int | None, typer.Option(min=1, help="Only the first so many days")] = None,
    fold: Annotated[int, typer.Option(min=1, help="Lay so many days over one, so that crews have work")] = 1,
    comparing: Annotated[bool, typer.Option("--compare/--no-compare", help="Run the other policy too")] = True,
) -> None:
    """Send real calls through the core and report the intervals, by road and by straight line."""
    with _one_sentence():
        ground = Ground.load(region)
        record = read_nypd(calls, ground, days=days, fold=fold)
        if not record.scripts:
            raise RecordForeign(
                f"هیچ تماسی از «{calls.name}» در منطقهٔ «{region.name}» نیست.",
                f"No call of “{calls.name}” lies in region “{region.name}”.",
            )
        start_at = plus_s(record.scripts[0].at, -LEAD_S)
        setting = Setting(units=units, seed=seed, start_at=start_at, by_air=policy is Policy.AIR, zone=zone())
        outcomes, comparison = _play(ground, setting, record.scripts, comparing=comparing)
        about = About(
            title_fa="بازپخش تماس‌های واقعی",
            title_en="Replay of real calls",
            region_fa=ground.name_fa,
            region_en=ground.name_en,
            seed=seed,
            start_at=start_at,
            notes=_record_notes(record.capped, fold, len(record.scripts)),
            figures={
                "rows": record.rows,
                "calls": len(record.scripts),
                "own_events": sum(script.own_event for script in record.scripts),
                "outside": record.outside,
                "repeated": record.repeated,
                "unusable": record.unusable,
                "scene_capped": record.capped,
                "days_folded": fold,
            },
        )
        write_report(out, about, outcomes, comparison, record.scripts)
    _tell(outcomes, comparison, out)


@app.command()
def simulate(
    region: Annotated[
        Path | None,
        typer.Option(help="A built region; without one the whole product runs under faults", show_default=False),
    ] = None,
    multiple: Annotated[float, typer.Option(min=0.01, max=100, help="Times the calls of an ordinary day")] = 1.0,
    day: Annotated[bool, typer.Option("--day", help="One day from midnight to midnight; this is the default")] = False,
    days: Annotated[int, typer.Option(min=1, max=31, help="So many days instead")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run, bit for bit")] = 1,
    units: Annotated[
        int | None, typer.Option(min=1, max=20_000, help="Patrols; 220 times the multiple if not given")
    ] = None,
    calls_per_day: Annotated[float, typer.Option(min=1, help="An ordinary day's calls")] = CALLS_PER_DAY_KHUZESTAN,
    statistics: Annotated[Path | None, typer.Option(help="110 statistics for the mix of calls, CSV")] = None,
    places: Annotated[Path | None, typer.Option(help="Settlements with their people, CSV")] = None,
    comparing: Annotated[bool, typer.Option("--compare/--no-compare", help="Run by straight line too")] = False,
    drive: Annotated[
        list[str] | None,
        typer.Option(
            help="How crews really drive, such as primary=1.3: so many times as long as the table says; repeat"
        ),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Folder to keep the province's log in, such as for `nazdik eta`; it must be new")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report")] = None,
    seeds: Annotated[str | None, typer.Option(help="Under faults: a range of seeds, such as 1..100")] = None,
    hours: Annotated[float | None, typer.Option(min=0.01, help="Under faults: how long they go on")] = None,
    scenario: Annotated[str | None, typer.Option(help="Under faults: a named one, such as S12")] = None,
) -> None:
    """
    Send made-up days of calls through the core; without a region, run the whole product under seeded faults.

    Examples: nazdik simulate --region regions/built/khuzestan --out var/day, nazdik simulate --seed 7
    """
    if region is None:
        from nazdik.simulation.whole.cli import simulate_whole  # noqa: PLC0415 - builds and compiles a town

        simulate_whole(seed=seed, seeds=seeds, hours=hours, scenario=scenario)
        return
    if seeds or hours or scenario:
        raise typer.BadParameter("--seeds, --hours and --scenario are for runs under faults, without --region")
    if day and days != 1:
        raise typer.BadParameter("--day is one day; leave it out with --days")
    with _one_sentence():
        ground = Ground.load(region)
        settlements = _settlements(ground, places)
        mix = read_mix(statistics) if statistics is not None else DEFAULT_MIX
        midnight = local_midnight(date(2026, 3, 21))
        scripts = made_up_calls(
            ground, settlements, Demand(calls_per_day * multiple, mix), seed=seed, midnight=midnight, days=days
        )
        setting = Setting(
            units=units if units is not None else max(1, round(220 * multiple)),
            seed=seed,
            start_at=midnight,
            zone=IRAN,
            weights=county_weights(ground, settlements) or None,
            truth=_truth(drive or ()),
        )
        log = _new_log(keep, ground) if keep is not None else None
        began = time.perf_counter()
        outcomes, comparison = _play(
            ground, setting, scripts, comparing=comparing, end=plus_s(midnight, days * DAY_S), log=log
        )
        if log is not None:
            log.close()
        took_s = time.perf_counter() - began
        if out is not None:
            about = About(
                title_fa="روز ساختگی",
                title_en="A made-up day",
                region_fa=ground.name_fa,
                region_en=ground.name_en,
                seed=seed,
                start_at=midnight,
                notes=_made_up_notes(ground),
                figures={"calls": len(scripts), "multiple": multiple, "days": days, "mix": asdict(mix)},
            )
            write_report(out, about, outcomes, comparison, scripts)
    _tell(outcomes, comparison, out)
    _screen.print(f"{len(scripts)} calls, {outcomes[0].events} facts in {took_s:.1f} s", highlight=False)


def _truth(drive: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return how crews drive, at all hours, from words such as `primary=1.3`."""
    truth: dict[tuple[str, str], float] = {}
    for word in drive:
        group, _, factor = word.partition("=")
        number = float(factor) if factor.replace(".", "", 1).isdigit() else 0.0
        if group not in GROUPS or not TRUTH_MIN <= number <= TRUTH_MAX:
            raise typer.BadParameter(f"{word}: one of {', '.join(GROUPS)} = {TRUTH_MIN} to {TRUTH_MAX}")
        truth |= {(group, band): number for band in BANDS}
    return truth


def _new_log(folder: Path, ground: Ground) -> EventLog:
    path = folder / f"{ground.province}.log.sqlite"
    if path.exists():
        raise typer.BadParameter(f"{path} is there already")
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteLog(path)


def made_up_calls(
    ground: Ground,
    settlements: Sequence[Settlement],
    demand: Demand,
    *,
    seed: int,
    midnight: Instant,
    days: int = 1,
    hours: range = range(24),
) -> tuple[CallScript, ...]:
    """Return the calls of so many days from a local midnight on."""
    from nazdik.geo.snap import Snapper  # noqa: PLC0415 -- only a made-up day draws places

    chance = Chance(seed)
    streets = Streets(ground, Roads(ground.graph, Snapper(ground.graph)), settlements)
    return tuple(
        script
        for number in range(days)
        for script in demand.calls(ground, streets, chance, midnight=plus_s(midnight, number * DAY_S), hours=hours)
    )


def local_midnight(day: date) -> Instant:
    """Return when a day begins in Iran."""
    moment = datetime(day.year, day.month, day.day, tzinfo=IRAN)
    return Instant(round(moment.timestamp()) * MICROSECONDS_PER_S)


def _settlements(ground: Ground, places: Path | None) -> tuple[Settlement, ...]:
    """The settlements asked for, or those that ship with the region's sources; none is no error, only less like life."""
    if places is not None:
        return read_settlements(places)
    shipped = SOURCES / f"{ground.province}_places.csv"
    return read_settlements(shipped) if shipped.is_file() else ()


def _play(
    ground: Ground,
    setting: Setting,
    scripts: Sequence[CallScript],
    *,
    comparing: bool,
    end: Instant | None = None,
    log: EventLog | None = None,
) -> tuple[list[Outcome], Comparison | None]:
    with _bars() as bars:
        tasks: dict[str, TaskID] = {}

        def on_progress(policy: str, share: float) -> None:
            if policy not in tasks:
                tasks[policy] = bars.add_task(policy, total=1.0)
            bars.update(tasks[policy], completed=share)

        first = play(ground, setting, scripts, end=end, progress=on_progress, log=log)
        if not comparing:
            return [first], None
        second = play(ground, twin(setting), scripts, end=end, progress=on_progress)
    road, air = (second, first) if setting.by_air else (first, second)
    return [first, second], compare(road, air)


def _tell(outcomes: Sequence[Outcome], comparison: Comparison | None, out: Path | None) -> None:
    typer.echo(one_line(outcomes[0], comparison))
    for outcome in outcomes:
        typer.echo(f"trace {outcome.policy} {outcome.trace_hash}")
    if out is not None:
        _screen.print(f"{out / 'report.html'}", highlight=False, soft_wrap=True)


def _record_notes(capped: int, fold: int, calls: int) -> tuple[tuple[str, str], ...]:
    least, most = SCENE_S_MIN / 60, SCENE_S_MAX / 3600
    notes = [
        (
            "تماس‌ها از سامانهٔ پلیس نیویورک (NYC Open Data، ۲۰۲۴) و بیشتر از یک نوع کم‌اهمیت است؛ گشت‌ها و جایشان ساختگی است.",
            "The calls are from New York's police (City of New York, NYC Open Data, 2024), nearly all of one minor type; "
            "the patrols and their posts are made up.",
        ),
        (
            persian_digits(
                f"زمان در صحنه از رسیدن تا بستن در خود داده است، دست‌کم {least:g} دقیقه و دست‌بالا {most:g} ساعت "
                f"({capped} از {calls} کوتاه شد)."
            ),
            f"Time on scene is the record's arrival to closing, at least {least:g} minutes and at most {most:g} hours "
            f"({capped} of {calls} were cut).",
        ),
    ]
    if fold > 1:
        notes.append(
            (persian_digits(f"هر {fold} روز روی هم گذاشته شده است."), f"Each {fold} days are laid over one another.")
        )
    return tuple(notes)


def _made_up_notes(ground: Ground) -> tuple[tuple[str, str], ...]:
    made_up = (
        "تماس‌ها، گشت‌ها و رفتارشان ساختگی است؛ آمیزهٔ تماس‌ها از آمارهای منتشرشدهٔ ۱۱۰ است. "
        "این اجرا روش‌ها را می‌سنجد، خوزستان را پیش‌بینی نمی‌کند.",
        "Calls, patrols and their conduct are made up; the mix of calls follows published 110 figures. "
        "A run ranks policies, it does not predict a province.",
    )
    if ground.notice_en is None:
        return (made_up,)
    return (made_up, ("خیابان‌ها ساختگی است.", ground.notice_en))


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn a refusal into its sentence and exit code 2."""
    try:
        yield
    except GeoBuildError as error:
        _refuse(f"{error.message_fa}\n{error.message_en} [{error.code}]")
    except (RecordForeign, MixUnreadable) as error:
        _refuse(str(error))
    except OSError as error:
        name = Path(error.filename).name if error.filename else ""
        _refuse(f"خواندن یا نوشتن نشد: {name}\nCannot read or write {name}: {error.strerror}")


def _refuse(sentence: str) -> None:
    _screen.print(sentence, style="red", highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(EXIT_REFUSED)


@contextmanager
def _bars() -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_screen) as bars:
        yield bars
