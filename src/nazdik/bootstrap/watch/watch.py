"""The watch of one server: who probes, who measures, and what they say when asked."""

from collections.abc import Iterator, Mapping

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.telephone import Telephone
from nazdik.bootstrap.watch.capacity import Bound, Capacity, disks_of, of_process
from nazdik.bootstrap.watch.probes import Probe, page_probe, sip_probe
from nazdik.bootstrap.watch.rounds import Rounds
from nazdik.bootstrap.watch.self_check import SelfCheck
from nazdik.fleet.trail import ROWS_WAITING_MAX, Trail
from nazdik.geo.region import Region
from nazdik.intake.callers.line import QUEUE_MAX
from nazdik.intake.callers.service import Callers
from nazdik.intake.sip.endpoint import QUEUED_MAX
from nazdik.kernel import ProvinceId
from nazdik.platform.audit import Audit
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog import Writer
from nazdik.platform.group import WAITING_MAX
from nazdik.platform.http import Strain
from nazdik.platform.journal import Journal
from nazdik.platform.live import Hub
from nazdik.platform.live.connection import FRAMES_MAX
from nazdik.platform.settings import Settings


class Watch:
    """Probes, bounds and checks of a server."""

    def __init__(
        self,
        settings: Settings,
        rooms: Mapping[ProvinceId, ControlRoom],
        regions: Mapping[ProvinceId, Region],
        hub: Hub,
        trail: Trail,
        telephone: Telephone | None,
        clock: Clock,
        checks: SelfCheck,
        callers: Callers,
        journal: Journal,
        audit: Audit,
    ) -> None:
        self.checks = checks
        self._rooms = rooms
        self._hub = hub
        self._trail = trail
        self._telephone = telephone
        self._callers = callers
        self._journal = journal
        self._audit = audit
        self.strain = Strain()
        every_s = float(settings.watch_s)
        self.rounds = Rounds(
            tuple(_probes(settings, rooms, regions, telephone, clock)) if every_s else (), clock, every_s
        )
        # What comes in may lie on a disk of its own, so that it is kept when the logs' is full.
        disks = [settings.data_dir, journal.folder, *([settings.backup_dir] if settings.backup_dir is not None else [])]
        self.capacity = Capacity(of_process, self._queues, disks=disks_of(disks))

    def _queues(self) -> Iterator[Bound]:
        for name, room in self._rooms.items():
            if isinstance(room.writer, Writer):
                yield Bound(f"commands:{name}", room.writer.waiting, room.writer.waiting_max)
            yield Bound(f"turns:{name}", room.turns.waiting, room.turns.waiting_max)
            yield Bound(f"messages:{name}", self._callers.unread(name), QUEUE_MAX)
        yield Bound("journal", self._journal.waiting, WAITING_MAX)
        yield Bound("audit", self._audit.waiting, WAITING_MAX)
        yield Bound("slowest_listener", self._hub.most_waiting(), FRAMES_MAX)
        yield Bound("trail", self._trail.waiting, ROWS_WAITING_MAX)
        if self._telephone is not None:
            yield Bound("telephone", self._telephone.endpoint.waiting, QUEUED_MAX)


def _probes(
    settings: Settings,
    rooms: Mapping[ProvinceId, ControlRoom],
    regions: Mapping[ProvinceId, Region],
    telephone: Telephone | None,
    clock: Clock,
) -> Iterator[Probe]:
    if telephone is not None:
        endpoint, room = telephone.endpoint, rooms[telephone.exchange.province]
        # An exchange's port that does not talk to this machine cannot be tried from it.
        if not endpoint.peers or {"127.0.0.1", endpoint.host} & endpoint.peers:
            ports = (("udp", endpoint.udp_port), ("tcp", endpoint.tcp_port), ("tls", endpoint.tls_port))
            yield from (sip_probe(name, endpoint.host, port, room) for name, port in ports if port)
    scheme = "https" if settings.is_https else "http"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - where we reach ourselves
    name, room = next(iter(rooms.items()))
    yield page_probe(f"{scheme}://{host}:{settings.port}", room, regions[name].centre, clock)
