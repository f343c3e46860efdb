"""The command line `nazdik`: what serves, what looks, and what keeps people, partners, gateways and regions."""

import gc
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from nazdik.cli.backup import app as backup_app
from nazdik.cli.calls import app as calls_app
from nazdik.cli.common import refuse, screen, settings_with
from nazdik.cli.doors import doors
from nazdik.cli.gateways import app as gateway_app
from nazdik.cli.imports import app as import_app
from nazdik.cli.kinds import app as kinds_app
from nazdik.cli.later import Commands, list_later
from nazdik.cli.logs import app as log_app
from nazdik.cli.migrate import app as migrate_app
from nazdik.cli.partners import app as partner_app
from nazdik.cli.people import app as person_app
from nazdik.cli.postgres import app as postgres_app
from nazdik.cli.reports import app as report_app
from nazdik.cli.retention import app as retention_app
from nazdik.cli.trail import app as trail_app
from nazdik.cli.webhooks import app as webhook_app
from nazdik.platform.settings import Settings

app = typer.Typer(
    name="nazdik",
    cls=Commands,
    no_args_is_help=True,
    help="Nazdik: from a call to 110 to the handheld of the patrol that can be there first by road.",
    epilog="Begin with: nazdik demo",
    rich_markup_mode="rich",
)
app.add_typer(log_app, name="log")
app.add_typer(person_app, name="person")
app.add_typer(partner_app, name="partner")
app.add_typer(kinds_app, name="kinds")
app.add_typer(webhook_app, name="webhook")
app.add_typer(trail_app, name="trail")
app.add_typer(report_app, name="report")
app.add_typer(gateway_app, name="gateway")
app.add_typer(import_app, name="import")
app.add_typer(calls_app, name="calls")
app.add_typer(postgres_app, name="postgres")
app.add_typer(migrate_app, name="migrate")
app.add_typer(backup_app, name="backup")
app.add_typer(retention_app, name="retention")
app.command()(doors)

DEMO_PROVINCES = ("tehran-central", "khuzestan")


@app.command()
def serve(
    regions: Annotated[
        list[Path] | None,
        typer.Option("--region", help="Built region; repeat for several. Those served last if not given"),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the logs")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on")] = None,
    built: Annotated[Path, typer.Option(help="Where the first run looks for built regions")] = Path("regions/built"),
) -> None:
    """
    Serve provinces. On the first run the first page leads to administrators and a region.

    Example: nazdik serve --region regions/built/khuzestan --data /srv/nazdik
    """
    _run(settings_with(data_dir=data, host=host, port=port), regions or [], built=built)


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port to listen on")] = None,
    data: Annotated[Path, typer.Option(help="Folder of the demo's logs")] = Path("var/demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what happened in earlier demos")] = False,
    multiple: Annotated[
        float, typer.Option(help="Calls, as a multiple of Khuzestan's 2,530 a day", min=0, max=50)
    ] = 3.0,
    seed: Annotated[int, typer.Option(help="The simulator's seed")] = 1,
    alone: Annotated[bool, typer.Option("--alone", help="No simulator: units and calls are yours to play")] = False,
    built: Annotated[Path, typer.Option(help="Where the sample regions are, or will be, built")] = Path(
        "regions/built"
    ),
) -> None:
    """Run the living demo: two provinces, patrols on the roads, callers, four boards. Everything in it is made up."""
    _loud(built)
    if fresh and data.exists():
        shutil.rmtree(data)
    settings = settings_with(data_dir=data, port=port, demo=True)
    folders = _samples(built)
    driver = None
    if not alone and multiple > 0:
        driver = ["-m", "nazdik.simulation.demo", "--port", str(settings.port), "--data", str(data)]
        driver += ["--multiple", str(multiple), "--seed", str(seed), "--built", str(built)]
    _run(settings, folders, driver)


def _samples(built: Path) -> list[Path]:
    """Build the demo's two provinces when they are not built yet, and return their folders."""
    from nazdik.geo.cli import samples

    samples(out=built, only=list(DEMO_PROVINCES))
    return [built / name for name in DEMO_PROVINCES]


def _loud(built: Path) -> None:
    screen.rule("[bold yellow]DEMO  ·  نمایشی[/]")
    screen.print("Calls, patrols and officers are simulated. Anyone who can reach this page may take any seat, without")
    screen.print("a password. Never use a demo for real calls, and do not open it to a network you do not trust.")
    screen.rule()


def _run(
    settings: Settings,
    folders: list[Path],
    companion: list[str] | None = None,
    built: Path = Path("regions/built"),
) -> None:
    """Serve, and turn what can go wrong at the start into one sentence."""
    # What is made at the start stays: looking through it for garbage again and again takes a quarter of the time. `run` turns
    # it on again once the server is open.
    gc.disable()
    from nazdik.bootstrap.run import run_server
    from nazdik.geo.errors import GeoBuildError
    from nazdik.platform.faults import LogUnavailable

    try:
        run_server(settings, folders, say=screen.print, companion=companion, built=built)
    except (GeoBuildError, LogUnavailable, OSError) as error:
        refuse(str(error))


list_later(app)


def main() -> None:
    """Run the command line."""
    sys.exit(app())
