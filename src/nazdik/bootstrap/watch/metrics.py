"""What the server measures of itself, in the form that Prometheus reads."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.watch.capacity import resident_bytes
from nazdik.bootstrap.watch.watch import Watch
from nazdik.kernel import ProvinceId
from nazdik.platform.backup import Shipper
from nazdik.platform.live import Hub

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """Collects when asked; nothing is counted that nobody reads."""

    def __init__(
        self, watch: Watch, rooms: Mapping[ProvinceId, ControlRoom], hub: Hub, shipper: Shipper | None
    ) -> None:
        self._watch = watch
        self._rooms = rooms
        self._hub = hub
        self._shipper = shipper
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """Return everything, as text."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield each figure as it is now."""
        position = _gauge("log_position", "Entries in the log of a province.", "province")
        calls = _gauge("calls_open", "Calls that ring or are spoken to.", "province")
        incidents = _gauge("incidents_open", "Incidents that are not closed.", "province")
        units = _gauge("units_on_duty", "Units on duty.", "province")
        for name, room in self._rooms.items():
            world = room.state.world
            position.add_metric([name], room.writer.position)
            calls.add_metric([name], sum(not call.over for call in room.state.calls.values()))
            incidents.add_metric([name], sum(i.closed_at is None for i in world.incidents.values()))
            units.add_metric([name], sum(unit.on_duty for unit in world.units.values()))
        yield from (position, calls, incidents, units)
        yield _gauge("listeners", "Open live streams.", value=self._hub.listeners())
        yield _gauge("memory_bytes", "Memory that the process holds.", value=resident_bytes())
        yield _gauge("loop_late_seconds", "How late the event loop is, on average.", value=self._watch.strain.late_s)
        used = _gauge("used_share", "How full a bounded thing is, 0 to 1.", "what")
        for bound in self._watch.capacity.look():
            used.add_metric([bound.name], bound.share)
        yield used
        unseen = _gauge("unseen", "1 while it cannot be seen how full a disk is: it does not answer.", "what")
        for disk in self._watch.capacity.unseen:
            unseen.add_metric([disk], 1.0)
        yield unseen
        misses = _gauge("door_misses", "Test calls in a row that did not come through.", "door")
        took = _gauge("door_test_call_seconds", "How long the last test call took until it stood in the log.", "door")
        for door in self._watch.rounds.doors.values():
            misses.add_metric([door.door], door.misses)
            if door.took_s is not None:
                took.add_metric([door.door], door.took_s)
        yield from (misses, took)
        yield from self._checks()
        if any(room.copy is not None for room in self._rooms.values()):
            troubles = {room.trouble for room in self._rooms.values()}
            refusing = _gauge("store_refusing", "1 while the shared store takes nothing, by reason.", "why")
            for why in ("log.standby_away", "log.one_disk", "log.store_away"):
                refusing.add_metric([why], float(why in troubles))
            yield refusing
        if self._shipper is not None:
            behind = self._shipper.behind()
            yield _gauge("backup_behind_entries", "Entries that the second disk lacks.", value=behind.entries)
            yield _gauge("backup_behind_seconds", "How long the oldest of them waits.", value=behind.seconds)
            yield _gauge("backup_failing", "1 while the second disk refuses.", value=float(behind.problem is not None))

    def _checks(self) -> Iterator[Metric]:
        whole = _gauge("log_whole", "1 while nothing that was checked of a log differs from what was written.", "log")
        checked = _gauge("log_checked_entries", "Entries of a log that the server itself found whole.", "log")
        for one in self._watch.checks.logs.values():
            whole.add_metric([one.log], float(one.wrong is None))
            checked.add_metric([one.log], one.checked)
        yield from (whole, checked)


def _gauge(name: str, said: str, label: str = "", *, value: float | None = None) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"nazdik_{name}", said, value=value, labels=[label] if label else None)
