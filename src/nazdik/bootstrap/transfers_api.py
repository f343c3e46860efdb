"""Handing a call over: the act, whom it can go to, and the sheet to read out or send along."""

import html
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.answered import answered
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.transfers import Transfers, target_of
from nazdik.intake import commands as c
from nazdik.intake.callers.line import PAGE_FROM
from nazdik.intake.errors import CallNotFound, TransferTargetUnknown
from nazdik.intake.model import Call
from nazdik.intake.transfers import KEY_ANSWERS, name_at
from nazdik.interchange.times import local
from nazdik.kernel import CallId, OfficeId, ProvinceId
from nazdik.organisation.model import Act
from nazdik.platform.http import page
from nazdik.platform.settings import Settings
from nazdik.published.door import CommandAnswer

# Services by their codes; any other code of the settings is shown as it is.
SERVICES: dict[str, tuple[str, str]] = {
    "ambulance-115": ("اورژانس ۱۱۵", "Ambulance 115"),
    "fire-125": ("آتش‌نشانی ۱۲۵", "Fire brigade 125"),
    "relief-112": ("امداد و نجات ۱۱۲", "Red Crescent 112"),
}

_TAGS = re.compile(r"<[a-zA-Z/!?][^<>]{0,500}>")
# How the caller wants to be treated and where a page came from: for our own desks.
_MARKS = frozenset({"silent", "no-voice", PAGE_FROM})


class TransferBody(msgspec.Struct, forbid_unknown_fields=True):
    """To whom: another province, or a service; with a word for whoever takes it."""

    target: str
    note: str = ""


class TargetView(msgspec.Struct, frozen=True):
    """A province (`kind` province) or a service that calls can be handed over to."""

    id: str
    kind: str
    name_fa: str
    name_en: str


class TargetsView(msgspec.Struct, frozen=True):
    """Everything that calls of a province can be handed over to."""

    targets: tuple[TargetView, ...]


@get("/v1/transfer-targets", sync_to_thread=False)
def list_targets(desk: NamedDependency[Desk], caller_settings: NamedDependency[Settings]) -> TargetsView:
    """Return to whom this session's calls can be handed over."""
    desk.allow(Act.TAKE_CALL)
    _, known = target_of(desk.house, desk.posting.office, "", caller_settings.hand_over_services)
    return TargetsView(tuple(_target(desk, one) for one in known))


@post("/v1/calls/{call_id:str}/transfer", status_code=200)
async def transfer_call(
    call_id: FromPath[str],
    data: JSONBody[TransferBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
    transfers: NamedDependency[SkipValidation[Transfers]],
    caller_settings: NamedDependency[Settings],
) -> CommandAnswer:
    """
    Hand a call over with all that is known of it. At another province it rings; here it ends as transferred once it is there.

    Refusals: intake.transfer_target_unknown (422), intake.call_not_found (404), intake.call_is_over (409),
    intake.call_is_moving (409), intake.call_is_test (409).
    """
    fits, known = target_of(desk.house, call_id, data.target, caller_settings.hand_over_services)
    if not fits:
        desk.allow(Act.TAKE_CALL)
        raise TransferTargetUnknown(known=known)
    to_call = name_at(data.target, CallId(call_id)) if ProvinceId(data.target) in desk.house.rooms else None
    command = c.TransferCall(call_id=CallId(call_id), target=data.target, to_call=to_call, note=data.note)
    answer = await door.act(Act.TAKE_CALL, command, about=call_id, personal="transfer")
    await transfers.settled(CallId(call_id))
    return answer


@get("/v1/calls/{call_id:str}/hand-over", media_type="text/html")
async def get_hand_over(
    call_id: FromPath[str], desk: NamedDependency[Desk], caller_settings: NamedDependency[Settings]
) -> Response[bytes]:
    """Return a call as a sheet to print, read out or send along; in the audit log. Refusals: intake.call_not_found (404)."""
    room = desk.house.room(call_id)
    desk.allow(Act.SEE_CALL, offices=frozenset({OfficeId(str(room.province))}))
    call = room.state.calls.get(CallId(call_id))
    if call is None:
        raise CallNotFound(call_id=call_id[:120])
    await desk.note("hand_over", call.id)
    target = _target(desk, call.transfer.target) if call.transfer is not None else None
    kind = kind_names(room.state.settings).of(call.kind, call.presented_at) if call.kind else None
    return page(sheet(call, target, kind, caller_settings.display_offset_min, answered(room.state, call)))


def _target(desk: Desk, target: str) -> TargetView:
    office = desk.house.offices.find_office(OfficeId(target))
    if office is not None:
        return TargetView(target, "province", office.name_fa, office.name_en)
    return TargetView(target, "service", *service_names(target))


def service_names(code: str) -> tuple[str, str]:
    """Return what a service is called in Persian and in English."""
    return SERVICES.get(code, (code, code))


def sheet(
    call: Call,
    target: TargetView | None,
    kind: tuple[str, str] | None,
    offset_min: int,
    answers: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the sheet: everything somebody needs who knows nothing of the call, in both languages."""
    places = [where for where in call.locations if where.point is not None]
    point = call.point or (places[-1].point if places else None)
    first = call.received.presented_at if call.received is not None else call.presented_at
    rows: list[tuple[str, Any]] = [
        ("سپرده به / Handed over to", f"{target.name_fa} / {target.name_en}" if target is not None else ""),
        ("یادداشت / Note", call.transfer.note if call.transfer is not None else ""),
        ("زمان تماس / Call at", local(first, offset_min).strftime("%Y-%m-%d %H:%M:%S")),
        ("شماره / Number", call.callback or call.number or ""),
        ("نام / Name", call.name or ""),
        ("نوع / Kind", " / ".join(kind) if kind is not None else ""),
        ("اولویت / Priority", call.priority or ""),
        ("جا / Place", call.place),
        ("طول و عرض / Lon, lat", f"{point.lon:.6f}, {point.lat:.6f}" if point is not None else ""),
        ("خطر / Danger", call.hazards),
        ("گفته‌ها / Words", call.narrative),
        *answers,
    ]
    if call.transfer is not None and call.transfer.call_back_due:
        rows.append(
            (
                "زنگ زدن به او / Call back",
                f"سررسید، {call.call_back_tries} بار کوشش شد / due, tried {call.call_back_tries} times",
            )
        )
    if call.may_text is not None:
        rows.append(("پیام نوشتن / Writing to them", "پذیرفت / agreed" if call.may_text else "نپذیرفت / refused"))
    rows += [("پیام / Message", text.text) for text in call.texts]
    rows += [_came_with(kind, text) for kind, text in call.data if kind not in _MARKS]
    body = "".join(
        # Braces too: what a caller said must never read as one of the sheet's marks.
        f'<tr><th>{html.escape(name)}</th><td dir="auto">{html.escape(str(value)).replace("{", "&#123;")}</td></tr>'
        for name, value in rows
        if value
    )
    return _SHEET.replace("{{rows}}", body).replace("{{call}}", html.escape(call.id))


def _came_with(kind: str, text: str) -> tuple[str, str]:
    """What came with the call beside its fields: markup is taken out, because people read it."""
    words = " ".join(_TAGS.sub(" ", text).split())
    return ("پاسخ‌ها / Answers", words) if kind == KEY_ANSWERS else ("همراه تماس / Came with it", f"{kind}: {words}")


_SHEET = """<!doctype html>
<html lang="fa" dir="rtl"><head><meta charset="utf-8"><title>برگهٔ سپردن تماس / Call hand-over</title>
<link rel="icon" href="data:,"><style nonce="{{nonce}}">
body{font:16px/1.8 Vazirmatn,Tahoma,sans-serif;margin:2rem;color:#111;background:#fff}
table{border-collapse:collapse;inline-size:100%;max-inline-size:60rem}
th,td{border:1px solid #777;padding:.4rem .8rem;text-align:start;vertical-align:top}
th{inline-size:14rem;font-weight:600}td{white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-block-start:1rem;color:#444}
@page{margin:15mm}
</style></head><body><main><h1>برگهٔ سپردن تماس / Call hand-over</h1><table>{{rows}}</table></main>
<footer dir="ltr">{{call}}</footer></body></html>
"""


ROUTES: tuple[BaseRouteHandler, ...] = (list_targets, transfer_call, get_hand_over)
