"""The records that the compiled search works on: states, units and where they hang, questions and answers."""

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[np.void]

# How a unit comes: without leaving its arc, forwards or turning round; or by its arc's head or, turning round, its tail.
# Of equals the lower one is taken, so that nobody is sent over a junction to where they already are.
ALONG_ARC, BACK_ON_ARC, BY_HEAD, BY_TAIL = 0, 1, 2, 3
# Where a way ends, in place of a further step: on the goal's arc, or on its twin.
ONTO_GOAL, ONTO_TWIN = -2, -3

# All that the search asks about a state or a unit lies together; four states share a line of memory.
NODE = np.dtype([("asked", "i4"), ("ms", "i4"), ("next", "i4"), ("entry", "i4")], align=True)
ENTRY = np.dtype([("state", "i4"), ("next", "i4"), ("previous", "i4")], align=True)
UNIT = np.dtype(
    [
        ("mask", "i8"),
        ("fixed_at", "i8"),
        ("ready_at", "i8"),
        ("fraction", "f8"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("arc", "i4"),
        ("delay_ms", "i4"),
        ("met", "i4"),
        ("barred", "i4"),
        ("ms", "i4"),
        ("via", "i4"),
        ("state", "i4"),
        ("rank", "i4"),
    ],
    align=True,
)
QUESTION = np.dtype(
    [
        ("goal", "i8"),
        ("fraction", "f8"),
        ("k", "i8"),
        ("all_of", "i8"),
        ("any_of", "i8"),
        ("fixed_after", "i8"),
        ("now", "i8"),
        ("limit_ms", "i8"),
        ("settled_max", "i8"),
        ("barred_from", "i8"),
        ("barred_to", "i8"),
        ("only", "i8"),
    ],
    align=True,
)
# What is said of a search: units found, passed over (listed, in all), states settled. And of each unit in its answer: slot,
# time and delay in milliseconds, mask, when it was placed; and beside that metres to drive, longitude, latitude.
COUNTS, ANSWER, WHERE = 4, 5, 3
