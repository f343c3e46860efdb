"""The command line `nazdik`: serve, demo, region, replay, simulate, log."""

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from nazdik.geo.cli import app as region_app
from nazdik.geo.errors import GeoBuildError
from nazdik.platform.settings import Settings, SettingsError, load_settings
from nazdik.simulation.cli import replay, simulate

if TYPE_CHECKING:
    from nazdik.organisation.store import People

app = typer.Typer(
    name="nazdik",
    no_args_is_help=True,
    help="Nazdik: from a call to 110 to the handheld of the patrol that can be there first by road.",
    epilog="Begin with: nazdik demo",
    rich_markup_mode="rich",
)
person_app = typer.Typer(help="Who may sign in, as what, and for which office.", no_args_is_help=True)
log_app = typer.Typer(help="The ordered log: check it, look at it.", no_args_is_help=True)
app.add_typer(region_app, name="region")
app.add_typer(log_app, name="log")
app.add_typer(person_app, name="person")
_screen = Console(stderr=True, highlight=False)

EXIT_REFUSED = 2
DEMO_PROVINCES = ("tehran-central", "khuzestan")


def _settings(**given: Any) -> Settings:
    """Return the settings of the environment, with what the command line says on top."""
    try:
        settings = load_settings(os.environ)
        return replace(settings, **{name: value for name, value in given.items() if value is not None})
    except SettingsError as error:
        _refuse(str(error))


def _refuse(sentence: str) -> NoReturn:
    _screen.print(f"[bold red]nazdik:[/] {sentence}")
    raise typer.Exit(EXIT_REFUSED)


@app.command()
def serve(
    regions: Annotated[
        list[Path], typer.Option("--region", help="Built region; repeat for several", show_default=False)
    ],
    data: Annotated[Path | None, typer.Option(help="Folder of the logs")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on")] = None,
) -> None:
    """Serve provinces. Example: nazdik serve --region regions/built/khuzestan --data /srv/nazdik"""
    _run(_settings(data_dir=data, host=host, port=port), regions)


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
    settings = _settings(data_dir=data, port=port, demo=True)
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
    _screen.rule("[bold yellow]DEMO  ·  نمایشی[/]")
    _screen.print(
        "Calls, patrols and officers are simulated. Anyone who can reach this page may take any seat, without"
    )
    _screen.print("a password. Never use a demo for real calls, and do not open it to a network you do not trust.")
    _screen.rule()


def _run(settings: Settings, folders: list[Path], companion: list[str] | None = None) -> None:
    """Serve, and turn what can go wrong at the start into one sentence."""
    from nazdik.bootstrap.run import run_server
    from nazdik.platform.faults import LogUnavailable

    try:
        run_server(settings, folders, say=_screen.print, companion=companion)
    except (GeoBuildError, LogUnavailable, OSError) as error:
        _refuse(str(error))


def _people(data: Path) -> "People":
    from nazdik.organisation.store import People
    from nazdik.platform.auth import Registry
    from nazdik.platform.clock import SystemClock

    data.mkdir(parents=True, exist_ok=True)
    registry = Registry(data / "registry.sqlite", SystemClock())
    return People(data / "people.sqlite", passwords=registry)


@person_app.command("add")
def add_person(
    name: Annotated[str, typer.Argument(help="Name to sign in by")],
    role: Annotated[str, typer.Option(help="Such as dispatcher, station_desk, officer, gateway, administrator")],
    office: Annotated[str, typer.Option(help="Office id, such as khuzestan.ahvaz")],
    unit: Annotated[str | None, typer.Option(help="Unit id, for officers")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the logs")] = None,
) -> None:
    """Let a person (or the telephone exchange) sign in; the password is asked for, at least 15 characters."""
    from nazdik.kernel import OfficeId, PersonId, Rejected, UnitId
    from nazdik.organisation.model import Posting, Role

    if role not in set(Role):
        _refuse(f"there is no role {role!r}; there are: {', '.join(Role)}")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        posting = Posting(PersonId(name), Role(role), OfficeId(office), UnitId(unit) if unit else None)
        _people(_settings(data_dir=data).data_dir).add(PersonId(name), name, password, posting)
    except Rejected as refused:
        _refuse(f"{refused.code} {refused.details}")
    _screen.print(f"{name} may sign in as {role} of {office}.")


@person_app.command("list")
def list_people(data: Annotated[Path | None, typer.Option(help="Folder of the logs")] = None) -> None:
    """List who may sign in."""
    for person in _people(_settings(data_dir=data).data_dir).list_people():
        state = "" if person.active else " (not active)"
        _screen.print(f"{person.name}: {person.posting.role} of {person.posting.office}{state}")


@log_app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(help="Log files, such as var/demo/khuzestan.log.sqlite")],
) -> None:
    """Check every entry of logs against the chain of hashes; exit 1 when one is not whole."""
    from nazdik.platform.eventlog.verify_sqlite import verify_file

    whole = True
    for path in files:
        verdict = verify_file(path)
        whole &= verdict.whole
        mark = "[green]whole[/]" if verdict.whole else "[bold red]NOT WHOLE[/]"
        where = "" if verdict.position is None else f" at position {verdict.position}"
        _screen.print(f"{path}: {mark}, {verdict.checked} entries checked{where}. {verdict.said}")
    raise typer.Exit(0 if whole else 1)


app.command()(replay)
app.command()(simulate)


def main() -> None:
    """Run the command line."""
    sys.exit(app())


if __name__ == "__main__":
    main()
