"""
Commands that are loaded when they are run.

Building regions and simulating bring numba and scientific libraries with them, which take seconds to import: nobody who asks
for help, or for something else, should wait for them.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


@dataclass(frozen=True, slots=True)
class Later:
    """Where a command is, and the line that the list of commands shows for it."""

    module: str
    name: str
    help: str

    def load(self) -> Any:
        """Return the command itself, ready to run."""
        found = getattr(import_module(self.module), self.name)
        if isinstance(found, typer.Typer):
            return typer.main.get_command(found)
        alone = typer.Typer()
        alone.command()(found)
        return typer.main.get_command(alone)


LATER = {
    "eta": Later(
        "nazdik.cli.eta",
        "app",
        "Promised and real arrival: report, propose factors, put them in force, take them back.",
    ),
    "oversight": Later(
        "nazdik.cli.oversight",
        "app",
        "Public oversight (197): serve it, check a receipt, keep its register.",
    ),
    "region": Later("nazdik.cli.maps", "app", "Regions: build the map, the road graph, the places and the offices."),
    "replay": Later(
        "nazdik.simulation.cli",
        "replay",
        "Send real calls through the core and report the intervals, by road and by straight line.",
    ),
    "simulate": Later(
        "nazdik.simulation.cli",
        "simulate",
        "Send made-up days of calls through the core; without a region, run the whole product under seeded faults.",
    ),
}


class Commands(TyperGroup):
    """The program's commands; one that comes later is loaded when it is called for, not when it is listed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that was called for."""
        if args and args[0] in LATER:
            self.commands[args[0]] = LATER[args[0]].load()
        return super().resolve_command(ctx, args)


def list_later(app: typer.Typer) -> None:
    """Put the names of what comes later into the list of commands."""
    for name, later in LATER.items():
        app.command(name, help=later.help)(_not_loaded)


def _not_loaded() -> None:
    raise AssertionError("loaded before it is run")
