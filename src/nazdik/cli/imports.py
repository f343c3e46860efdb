"""`nazdik import`: what others hand over as files."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from nazdik.cli.common import refuse, said_in_words, screen, settings_with
from nazdik.kernel import ProvinceId

app = typer.Typer(help="Take in files that others hand over. A running server uses them at once.", no_args_is_help=True)
SAID_MAX = 50


@app.command()
def subscribers(
    file: Annotated[
        Path, typer.Argument(help="CSV with a heading; see docs/interfaces/subscribers.md", show_default=False)
    ],
    province: Annotated[str, typer.Option("--province", help="Whose lines they are", show_default=False)],
    dry: Annotated[bool, typer.Option("--dry", help="Only read it and say what is wrong")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder of the logs")] = None,
) -> None:
    """
    Put the addresses and mast sectors of telephone lines in the place of the province's earlier ones.

    Every row that cannot be used is named with the reason; then nothing is taken in and the exit code is 1.

    Example: nazdik import subscribers lines.csv --province khuzestan
    """
    from nazdik.intake.callers.subscribers import BadRow, Line, Subscribers, read_file

    try:
        read = list(read_file(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        refuse(f"{file} cannot be read: {error}", "پرونده خوانده نشد.")
    bad = [row for row in read if isinstance(row, BadRow)]
    lines = [row for row in read if isinstance(row, Line)]
    for row in bad[:SAID_MAX]:
        screen.print(f"row {row.row}: {row.why_en}  |  {row.why_fa}", markup=False, soft_wrap=True)
    if len(bad) > SAID_MAX:
        screen.print(f"and {len(bad) - SAID_MAX} more")
    if bad or not lines:
        screen.print(f"{len(lines)} rows are good, {len(bad)} are not; nothing was taken in.")
        raise typer.Exit(1)
    if dry:
        screen.print(f"{len(lines)} rows are good.")
        return
    folder = settings_with(data_dir=data).data_dir
    with said_in_words():
        folder.mkdir(parents=True, exist_ok=True)
        kept = Subscribers(folder / "subscribers.sqlite")
        try:
            count = kept.replace(ProvinceId(province), lines)
        finally:
            kept.close()
    screen.print(f"{province} has {count} lines now.")
