"""
Public holidays of Iran until 2031, as a file beside this module has them.

Lunar ones are reckoned in advance and may move by a day: the editor of closures is for that too.
"""

import csv
from datetime import date
from pathlib import Path

from nazdik.oversight.calendar import Calendar

FILE = Path(__file__).with_name("data") / "iran_public_holidays_2020_2031.csv"
_FIRST = date(1970, 1, 1).toordinal()


def official_calendar() -> Calendar:
    """Return the official calendar: holidays and the weekend."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return Calendar(frozenset(date.fromisoformat(row["date"]).toordinal() - _FIRST for row in csv.DictReader(file)))
