"""
What a data folder knows of offices and units, for commands that run beside the server or before it.

The server writes down which regions it serves; its logs say which units are enrolled.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import msgspec

from nazdik.dispatch.events import UnitEnrolled
from nazdik.geo.region import OFFICES, read_manifest
from nazdik.geo.responsible import NATIONAL, read_offices
from nazdik.kernel import OfficeId
from nazdik.organisation.errors import OfficeNotFound, UnitNotFound
from nazdik.organisation.model import Posting
from nazdik.platform.eventlog.sqlite import list_subjects

REGIONS = "regions.json"
_NEAR = 3


def keep_regions(data: Path, folders: Iterable[Path]) -> None:
    """Write down which regions are served from this data folder."""
    said = msgspec.json.encode(sorted(str(folder.resolve()) for folder in folders))
    fresh = data / f"{REGIONS}.new"
    fresh.write_bytes(said)
    fresh.replace(data / REGIONS)


def kept_regions(data: Path) -> list[Path]:
    """Return the regions that were served last from this data folder; none when it was never served."""
    path = data / REGIONS
    return [Path(name) for name in msgspec.json.decode(path.read_bytes(), type=list[str])] if path.exists() else []


def check_office(office: OfficeId, regions: Iterable[Path]) -> None:
    """
    Return when one of `regions` has this office.

    Raises:
        OfficeNotFound: With the ids that look most like it.
        GeoBuildError: A folder is no region.
    """
    offices = {str(NATIONAL.id)}
    for folder in regions:
        offices |= {entry.id for entry in read_offices(folder / OFFICES).offices}
    if office not in offices:
        raise OfficeNotFound(office=office, near=get_close_matches(office, offices, _NEAR))


def check_posting(posting: Posting, data: Path, regions: Iterable[Path]) -> None:
    """
    Return when the posting's office is in one of `regions` and its unit, if it has one, is enrolled.

    Raises:
        OfficeNotFound, UnitNotFound: With the ids that look most like it.
        GeoBuildError: A folder is no region.
    """
    folders = list(regions)
    check_office(posting.office, folders)
    provinces = {read_manifest(folder).id for folder in folders}
    if posting.unit is None:
        return
    province = posting.unit.partition(".")[0]
    kind = str(UnitEnrolled.__struct_config__.tag)
    units = list_subjects(data / f"{province}.log.sqlite", f"{province}.u.", kind) if province in provinces else []
    if posting.unit not in units:
        raise UnitNotFound(unit=posting.unit, near=get_close_matches(posting.unit, units, _NEAR))
