"""`nazdik region`: build a region from a street extract, build the samples; see `cli_upkeep` for the rest."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nazdik.geo.build import OSM, RegionSpec, build_region
from nazdik.geo.check import check_region
from nazdik.geo.cli_common import bar, bars, one_sentence, say, screen, tell
from nazdik.geo.cli_upkeep import amend, check, key, offices, show, sign, update, verify
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.region import Region, Source

app = typer.Typer(help="Regions: build the map, the road graph, the places and the offices.", no_args_is_help=True)

DEFAULT_SOURCES = Path("regions/sources")
DEFAULT_BUILT = Path("regions/built")


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
    """
    Build a region from an OpenStreetMap extract and a boundary, and say what is to be known of it.

    A build that was stopped goes on from the last stage it finished when the same command is given again.
    """
    with one_sentence(), bars() as shown:
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
        resumed: list[str] = []
        region = build_region(spec, out, replace=replace, progress=bar(shown, id), resumed=resumed.extend)
        findings = check_region(region)
    if resumed:
        screen.print(f"Went on from an earlier build: {', '.join(resumed)}", highlight=False)
    say(region)
    tell(findings)


@app.command()
def samples(
    out: Annotated[Path, typer.Option(help="Folder that gets one folder a sample")] = DEFAULT_BUILT,
    sources: Annotated[Path, typer.Option(help="Folder of the shipped sources")] = DEFAULT_SOURCES,
    only: Annotated[list[str] | None, typer.Option(help="Build only this sample; may be repeated")] = None,
) -> None:
    """Build the sample regions; those already built from the same inputs are left alone."""
    from nazdik.geo.samples import build_samples  # noqa: PLC0415 -- a plain build does not need the generator

    made: list[tuple[Region, bool]] = []
    with one_sentence(), bars() as shown:
        made.extend(
            build_samples(sources, out, only=tuple(only or ()), progress_of=lambda region_id: bar(shown, region_id))
        )
    for region, _ in made:
        say(region)
    if any(built for _, built in made):
        screen.print("Compiling what searches them: half a minute, once", highlight=False)
        _compile_for(made[0][0])


def _compile_for(region: Region) -> None:
    """Compile what searches a region's roads; whichever server starts first would wait for it, and so would all beside it."""
    from nazdik.geo import reach  # noqa: PLC0415 -- building needs no search
    from nazdik.geo.graph import RoadGraph  # noqa: PLC0415
    from nazdik.geo.sight import RoadSight  # noqa: PLC0415

    graph = RoadGraph.load(region.graph_folder)
    RoadSight(graph, standby=True).warm_up()
    reach.warm_up(graph)


for command in (show, check, offices, amend, update, key, sign, verify):
    app.command()(command)


def _read_credits(path: Path) -> Credits:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credits)
    except (OSError, msgspec.MsgspecError) as error:
        raise GeoBuildError(
            "region.credits_unreadable",
            f"پروندهٔ منبع‌ها «{path.name}» خوانده نشد.",
            f"The file of sources “{path.name}” cannot be read.",
        ) from error
