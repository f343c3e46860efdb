"""What a page asks on the first run, whether a region is open yet or not."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from nazdik.bootstrap.door import ProvinceNotFound
from nazdik.bootstrap.entrance import Entrance, SessionView, seated
from nazdik.bootstrap.first_run import administrators
from nazdik.geo.responsible import NATIONAL
from nazdik.kernel import OfficeId, ProvinceId, rfc3339
from nazdik.organisation.model import Posting, Role
from nazdik.platform.audit import Audit


@dataclass(frozen=True, slots=True)
class FirstRun:
    """Where the first run stands: `choosing` while no region is open."""

    entrance: Entrance
    choosing: bool = False
    audit: Audit | None = None

    @property
    def step(self) -> Literal["administrators", "region", "done"]:
        """What comes next."""
        if administrators.is_needed(self.entrance):
            return "administrators"
        return "region" if self.choosing else "done"

    async def note(self, actor: str, what: str, subject: str) -> None:
        """Write down who did what before it is answered."""
        audit = self.audit or self.entrance.building.audit
        if audit is not None:
            await audit.record(actor=actor, what=what, subject=subject, purpose="administration")


class FirstRunView(msgspec.Struct, frozen=True):
    """What this installation still lacks before anybody can work: `administrators`, then a `region`, then nothing."""

    step: Literal["administrators", "region", "done"]


class AdministratorsBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    The first two administrators.

    Attributes:
        code: From the server's terminal.
        name, password: Of whoever asks.
        second: The name of the other one, who sets a password by the code in the answer.
        province: Whose administrators they are, when the server has several.
    """

    code: str
    name: str
    password: str
    second: str
    province: str | None = None


class SecondView(msgspec.Struct, frozen=True):
    """The other administrator's name and one-time code, shown this once."""

    name: str
    code: str
    expires_at: str


class AdministratorsView(msgspec.Struct, frozen=True):
    """The first administrator is signed in; the code is for the second."""

    session: SessionView
    second: SecondView


@get("/v1/first-run", sync_to_thread=False)
def get_first_run(first_run: NamedDependency[FirstRun]) -> FirstRunView:
    """Return what this installation still lacks; it says nothing else and needs no session."""
    return FirstRunView(first_run.step)


@post("/v1/first-run/administrators", status_code=201)
async def make_administrators(
    request: Request[Any, Any, Any], data: JSONBody[AdministratorsBody], first_run: NamedDependency[FirstRun]
) -> Response[AdministratorsView]:
    """
    Make the first two administrators, by the code that stands in the server's terminal.

    Refusals: first_run.done (409), first_run.name_unfit, auth.weak_password (422), auth.code_invalid (401),
    organisation.province_not_found (404).
    """
    entrance = first_run.entrance
    office = _office(entrance, data.province)
    await first_run.note("terminal", "first_administrators", office)
    made = await asyncio.to_thread(
        administrators.make,
        entrance,
        data.code,
        office,
        name=data.name,
        password=data.password,
        second=data.second,
    )
    posting = Posting(made.first, Role.ADMINISTRATOR, office)
    session, headers = seated(request, entrance, posting, by="password")
    second = SecondView(made.second, made.code.text, rfc3339(made.code.expires_at))
    return Response(AdministratorsView(session, second), status_code=201, headers=headers)


def _office(entrance: Entrance, province: str | None) -> OfficeId:
    regions = entrance.building.regions
    if province is not None and ProvinceId(province) not in regions:
        raise ProvinceNotFound(id=province[:120])
    return OfficeId(province or next(iter(regions), NATIONAL.id))


ROUTES: tuple[BaseRouteHandler, ...] = (get_first_run, make_administrators)
