"""Which units a run has and where each has its post: the establishment, spread over the streets of the stations' areas."""

from collections.abc import Mapping

import numpy as np

from nazdik.kernel import LonLat, OfficeId
from nazdik.organisation.units import EstablishedUnit, establishment
from nazdik.published.offices import Tier
from nazdik.simulation.chance import Chance
from nazdik.simulation.ground import Ground
from nazdik.simulation.motion import Roads, Spot


def patrols(
    ground: Ground, roads: Roads, chance: Chance, *, units: int, weights: Mapping[OfficeId, float] | None = None
) -> list[tuple[EstablishedUnit, Spot]]:
    """
    Return units with their posts: each on a street drawn from those of its station's area.

    Args:
        units: How many in all; every station gets at least one.
        weights: How much of the work each county or station has; without it all stations are alike.
    """
    made = establishment(ground.offices, ground.province, units=units, seed=chance.seed, weights=weights)
    arcs = arcs_of_stations(ground)
    posts: list[tuple[EstablishedUnit, Spot]] = []
    for unit in made:
        own = arcs[unit.office_id]
        drawn = int(chance.uniform("post", unit.id) * len(own))
        posts.append((unit, roads.place_on(int(own[drawn]), 0.5)))
    return posts


def arcs_of_stations(ground: Ground) -> dict[OfficeId, "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    """Return the arcs that begin in each station's area; a station without any gets the arc nearest to its seat."""
    graph = ground.graph
    of_node = [
        ground.offices.station_at(LonLat(lon, lat))
        for lon, lat in zip(graph.node_lon.tolist(), graph.node_lat.tolist(), strict=True)
    ]
    numbers = {office.id: n for n, office in enumerate(ground.offices.list_offices()) if office.tier is Tier.STATION}
    number_of_node = np.array([-1 if station is None else numbers[station] for station in of_node])
    number_of_arc = number_of_node[graph.arc_tail]
    order = np.argsort(number_of_arc, kind="stable")
    found: dict[OfficeId, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for station, number in numbers.items():
        first, last = np.searchsorted(number_of_arc[order], [number, number + 1])
        arcs = order[first:last].astype(np.int64)
        if not len(arcs):
            office = ground.offices.find_office(station)
            assert office is not None, "it was listed"
            east, north = graph.node_lon - office.seat.lon, graph.node_lat - office.seat.lat
            nearest = int(np.argmin(east * east + north * north))
            arcs = np.arange(graph.first_out[nearest], graph.first_out[nearest] + 1, dtype=np.int64)
        found[station] = arcs
    return found
