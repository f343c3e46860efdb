"""Units and devices: which there are, a code that a handheld's camera reads to become one of them, and taking it back."""

import asyncio
import io
import secrets
from typing import Any

import msgspec
import segno
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.bootstrap.administration.people_api import codes_of
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.entrance import HANDHELD, HANDHELD_MARK, Entrance, check_in_use
from nazdik.bootstrap.identity.ways_in import take_code
from nazdik.dispatch.errors import UnitNotFound
from nazdik.dispatch.model import Unit
from nazdik.fleet.errors import DeviceKeyNeeded, DeviceNotFound
from nazdik.fleet.model import Device
from nazdik.kernel import DeviceId, OfficeId, UnitId, rfc3339
from nazdik.organisation.model import Act
from nazdik.platform.auth import Session, read_key

DEVICE = "device"
# A code is read from the screen beside which the handheld is held.
CODE_LASTS_S = 300.0
LABEL_MAX = 60


class DeviceRow(msgspec.Struct, frozen=True):
    """A device that was let in: for which unit (null: a gateway), since when, until when."""

    id: str
    unit: str | None
    label: str
    enrolled_at: str
    revoked_at: str | None
    signed_in: int
    keyed: bool


class UnitRow(msgspec.Struct, frozen=True):
    """
    A unit as it is established; where it is and what it does is not for administrators.

    `skills` are its own, without its crew's; `former_signs` what it was called before; `retired_at` since when it is out of use.
    """

    id: str
    call_sign: str
    office: str
    kind: str
    skills: tuple[str, ...]
    former_signs: tuple[str, ...]
    retired_at: str | None


class DevicesView(msgspec.Struct, frozen=True):
    """Units by call sign, and devices, those that are good first."""

    units: tuple[UnitRow, ...]
    devices: tuple[DeviceRow, ...]


class DeviceCodeBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whose handheld it will be, and by what its people know it."""

    unit: str
    label: str = ""


class DeviceCodeView(msgspec.Struct, frozen=True):
    """A code for one handheld: `path` is what it opens on this server, `modules` the picture, rows of 0 and 1."""

    code: str
    expires_at: str
    path: str
    modules: tuple[str, ...]


class EnrolBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    The code that the handheld has read, and the public half of the key it made (JWK, P-256), which must have signed the request.

    Without a key it gets in by its credential alone, where that is still allowed.
    """

    code: str
    key: dict[str, Any] | None = None


class EnrolledView(msgspec.Struct, frozen=True):
    """The handheld's own credential. It is given this once; by it the handheld signs in (`POST /v1/sessions`, `device`)."""

    id: str
    unit: str
    token: str


@get("/v1/devices")
async def list_devices(
    office: FromQuery[str], desk: NamedDependency[Desk], entrance: NamedDependency[Entrance]
) -> DevicesView:
    """Return the devices of the units of an office and those below it, and a province's gateways."""
    root = OfficeId(office)
    room = desk.house.room(office)
    desk.allow(Act.MANAGE_DEVICES, offices=frozenset({root}))
    await desk.note("devices", root)
    units, tree = room.state.world.units, desk.house.offices

    def held(device: Device) -> bool:
        if device.province_id != room.province:
            return False
        unit = units.get(device.unit_id) if device.unit_id is not None else None
        return tree.is_within(unit.office, root) if unit is not None else root == OfficeId(str(room.province))

    rows = [_row(device, entrance) for device in entrance.fleet.devices.list_devices() if held(device)]
    established = [
        unit_row(unit)
        for unit in sorted(units.values(), key=lambda unit: unit.call_sign)
        if tree.is_within(unit.office, root)
    ]
    return DevicesView(
        tuple(established), tuple(sorted(rows, key=lambda row: (row.revoked_at is not None, row.unit or "", row.id)))
    )


def unit_row(unit: Unit) -> UnitRow:
    """Return a unit as it is established."""
    return UnitRow(
        id=unit.id,
        call_sign=unit.call_sign,
        office=unit.office,
        kind=unit.kind,
        skills=unit.own_skills,
        former_signs=unit.former_signs,
        retired_at=None if unit.retired_at is None else rfc3339(unit.retired_at),
    )


def _row(device: Device, entrance: Entrance) -> DeviceRow:
    return DeviceRow(
        id=device.id,
        unit=device.unit_id,
        label=device.label,
        enrolled_at=rfc3339(device.enrolled_at),
        revoked_at=None if device.revoked_at is None else rfc3339(device.revoked_at),
        signed_in=len(entrance.registry.list_sessions_of(f"{HANDHELD}{device.id}")),
        keyed=device.key is not None,
    )


@post("/v1/device-codes", status_code=201)
async def give_device_code(
    request: Request[Any, Any, Any],
    data: JSONBody[DeviceCodeBody],
    desk: NamedDependency[Desk],
    entrance: NamedDependency[Entrance],
    proved: NamedDependency[Session],
) -> DeviceCodeView:
    """
    Make a code by which one handheld becomes a unit's, good once and for five minutes; an earlier one for the unit is void.

    Refusals: dispatch.unit_not_found (404), auth.proof_needed (403), dispatch.unit_is_retired (409).
    """
    room = desk.house.room(data.unit)
    unit = room.state.world.units.get(UnitId(data.unit))
    if unit is None:
        raise UnitNotFound(unit_id=data.unit[:120])
    desk.allow(Act.MANAGE_DEVICES, offices=frozenset({unit.office}))
    check_in_use(desk.house, unit.id)
    await desk.note("device_code", unit.id)
    subject = f"{unit.id} {data.label.strip()[:LABEL_MAX]}"
    code = await asyncio.to_thread(
        codes_of(entrance).issue, DEVICE, subject, by=desk.posting.person, lasts_s=CODE_LASTS_S
    )
    # Behind the # so that it stands in no log of a server or a proxy.
    path = f"/field#enrol={code.text}"
    return DeviceCodeView(code.text, rfc3339(code.expires_at), path, _modules(f"{_origin(request)}{path}"))


def _origin(request: Request[Any, Any, Any]) -> str:
    """By which address the administrator's page reached us: the handheld stands beside it."""
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)[:200]}"


def _modules(address: str) -> tuple[str, ...]:
    """Return a picture of an address as rows of 0 and 1, so that a page draws it without an image from anywhere."""
    out = io.StringIO()
    segno.make(address, error="m", micro=False).save(out, kind="txt", border=0)
    return tuple(out.getvalue().split())


@post("/v1/device-enrolments", status_code=201)
async def enrol_handheld(
    request: Request[Any, Any, Any], data: JSONBody[EnrolBody], entrance: NamedDependency[Entrance]
) -> EnrolledView:
    """
    Become a unit's handheld by a code.

    Refusals: auth.code_invalid, auth.key_proof_needed (401), auth.too_many_tries (429), auth.key_unfit (422),
    fleet.device_key_needed (403), dispatch.unit_is_retired (409).
    """
    key = None if data.key is None else read_key(data.key)[1]
    if key is None and entrance.settings.handheld_keys_needed:
        raise DeviceKeyNeeded()
    # Before the code is used up: whoever sends a key has to have it.
    entrance.check_key(request, key)
    subject = await take_code(request, entrance, DEVICE, data.code)
    name, _, label = subject.partition(" ")
    unit = UnitId(name)
    room = entrance.building.room(unit)
    check_in_use(entrance.building, unit)
    device_id = DeviceId(f"{room.province}{HANDHELD_MARK}{secrets.token_hex(6)}")
    token = await asyncio.to_thread(
        entrance.fleet.devices.enrol, device_id, province_id=room.province, unit_id=unit, label=label, key=key
    )
    if entrance.building.audit is not None:
        await entrance.building.audit.record(
            actor=f"{HANDHELD}{device_id}", what="enrol_device", subject=unit, purpose="duty"
        )
    return EnrolledView(device_id, unit, token)


@post("/v1/devices/{device:str}/revoke", status_code=200)
async def revoke_device(
    device: FromPath[str], desk: NamedDependency[Desk], entrance: NamedDependency[Entrance]
) -> DeviceRow:
    """Take a device's credential back: its open lines end at once. Refusals: fleet.device_not_found (404)."""
    found = entrance.fleet.devices.find_device(DeviceId(device))
    if found is None:
        raise DeviceNotFound(device_id=device[:80])
    room = desk.house.room(found.province_id)
    unit = room.state.world.units.get(found.unit_id) if found.unit_id is not None else None
    office = unit.office if unit is not None else OfficeId(str(room.province))
    desk.allow(Act.MANAGE_DEVICES, offices=frozenset({office}))
    await desk.note("revoke_device", found.id)
    revoked = await asyncio.to_thread(entrance.fleet.devices.revoke, found.id)
    await close_sessions(entrance, f"{HANDHELD}{found.id}")
    return _row(revoked, entrance)


async def close_sessions(entrance: Entrance, person: str) -> None:
    """End what somebody, or a handheld, has open."""
    for session in await asyncio.to_thread(entrance.registry.close_sessions_of, person):
        entrance.hub.cut(session)


ROUTES: tuple[BaseRouteHandler, ...] = (list_devices, give_device_code, enrol_handheld, revoke_device)
