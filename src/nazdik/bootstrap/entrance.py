"""The entrance: who this server is, sitting down at a seat or signing in by name, and the live stream."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from litestar import Request, Response, WebSocket, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from nazdik import __version__
from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.identity.factor import FACE as FACTOR_FACE
from nazdik.bootstrap.identity.factor import LACKS, check_factor, is_demanded
from nazdik.bootstrap.identity.parts import Identity
from nazdik.bootstrap.identity.service import BY, FACTOR, LEFT_LASTS_S, IdentityService, ServiceAnswer, find_by_service
from nazdik.bootstrap.identity.service_cookies import LEFT, cookie
from nazdik.bootstrap.identity.signed_requests import PROVED
from nazdik.bootstrap.identity.ways_in import address_of, by_passkey, by_password, grants_of
from nazdik.bootstrap.leaving import leave
from nazdik.bootstrap.reload import map_version
from nazdik.bootstrap.screens import Screens
from nazdik.bootstrap.shown import Shown
from nazdik.dispatch.errors import UnitIsRetired
from nazdik.dispatch.model import Unit
from nazdik.fleet.errors import DeviceKeyNeeded, DeviceRevoked, NotTheDevicesUnit
from nazdik.fleet.model import Device
from nazdik.fleet.service import FleetService
from nazdik.kernel import (
    Conflict,
    DeviceId,
    NotFound,
    OfficeId,
    PersonId,
    ProvinceId,
    UnitId,
    rfc3339,
)
from nazdik.organisation.model import Act, Posting, Role
from nazdik.organisation.policy import acts_of
from nazdik.organisation.seats import Seat
from nazdik.organisation.store import People
from nazdik.platform.auth import (
    Codes,
    ForeignOrigin,
    Hashing,
    KeyProofNeeded,
    NotSignedIn,
    Registry,
    Session,
    Throttle,
    Tickets,
    is_own_page,
    session_cookie,
    token_of,
)
from nazdik.platform.http import header_of
from nazdik.platform.live import Hub
from nazdik.platform.settings import Settings
from nazdik.published.offices import Tier

AnyConnection = Request[Any, Any, Any] | WebSocket[Any, Any, Any]
SIMULATED = "simulated"
# By which a session of a handheld is bound to the handheld's key: each request has to be signed by it.
KEY = "key"
# Before the id of a device that signs in by itself.
HANDHELD = "device:"
# In the ids of devices that were enrolled as a handheld: a tracker reports positions and signs in nowhere.
HANDHELD_MARK = ".d."
# Whoever closes the page without signing out gives the car back to the demo's simulator after so long without a live screen.
GIVE_BACK_S = 180.0


class SeatNotFound(NotFound):
    """There is no such seat, or this server is no demo."""

    code = "demo.seat_not_found"


class SeatTaken(Conflict):
    """A person sits there; the simulator takes the seat back after three minutes without a live screen."""

    code = "demo.seat_taken"


class Text(msgspec.Struct, frozen=True):
    """One text in both languages."""

    fa: str
    en: str


class ProvinceView(msgspec.Struct, frozen=True):
    """A province this server holds; `notice` must be shown on its map, of which `map_version` names the files."""

    id: str
    map_version: str
    name: Text
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    notice: Text | None
    credits: tuple[Text, ...]


class ServerView(msgspec.Struct, frozen=True):
    """What this server is. Local times are shown `display_offset_min` ahead of UTC; shifts begin at `shift_starts`."""

    name: str
    version: str
    demo: bool
    at: str
    display_offset_min: int
    shift_starts: tuple[str, ...]
    languages: tuple[str, ...]
    provinces: tuple[ProvinceView, ...]
    # How the force's identity service is called, where one is configured.
    identity_service: Text | None = None


class SeatView(msgspec.Struct, frozen=True):
    """A place to sit down at with one click."""

    id: str
    role: str
    group: str
    office: str
    province: str | None
    unit: str | None
    call_sign: str | None
    title: Text
    hint: Text


class SeatsView(msgspec.Struct, frozen=True):
    """Every seat of the demo."""

    seats: tuple[SeatView, ...]


class TakenView(msgspec.Struct, frozen=True):
    """The seats at which a person sits with a live screen; the simulator's own are not among them."""

    seats: tuple[str, ...]


class SignInBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    A seat of the demo, or a name and a password (and a code of one's telephone), or what a passkey answered, or what the identity
    service answered, or the credential of an enrolled handheld.

    With `cookie_only` the answer has no token: the session is in the cookie alone, where no script of a page can read it.
    """

    seat: str | None = None
    name: str | None = None
    password: str | None = None
    code: str | None = None
    passkey: dict[str, Any] | None = None
    service: ServiceAnswer | None = None
    device: str | None = None
    cookie_only: bool = False


class SessionView(msgspec.Struct, frozen=True):
    """
    Who is signed in and which face is theirs. `token` is given once, to those who cannot keep cookies.

    `acts` are what this role may do at all, so that a face can say so before it is asked; on which things, each door decides.
    `report_open_s`: how long after clearing this crew may change its report.
    """

    person: str
    role: str
    office: str
    tier: str
    province: str | None
    unit: str | None
    face: str
    acts: tuple[str, ...]
    expires_at: str
    token: str | None = None
    report_open_s: float | None = None


class DeviceBody(msgspec.Struct, forbid_unknown_fields=True):
    """A device to let in: for one unit, or (without one) a gateway that speaks for every unit of the office's province."""

    id: str
    unit: str | None = None
    label: str = ""


class DeviceView(msgspec.Struct, frozen=True):
    """A device's credential; it is shown this once and kept nowhere."""

    id: str
    unit: str | None
    token: str


class TicketView(msgspec.Struct, frozen=True):
    """Opens one stream within 30 seconds."""

    ticket: str


FACES = {
    Role.CALL_TAKER: "console",
    Role.DISPATCHER: "console",
    Role.OFFICER: "field",
    Role.ADMINISTRATOR: "admin",
    Role.AUDITOR: "admin",
}


@dataclass(slots=True)
class Entrance:
    """Everything the entrance needs."""

    building: Building
    hub: Hub
    fleet: FleetService
    registry: Registry
    people: People
    tickets: Tickets
    throttle: Throttle
    settings: Settings
    # Telephones and keys of people.
    identity: Identity
    # Who has a live screen; the simulator's own are counted under no name.
    screens: Screens
    # Who writes down what streams show; without a log there are no streams.
    shown: Shown | None = None
    hashing: Hashing = field(default_factory=Hashing)
    ticket_turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    # None where none is configured, and where there is no log.
    service: IdentityService | None = None
    # None where there is no administration, because there is no log.
    codes: Codes | None = None
    seats: Mapping[str, Seat] = field(default_factory=dict)
    seat_views: tuple[SeatView, ...] = ()
    # The demo's simulator proves itself with this; whoever has it may sit in for crews that no person has taken.
    simulator_token: str | None = None
    # Seats of machines, such as the telephone exchange's: not on the first page, and for the simulator only.
    machine_seats: Mapping[str, Posting] = field(default_factory=dict)

    def session_of(self, request: AnyConnection) -> Session:
        """Return the session of a request, or refuse. A cookie counts only from a page of ours."""
        authorization = header_of(request.scope, b"authorization")
        cookies = request.cookies if authorization is None else {}
        token = token_of(cookies, authorization, secure=_is_secure(request))
        session = self.registry.find_session(token) if token is not None else None
        if session is None:
            raise NotSignedIn()
        self.check_key(request, session.grants.get(KEY))
        check_factor(session, request.scope["path"])
        if authorization is None and header_of(request.scope, b"origin") is not None:
            self.check_origin(request)
        return session

    def check_origin(self, request: AnyConnection) -> None:
        """Refuse a request that a page from elsewhere makes with somebody's cookie."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if not is_own_page(origin, host, self.settings.origins, secure=_is_secure(request)):
            raise ForeignOrigin()

    def check_key(self, request: AnyConnection, key: str | None) -> None:
        """Return when a request is signed by a handheld's key, or none is needed. Raises `KeyProofNeeded`."""
        if key is not None and request.scope.get("state", {}).get(PROVED) != key:
            raise KeyProofNeeded(nonce=self.identity.key_proofs.nonce())

    def name_of(self, session: Session) -> str:
        """Return the name by which the person of a session signs in; nobody's is empty."""
        person = self.people.find_person(PersonId(session.person))
        return person.name if person is not None else ""

    def posting_at(self, seat_id: str) -> Posting:
        """Return the posting of whoever sits down at a seat."""
        view = next((view for view in self.seat_views if view.id == seat_id), None)
        if view is None or not self.settings.demo:
            raise SeatNotFound(seat=seat_id[:120])
        view = self._as_now(view) or view
        unit = UnitId(view.unit) if view.unit is not None else None
        return Posting(PersonId(f"seat:{view.id}"), Role(view.role), OfficeId(view.office), unit)

    def seats_now(self) -> tuple[SeatView, ...]:
        """Return the demo's seats: cars as they are called and whose they are by now, without those that are retired."""
        return tuple(seat for view in self.seat_views if (seat := self._as_now(view)) is not None)

    def _as_now(self, view: SeatView) -> SeatView | None:
        unit = None if view.unit is None else unit_known(self.building, UnitId(view.unit))
        if unit is None or (unit.call_sign, str(unit.office), unit.retired_at) == (view.call_sign, view.office, None):
            return view
        office = self.building.offices.find_office(unit.office)
        if unit.retired_at is not None or office is None:
            return None
        title = Text(f"{unit.call_sign}، {office.name_fa}", f"{unit.call_sign}, {office.name_en}")
        return msgspec.structs.replace(view, office=unit.office, call_sign=unit.call_sign, title=title)

    def simulated_posting_at(self, seat_id: str) -> Posting:
        """Return the posting of the simulator at a seat. At a desk it is nobody that a person could be taken for."""
        machine = self.machine_seats.get(seat_id)
        if machine is not None:
            return machine
        posting = self.posting_at(seat_id)
        return posting if posting.unit is not None else replace(posting, person=PersonId(f"simulator:{seat_id}"))

    def take(self, posting: Posting, *, simulated: bool) -> None:
        """Let a person take a car from the simulator, and the simulator only one that a person has left."""
        if posting.unit is None:
            return
        holders = self.registry.list_sessions_of(posting.person)
        if simulated:
            persons = [holder for holder in holders if not holder.grants.get(SIMULATED)]
            if persons and self.screens.gone_for_s(posting.person) < GIVE_BACK_S:
                raise SeatTaken(unit=posting.unit)
        for holder in holders:
            if simulated or holder.grants.get(SIMULATED):
                self.registry.close_session(holder.id)
                self.hub.cut(holder.id)

    def view(self, session: Session, token: str | None = None) -> SessionView:
        """Return a session as faces see it."""
        posting = posting_of(session)
        office = self.building.offices.find_office(posting.office)
        return SessionView(
            person=session.person,
            role=session.role,
            office=posting.office,
            tier=office.tier if office is not None else Tier.STATION,
            province=office.province_id if office is not None else None,
            unit=posting.unit,
            face=FACTOR_FACE if session.grants.get(LACKS) else FACES.get(posting.role, "board"),
            acts=tuple(sorted(acts_of(posting.role))),
            expires_at=rfc3339(session.expires_at),
            token=token,
            report_open_s=self._report_open_s(posting),
        )

    def _report_open_s(self, posting: Posting) -> float | None:
        room = self.building.rooms.get(ProvinceId(posting.unit.partition(".")[0])) if posting.unit is not None else None
        around = self.building.surroundings.get(room.province) if room is not None else None
        if room is None or around is None:
            return None
        return around.rules_for(room.state.world, posting.office).report_open


def _is_secure(request: AnyConnection) -> bool:
    return request.scope.get("scheme") in ("https", "wss")


@get("/v1/server", sync_to_thread=False)
def get_server(entrance: NamedDependency[Entrance]) -> ServerView:
    """Return what this server is."""
    settings, building = entrance.settings, entrance.building
    told = None if entrance.service is None else entrance.service.oidc.settings
    return ServerView(
        name=settings.name,
        version=__version__,
        demo=settings.demo,
        at=rfc3339(building.clock.now()),
        display_offset_min=settings.display_offset_min,
        shift_starts=settings.shift_starts,
        languages=settings.languages,
        provinces=tuple(
            ProvinceView(
                id=region.id,
                map_version=region.version
                if building.office_book is None
                else map_version(region, building.office_book.forest),
                name=Text(region.name_fa, region.name_en),
                bounds=region.bounds,
                centre=(region.centre.lon, region.centre.lat),
                notice=Text(region.notice_fa, region.notice_en or region.notice_fa) if region.notice_fa else None,
                credits=tuple(Text(s.credit_fa, s.credit_en) for s in region.manifest.sources),
            )
            for region in building.regions.values()
        ),
        identity_service=None if told is None else Text(told.name_fa, told.name_en),
    )


@get("/v1/seats", sync_to_thread=False)
def list_seats(entrance: NamedDependency[Entrance]) -> SeatsView:
    """Return the demo's seats; none when this server is no demo."""
    return SeatsView(entrance.seats_now() if entrance.settings.demo else ())


@get("/v1/seats/taken", sync_to_thread=False)
def list_taken_seats(entrance: NamedDependency[Entrance]) -> TakenView:
    """Return the demo's seats that a person has a live screen at; none when this server is no demo."""
    seats = entrance.seat_views if entrance.settings.demo else ()
    return TakenView(tuple(view.id for view in seats if entrance.screens.are_open(f"seat:{view.id}")))


@post("/v1/sessions", status_code=201)
async def sign_in(
    request: Request[Any, Any, Any], data: JSONBody[SignInBody], entrance: NamedDependency[Entrance]
) -> Response[SessionView]:
    """
    Sit down at a seat of the demo, or sign in with a key, or with a name and a password.

    Refusals: auth.wrong_name_or_password, auth.code_needed, auth.wrong_code, auth.key_refused, auth.key_copied (401),
    auth.too_many_tries (429), auth.busy (503), demo.seat_not_found (404), demo.seat_taken, auth.no_keys_here (409),
    auth.no_service (404), auth.service_refused (401), auth.service_stranger (403), auth.service_away (503),
    fleet.device_unknown, fleet.device_revoked, fleet.device_key_needed (403), auth.key_proof_needed (401),
    dispatch.unit_is_retired (409).
    """
    simulated, by, key = False, "seat", None
    more: dict[str, Any] = {}
    if data.seat is not None:
        simulated = (
            entrance.simulator_token is not None
            and request.headers.get("x-nazdik-simulator") == entrance.simulator_token
        )
        posting = entrance.simulated_posting_at(data.seat) if simulated else entrance.posting_at(data.seat)
        entrance.take(posting, simulated=simulated)
    elif data.device is not None:
        device = entrance.fleet.device_by(data.device, with_key=True)
        if device.key is None and entrance.settings.handheld_keys_needed:
            raise DeviceKeyNeeded()
        posting, by, key = handheld_posting(entrance, device), "device", device.key
        entrance.check_key(request, key)
    else:
        if data.passkey is not None:
            person, by, factor = await by_passkey(request, entrance, data.passkey), "passkey", True
        elif data.service is not None:
            found = await find_by_service(request, entrance, data.service)
            person, by, more = found.person, BY, found.grants
            factor = bool(more[FACTOR])
        else:
            name, password = data.name or "", data.password or ""
            (person, factor), by = await by_password(request, entrance, name, password, data.code), "password"
        posting = person.posting
        # Before it is written down that they signed in.
        check_in_use(entrance.building, posting.unit)
        more[FACTOR] = factor
        if not factor and is_demanded(request, entrance, posting):
            more[LACKS] = True
        if entrance.building.audit is not None:
            details = {"by": by, "second_factor": factor, "demanded": LACKS in more}
            await entrance.building.audit.record(
                actor=person.id, what="signed_in", subject=person.id, purpose="sign_in", details=details
            )
        await asyncio.to_thread(entrance.registry.keep_place, address_of(request))
        end_before(request, entrance, person.id)
    view, headers = seated(
        request, entrance, posting, simulated=simulated, by=by, cookie_only=data.cookie_only, key=key, more=more
    )
    return Response(view, status_code=201, headers=headers)


def end_before(request: Request[Any, Any, Any], entrance: Entrance, person: PersonId) -> None:
    """End the session that somebody had in the same browser: a new one takes its place there and not beside it."""
    token = token_of(request.cookies, request.headers.get("authorization"), secure=_is_secure(request))
    before = entrance.registry.find_session(token) if token is not None else None
    # Somebody else's is a desk that was not handed over, and its own affair; a seat of the demo is nobody's.
    if before is not None and before.person == person:
        entrance.registry.close_session(before.id)
        entrance.hub.cut(before.id)


def seated(
    request: Request[Any, Any, Any],
    entrance: Entrance,
    posting: Posting,
    *,
    by: str,
    simulated: bool = False,
    cookie_only: bool = False,
    key: str | None = None,
    more: Mapping[str, Any] | None = None,
    lasts_s: float | None = None,
) -> tuple[SessionView, dict[str, str]]:
    """
    Open a session and return what its face is told, and the header that keeps it in a browser.

    Raises:
        UnitIsRetired: The unit of the posting is out of use.
    """
    check_in_use(entrance.building, posting.unit)
    grants: dict[str, Any] = {"office": posting.office, "unit": posting.unit, SIMULATED: simulated, "by": by}
    if key is not None:
        grants[KEY] = key
    if by not in ("seat", "device"):
        grants |= grants_of(request, entrance, posting.role, by)
    grants |= more or {}
    token, session = entrance.registry.open_session(posting.person, posting.role, grants, lasts_s=lasts_s)
    entrance.screens.seen(posting.person if not simulated else "")
    cookie = session_cookie(token, secure=_is_secure(request), max_age_s=entrance.settings.session_hours * 3600)
    return entrance.view(session, None if cookie_only else token), {"Set-Cookie": cookie}


def unit_known(building: Building, unit_id: UnitId) -> Unit | None:
    """Return a unit as it is, or None."""
    room = building.rooms.get(ProvinceId(unit_id.partition(".")[0]))
    return room.state.world.units.get(unit_id) if room is not None else None


def check_in_use(building: Building, unit_id: UnitId | None) -> None:
    """Return unless this is a unit that is retired. Raises `UnitIsRetired`."""
    unit = unit_known(building, unit_id) if unit_id is not None else None
    if unit is not None and unit.retired_at is not None:
        raise UnitIsRetired(unit_id=unit.id, call_sign=unit.call_sign)


def handheld_posting(entrance: Entrance, device: Device) -> Posting:
    """
    Return the posting of whoever holds an enrolled handheld: its unit's crew.

    Raises:
        UnitIsRetired: Its unit is out of use, for which its credential was taken back.
        DeviceRevoked: Its credential was taken back.
        NotTheDevicesUnit: It is a tracker or a gateway, or its unit is not known any more.
    """
    check_in_use(entrance.building, device.unit_id)
    if device.revoked_at is not None:
        raise DeviceRevoked(device_id=device.id)
    room = entrance.building.rooms.get(device.province_id)
    unit = room.state.world.units.get(device.unit_id) if room is not None and device.unit_id is not None else None
    if unit is None or not device.id.startswith(f"{device.province_id}{HANDHELD_MARK}"):
        raise NotTheDevicesUnit(device_id=device.id)
    return Posting(PersonId(f"{HANDHELD}{device.id}"), Role.OFFICER, unit.office, unit.id)


@get("/v1/session", sync_to_thread=False)
def get_session(request: Request[Any, Any, Any], entrance: NamedDependency[Entrance]) -> SessionView:
    """Return who is signed in. Refusals: auth.not_signed_in (401)."""
    return entrance.view(entrance.session_of(request))


@delete("/v1/session", status_code=204)
async def sign_out(request: Request[Any, Any, Any], entrance: NamedDependency[Entrance]) -> Response[None]:
    """End this session at once, its streams too. A desk that was not handed over waits for whoever comes."""
    session = entrance.session_of(request)
    entrance.registry.close_session(session.id)
    entrance.hub.cut(session.id)
    await leave(entrance, session)
    ended = session_cookie("", secure=_is_secure(request), max_age_s=0)
    answer: Response[None] = Response(None, status_code=204, headers={"Set-Cookie": ended})
    if entrance.service is not None and session.by == BY:
        # The first page goes on from here to sign out at the service as well.
        answer.set_cookie(cookie(request, LEFT, entrance.service.left(entrance, session), LEFT_LASTS_S))
    return answer


@post("/v1/stream-tickets", status_code=201, sync_to_thread=False)
def give_ticket(request: Request[Any, Any, Any], entrance: NamedDependency[Entrance]) -> TicketView:
    """Return a one-time ticket for `/v1/stream?ticket=`."""
    return TicketView(entrance.tickets.issue(entrance.session_of(request).id))


@post("/v1/devices", status_code=201)
async def enrol_device(
    data: JSONBody[DeviceBody], desk: NamedDependency[Desk], entrance: NamedDependency[Entrance]
) -> DeviceView:
    """Let a tracker or gateway in. Refusals: fleet.unit_not_found (404), fleet.device_exists, dispatch.unit_is_retired (409)."""
    about = data.unit or desk.posting.office
    room = desk.house.room(about)
    offices, unit = desk.house.concerned(room.state.world, about)
    desk.allow(Act.MANAGE_DEVICES, offices=offices, unit=unit)
    if data.unit is not None:
        entrance.fleet.lane_of(UnitId(data.unit))
        check_in_use(desk.house, UnitId(data.unit))
    token = await asyncio.to_thread(
        entrance.fleet.devices.enrol,
        DeviceId(data.id[:80]),
        province_id=room.province,
        unit_id=UnitId(data.unit) if data.unit is not None else None,
        label=data.label[:120],
    )
    await desk.note("enrol_device", data.unit or data.id[:80])
    return DeviceView(data.id[:80], data.unit, token)


# What there is of it while there is no log.
WITHOUT_LOG: tuple[BaseRouteHandler, ...] = (get_server, list_seats, sign_in, get_session, sign_out)
ROUTES: tuple[BaseRouteHandler, ...] = (
    get_server,
    list_seats,
    list_taken_seats,
    sign_in,
    get_session,
    sign_out,
    give_ticket,
    enrol_device,
)
