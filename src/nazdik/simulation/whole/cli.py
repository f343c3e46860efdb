"""`nazdik simulate` without a region: the whole product under seeded faults."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import typer
from rich.console import Console

from nazdik.simulation.whole.chance import chance_for
from nazdik.simulation.whole.run import Result, run
from nazdik.simulation.whole.scenarios import SCENARIOS
from nazdik.simulation.whole.swarm import Plan, drawn

HOURS = 0.5
EXIT_BROKEN = 1
_screen = Console(stderr=True, highlight=False)


def simulate_whole(*, seed: int, seeds: str | None, hours: float | None, scenario: str | None) -> None:
    """Run seeds and say for each whether every promise held; exit 1 when one did not."""
    plans = _plans(seed, seeds, hours or HOURS) if scenario is None else iter([_named(scenario, seed)])
    results = []
    for result in map(run, plans):
        results.append(result)
        _say(result)
    _summary(results)
    if any(result.broken is not None for result in results):
        raise typer.Exit(EXIT_BROKEN)


def plan_of(seed: int, hours: float) -> Plan:
    """Return the run that a seed stands for."""
    return drawn(seed, hours, chance_for(seed, "plan"))


def _named(scenario: str, seed: int) -> Plan:
    found = SCENARIOS.get(scenario.upper())
    if found is None:
        raise typer.BadParameter(f"there is no {scenario}; there are {', '.join(SCENARIOS)}")
    return found.plan(scenario.upper(), seed)


def _plans(seed: int, seeds: str | None, hours: float) -> Iterator[Plan]:
    if seeds is None:
        yield plan_of(seed, hours)
        return
    found = re.fullmatch(r"(\d+)\.\.(\d+)", seeds)
    if found is None:
        raise typer.BadParameter("--seeds is a range such as 1..100")
    for each in range(int(found[1]), int(found[2]) + 1):
        yield plan_of(each, hours)


def _say(result: Result) -> None:
    plan = result.plan
    named = plan.name or f"seed {plan.seed}"
    faults = " ".join(name.removesuffix("_per_h") for name in plan.faults.named() if name not in _NOT_FAULTS)
    held = "held" if result.broken is None else f"BROKEN: {result.broken}"
    _screen.print(f"{named}, {plan.hours:g} h: {held}")
    _screen.print(f"  faults: {faults or 'none'}")
    _screen.print(f"  trace:  {result.trace}", soft_wrap=True)
    if result.broken is not None:
        for line in result.last:
            _screen.print(f"  {line}", markup=False, soft_wrap=True)
        which = (
            f"--scenario {plan.name} --seed {plan.seed}" if plan.name else f"--seed {plan.seed} --hours {plan.hours:g}"
        )
        _screen.print(f"  again: nazdik simulate {which}")


_NOT_FAULTS = (
    "calls_per_h",
    "crews",
    "takers",
    "snapshot_every",
    "journal_file_bytes",
    "work_s",
    "copies",
    "silent_desks",
)


def _summary(results: Iterable[Result]) -> None:
    every = list(results)
    counts: Counter[str] = Counter()
    for result in every:
        counts.update(result.counts)
    virtual_s, cpu_s = sum(r.virtual_s for r in every), sum(r.cpu_s for r in every)
    broken = Counter(r.broken.invariant for r in every if r.broken is not None)
    _screen.print(
        f"{len(every)} runs, {virtual_s / 3600:.1f} virtual hours in {cpu_s:.0f} s of one core"
        f" ({virtual_s / max(cpu_s, 1e-9):,.0f} times real time), broken: {dict(broken) or 'none'}"
    )
    _screen.print("  " + ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()) if count))
