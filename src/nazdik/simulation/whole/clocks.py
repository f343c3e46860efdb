"""The clocks of machines: each its own error, set forward and back as somebody corrects it; under them the one true time."""

from collections.abc import Callable

from nazdik.platform.clock import SystemClock

# An arbitrary moment (2026-10-01 00:00 UTC); runs begin here.
BEGINS_US = 1_790_812_800_000_000
_NS = 1_000_000_000


class MachineTime:
    """What a machine's hardware says: a steady count, and a time of day that may be wrong. It outlives every process."""

    def __init__(self, true_s: Callable[[], float], *, off_s: float = 0.0, drift_ppm: float = 0.0) -> None:
        self._true_s = true_s
        self.off_s = off_s
        self.drift_ppm = drift_ppm

    def steady_ns(self) -> int:
        """Return nanoseconds since the beginning, unaffected by corrections."""
        return round(self._true_s() * _NS)

    def wall_ns(self) -> int:
        """Return the time of day as this machine believes it."""
        true_s = self._true_s()
        return BEGINS_US * 1000 + round((true_s * (1 + self.drift_ppm / 1e6) + self.off_s) * _NS)

    def step(self, seconds: float) -> None:
        """Somebody sets the time of day."""
        self.off_s += seconds


class ProcessClock(SystemClock):
    """The real clock of a process, reading a machine's time."""

    def __init__(self, machine: MachineTime) -> None:
        self._machine = machine
        super().__init__()

    def _read_mono_ns(self) -> int:
        return self._machine.steady_ns()

    def _read_wall_ns(self) -> int:
        return self._machine.wall_ns()
