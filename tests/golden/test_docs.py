"""What the documents name is there: files, functions in them, links, and events."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nazdik.dispatch import events as dispatch_events
from nazdik.intake import events as intake_events

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
        *(
            DOCS / name
            for name in (
                "README.md",
                "life-of-a-call.md",
                "glossary.md",
                "simulation.md",
                "proofs.md",
                "nearest-by-road.md",
                "nearest-by-road.fa.md",
            )
        ),
        *DOCS.glob("decisions/*.md"),
        *DOCS.glob("operations/*.md"),
        *DOCS.glob("interfaces/*.md"),
        *DOCS.glob("security/*.md"),
    ]
)
TREES = ("src/", "web/", "docs/", "tests/", "benchmarks/", "regions/", "changelog.d/")
# Made on each machine, so not in a fresh clone; pictures are made from the running demo.
MADE = ("regions/built", "src/nazdik/web", "docs/images")
BACKTICKED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
EVENT = re.compile(r"\b(?:intake|dispatch)\.[a-z_]+\.v\d+\b")
NAMES_OF_MACHINES = re.compile(r"/(?:home|root|work|tmp)/")


def name_of(page: Path) -> str:
    """Return a page as pytest shows it."""
    return page.relative_to(ROOT).as_posix()


def names_in(path: Path) -> set[str]:
    """Return the names that a Python file defines at its top, and `Class.member` for those in classes."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        found.update(_defined(node))
        if isinstance(node, ast.ClassDef):
            found.update(f"{node.name}.{name}" for inner in node.body for name in _defined(inner))
    return found


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_that_a_document_names_exists(page: Path) -> None:
    missing = []
    for said in BACKTICKED.findall(page.read_text(encoding="utf-8")):
        path, _, name = said.partition(":")
        if not path.startswith(TREES) or path.startswith(MADE) or any(c in path for c in " *<>{}…"):
            continue
        file = ROOT / path
        if not file.exists() or (name and name not in names_in(file)):
            missing.append(said)
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    here = [link for link in links if not name_of(page.parent / link).startswith(MADE)]
    assert [link for link in here if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_event_that_a_document_names_is_one(page: Path) -> None:
    known = {
        str(event.__struct_config__.tag)
        for module in (dispatch_events, intake_events)
        for event in vars(module).values()
        if isinstance(event, type) and hasattr(event, "__struct_config__")
    }
    assert set(EVENT.findall(page.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_document_names_a_folder_of_one_machine(page: Path) -> None:
    assert NAMES_OF_MACHINES.findall(page.read_text(encoding="utf-8")) == []


def test_what_provinces_side_by_side_do_is_what_was_measured() -> None:
    measured = json.loads((ROOT / "benchmarks/results/postgres_writers.json").read_text(encoding="utf-8"))
    stores = {"postgresql": "PostgreSQL", "files": "files"}
    rows = [
        f"| {stores[row['store']]} | {row['provinces']} | 64 | {row['facts_per_s']:,} |"
        f" {row['answer_p50_ms']:.0f} / {row['answer_p99_ms']:.0f} ms |"
        for row in measured["figures"]["writers"]
        if row["senders_each"] == 64
    ]
    page = (DOCS / "proofs.md").read_text(encoding="utf-8")
    assert [row["provinces"] for row in measured["figures"]["writers"]] == [1, 2, 4] * 4
    assert [row for row in rows if row not in page] == []
