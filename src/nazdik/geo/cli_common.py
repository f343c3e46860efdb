"""What the commands of `nazdik region` share: how a refusal is said, how progress is shown, how findings are told."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from nazdik.geo.build import STEPS, Step
from nazdik.geo.build import Progress as OnProgress
from nazdik.geo.check import Finding, Weight
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.region import Region

screen = Console(stderr=True)
EXIT_PROBLEMS, EXIT_REFUSED = 1, 2


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn a refusal into its sentence, in both languages, and exit code 2."""
    try:
        yield
    except GeoBuildError as error:
        refuse(error.code, error.message_fa, error.message_en)
    except OSError as error:
        name = Path(error.filename).name if error.filename else ""
        refuse("region.io", f"خواندن یا نوشتن نشد: {name}", f"Cannot read or write {name}: {error.strerror}")


def refuse(code: str, message_fa: str, message_en: str) -> None:
    """Say a refusal in both languages and end with exit code 2."""
    screen.print(message_fa, style="red", highlight=False, soft_wrap=True, markup=False)
    screen.print(f"{message_en} [{code}]", highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(EXIT_REFUSED)


@contextmanager
def bars() -> Iterator[Progress]:
    """Show how far one or more builds have got, and how long they still take."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=screen) as shown:
        yield shown


def bar(shown: Progress, region_id: str) -> OnProgress:
    """Return a callback that moves one bar over all steps of one region."""
    task: TaskID = shown.add_task(region_id, total=1.0, left="")
    begun = time.monotonic()
    before = {step.code: sum(s.weight for s in STEPS[: STEPS.index(step)]) for step in STEPS}

    def on_progress(step: Step, fraction: float) -> None:
        share = before[step.code] + step.weight * fraction
        spent_s = time.monotonic() - begun
        left = f"≈ {_spoken(spent_s / share - spent_s)} left" if 0.02 < share < 1 and spent_s > 5 else ""
        at = STEPS.index(step) + 1
        shown.update(task, completed=share, description=f"{region_id} {at}/{len(STEPS)} {step.name_en}", left=left)

    return on_progress


def say(region: Region) -> None:
    """Say what a region holds, in a line."""
    counts = ", ".join(f"{name} {number}" for name, number in region.manifest.counts.items())
    screen.print(f"{region.id} ({region.name_en}): {counts}", highlight=False, soft_wrap=True)


def tell(findings: list[Finding]) -> None:
    """Say what a check found, problems first, in both languages."""
    for finding in sorted(findings, key=lambda each: each.weight is not Weight.PROBLEM):
        style, mark = ("bold red", "✗") if finding.weight is Weight.PROBLEM else ("yellow", "·")
        screen.print(f"{mark} {finding.message_fa}", style=style, highlight=False, soft_wrap=True, markup=False)
        screen.print(f"  {finding.message_en} [{finding.code}]", highlight=False, soft_wrap=True, markup=False)
        for example in finding.examples:
            screen.print(f"      {example}", style="dim", highlight=False, soft_wrap=True, markup=False)
    if not findings:
        screen.print("چیزی برای گفتن نیست.  Nothing to report.", style="green")


def _spoken(seconds: float) -> str:
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest:02d} s"
