"""`nazdik report`: reports of a running server, signed in like any other face."""

import os
from pathlib import Path
from typing import Annotated

import typer

from nazdik.cli.asking import Name, Seat, Server, SignedIn
from nazdik.cli.common import refuse, screen

app = typer.Typer(help="Reports from the log.", epilog="Begin with: nazdik report day --help", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Reports from the log; a running server counts, asks the policy and writes down that you looked."""


@app.command()
def day(
    office: Annotated[str, typer.Option(help="Such as khuzestan or khuzestan.c.ahvaz", show_default=False)],
    date: Annotated[str, typer.Option(help="Jalali date, such as 1405-09-01", show_default=False)],
    shift: Annotated[str, typer.Option(help="Number of the shift from 1, or day")] = "day",
    form: Annotated[str, typer.Option("--format", help="pdf, csv or json")] = "pdf",
    language: Annotated[str, typer.Option("--lang", help="fa or en")] = "fa",
    out: Annotated[Path | None, typer.Option(help="File to write; named after the report if not given")] = None,
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Write the report of a shift. Example: nazdik report day --office khuzestan --date 1405-09-01 --shift 2 --name desk"""
    with SignedIn(server, name, seat) as at:
        made = at.file(f"/v1/offices/{office}/day-report", {"date": date, "shift": shift, "format": form}, language)
    path = out or Path(f"{office}-{date.replace('/', '-')}-{shift}.{form}")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made)
    except OSError as error:
        refuse(str(error))
    screen.print(f"written to {path}", markup=False)
