"""Build everything a server needs from settings and region folders, in the order in which the parts need one another."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap import backup
from nazdik.bootstrap.addresses import AddressWatch
from nazdik.bootstrap.administration.nation import NationWatch
from nazdik.bootstrap.administration.people_watch import PeopleWatch
from nazdik.bootstrap.administration.retired_units import RetiredUnits
from nazdik.bootstrap.broker import Broker, broker
from nazdik.bootstrap.callers import callers, province_at
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.demo_seating import establishments_of, exchange_of, seat_views, simulator_token
from nazdik.bootstrap.desk import Building
from nazdik.bootstrap.door import House
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.glass import BreakGlass
from nazdik.bootstrap.identity.parts import Identity
from nazdik.bootstrap.identity.service import open_service
from nazdik.bootstrap.inspection.index import FILE as LOOKS
from nazdik.bootstrap.inspection.index import LookIndex
from nazdik.bootstrap.inspection.watch import Looks
from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.journal_only.bring_in import bring_in
from nazdik.bootstrap.journal_only.mark import find_mark, record_open
from nazdik.bootstrap.known import keep_regions
from nazdik.bootstrap.leaving import SilentDesks
from nazdik.bootstrap.log_api import LogReader
from nazdik.bootstrap.map_pictures import MapPictures
from nazdik.bootstrap.nodes.company import Company, company_of
from nazdik.bootstrap.office_tree.follow import OfficeBook
from nazdik.bootstrap.past_calls import CallBook
from nazdik.bootstrap.place_book import PlaceBook
from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.raw import RawCalls
from nazdik.bootstrap.reach import ReachWatch
from nazdik.bootstrap.regions import ReloadsAsked
from nazdik.bootstrap.reload import Reloader
from nazdik.bootstrap.reports import Reports, urgency
from nazdik.bootstrap.retention.audit_cut import oldest_kept
from nazdik.bootstrap.retention.letters import Shelves
from nazdik.bootstrap.retention.watch import Retention
from nazdik.bootstrap.rights import Rights
from nazdik.bootstrap.screens import Screens
from nazdik.bootstrap.seals import Seals
from nazdik.bootstrap.shown import PERSONAL, Shown
from nazdik.bootstrap.standby import Standby, wakes_of
from nazdik.bootstrap.stores import (
    AUDIT,
    Losses,
    device_store,
    open_log,
    picture_store,
    sources_of,
    url_in,
    word_key_table,
)
from nazdik.bootstrap.telephone import Telephone, telephone
from nazdik.bootstrap.trackers import give_trackers
from nazdik.bootstrap.transfers import Transfers
from nazdik.bootstrap.views import ProvinceViews
from nazdik.bootstrap.watch.self_check import SelfCheck, kept_of
from nazdik.bootstrap.watch.watch import Watch
from nazdik.bootstrap.webhooks import Webhooks
from nazdik.bootstrap.words import with_words
from nazdik.dispatch.commands import EnrolUnit
from nazdik.dispatch.surroundings import Surroundings
from nazdik.fleet.devices import Devices
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Bounds
from nazdik.fleet.service import FleetService, TrailRead
from nazdik.fleet.store import DeviceStore
from nazdik.fleet.trail import Trail
from nazdik.geo.graph import RoadGraph
from nazdik.geo.pace import Pace
from nazdik.geo.places import PlaceFinder, PlaceIndex
from nazdik.geo.region import Region
from nazdik.geo.responsible import NATIONAL, OfficeForest, load_offices
from nazdik.geo.sight import RoadSight
from nazdik.geo.signing import Trust, check_signature
from nazdik.intake.callers.service import REPLAYED_S, Callers
from nazdik.intake.past import PastCalls
from nazdik.interchange.jws import load_signer
from nazdik.interchange.names import Names
from nazdik.interchange.open311.store import FILE as REPORTS
from nazdik.interchange.open311.store import ReportStore
from nazdik.interchange.partners import FILE as PARTNERS
from nazdik.interchange.partners import Partners
from nazdik.interchange.webhook_store import FILE as WEBHOOKS
from nazdik.interchange.webhook_store import WebhookStore
from nazdik.kernel import Actor, CommandId, Context, OfficeId, PersonId, ProvinceId, UnitId
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act, Posting, Role
from nazdik.organisation.policy import may
from nazdik.organisation.seats import demo_seats
from nazdik.organisation.store import People
from nazdik.organisation.units import EstablishedUnit
from nazdik.platform.audit import Audit
from nazdik.platform.audit_aside import AsideAudit
from nazdik.platform.auth import Codes, Registry, Throttle, Tickets
from nazdik.platform.backup import Shipper
from nazdik.platform.clock import Clock, SystemClock
from nazdik.platform.eventlog.words import stored_in
from nazdik.platform.journal import Journal, read_recent
from nazdik.platform.live import BEAT_S, Hub
from nazdik.platform.memory import keep_out_of_collections
from nazdik.platform.settings import Settings
from nazdik.premises.past import PastIncidents
from nazdik.published.catalogue import KINDS

if TYPE_CHECKING:
    from nazdik.bootstrap.nodes.pictures import SharedPictures
    from nazdik.platform.eventlog.postgres.outbox import OutboxTable

SWITCH_EVERY_S = 0.000_1
FORGET_EVERY_S = 3600.0
Say = Callable[[str], None]
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """Everything that was built and has to be closed again."""

    entrance: Entrance
    journal: Journal
    trail: Trail
    devices: DeviceStore
    establishments: Mapping[ProvinceId, tuple[EstablishedUnit, ...]]
    reloader: Reloader
    callers: Callers
    reports: Reports
    transfers: Transfers
    log_reader: LogReader
    raw_calls: RawCalls
    interchange: Interchange
    webhooks: Webhooks
    call_book: CallBook
    place_book: PlaceBook
    map_pictures: MapPictures
    seals: Seals
    watch: Watch
    looks: Looks
    shipper: Shipper | None = None
    telephone: Telephone | None = None
    broker: Broker | None = None
    losses: Losses = field(default_factory=Losses)
    nation: NationWatch | None = None
    standbys: list[Standby] = field(default_factory=list)
    wakes: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    company: Company | None = None
    pictures: "SharedPictures | None" = None
    outbox: "OutboxTable | None" = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    glass: BreakGlass = field(init=False)

    def __post_init__(self) -> None:
        self.glass = BreakGlass(self.entrance)

    async def open(self) -> None:
        """Begin: streams, clocks, and in the demo the units."""
        if self.shipper is not None:
            self.shipper.open()
        for room in self.entrance.building.rooms.values():
            room.open()
        for province, units in self.establishments.items():
            if self.entrance.building.rooms[province].writes:
                await _enrol(self.entrance.building, units)
        loop = asyncio.get_running_loop()
        self.tasks = [
            loop.create_task(self._beat()),
            loop.create_task(self.trail.run()),
            loop.create_task(self.webhooks.run()),
            loop.create_task(self.call_book.run()),
            loop.create_task(self._forget()),
            loop.create_task(self.watch.rounds.run()),
            loop.create_task(self.watch.capacity.run()),
            loop.create_task(self.watch.strain.run()),
            loop.create_task(Rights(self.entrance).run()),
            loop.create_task(SilentDesks(self.entrance).run()),
            loop.create_task(self.glass.run()),
            loop.create_task(self.seals.run()),
            loop.create_task(self.watch.checks.run()),
            loop.create_task(self.looks.run()),
            *(loop.create_task(watch.run()) for watch in self.entrance.building.reach.values()),
            loop.create_task(self._reloads_asked().run()),
            *(loop.create_task(standby.run()) for standby in self.standbys),
            *(loop.create_task(run()) for run in self.wakes),
            *(loop.create_task(run()) for run in (self.company.runs if self.company is not None else ())),
            *([loop.create_task(self.pictures.run())] if self.pictures is not None else []),
        ]
        self.reports.open()
        self.transfers.open()
        if self.nation is not None:
            self.nation.open()
        await self._read_again()
        if self.broker is not None:
            self.broker.open()
        keep_out_of_collections()
        # The trail is written by a thread that seldom lets go by itself; at the usual 5 ms the loop would wait that long
        # for each of the dozen steps of an offer.
        sys.setswitchinterval(SWITCH_EVERY_S)

    async def close(self) -> None:
        """End in the opposite order: nobody listens, nothing is decided, everything is on disk."""
        if self.telephone is not None:
            await self.telephone.close()
        if self.broker is not None:
            await self.broker.close()
        await self.transfers.close()
        await self.callers.close()
        self.entrance.hub.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.looks.close()
        await self.call_book.close()
        await self.place_book.close()
        await self.map_pictures.close()
        await self.seals.close()
        self.watch.checks.close()
        for room in self.entrance.building.rooms.values():
            await room.close()
        if self.entrance.building.audit is not None:
            await self.entrance.building.audit.close()
        self.reports.close()
        await self.journal.close()
        self.trail.close()
        self.devices.close()
        self.entrance.people.close()
        if self.entrance.codes is not None:
            self.entrance.codes.close()
        self.interchange.partners.close()
        self.webhooks.store.close()
        if self.outbox is not None:
            self.outbox.close()
        self.entrance.identity.close()
        self.entrance.registry.close()
        if self.company is not None:
            await self.company.close()
        if self.pictures is not None:
            self.pictures.close()
        if self.shipper is not None:
            await asyncio.to_thread(self.shipper.close)

    async def _read_again(self) -> None:
        """Read what the journal has of the last day, and of all the time in which there was no log, then listen."""
        building, data = self.entrance.building, self.entrance.settings.data_dir
        now, mark = building.clock.now(), find_mark(data)
        since = plus_s(now, -REPLAYED_S) if mark is None else min(plus_s(now, -REPLAYED_S), mark.since)
        unheard = (mark.since, now) if mark is not None else None
        await self.callers.open(read_recent(self.journal.folder, since), unheard=unheard)
        if self.telephone is not None:
            records = read_recent(self.journal.folder, since)
            await self.telephone.open(records, now, unheard_since=mark.since if mark is not None else None)
        if mark is not None:
            exchange = self.telephone.exchange if self.telephone is not None else None
            work = bring_in(data, mark, self.journal.folder, building, self.callers, exchange)
            self.tasks.append(asyncio.get_running_loop().create_task(work))

    def _reloads_asked(self) -> ReloadsAsked:
        building, data = self.entrance.building, self.entrance.settings.data_dir
        return ReloadsAsked(data, self.reloader, frozenset(building.rooms), building.audit)

    async def _forget(self) -> None:
        """Erase what is past its time by the rules, and forget what callers' calls came to; every hour."""
        building = self.entrance.building
        settings, pictures = self.entrance.settings, self.pictures
        let_go = pictures.erase if pictures is not None else None
        retention = Retention(
            settings,
            self.trail,
            building.audit,
            building.clock,
            let_go,
            rooms=building.rooms,
            letters=Shelves(self.webhooks.store, self.outbox),
        )
        while True:
            await asyncio.gather(
                retention.run_once(),
                self.call_book.forget(),
                self.place_book.forget(),
                self._forget_looks(),
                return_exceptions=True,
            )
            await asyncio.sleep(FORGET_EVERY_S)

    async def _forget_looks(self) -> None:
        """Forget what the audit log has no longer: an index must not outlast it."""
        await self.looks.forget(await asyncio.to_thread(oldest_kept, self.entrance.settings.data_dir))

    async def _beat(self) -> None:
        while True:
            for _ in self.entrance.hub.beating(self.entrance.building.clock.now()):
                await asyncio.sleep(0)
            await asyncio.sleep(BEAT_S)


def build(
    settings: Settings,
    folders: list[Path],
    *,
    clock: Clock | None = None,
    say: Say = _log.info,
    journal: Journal | None = None,
) -> Running:
    """
    Build the parts of a server.

    Args:
        folders: The regions to open, one a province.
        say: Told each step, for a person who waits.
        journal: The raw journal when it is open already; else it is opened here.

    Raises:
        RegionUnreadable, RegionForeign, RegionDamaged: A folder is no sound region.
        LogInUse: Another server writes this data.
        RecordClosed: A log cannot be opened or read; the logs that were opened are closed again.
    """
    with ExitStack() as undo:
        running = _build(settings, folders, clock or SystemClock(), say, journal, undo)
        undo.pop_all()
    return running


def _build(
    settings: Settings, folders: list[Path], clock: Clock, say: Say, journal: Journal | None, undo: ExitStack
) -> Running:
    data = settings.data_dir
    data.mkdir(parents=True, exist_ok=True)
    regions: dict[ProvinceId, Region] = {region.id: region for region in (Region.load(folder) for folder in folders)}
    forest = load_offices([region.folder for region in regions.values()], now=clock.now)
    office_book = OfficeBook(forest)
    hub = Hub(personal=PERSONAL)
    trail = Trail(data / "trail")
    journal = journal or Journal(data / "journal", clock)
    shipper = backup.shipper(settings, journal, clock)
    losses = Losses()
    sources = sources_of(settings, (AUDIT, *regions), losses)
    audit = Audit(open_log(settings, AUDIT, undo, sources.get(AUDIT), shipper).log, clock)
    aside = AsideAudit(data / "raw-reads.jsonl", audit, clock)
    kinds = {kind.code: kind for kind in KINDS}
    roads, lanes, places, surroundings, paces, rooms = {}, {}, {}, {}, {}, {}
    for name, region in regions.items():
        say(f"{region.name_en}: roads and places")
        _say_trust(region, settings, say)
        roads[name] = road = RoadSight(RoadGraph.load(region.graph_folder), standby=True)
        road.warm_up()
        places[name] = PlaceFinder(PlaceIndex.load(region.places_folder), road.route)
        lanes[name] = lane = PositionLane(road, clock=clock, bounds=Bounds(*region.bounds), keep=trail.keep)
        surroundings[name] = around = Surroundings(sight=road, offices=forest, kinds=kinds)
        say(f"{region.name_en}: log")
        paces[name] = Pace(road, offset_min=settings.display_offset_min)
        opened = open_log(settings, name, undo, sources.get(name), shipper)
        log = with_words(opened.log, data, name, word_key_table(settings))
        with record_open(f"{name}{backup.LOG}"):
            if opened.copy is None or opened.copy.writes:
                # In the copy before the first words that it seals.
                log.prepare(clock.now())
            rooms[name] = ControlRoom(
                name,
                log=log,
                machine=ProvinceMachine(around, paces[name]),
                views=ProvinceViews(forest, lane, clock),
                lane=lane,
                hub=hub,
                clock=clock,
                copy=opened.copy,
                book=office_book,
            )
    registry = Registry(data / "registry.sqlite", clock, session_s=settings.session_hours * 3600.0)
    people = People(data / "people.sqlite", passwords=registry, clock=clock)
    building = Building(
        people=people,
        office_book=office_book,
        rooms=rooms,
        offices=forest,
        clock=clock,
        roads=roads,
        places=places,
        regions=regions,
        surroundings=surroundings,
        paces=paces,
        reach={
            name: _reach(rooms[name], roads[name], regions[name], forest, surroundings[name], clock, settings)
            for name in rooms
        },
        audit=audit,
    )
    nation = NationWatch(rooms, NATIONAL.id, clock)
    for name, room in rooms.items():
        AddressWatch(room, places[name], clock)
        PeopleWatch(room, people)
    kept_devices = device_store(settings)
    undo.callback(kept_devices.close)
    devices = Devices(kept_devices, clock=clock)
    fleet = FleetService(
        lanes,
        devices=devices,
        trail=trail,
        clock=clock,
        may_see_trail=lambda actor, unit, purpose: _may_see_trail(building, actor, unit, purpose),
        decided_here=lambda province: rooms[province].check_follows_nobody() if province in rooms else None,
        record_read=lambda read: _record_read(building, audit, read),
        tells=settings.node_key_file is not None,
    )
    establishments = establishments_of(settings, forest, regions)
    everyone = [unit for units in establishments.values() for unit in units]
    seats = demo_seats(forest, everyone) if settings.demo else ()
    if settings.demo:
        give_trackers(data, devices, [unit for unit in everyone if not _is_retired(rooms, unit.id)])
    identity = Identity.open(data, clock)
    entrance = Entrance(
        building=building,
        hub=hub,
        fleet=fleet,
        registry=registry,
        people=people,
        codes=Codes(data / "registry.sqlite", clock),
        tickets=Tickets(identity.words),
        throttle=Throttle(clock),
        settings=settings,
        identity=identity,
        service=open_service(settings, identity, clock),
        screens=Screens(clock),
        shown=Shown(audit, aside, clock),
        seats={seat.id: seat for seat in seats},
        seat_views=seat_views(seats, forest, establishments),
        machine_seats={f"gateway:{name}": exchange_of(name) for name in regions} if settings.demo else {},
        simulator_token=simulator_token(data) if settings.demo else None,
    )
    for room in rooms.values():
        RetiredUnits(room, entrance)
    # The logs are ours by now, so no other server serves this folder.
    keep_regions(data, folders)
    reloader = Reloader(
        building,
        regions,
        forest,
        offset_min=settings.display_offset_min,
        trusted_keys=settings.trusted_keys,
        hub=hub,
    )
    office_book.listeners.append(reloader.tell_again)
    telephones = telephone(settings, rooms, journal, clock)

    def worth(province: ProvinceId, words: str) -> int:
        return urgency(building.guessers, rooms.get(province), words)

    brought = callers(data, rooms, regions, journal, clock, audit, worth)
    kept_reports = ReportStore(data / REPORTS)
    reports = Reports(building, brought, kept_reports, worth, lambda point: province_at(regions, point))
    raw_calls = RawCalls(journal.folder, rooms, aside, clock)
    names = Names(settings.domain)
    past = PastCalls(data / "past-calls.sqlite", data / "numbers.key")
    book = CallBook(past, rooms, clock, days=settings.caller_record_days)
    logs = {f"{name}.log": stored_in(room.log) for name, room in rooms.items()} | {"audit": audit.log}
    seals = Seals(logs, data, clock, audit=audit, copies=settings.heads_copy_dir)
    checks = SelfCheck(kept_of(settings, sources, map(str, rooms)), seals.newest.get, audit, clock)
    interchange = Interchange(building, Partners(data / PARTNERS, clock), names, journal)
    webhooks = Webhooks(WebhookStore(data / WEBHOOKS), interchange, settings.webhook_hosts, clock)
    outbox = share_outbox(settings, webhooks, rooms)
    woken = {str(name): asyncio.Event() for name in rooms}
    return Running(
        entrance,
        journal,
        trail,
        kept_devices,
        establishments,
        reloader,
        brought,
        reports,
        Transfers(building),
        LogReader(building, names, load_signer(data, f"log.{settings.domain}"), settings.display_offset_min),
        raw_calls,
        interchange,
        webhooks,
        book,
        PlaceBook(PastIncidents(data / "past-places.sqlite"), rooms, clock),
        MapPictures(data / "map-pictures"),
        seals,
        Watch(settings, rooms, regions, hub, trail, telephones, clock, checks, brought, journal, audit),
        Looks(LookIndex(data / LOOKS, audit.log), audit, book, clock),
        shipper,
        telephones,
        broker(settings, fleet, clock),
        losses,
        nation,
        [Standby(room, sources[name], losses, woken[name]) for name, room in rooms.items() if not room.writes],
        wakes_of(settings, rooms, woken),
        company_of(settings, rooms, fleet, registry, entrance.screens, hub, clock, identity, interchange.partners),
        picture_store(settings),
        outbox,
    )


def share_outbox(
    settings: Settings, webhooks: Webhooks, rooms: Mapping[ProvinceId, ControlRoom]
) -> "OutboxTable | None":
    """Let the webhooks of a node keep what they have to send in PostgreSQL; None where there is one server and its file."""
    if settings.postgres_url_file is None:
        return None
    from nazdik.bootstrap.nodes.outbox import outboxes_of  # noqa: PLC0415 - whoever has files does not load PostgreSQL's
    from nazdik.platform.eventlog.postgres.outbox import OutboxTable  # noqa: PLC0415

    table = OutboxTable(url_in(settings.postgres_url_file))
    webhooks.outboxes = outboxes_of(table, webhooks.store, rooms)
    return table


def _say_trust(region: Region, settings: Settings, say: Say) -> None:
    """Say loudly when nobody we trust vouches for a map; `SignatureInvalid` when a signature does not hold."""
    match check_signature(region, settings.trusted_keys):
        case Trust.UNSIGNED:
            say(f"{region.name_en}: THE MAP IS NOT SIGNED; anyone who can write to its folder can change it")
        case Trust.STRANGER:
            say(f"{region.name_en}: THE MAP IS SIGNED BY A KEY THAT IS NOT AMONG trusted_keys")
        case Trust.TRUSTED:
            say(f"{region.name_en}: signed by a trusted key")


def _reach(
    room: ControlRoom,
    road: RoadSight,
    region: Region,
    forest: OfficeForest,
    around: Surroundings,
    clock: Clock,
    settings: Settings,
) -> ReachWatch:
    return ReachWatch(
        room,
        road,
        region,
        forest,
        around,
        clock,
        limits_s=tuple(60 * minutes for minutes in settings.reach_minutes),
        gap_limit_s=60 * settings.reach_gap_minutes,
        calls_days=settings.reach_calls_days,
        every_s=settings.reach_every_s,
    )


def _is_retired(rooms: Mapping[ProvinceId, ControlRoom], unit_id: UnitId) -> bool:
    known = rooms[ProvinceId(unit_id.partition(".")[0])].state.world.units.get(unit_id)
    return known is not None and known.retired_at is not None


async def _enrol(building: Building, units: tuple[EstablishedUnit, ...]) -> None:
    """Make the demo's units known; those that are known already change nothing."""
    for unit in units:
        room = building.room(unit.id)
        if unit.id in room.state.world.units:
            continue
        command = EnrolUnit(
            unit_id=unit.id,
            call_sign=unit.call_sign,
            office=unit.office_id,
            kind=unit.kind,
            skills=tuple(unit.skills),
        )
        ctx = Context(at=building.clock.now(), actor=SYSTEM, command_id=CommandId(f"enrol:{unit.id}"))
        await room.submit(command, ctx)


def _may_see_trail(house: House, actor: Actor, unit_id: UnitId, purpose: str) -> str:
    offices, unit = house.concerned(house.room(unit_id).state.world, unit_id)
    posting = Posting(PersonId(actor.id), Role(actor.role), actor.office_id or OfficeId(""), actor.unit_id)
    return may(posting, Act.SEE_TRAIL, offices=offices, unit=unit, tree=house.offices, purpose=purpose)


async def _record_read(house: House, audit: Audit, read: TrailRead) -> None:
    details: dict[str, Any] = {
        "since": read.since,
        "until": read.until,
        "incident": read.incident_id,
        "role": read.actor.role,
    }
    if read.incident_id is not None and house.is_under_way(read.incident_id):
        details["working"] = True
    await audit.record(actor=read.actor.id, what="trail", subject=read.unit_id, purpose=read.purpose, details=details)
