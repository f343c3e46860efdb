"""What tests of every folder share."""

import fcntl
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from nazdik.geo.samples import build_samples
from tests.postgres import Postgres, postgres

REPOSITORY = Path(__file__).parents[1]
SOURCES = REPOSITORY / "regions" / "sources"
BUILT = REPOSITORY / "regions" / "built"

# A law says nothing of time: a machine that is busy with something else breaks none.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")


# The files that take longest, by themselves or by their number of tests: begun first, none of them is waited for at the end.
LONGEST = (
    "simulation/whole/test_scenarios.py",
    "contract/test_nodes.py",
    "contract/test_kills.py",
    "load/",
    "property/",
    "contract/test_reload.py",
    "contract/test_callers.py",
    "contract/test_transfers.py",
    "contract/test_first_run.py",
    "simulation/",
    # Before the others: it says which words are in another language, and they leave Persian ones.
    "browser/test_accessibility.py",
    "browser/test_every_page.py",
    "browser/test_closed_network.py",
    "browser/test_sos.py",
    "browser/test_oversight.py",
    "browser/test_whole_loop.py",
    "browser/test_handheld_small.py",
    "browser/test_boards.py",
    "browser/test_undo_at_the_desk.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(REPOSITORY / "tests").as_posix()
        return next((n for n, part in enumerate(LONGEST) if path.startswith(part)), len(LONGEST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Take what was imported out of the garbage collector's reach: else it looks through it all, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def built_region() -> Callable[[str], Path]:
    """
    Give the folder of a sample region by its name.

    Regions are kept in `regions/built` and built only when their sources have changed, once for all test processes.
    """

    def folder(name: str) -> Path:
        BUILT.mkdir(parents=True, exist_ok=True)
        with (BUILT / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            ((region, _),) = build_samples(SOURCES, BUILT, only=(name,))
        return region.folder

    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Give a PostgreSQL that tests of one process share; each makes logins and logs of its own."""
    with postgres() as server:
        yield server
