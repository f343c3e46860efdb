"""Pictures from the scene: added by whoever may add words, read by whoever may read them; every read is written down first."""

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.photos import BYTES_MAX, PhotoNotFound, Photos
from nazdik.bootstrap.reads import detail_seen
from nazdik.dispatch.commands import AddPhoto, RestorePhoto, WithdrawPhoto
from nazdik.kernel import IncidentId, LonLat
from nazdik.organisation.model import Act
from nazdik.platform.scanner import Scanner
from nazdik.published.door import CommandAnswer, instant_or_none

# Bytes travel as base64, a third longer, with a little around them.
REQUEST_BYTES_MAX = BYTES_MAX * 4 // 3 + 4096


class PhotoBody(msgspec.Struct, forbid_unknown_fields=True):
    """A picture (JPEG, PNG or WebP in base64); when and where it was taken, as the device says."""

    image: bytes
    taken_at: str | None = None
    point: LonLat | None = None
    device_at: str | None = None


@post("/v1/incidents/{incident_id:str}/photos", status_code=201, request_max_body_size=REQUEST_BYTES_MAX)
async def add_photo(
    incident_id: FromPath[str],
    data: JSONBody[PhotoBody],
    door: NamedDependency[SkipValidation[RequestDoor]],
    photos: NamedDependency[SkipValidation[Photos]],
    scanner: NamedDependency[SkipValidation[Scanner]],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Add a picture from the scene. It is made small, and everything but its pixels is left behind.

    Refusals: dispatch.incident_not_found (404), photos.unreadable, photos.too_large, files.infected (422),
    dispatch.too_many_photos (409), files.scanner_away (503).
    """
    taken_at, device_at = instant_or_none(data.taken_at), instant_or_none(data.device_at)
    # Asked before the picture is decoded: whoever may not add one must not make us work.
    door.allow(Act.ADD_NOTE, incident_id)
    # Who decides keeps it: a node that follows has all of it done there.
    room = desk.house.room(incident_id)
    room.check_follows_nobody()
    await scanner.check(data.image, lambda found: desk.note("file_infected", incident_id, found))
    name, picture = await photos.keep(data.image, room.province)
    command = AddPhoto(
        incident_id=IncidentId(incident_id),
        photo_id=name,
        width=picture.width,
        height=picture.height,
        size_bytes=len(picture.body),
        taken_at=taken_at,
        point=data.point,
    )
    return await door.act("add_note", command, about=incident_id, device_at=device_at)


class PhotoWithdrawBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why a picture is taken back: `mistake`, `other_incident` or `person`."""

    reason: str
    device_at: str | None = None


@post("/v1/incidents/{incident_id:str}/photos/{photo_id:str}/withdraw", status_code=200)
async def withdraw_photo(
    incident_id: FromPath[str],
    photo_id: FromPath[str],
    data: JSONBody[PhotoWithdrawBody],
    door: NamedDependency[SkipValidation[RequestDoor]],
) -> CommandAnswer:
    """
    Take a picture back: nobody is shown it any more, and the history says who took it back and why.

    A crew takes back its own. Refusals: dispatch.incident_not_found, dispatch.photo_gone (404), dispatch.photo_not_yours (403),
    dispatch.photo_reason_unknown (422).
    """
    command = WithdrawPhoto(incident_id=IncidentId(incident_id), photo_id=photo_id, reason=data.reason)
    return await door.act(
        "add_note",
        command,
        about=incident_id,
        device_at=instant_or_none(data.device_at),
        personal=f"photo_withdrawn:{photo_id[:64]}",
    )


@post("/v1/incidents/{incident_id:str}/photos/{photo_id:str}/restore", status_code=200)
async def restore_photo(
    incident_id: FromPath[str], photo_id: FromPath[str], door: NamedDependency[SkipValidation[RequestDoor]]
) -> CommandAnswer:
    """
    Show a picture again that one took back oneself less than a minute ago.

    Refusals: dispatch.incident_not_found, dispatch.photo_gone (404), dispatch.photo_stays_back (409).
    """
    command = RestorePhoto(incident_id=IncidentId(incident_id), photo_id=photo_id)
    return await door.act("add_note", command, about=incident_id, personal=f"photo_restored:{photo_id[:64]}")


@get("/v1/incidents/{incident_id:str}/photos/{photo_id:str}")
async def get_photo(
    incident_id: FromPath[str],
    photo_id: FromPath[str],
    desk: NamedDependency[Desk],
    photos: NamedDependency[SkipValidation[Photos]],
) -> Response[bytes]:
    """Return a picture as JPEG; each read is in the audit log. Refusals: dispatch.incident_not_found, photos.not_found (404)."""
    _, incident, _ = detail_seen(desk, incident_id)
    if not any(photo.id == photo_id for photo in incident.photos):
        raise PhotoNotFound(photo=photo_id[:64])
    await desk.note(f"photo:{photo_id}", incident_id)
    body = await photos.find(photo_id, desk.house.room(incident_id).province)
    # Kept nowhere on the way: the next look is a read of its own.
    return Response(body, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


ROUTES: tuple[BaseRouteHandler, ...] = (add_photo, withdraw_photo, restore_photo, get_photo)
