"""OSRM with multi-level Dijkstra."""

from road.rivals.osrm_table import OsrmEngine


class Engine(OsrmEngine):
    algorithm = "MLD"
    steps = (("partition",), ("customize",))
    shortlists = (10,)
    sources_max = 2_000
