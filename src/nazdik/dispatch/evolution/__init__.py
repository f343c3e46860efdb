"""`evolve`: apply one recorded fact to the world. It never refuses: history is not up for debate."""

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution import alarms, assignments, desk, incidents, messages, units
from nazdik.dispatch.evolution.changes import ASSIGNMENT_TIMERS, STEPS
from nazdik.dispatch.model import World

# Named so that each module is read, and its functions are known, before the first fact arrives.
__all__ = ["ASSIGNMENT_TIMERS", "alarms", "assignments", "desk", "evolve", "incidents", "messages", "units"]


def evolve(world: World, event: e.Event) -> World:
    """Return the world after `event`."""
    return STEPS[type(event)](world, event)
