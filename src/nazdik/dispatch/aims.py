"""What offices aim at: how long each part of an incident should take."""

import msgspec


class Aims(msgspec.Struct, frozen=True):
    """
    How long each part of an incident should take, in seconds; shown beside what it took, and nothing is decided by it.

    Five-value tuples are by priority, 1 first. 0: nothing is aimed at. The defaults are conventions, not measurements.
    """

    answer_s: float = 15.0
    entry_s: float = 30.0
    queue_s: tuple[float, float, float, float, float] = (45.0, 0.0, 0.0, 0.0, 0.0)
    delivery_s: float = 3.0
    turnout_s: float = 60.0
    response_s: tuple[float, float, float, float, float] = (480.0, 0.0, 0.0, 0.0, 0.0)
    seen_s: float = 3.0
    help_s: float = 5.0


STANDARD_AIMS = Aims()
