"""The ground a run takes place on: a region's streets and offices, and the kinds of incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nazdik.geo.graph import RoadGraph
from nazdik.geo.region import Region
from nazdik.geo.responsible import load_offices
from nazdik.kernel import ProvinceId
from nazdik.published.catalogue import KINDS
from nazdik.published.kinds import Kind
from nazdik.published.offices import OfficeTree


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything about a region that does not change while a run lasts. May be shared by several runs."""

    province: ProvinceId
    name_fa: str
    name_en: str
    bounds: tuple[float, float, float, float]
    graph: RoadGraph
    offices: OfficeTree
    kinds: Mapping[str, Kind]
    notice_en: str | None = None

    @classmethod
    def load(cls, folder: Path) -> "Ground":
        """Return the ground of a built region; a `GeoBuildError` says what is wrong with the folder."""
        region = Region.load(folder)
        return cls(
            province=region.id,
            name_fa=region.name_fa,
            name_en=region.name_en,
            bounds=region.bounds,
            graph=RoadGraph.load(region.graph_folder),
            offices=load_offices([region.folder]),
            kinds={kind.code: kind for kind in KINDS},
            notice_en=region.notice_en,
        )
