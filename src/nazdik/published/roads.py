"""By which times the road answered a question, and what a way is made of: for the record, and for learning from it."""

import msgspec


class RoadBasis(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    The state of the roads that an answer rests on: time table and its band, learnt factors, closures and traffic in force.

    `revision` counts the changes of what is in force in the province's log, so that one number names all of it.
    """

    table: str = ""
    band: str = ""
    revision: int = 0
    learned: str | None = None
    closures: tuple[str, ...] = ()
    traffic: tuple[str, ...] = ()


BASE_TIMES = RoadBasis()
"""A road that knows no hours and no conditions."""


class Leg(msgspec.Struct, frozen=True, array_like=True):
    """The part of a way on roads of one group: its metres, and its seconds by the time table alone, nothing learnt."""

    group: str
    metres: float
    seconds: float
