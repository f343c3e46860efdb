"""Aliases that operators add, addresses in doubt and their repair: the routes, and the watch that finds doubts."""

import asyncio
import logging
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import ProvinceNotFound, RequestDoor, province_of
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import events as dispatch_events
from nazdik.geo.addresses import commands as c
from nazdik.geo.addresses.aliases import AliasIndex
from nazdik.geo.addresses.checking import doubt_about
from nazdik.geo.addresses.errors import AliasNotFound, FlagNotFound
from nazdik.geo.addresses.model import Addresses, Alias, AliasId, Flag, Outcome
from nazdik.geo.places import PlaceFinder
from nazdik.geo.route import OutsideRegion
from nazdik.kernel import CommandId, Context, IncidentId, LonLat, OfficeId, ProvinceId, Rejected, Unavailable, rfc3339
from nazdik.kernel.context import SYSTEM
from nazdik.organisation.model import Act
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.machine import Batch
from nazdik.published.door import CommandAnswer

LISTED_MAX = 500
# A look takes some ten milliseconds: no more than a tenth of a core goes into them, and what comes too fast is left out.
REST_FACTOR = 9.0
WAITING_MAX = 2_000
_PLACED = (dispatch_events.IncidentClassified, dispatch_events.PlaceChanged, dispatch_events.LateIncidentEntered)
_log = logging.getLogger(__name__)


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A request's body."""


class AliasBody(Body):
    """A name for the place at a point."""

    text: str
    point: LonLat
    note: str = ""


class RepairBody(Body):
    """
    How an address in doubt is settled: its words become an `alias` of `point`, or of where the incident is; or the incident's
    place is put right with `point` and `place`; or with neither, it is right as it is.
    """

    alias: str | None = None
    point: LonLat | None = None
    place: str | None = None


class AliasView(msgspec.Struct, frozen=True):
    """An alias: what people say, for which place, who added it and when."""

    id: str
    text: str
    point: LonLat
    label_fa: str
    label_en: str
    office: str
    added_at: str
    added_by: str
    note: str


class AliasesView(msgspec.Struct, frozen=True):
    """Aliases, the newest first."""

    aliases: tuple[AliasView, ...]


class FlagView(msgspec.Struct, frozen=True):
    """
    An address in doubt. `doubt`: not_found (the search knows no such place), elsewhere (it knows one, but not there),
    unplaced (it knows the name but not where that is, and the incident was left in the middle of the county).
    `outcome`: alias, place_fixed, right_as_it_is, or null while it waits.
    """

    incident: str
    number: int | None
    text: str
    point: LonLat
    office: str
    doubt: str
    at: str
    outcome: str | None
    settled_at: str | None
    settled_by: str | None
    alias: str | None


class FlagsView(msgspec.Struct, frozen=True):
    """Addresses in doubt: those that wait, the oldest first; then those settled, the newest first."""

    addresses: tuple[FlagView, ...]


def _alias_view(alias: Alias) -> AliasView:
    return AliasView(
        id=alias.id,
        text=alias.text,
        point=alias.point,
        label_fa=alias.label_fa,
        label_en=alias.label_en,
        office=alias.office,
        added_at=rfc3339(alias.added_at),
        added_by=alias.added_by,
        note=alias.note,
    )


def _flag_view(flag: Flag, room: ControlRoom) -> FlagView:
    incident = room.state.world.incidents.get(flag.incident_id)
    return FlagView(
        incident=flag.incident_id,
        number=incident.number if incident is not None else None,
        text=flag.text,
        point=flag.point,
        office=flag.office,
        doubt=flag.doubt,
        at=rfc3339(flag.at),
        outcome=flag.outcome,
        settled_at=rfc3339(flag.settled_at) if flag.settled_at is not None else None,
        settled_by=flag.settled_by,
        alias=flag.alias_id,
    )


def _rooms(desk: Desk, province: str | None) -> list[ControlRoom]:
    """Return the provinces whose addresses a session may ask for: the one named, else those it has to do with."""
    house, own = desk.house, desk.posting.office
    if province is not None and ProvinceId(province) not in house.rooms:
        raise ProvinceNotFound(id=province[:120])
    return [
        room
        for name, room in house.rooms.items()
        if province in (None, str(name))
        and (house.offices.is_within(own, OfficeId(str(name))) or house.offices.is_within(OfficeId(str(name)), own))
    ]


def _new_alias(desk: Desk, door: RequestDoor, text: str, point: LonLat, note: str = "") -> c.AddAlias:
    """Return the command for an alias, with the words for its point; `OutsideRegion` when no station answers there."""
    station = desk.house.offices.station_at(point)
    if station is None:
        raise OutsideRegion(lon=point.lon, lat=point.lat)
    province = province_of(station)
    around = desk.house.places[province].reverse(point)
    return c.AddAlias(
        alias_id=door.alias_id(province),
        text=text,
        point=point,
        label_fa=around.label_fa if around is not None else "",
        label_en=around.label_en if around is not None else "",
        office=station,
        note=note,
    )


@get("/v1/aliases")
async def list_aliases(desk: NamedDependency[Desk], province: FromQuery[str | None] = None) -> AliasesView:
    """Return the aliases of the session's provinces. Refusals: organisation.province_not_found (404)."""
    desk.allow(Act.SEE_ADDRESSES)
    found = [alias for room in _rooms(desk, province) for alias in room.state.addresses.aliases.values()]
    found.sort(key=lambda alias: (alias.added_at, alias.id), reverse=True)
    return AliasesView(tuple(map(_alias_view, found)))


@post("/v1/aliases", status_code=200)
async def add_alias(
    data: JSONBody[AliasBody], door: NamedDependency[RequestDoor], desk: NamedDependency[Desk]
) -> CommandAnswer:
    """
    Give a place another name, in force at once. Refusals: geo.alias_invalid (422), geo.alias_exists (409),
    geo.aliases_too_many (409), geo.outside_region (422).
    """
    command = _new_alias(desk, door, data.text, data.point, data.note)
    return await door.act(Act.KEEP_ADDRESSES, command, about=command.office)


@post("/v1/aliases/{alias_id:str}/remove", status_code=200)
async def remove_alias(
    alias_id: FromPath[str], door: NamedDependency[RequestDoor], desk: NamedDependency[Desk]
) -> CommandAnswer:
    """Take a name away again. Refusals: geo.alias_not_found (404)."""
    alias = desk.house.room(alias_id).state.addresses.aliases.get(AliasId(alias_id))
    desk.allow(Act.SEE_ADDRESSES)
    about = alias.office if alias is not None else OfficeId(str(province_of(alias_id)))
    if alias is None and not desk.house.offices.is_within(about, desk.posting.office):
        raise AliasNotFound(alias_id=alias_id[:120])
    return await door.act(Act.KEEP_ADDRESSES, c.RemoveAlias(alias_id=AliasId(alias_id)), about=about)


@get("/v1/addresses")
async def list_addresses(
    desk: NamedDependency[Desk], province: FromQuery[str | None] = None, settled: FromQuery[bool] = False
) -> FlagsView:
    """Return the addresses in doubt below the session's office; with `settled` also those that are over."""
    desk.allow(Act.SEE_ADDRESSES)
    waiting: list[FlagView] = []
    over: list[FlagView] = []
    for room in _rooms(desk, province):
        for flag in room.state.addresses.flags.values():
            if desk.house.offices.is_within(flag.office, desk.posting.office):
                (waiting if flag.outcome is None else over).append(_flag_view(flag, room))
    await desk.note("list_addresses", desk.posting.office)
    waiting.sort(key=lambda view: (view.at, view.incident))
    over.sort(key=lambda view: (view.settled_at or "", view.incident), reverse=True)
    return FlagsView(tuple((waiting + (over if settled else []))[:LISTED_MAX]))


@post("/v1/addresses/{incident_id:str}/repair", status_code=200)
async def repair_address(
    incident_id: FromPath[str],
    data: JSONBody[RepairBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Settle an address in doubt. Refusals: geo.address_not_flagged (404), geo.address_settled (409), those of an alias, and those
    of changing an incident's place.
    """
    flag = desk.house.room(incident_id).state.addresses.flags.get(IncidentId(incident_id))
    if flag is None or not desk.house.offices.is_within(flag.office, desk.posting.office):
        desk.allow(Act.KEEP_ADDRESSES)
        raise FlagNotFound(incident_id=incident_id[:120])
    if data.alias is not None:
        alias = _new_alias(desk, door, data.alias, data.point or flag.point)
        command = c.SettleAddress(incident_id=flag.incident_id, outcome=Outcome.ALIAS, alias=alias)
        return await door.act(Act.KEEP_ADDRESSES, command, about=flag.office)
    if data.point is not None or data.place is not None:
        command = c.SettleAddress(
            incident_id=flag.incident_id,
            outcome=Outcome.PLACE_FIXED,
            point=data.point or flag.point,
            place=data.place if data.place is not None else flag.text,
        )
        return await door.act(Act.CHANGE_INCIDENT, command, about=flag.incident_id)
    command = c.SettleAddress(incident_id=flag.incident_id, outcome=Outcome.RIGHT_AS_IT_IS)
    return await door.act(Act.KEEP_ADDRESSES, command, about=flag.office)


ROUTES: tuple[BaseRouteHandler, ...] = (list_aliases, add_alias, remove_alias, list_addresses, repair_address)


class AddressWatch:
    """Keeps a province's search in step with its aliases, and looks at every address that is taken."""

    def __init__(self, room: ControlRoom, finder: PlaceFinder, clock: Clock) -> None:
        """Begin to listen to the room; what it knows already is searched from now on."""
        self._room = room
        self._finder = finder
        self._clock = clock
        # What is to be looked at, by incident: only where it was put last counts.
        self._waiting: dict[str, tuple[Any, str]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._use(room.state.addresses)
        room.listeners.append(self._heard)

    def _heard(self, batch: Batch[ProvinceState]) -> None:
        if batch.before.addresses.aliases is not batch.after.addresses.aliases:
            self._use(batch.after.addresses)
        if not self._room.writes:
            return
        facts = [fact for commit in batch.commits for fact in commit.events if isinstance(fact, _PLACED)]
        for number, fact in enumerate(facts):
            self._waiting.pop(fact.incident_id, None)
            self._waiting[fact.incident_id] = fact, f"{batch.position}.{number}"
        for incident in list(self._waiting)[: max(0, len(self._waiting) - WAITING_MAX)]:
            _log.warning("the address of %s is not looked at: there are too many", incident)
            del self._waiting[incident]
        if self._waiting and self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look_on())

    def _use(self, addresses: Addresses) -> None:
        aliases = addresses.aliases
        self._finder.use_aliases(AliasIndex(aliases, self._finder.index.bounds) if aliases else None)

    async def _look_on(self) -> None:
        """Look at what waits, one after the other, and rest between: nobody waits for it, and calls need the processor."""
        clock = asyncio.get_running_loop().time
        try:
            while self._waiting:
                fact, position = self._waiting.pop(next(iter(self._waiting)))
                began = clock()
                await self._look(fact, position)
                await asyncio.sleep(REST_FACTOR * (clock() - began))
        finally:
            self._looking = None

    async def _look(self, fact: Any, position: str) -> None:
        """Flag an address that the search does not confirm; settle one that it now does."""
        doubt = await asyncio.to_thread(doubt_about, fact.place, fact.point, self._finder)
        flag = self._room.state.addresses.flags.get(fact.incident_id)
        command: c.Command
        if doubt is not None:
            command = c.FlagAddress(
                incident_id=fact.incident_id, text=fact.place, point=fact.point, office=fact.station, doubt=doubt
            )
        elif flag is not None and flag.outcome is None:
            command = c.SettleAddress(incident_id=fact.incident_id, outcome=Outcome.PLACE_FIXED)
        else:
            return
        key = CommandId(f"address:{fact.incident_id}:{position}")
        try:
            await self._room.submit(command, Context(at=self._clock.now(), actor=SYSTEM, command_id=key))
        except Unavailable as away:
            _log.info("%s was not taken: %s", key, away)
        except Rejected as refused:
            _log.warning("%s was not taken: %s", key, refused)
