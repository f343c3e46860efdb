"""`nazdik region`: build a region from a street extract, build the samples, look at what was built."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from nazdik.geo.build import OSM, STEPS, RegionSpec, Step, build_region
from nazdik.geo.build import Progress as OnProgress
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.region import OFFICES, Region, Source
from nazdik.geo.responsible import read_offices

app = typer.Typer(help="Regions: build the map, the road graph, the places and the offices.", no_args_is_help=True)
_screen = Console(stderr=True)

DEFAULT_SOURCES = Path("regions/sources")
DEFAULT_BUILT = Path("regions/built")
EXIT_REFUSED = 2


class Credits(msgspec.Struct, frozen=True):
    """The contents of a `--credits` file."""

    sources: tuple[Source, ...]
    notice_fa: str | None = None
    notice_en: str | None = None


@app.command()
def build(
    pbf: Annotated[Path, typer.Argument(help="Street extract, FILE.osm.pbf", show_default=False)],
    boundary: Annotated[Path, typer.Option(help="Outline of the region, GeoJSON", show_default=False)],
    id: Annotated[str, typer.Option(help="Short Latin id, such as khuzestan", show_default=False)],
    name_fa: Annotated[str, typer.Option(help="Persian name", show_default=False)],
    name_en: Annotated[str, typer.Option(help="English name", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder to make", show_default=False)],
    counties: Annotated[Path | None, typer.Option(help="Counties, GeoJSON with name_fa and name_en")] = None,
    places: Annotated[Path | None, typer.Option(help="Settlements, CSV: name_fa, name, lon, lat, population")] = None,
    villages: Annotated[Path | None, typer.Option(help="Villages known by county only, CSV")] = None,
    offices: Annotated[Path | None, typer.Option(help="Office tree with areas, JSON; drawn up when absent")] = None,
    water: Annotated[Path | None, typer.Option(help="Rivers and coast, GeoJSON")] = None,
    credits: Annotated[Path | None, typer.Option(help="Sources and notice, JSON; OpenStreetMap when absent")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a region that is there")] = False,
) -> None:
    """Build a region from an OpenStreetMap extract and a boundary."""
    with _one_sentence(), _bars() as bars:
        said = _read_credits(credits) if credits else Credits(sources=(OSM,))
        spec = RegionSpec(
            id=id,
            name_fa=name_fa,
            name_en=name_en,
            pbf=pbf,
            boundary=boundary,
            counties=counties,
            places=places,
            villages=villages,
            offices=offices,
            water=water,
            sources=said.sources,
            notice_fa=said.notice_fa,
            notice_en=said.notice_en,
        )
        region = build_region(spec, out, replace=replace, progress=_bar(bars, id))
    _say(region)


@app.command()
def samples(
    out: Annotated[Path, typer.Option(help="Folder that gets one folder a sample")] = DEFAULT_BUILT,
    sources: Annotated[Path, typer.Option(help="Folder of the shipped sources")] = DEFAULT_SOURCES,
    only: Annotated[list[str] | None, typer.Option(help="Build only this sample; may be repeated")] = None,
) -> None:
    """Build the sample regions; those already built from the same inputs are left alone."""
    from nazdik.geo.samples import build_samples  # noqa: PLC0415 -- a plain build does not need the generator

    made: list[Region] = []
    with _one_sentence(), _bars() as bars:
        for region, _built in build_samples(
            sources, out, only=tuple(only or ()), progress_of=lambda region_id: _bar(bars, region_id)
        ):
            made.append(region)
    for region in made:
        _say(region)


@app.command()
def show(folder: Annotated[Path, typer.Argument(help="A built region", show_default=False)]) -> None:
    """Say what a region holds, after reading every byte of it."""
    with _one_sentence():
        region = Region.load(folder)
        region.verify()
    _say(region)


@app.command()
def offices(path: Annotated[Path, typer.Argument(help="A region, or an offices.json", show_default=False)]) -> None:
    """Say what is wrong with the areas of an office tree, by the name of each office; exit code 2 when anything is."""
    from nazdik.geo.office_check import check_offices  # noqa: PLC0415 -- a build does not need it

    with _one_sentence():
        faults = check_offices(read_offices(path / OFFICES if path.is_dir() else path))
    for fault in faults:
        _screen.print(fault.message_fa, highlight=False, soft_wrap=True, markup=False)
        _screen.print(f"{fault.message_en} [{fault.code}]", highlight=False, soft_wrap=True, markup=False)
    _screen.print(f"{len(faults)} faults", highlight=False)
    if faults:
        raise typer.Exit(EXIT_REFUSED)


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn a refusal into its sentence, in both languages, and exit code 2."""
    try:
        yield
    except GeoBuildError as error:
        _refuse(error.code, error.message_fa, error.message_en)
    except OSError as error:
        name = Path(error.filename).name if error.filename else ""
        _refuse("region.io", f"خواندن یا نوشتن نشد: {name}", f"Cannot read or write {name}: {error.strerror}")


def _refuse(code: str, message_fa: str, message_en: str) -> None:
    _screen.print(message_fa, style="red", highlight=False, soft_wrap=True, markup=False)
    _screen.print(f"{message_en} [{code}]", highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(EXIT_REFUSED)


@contextmanager
def _bars() -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_screen) as bars:
        yield bars


def _bar(bars: Progress, region_id: str) -> OnProgress:
    """Return a callback that moves one bar over all steps of one region."""
    task: TaskID = bars.add_task(region_id, total=len(STEPS))

    def on_progress(step: Step, fraction: float) -> None:
        at = STEPS.index(step)
        bars.update(task, completed=at + fraction, description=f"{region_id} {at + 1}/{len(STEPS)} {step.name_en}")

    return on_progress


def _read_credits(path: Path) -> Credits:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credits)
    except (OSError, msgspec.MsgspecError) as error:
        raise GeoBuildError(
            "region.credits_unreadable",
            f"پروندهٔ منبع‌ها «{path.name}» خوانده نشد.",
            f"The file of sources “{path.name}” cannot be read.",
        ) from error


def _say(region: Region) -> None:
    counts = ", ".join(f"{name} {number}" for name, number in region.manifest.counts.items())
    _screen.print(f"{region.id} ({region.name_en}): {counts}", highlight=False, soft_wrap=True)
