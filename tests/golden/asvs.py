"""The list of ASVS 5.0 requirements of levels 1 and 2: which there are, and how our page says what becomes of each."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/security/asvs.md"
STATES = ("holds", "decided", "partly", "not yet", "not used")
# How many requirements of levels 1 and 2 each section begins with; those of level 3 come after them.
_SECTIONS = (
    "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 "
    "5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 "
    "8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 "
    "12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 "
    "17.1:1 17.2:4 17.3:2"
)
REQUIRED = [
    f"{section}.{number}"
    for section, _, last in (part.partition(":") for part in _SECTIONS.split())
    for number in range(1, int(last) + 1)
]
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")
_TEST = re.compile(r"`(test_\w+)`")
_FILE = re.compile(r"`((?:tests|benchmarks|web|src|docs)/[\w./-]+|[\w.-]+\.(?:lock|toml|md))`")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#([^)]*))?\)")


class Row(NamedTuple):
    """One requirement, and what is said of it."""

    id: str
    level: int
    short: str
    state: str
    by: str

    @property
    def tests(self) -> list[str]:
        """The tests it names."""
        return _TEST.findall(self.by)

    @property
    def files(self) -> list[Path]:
        """The files it names or links to."""
        return [ROOT / name for name in _FILE.findall(self.by)] + [
            (PAGE.parent / name).resolve() for name, _ in _LINK.findall(self.by)
        ]

    @property
    def anchors(self) -> list[tuple[Path, str]]:
        """The headings it links to."""
        return [((PAGE.parent / name).resolve(), anchor) for name, anchor in _LINK.findall(self.by) if anchor]


def rows() -> list[Row]:
    """Return every row of the page."""
    found = [_ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    return [Row(m[1], int(m[2]), m[3].strip(), m[4].strip(), m[5].strip()) for m in found if m is not None]


def counted() -> str:
    """Return the sentence that counts the rows by state."""
    by = {state: sum(row.state == state for row in rows()) for state in STATES}
    return ", ".join(f"{by[state]} {state}" for state in STATES)


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
