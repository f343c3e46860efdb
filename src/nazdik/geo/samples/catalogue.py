"""
The samples: what each is made of, whom to credit, and building those that are not there yet.

The sources lie in `regions/sources`. The streets of Khuzestan are generated into the output folder first, by a seed, so
that they go through the same build as a real extract.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from nazdik.geo import inputs
from nazdik.geo.build import OSM, Progress, RegionSpec, build_region, inputs_digest
from nazdik.geo.errors import GeoBuildError, SourcesMissing
from nazdik.geo.region import Region, Source, read_manifest
from nazdik.geo.samples import khuzestan as drawing
from nazdik.geo.samples.khuzestan import write_khuzestan_streets

GEONAMES = Source(
    title="GeoNames",
    licence="CC-BY-4.0",
    credit_fa="نام و جای شهرها: GeoNames",
    credit_en="Settlements: GeoNames",
    url="https://www.geonames.org",
)
NATURAL_EARTH = Source(
    title="Natural Earth",
    licence="Public domain",
    credit_fa="رودها و ساحل: Natural Earth",
    credit_en="Rivers and coast: Natural Earth",
    url="https://www.naturalearthdata.com",
)
VILLAGES = Source(
    title="iran-cities",
    licence="MIT",
    credit_fa="نام روستاها: iran-cities (مرکز آمار ایران)",
    credit_en="Village names: iran-cities (Statistical Centre of Iran)",
    url="https://github.com/ahmadazizi/iran-cities",
)
GENERATED = Source(
    title="Generated streets",
    licence="Apache-2.0",
    credit_fa="خیابان‌های ساختگی: نزدیک",
    credit_en="Generated streets: Nazdik",
)
COUNTIES = Source(
    title="OpenStreetMap (county boundaries)",
    licence="ODbL-1.0",
    credit_fa=OSM.credit_fa,
    credit_en=OSM.credit_en,
    url=OSM.url,
)

GENERATED_NOTICE_FA = "خیابان‌ها ساختگی است (تولید خودکار)؛ تا زمانی که نقشهٔ واقعی ساخته شود"
GENERATED_NOTICE_EN = "Streets are generated until you build from a real extract"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: its id, its names and how to describe it, given the folder of sources and one for generated files."""

    id: str
    name_fa: str
    name_en: str
    describe: Callable[[Path, Path], RegionSpec]
    # For tests and measurements; nobody who sets a server up is offered it.
    for_tests: bool = False


def tehran_central(sources: Path, _generated: Path) -> RegionSpec:
    """Return the real streets of central Tehran: municipal districts 6 and 7, without the motorways."""
    outline = sources / "tehran-central-boundary.geojson"
    return RegionSpec(
        id="tehran-central",
        name_fa="تهران (مرکز)",
        name_en="Tehran (centre)",
        pbf=sources / "tehran-central.osm.pbf",
        boundary=outline,
        counties=outline,
        sources=(OSM,),
        notice_fa="نمونه: بخشی از مرکز تهران، بدون بزرگراه‌ها",
        notice_en="Sample: a part of central Tehran, without its motorways",
    )


def khuzestan(sources: Path, generated: Path) -> RegionSpec:
    """Return the real tree of Khuzestan with generated streets; they are written first when they are not there."""
    streets = generated / "khuzestan-generated.osm.pbf"
    counties, places = sources / "khuzestan_counties.geojson", sources / "khuzestan_places.csv"
    _draw_once(streets, places)
    return RegionSpec(
        id="khuzestan",
        name_fa="خوزستان",
        name_en="Khuzestan",
        pbf=streets,
        boundary=counties,
        counties=counties,
        places=places,
        villages=sources / "khuzestan_villages.csv.gz",
        water=sources / "khuzestan_water.geojson",
        sources=(GENERATED, COUNTIES, GEONAMES, NATURAL_EARTH, VILLAGES),
        notice_fa=GENERATED_NOTICE_FA,
        notice_en=GENERATED_NOTICE_EN,
    )


def _draw_once(streets: Path, places: Path) -> None:
    """Draw the streets, unless they are there as the same code drew them from the same places: it takes five seconds."""
    mark = streets.with_suffix(".drawn")
    if mark.is_file() and streets.is_file() and mark.read_text() == _drawn(streets, places):
        return
    write_khuzestan_streets(streets, places)
    mark.write_text(_drawn(streets, places))


def _drawn(streets: Path, places: Path) -> str:
    """Return a digest of what was drawn, and of all that decides what is."""
    made = sha256(f"{version('osmium')} {version('shapely')}".encode())
    for file in (Path(str(drawing.__file__)), Path(str(inputs.__file__)), places, streets):
        made.update(sha256(file.read_bytes()).digest())
    return made.hexdigest()


def manhattan(sources: Path, _generated: Path) -> RegionSpec:
    """Return the real streets of Manhattan, for tests, benchmarks and the replay of real calls."""
    outline = sources / "manhattan-boundary.geojson"
    return RegionSpec(
        id="manhattan",
        name_fa="منهتن",
        name_en="Manhattan",
        pbf=sources / "manhattan.osm.pbf",
        boundary=outline,
        counties=outline,
        sources=(OSM,),
    )


SAMPLES: tuple[Sample, ...] = (
    Sample("tehran-central", "تهران (مرکز)", "Tehran (centre)", tehran_central),
    Sample("khuzestan", "خوزستان", "Khuzestan", khuzestan),
    Sample("manhattan", "منهتن", "Manhattan", manhattan, for_tests=True),
)


def build_samples(
    sources: Path, out: Path, *, only: tuple[str, ...] = (), progress_of: Callable[[str], Progress] | None = None
) -> Iterator[tuple[Region, bool]]:
    """
    Build each sample into `out/<id>` and yield it, with whether it had to be built; one with equal inputs is left alone.

    Args:
        only: Ids to build; all when empty.
        progress_of: Gives the progress callback of a region id.

    Raises:
        GeoBuildError: As `build_region`; `SourcesMissing` when there is no such folder.
    """
    if not sources.is_dir():
        raise SourcesMissing(
            f"پوشهٔ منبع‌ها «{sources.name}» نیست؛ با ‎--sources‎ آن را بدهید.",
            f"The folder of sources “{sources.name}” is not there; give it with --sources.",
        )
    generated = out / ".generated"
    for sample in SAMPLES:
        if only and sample.id not in only:
            continue
        generated.mkdir(parents=True, exist_ok=True)
        spec = sample.describe(sources, generated)
        folder = out / sample.id
        if is_current(folder, spec):
            yield Region.load(folder), False
        else:
            progress = progress_of(sample.id) if progress_of else None
            yield build_region(spec, folder, replace=True, progress=progress), True


def is_current(folder: Path, spec: RegionSpec) -> bool:
    """Whether `folder` holds a whole region that was built from exactly these inputs."""
    try:
        if read_manifest(folder).inputs_sha256 != inputs_digest(spec):
            return False
        Region.load(folder)
    except (GeoBuildError, OSError):
        return False
    return True
