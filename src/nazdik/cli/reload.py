"""`nazdik region reload`: ask the server on this machine to put a newly built map in force."""

from pathlib import Path
from typing import Annotated

import typer

from nazdik.cli.common import EXIT_REFUSED, screen, settings_with

EXIT_NO_ANSWER = 3


def reload(
    province: Annotated[str, typer.Argument(help="Province whose folder was built anew, such as khuzestan")],
    data: Annotated[Path | None, typer.Option(help="Folder of the logs of the running server")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the server's answer", min=1)] = 600.0,
) -> None:
    """Put the map that now lies in a province's folder in force, without stopping the server. The old one stays on failure."""
    from nazdik.bootstrap.regions import ask_for_reload

    answer = ask_for_reload(settings_with(data_dir=data).data_dir, province, wait_s=wait)
    if answer is None:
        screen.print("هیچ کارسازی پاسخ نداد؛ آیا کارساز با همین پوشهٔ داده کار می‌کند؟")
        screen.print("No server answered; does one run over this data folder? [region.no_answer]", markup=False)
        raise typer.Exit(EXIT_NO_ANSWER)
    if answer.done is None:
        screen.print(answer.fa, style="red", markup=False)
        screen.print(f"{answer.en} [{answer.code}]", markup=False)
        raise typer.Exit(EXIT_REFUSED)
    done = answer.done
    screen.print(
        f"{done.province}: map {done.before} → {done.after} ({done.trust}); made ready in {done.ready_s:.1f} s, "
        f"the server held for {done.switch_ms:.1f} ms",
        markup=False,
    )
    if done.without_place:
        screen.print(
            f"On no road of the new map until they report again: {', '.join(done.without_place)}", markup=False
        )
    if done.lost_conditions:
        screen.print(f"Closures of which a part is no street any more: {', '.join(done.lost_conditions)}", markup=False)
