"""
Sound and film: sent before the contact whose part they become, and heard at the desk, each time written down.

A body is the file itself and goes to disk as it comes; what stays of it is sound and picture. Bootstrap gives by name:
`oversight`, `sitting`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import msgspec
from litestar import get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from nazdik.oversight import commands as c
from nazdik.oversight.desk_api import Acted, AnyRequest, Staff
from nazdik.oversight.errors import RecordingNotFound
from nazdik.oversight.public_api import Service, bucket_of
from nazdik.oversight.service import Oversight
from nazdik.platform.http import idempotency_key, request_id_of

PATH = "/v1/recordings"
# Two minutes of film from a telephone; a sound of this length would last for hours and has a limit of its own.
FILM_BYTES_MAX = 64 * 1024 * 1024
# As much as so many contacts, so that one place alone does not fill the shelf.
COST = 5.0
CHUNK_BYTES = 256 * 1024


class Sent(msgspec.Struct):
    """What a recording is called from now on; it waits an hour for the contact whose part it becomes."""

    name: str
    is_film: bool
    size: int


class NameBody(msgspec.Struct, forbid_unknown_fields=True):
    """A recording by name."""

    name: str


async def _take(request: AnyRequest, oversight: Oversight) -> Sent:
    sent = await oversight.shelf.take(request.stream())
    return Sent(sent.name, sent.is_film, sent.size)


@post(PATH, status_code=201, request_max_body_size=FILM_BYTES_MAX)
async def send(request: AnyRequest, oversight: Service) -> Sent:
    """
    Take a sound or a film; places, dates and devices are taken out. Sent twice it has the same name.

    Refusals: oversight.recording_unknown, oversight.recording_unreadable, oversight.recording_too_large (422),
    http.too_large (413), oversight.too_many_contacts (403), oversight.shelf_full (503).
    """
    oversight.limits.take(bucket_of(request, oversight), COST)
    return await _take(request, oversight)


@post(PATH, status_code=201, request_max_body_size=FILM_BYTES_MAX)
async def send_from_desk(request: AnyRequest, sitting: Staff, oversight: Service) -> Sent:
    """Take a sound or a film that somebody brings to a desk. Refusals as for citizens."""
    return await _take(request, oversight)


@get("/v1/cases/{case_id:str}/recordings/{name:str}")
async def play(
    request: AnyRequest, case_id: FromPath[str], name: FromPath[str], sitting: Staff, oversight: Service
) -> Stream:
    """
    Return a recording of a case; each time it is a fact of the case before anything is heard.

    Refusals: oversight.case_not_found, oversight.recording_not_found (404).
    """
    case = await oversight.read_case(sitting.actor, case_id, "recording", f"read:{request_id_of(request.scope)}")
    found = next((one for one in case.recordings if one.name == name and one.destroyed_at is None), None)
    if found is None:
        raise RecordingNotFound(recording=name[:64])
    headers = {"Content-Length": str(found.size)}
    return Stream(_chunks(oversight.shelf.path_of(name)), media_type=found.media_type, headers=headers)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        while chunk := await file.read(CHUNK_BYTES):
            yield chunk


@post("/v1/cases/{case_id:str}/destroy-recording", status_code=200)
async def destroy(
    request: AnyRequest, case_id: FromPath[str], data: JSONBody[NameBody], sitting: Staff, oversight: Service
) -> Acted:
    """
    Destroy a recording whose citizen wished so, once its words are written down; when this is answered it is gone.

    Refusals: oversight.case_not_found, oversight.recording_not_found (404), oversight.destroying_not_wished,
    oversight.not_typed_out (409).
    """
    key = idempotency_key(request.headers.get("idempotency-key"))
    answer = await oversight.submit(c.DestroyRecording(case_id=case_id, name=data.name), sitting.actor, key)
    await oversight.destroyed(data.name)
    return Acted(answer.events, answer.duplicate)


CITIZEN_ROUTES: tuple[BaseRouteHandler, ...] = (send,)
DESK_ROUTES: tuple[BaseRouteHandler, ...] = (send_from_desk, play, destroy)
