"""
Handing whole cases out: for a purpose, each opened first, and only those that somebody's desk has.

`bundle` says what the lines are. Who is shut out of a case gets no line of it, and its number is not told either.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import msgspec
from litestar import post
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody
from litestar.response import Stream

from nazdik.kernel import Actor, Instant, NotFound, rfc3339
from nazdik.oversight import bundle
from nazdik.oversight import commands as c
from nazdik.oversight.desk_api import AnyRequest, Staff
from nazdik.oversight.errors import CaseNotFound, ExportTooLarge, PurposeMissing
from nazdik.oversight.model import Recording
from nazdik.oversight.public_api import Service, instant_of
from nazdik.oversight.service import Oversight
from nazdik.oversight.views import contact_for
from nazdik.platform.http import request_id_of

CASES_MAX = 500
MEDIA = "application/x-ndjson"


class ExportBody(msgspec.Struct, forbid_unknown_fields=True):
    """What whole cases are wanted for, and which: those that came from `since` on and before `until`."""

    purpose: Annotated[str, msgspec.Meta(max_length=200)]
    since: str | None = None
    until: str | None = None


async def opened(
    oversight: Oversight,
    actor: Actor,
    purpose: str,
    key: str,
    *,
    since: Instant | None = None,
    until: Instant | None = None,
    most: int = CASES_MAX,
) -> list[str]:
    """
    Open every case that somebody has, and return their ids: that each was opened is a fact of the case before a line is given out.

    Raises:
        PurposeMissing, ExportTooLarge
    """
    if sum(letter.isalpha() for letter in purpose) < 3:
        raise PurposeMissing()
    rows = [
        row.id
        for row in oversight.rows.export(*oversight.now_for(actor.id))
        if (since is None or row.received_at >= since) and (until is None or row.received_at < until)
    ]
    if len(rows) > most:
        raise ExportTooLarge(cases=len(rows), most=most)
    await oversight.note(actor.id, "oversight_export_cases", purpose, cases=len(rows))
    reads = (c.ReadCase(case_id=own, purpose=f"export: {purpose}") for own in rows)
    done = await asyncio.gather(
        *(oversight.submit(read, actor, f"{key}:{read.case_id}") for read in reads), return_exceptions=True
    )
    for answer in done:
        # A case that was shut to them this very moment is left out; anything else is a fault.
        if isinstance(answer, BaseException) and not isinstance(answer, CaseNotFound):
            raise answer
    return [own for own, answer in zip(rows, done, strict=True) if not isinstance(answer, BaseException)]


async def lines(oversight: Oversight, actor: Actor, purpose: str, ids: Sequence[str]) -> AsyncIterator[bytes]:
    """Yield the lines of a bundle of cases that were opened, each with its line end."""
    now, facts = oversight.clock.now(), oversight.facts
    line = bundle.encode_line(
        bundle.Header(
            bundle=bundle.VERSION, system=facts.system, exported_at=rfc3339(now), purpose=purpose, by=actor.id
        )
    )
    yield line + b"\n"
    for own in ids:
        case = oversight.state.cases[own]
        made = bundle.case_line(
            case,
            contact=contact_for(case, actor.id),
            files=await _files(oversight, case.files),
            recordings=[await _recording(oversight, one) for one in case.recordings],
            proof=facts.receipt(own, now),
        )
        line = bundle.encode_line(msgspec.structs.replace(made, before=bundle.hash_of(line)))
        yield line + b"\n"
    before = bundle.hash_of(line)
    signed = facts.sign_end(bundle.SIGNED_AS, len(ids), bytes.fromhex(before), now)
    yield bundle.encode_line(bundle.End(before=before, cases=len(ids), signed=signed)) + b"\n"


async def _files(oversight: Oversight, names: Sequence[str]) -> list[bundle.FileLine]:
    found = []
    for name in names:
        try:
            found.append(bundle.FileLine(name=name, data=await oversight.pictures.find(name)))
        except NotFound:
            # The line has the facts of the case; that a file is gone shows by its name missing.
            continue
    return found


async def _recording(oversight: Oversight, one: Recording) -> bundle.RecordingLine:
    data = b""
    if one.destroyed_at is None:
        data = await asyncio.to_thread(lambda: oversight.shelf.path_of(one.name).read_bytes())
    return bundle.recording_line(one, data)


@post("/v1/exports", status_code=200)
async def export_cases(request: AnyRequest, data: JSONBody[ExportBody], sitting: Staff, oversight: Service) -> Stream:
    """
    Return whole cases that the desk has as lines of JSON (docs/oversight-bundle.md), 500 at most.

    Refusals: oversight.purpose_missing, oversight.export_too_large, oversight.day_unreadable (422).
    """
    since, until = instant_of(data.since), instant_of(data.until)
    purpose = data.purpose.strip()
    ids = await opened(
        oversight, sitting.actor, purpose, f"export:{request_id_of(request.scope)}", since=since, until=until
    )
    headers = {"Content-Disposition": 'attachment; filename="197-cases.jsonl"', "Cache-Control": "no-store"}
    return Stream(lines(oversight, sitting.actor, purpose, ids), media_type=MEDIA, headers=headers)


ROUTES: tuple[BaseRouteHandler, ...] = (export_cases,)
