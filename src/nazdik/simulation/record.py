"""
Real calls: the rows of New York's police CAD of 2024 as call scripts.

The record's codes are mapped to our kinds and kept, written out, with the call. Its times are local New York time without a zone.
Its rows are no fair sample of police work (89 % are one code, "holding suspect"): right for real places, stamps and long
services, wrong for the mix. What it does not have (who went, how many, from where) is not invented here.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from nazdik.kernel import CallId, Instant, LonLat
from nazdik.kernel.instant import MICROSECONDS_PER_S
from nazdik.simulation.callers import CallScript
from nazdik.simulation.ground import Ground

ZONE = "America/New_York"
COLUMNS = (
    "cad_evnt_id",
    "radio_code",
    "typ_desc",
    "cip_jobs",
    "add_ts",
    "disp_ts",
    "arrivd_ts",
    "closng_ts",
    "latitude",
    "longitude",
)
# Time on scene is arrival to closing. Below the least an officer only pressed two buttons; beyond the most the job was left open
# (the record's mean is 120 minutes, because it holds the ten types that last longest).
SCENE_S_MIN, SCENE_S_MAX = 120.0, 14_400.0

# Radio code without its last digit (inside, outside, school …) → our kind. "Holding suspect" is a theft in progress whose
# suspect is held; child abuse travels as domestic violence; "investigate" and "suspicious letter" as suspicious.
KIND_OF_CODE: tuple[tuple[str, str], ...] = (
    ("12", "theft_now"),
    ("24Q7", "domestic_violence"),
    ("24W", "fight_weapon"),
    ("24K", "fight_weapon"),
    ("24S", "shooting"),
    ("34S", "shooting"),
    ("24", "fight"),
    ("34", "fight"),
    ("21", "theft_past"),
    ("22", "theft_past"),
    ("44", "suspicious"),
    ("10M", "drugs"),
    ("10N", "drugs"),
    ("10", "suspicious"),
)
# The record's classes of priority, as far as they are in it; any other keeps the kind's own.
PRIORITY_OF_CLASS = {"Critical": 1, "Serious": 2, "Non Critical": 3, "Non CIP": 4}


class RecordForeign(Exception):
    """The calls cannot be read; `str` says why, in both languages."""

    def __init__(self, fa: str, en: str) -> None:
        super().__init__(f"{fa} {en}")
        self.message_fa, self.message_en = fa, en


@dataclass(frozen=True, slots=True)
class RecordedCalls:
    """The calls of a record that lie in a region, and what was left out."""

    scripts: tuple[CallScript, ...]
    rows: int
    outside: int
    repeated: int
    unusable: int
    capped: int


def read_nypd(path: Path, ground: Ground, *, days: int | None = None, fold: int = 1) -> RecordedCalls:
    """
    Return the record's calls inside a region's bounds, in the order of their time.

    Args:
        days: Only the first so many days, counted from the first call in the region.
        fold: Lay so many days over one, each call at its own time of day. The record is a sample and leaves a day nearly empty;
            folding gives crews something to do at once.

    Raises:
        RecordForeign: The file is missing, is no CSV, or lacks the columns.
    """
    read = list(_rows(path))
    west, south, east, north = ground.bounds
    seen: set[str] = set()
    usable: list[_Row] = []
    outside = repeated = unusable = 0
    for row in read:
        parsed = _parse(row)
        if parsed is None:
            unusable += 1
        elif not (west <= parsed.point.lon <= east and south <= parsed.point.lat <= north):
            outside += 1
        elif parsed.key in seen:
            repeated += 1
        elif ground.offices.station_at(parsed.point) is None:
            outside += 1
        else:
            seen.add(parsed.key)
            usable.append(parsed)
    usable.sort(key=lambda r: (r.entered, r.key))
    if days is not None and usable:
        first = usable[0].entered.date()
        usable = [r for r in usable if (r.entered.date() - first).days < days]
    capped = sum(r.scene_s > SCENE_S_MAX for r in usable)
    scripts = sorted((_script(r, ground, usable[0].entered, fold) for r in usable), key=lambda s: (s.at, s.call_id))
    return RecordedCalls(tuple(scripts), len(read), outside, repeated, unusable, capped)


def zone() -> ZoneInfo:
    """Return the record's time zone; `RecordForeign` where the system has no time zone data."""
    try:
        return ZoneInfo(ZONE)
    except (KeyError, OSError) as error:
        raise RecordForeign(
            f"دادهٔ منطقهٔ زمانی {ZONE} روی این رایانه نیست (بستهٔ tzdata).",
            f"This computer has no time zone data for {ZONE} (package tzdata).",
        ) from error


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    code: str
    text: str
    priority: int | None
    point: LonLat
    entered: datetime
    wait_s: float
    travel_s: float
    scene_s: float


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise RecordForeign(f"پروندهٔ تماس‌ها «{path.name}» نیست.", f"There is no file of calls “{path.name}”.")
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8", newline="") as file
        ):
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise RecordForeign(
                    f"پروندهٔ «{path.name}» تماس‌های نیویورک نیست؛ ستون {missing[0]} را ندارد.",
                    f"“{path.name}” does not hold New York's calls: it has no column {missing[0]}.",
                )
            yield from reader
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise RecordForeign(
            f"پروندهٔ تماس‌ها «{path.name}» خوانده نشد.", f"The calls in “{path.name}” cannot be read: {error}"
        ) from error


def _parse(row: dict[str, str]) -> _Row | None:
    """Return a row's numbers, or None when a stamp is missing or out of order, or the place is none."""
    try:
        entered, sent = datetime.fromisoformat(row["add_ts"]), datetime.fromisoformat(row["disp_ts"])
        arrived, closed = datetime.fromisoformat(row["arrivd_ts"]), datetime.fromisoformat(row["closng_ts"])
        point = LonLat(float(row["longitude"]), float(row["latitude"]))
    except (ValueError, TypeError):
        return None
    if not entered <= sent <= arrived <= closed:
        return None
    return _Row(
        key=row["cad_evnt_id"],
        code=row["radio_code"],
        text=row["typ_desc"],
        priority=PRIORITY_OF_CLASS.get(row["cip_jobs"]),
        point=point,
        entered=entered,
        wait_s=(sent - entered).total_seconds(),
        travel_s=(arrived - sent).total_seconds(),
        scene_s=(closed - arrived).total_seconds(),
    )


def _script(row: _Row, ground: Ground, first: datetime, fold: int) -> CallScript:
    day = (row.entered.date() - first.date()).days
    at = row.entered - timedelta(days=day - day // fold)
    return CallScript(
        call_id=CallId(f"{ground.province}.c{int(row.key):032x}"),
        at=instant_of(at),
        kind=kind_of(row.code),
        point=row.point,
        words=f"{row.code} {row.text}",
        code_local=row.code,
        priority=row.priority,
        scene_s=min(max(row.scene_s, SCENE_S_MIN), SCENE_S_MAX),
        own_event=row.travel_s == 0,
        recorded=(row.wait_s, row.travel_s),
    )


def instant_of(local: datetime) -> Instant:
    """Return a New York clock time as an instant."""
    return Instant(round(local.replace(tzinfo=zone()).timestamp() * MICROSECONDS_PER_S))


def kind_of(code: str) -> str:
    """Return our kind for a radio code: that of its longest known beginning, or "other"."""
    fitting = [(len(start), kind) for start, kind in KIND_OF_CODE if code.startswith(start)]
    return max(fitting)[1] if fitting else "other"
