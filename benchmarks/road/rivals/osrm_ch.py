"""OSRM with contraction hierarchies."""

from road.rivals.osrm_table import OsrmEngine


class Engine(OsrmEngine):
    algorithm = "CH"
    steps = (("contract",),)
    shortlists = (5, 10, 30)
