"""Why a region could not be built or opened: a stable code and one clear sentence in each language."""

from typing import ClassVar


class GeoBuildError(Exception):
    """A build or a load that stopped for a reason its user can act on; nothing was left half made."""

    def __init__(self, code: str, message_fa: str, message_en: str) -> None:
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message_fa = message_fa
        self.message_en = message_en


class _Coded(GeoBuildError):
    """A build error whose code belongs to its class."""

    CODE: ClassVar[str]

    def __init__(self, message_fa: str, message_en: str) -> None:
        super().__init__(self.CODE, message_fa, message_en)


class NotAPbf(_Coded):
    """The street file is no OSM PBF, or it is damaged."""

    CODE = "region.not_a_pbf"


class NoRoads(_Coded):
    """The street file holds no road that a patrol could drive on."""

    CODE = "region.no_roads"


class OutsideBoundary(_Coded):
    """The streets and the boundary do not meet."""

    CODE = "region.outside_boundary"


class BoundaryUnreadable(_Coded):
    """The boundary (or the counties) is no GeoJSON with polygons."""

    CODE = "region.boundary_unreadable"


class PlacesUnreadable(_Coded):
    """The list of places is no CSV with the columns we need."""

    CODE = "region.places_unreadable"


class OfficesUnsound(_Coded):
    """The areas of the office tree overlap, leave ground to nobody or lie outside their county, where they did not before."""

    CODE = "region.offices_unsound"


class OfficesUnreadable(_Coded):
    """The office tree is no JSON of the form we need, or it does not hang together."""

    CODE = "region.offices_unreadable"


class SourcesMissing(_Coded):
    """The shipped sources of the samples are not where they should be."""

    CODE = "region.sources_missing"


class OutputExists(_Coded):
    """Something is already where the region would go."""

    CODE = "region.output_exists"


class InvalidName(_Coded):
    """The region's id or names cannot be used."""

    CODE = "region.invalid_name"


class TilerFailed(_Coded):
    """The program that cuts the base map is missing, or it failed."""

    CODE = "region.tiler_failed"


class RegionUnreadable(_Coded):
    """The folder is no region, or not all of it is there."""

    CODE = "region.unreadable"


class RegionDamaged(_Coded):
    """A file of the region is not the one that was built."""

    CODE = "region.damaged"


class RegionForeign(_Coded):
    """The region was built in a format that this version does not read."""

    CODE = "region.foreign_format"


class CountiesIncomplete(_Coded):
    """The counties leave a part of the region to nobody."""

    CODE = "region.counties_incomplete"


class BuildRunning(_Coded):
    """Another process builds the same region."""

    CODE = "region.build_running"


class SignatureInvalid(_Coded):
    """The region's signature is not over what the region holds now."""

    CODE = "region.signature_invalid"


class KeyUnreadable(_Coded):
    """The file is no private key that regions are signed with."""

    CODE = "region.key_unreadable"


class ChangesUnreadable(_Coded):
    """The change file is no OpenStreetMap change file, or it does not fit the street file."""

    CODE = "region.changes_unreadable"
