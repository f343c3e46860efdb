"""Whole cases from another system into the running server: by a supervisor of the inspectorate, who is told of each line."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery

from nazdik.bootstrap.oversight.bundles import Report, take
from nazdik.oversight.desk_api import AnyRequest, Staff, check_supervisor
from nazdik.oversight.errors import FieldsInvalid, PurposeMissing
from nazdik.oversight.model import INSPECTORATE
from nazdik.oversight.public_api import Service

IMPORT_BYTES_MAX = 64 << 20
OFFICES_MAX = 500
Office = Annotated[str, msgspec.Meta(max_length=250)]


@post("/v1/imports", status_code=200, request_max_body_size=IMPORT_BYTES_MAX)
async def import_cases(
    request: AnyRequest,
    sitting: Staff,
    oversight: Service,
    purpose: FromQuery[str],
    dry_run: FromQuery[bool] = True,
    office: FromQuery[list[Office] | None] = None,
) -> Report:
    """
    Take the cases of a bundle over (docs/oversight-bundle.md), which is the body itself; sent again, nothing is doubled.

    With `dry_run`, which is how it is when nothing is said, it only says what would become of each line. `office` is `theirs:ours`
    for an office that is called otherwise here, as often as needed. Citizens' new codes are told by the command alone.

    Refusals: oversight.supervisor_needed (403), oversight.purpose_missing, oversight.fields_invalid (422).
    """
    check_supervisor(sitting, oversight, INSPECTORATE)
    if sum(letter.isalpha() for letter in purpose) < 3:
        raise PurposeMissing()
    ours = dict(pair.split(":", 1) for pair in (office or ())[:OFFICES_MAX] if ":" in pair)
    if len(ours) != len(office or ()):
        raise FieldsInvalid(fields=["office"])
    given = (await request.body()).split(b"\n")
    await oversight.note(
        sitting.person, "oversight_import_cases", purpose[:200], lines=len(given), dry_run=dry_run
    )  # fmt: skip
    return await take(oversight, given, ours=ours, dry_run=dry_run)


ROUTES: tuple[BaseRouteHandler, ...] = (import_cases,)
