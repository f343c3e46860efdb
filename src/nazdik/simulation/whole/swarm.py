"""What a seed draws: which faults are on in its run, and how strong. A run in which everything fails at once proves little."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from random import Random
from typing import Any


@dataclass(slots=True)
class Faults:
    """
    The faults of one run; zero is off. Rates are a day's, so that short runs have fewer.

    `*_per_h` are how often; shares are of messages or operations.
    """

    kill_per_h: float = 0.0
    kill_mid_step_per_h: float = 0.0
    power_per_h: float = 0.0
    power_mid_write_per_h: float = 0.0
    stop_per_h: float = 0.0
    cut_per_h: float = 0.0
    cut_all_per_h: float = 0.0
    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    harsh: float = 0.0
    slow_reader: float = 0.0
    sync_fails: float = 0.0
    write_fails: float = 0.0
    log_full_per_h: float = 0.0
    journal_full_per_h: float = 0.0
    clock_step_per_h: float = 0.0
    drift_ppm: float = 0.0
    device_clocks_s: float = 0.0
    reload: float = 0.0
    bad_fix: float = 0.0
    meddle: float = 0.0
    refuse: float = 0.0
    ignore: float = 0.0
    panic: float = 0.0
    revoke_per_h: float = 0.0
    # Everything is copied to another disk: `behind` what is acknowledged, or each answer `waits` for its copy. How often that disk
    # fails is its own.
    copies: str = ""
    copy_fails: float = 0.0
    # Desks whose screens fall silent are left.
    silent_desks: bool = False
    # How much there is to do.
    calls_per_h: float = 60.0
    crews: int = 6
    takers: int = 2
    snapshot_every: int = 20_000
    journal_file_bytes: int = 64 * 1024
    work_s: float = 0.004

    def named(self) -> dict[str, Any]:
        """Return what is on."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


_DRAWS: dict[str, tuple[float, float]] = {
    "kill_per_h": (2.0, 12.0),
    "kill_mid_step_per_h": (2.0, 12.0),
    "power_per_h": (1.0, 8.0),
    "power_mid_write_per_h": (1.0, 8.0),
    "stop_per_h": (1.0, 4.0),
    "cut_per_h": (4.0, 30.0),
    "cut_all_per_h": (1.0, 4.0),
    "lost": (0.01, 0.2),
    "doubled": (0.01, 0.2),
    "late": (0.01, 0.2),
    "harsh": (0.01, 0.15),
    "slow_reader": (0.1, 0.5),
    "sync_fails": (0.001, 0.02),
    "write_fails": (0.001, 0.01),
    "log_full_per_h": (1.0, 4.0),
    "journal_full_per_h": (1.0, 4.0),
    "clock_step_per_h": (1.0, 6.0),
    "drift_ppm": (20.0, 500.0),
    "device_clocks_s": (60.0, 300_000.0),
    "reload": (0.002, 0.02),
    "bad_fix": (0.05, 0.5),
    "meddle": (0.05, 0.5),
    "refuse": (0.05, 0.3),
    "ignore": (0.05, 0.3),
    "panic": (0.0005, 0.003),
}
ON_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: its seed, its length and its faults."""

    seed: int
    hours: float
    faults: Faults = field(default_factory=Faults)
    name: str = ""
    script: Callable[[Any], Awaitable[None]] | None = None
    counts: str = ""


def drawn(seed: int, hours: float, chance: Random) -> Plan:
    """Return the run that a seed stands for."""
    faults = Faults(calls_per_h=chance.choice([20.0, 40.0, 60.0, 90.0]), crews=chance.randint(3, 8))
    for name, (low, high) in _DRAWS.items():
        if chance.random() < ON_SHARE:
            setattr(faults, name, low + (high - low) * chance.random())
    faults.snapshot_every = chance.choice([150, 600, 20_000])
    faults.journal_file_bytes = chance.choice([1024, 64 * 1024])
    faults.work_s = chance.choice([0.001, 0.004, 0.03])
    if chance.random() < ON_SHARE:
        faults.revoke_per_h = 2.0 + 8.0 * chance.random()
    return Plan(seed, hours, faults)
