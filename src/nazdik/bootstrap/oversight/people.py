"""Who is posted where, out of dispatch's data folder or a file, into the register of a stopped oversight server."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from nazdik.bootstrap.oversight.house import build_oversight
from nazdik.kernel import OfficeId, PersonId, from_rfc3339
from nazdik.organisation.model import Role
from nazdik.organisation.store import People
from nazdik.oversight.errors import BundleUnreadable
from nazdik.oversight.model import Duty
from nazdik.oversight.postings import Followed, Served, followed
from nazdik.oversight.service import KEEPER, Oversight
from nazdik.platform.clock import Clock, SystemClock

PEOPLE = "people.sqlite"
# Telephone exchanges and trackers sign in too, and are nobody.
MACHINES = frozenset({Role.GATEWAY, Role.TRACKER})


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """A line of a file of postings; times are RFC 3339 with a zone."""

    person: str
    office: str
    duty: Duty = Duty.STAFF
    since: str | None = None
    until: str | None = None


class _NoPasswords:
    def set_password(self, person: str, password: str) -> None:
        raise AssertionError("postings are read, nobody is let in")

    def check_password(self, person: str, password: str) -> bool:
        raise AssertionError("postings are read, nobody signs in")


def of_dispatch(folder: Path, clock: Clock) -> tuple[list[Served], list[PersonId]]:
    """Return where dispatch's people serve, and who they are; those who may not sign in any more serve nowhere."""
    people = People(folder / PEOPLE, passwords=_NoPasswords(), clock=clock)
    try:
        everyone = [one for one in people.list_people() if one.posting.role not in MACHINES]
        served = [
            Served(person=one.id, office=dated.posting.office, since=dated.since, until=dated.until)
            for one in everyone
            if one.active
            for dated in people.list_dated(one.id)[-1:]
        ]
    finally:
        people.close()
    return served, [one.id for one in everyone]


def of_file(lines: Sequence[bytes]) -> list[Served]:
    """Return what a file of JSON lines says. Raises `BundleUnreadable` with the number of the first bad line."""
    served = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=Line)
            since, until = (from_rfc3339(at) if at is not None else None for at in (line.since, line.until))
        except (ValueError, OverflowError) as error:
            raise BundleUnreadable(line=number, said=str(error)[:200]) from error
        served.append(
            Served(person=PersonId(line.person), office=OfficeId(line.office), duty=line.duty, since=since, until=until)
        )
    return served


async def follow(
    oversight: Oversight,
    served: Sequence[Served],
    people: Sequence[PersonId] = (),
    *,
    everybody: bool = False,
    dry_run: bool = False,
) -> Followed:
    """Bring the register to what another says, and return what that took; with `dry_run`, what it would take."""
    now = oversight.clock.now()
    due = followed(oversight.state.register, served, now, people=people, everybody=everybody)
    if not dry_run:
        for number, command in enumerate(due.commands()):
            await oversight.submit(command, KEEPER, f"postings:{now}:{number}")
    return due


async def keep_postings(folder: Path, source: Path, *, everybody: bool, dry_run: bool) -> Followed:
    """Take postings over from dispatch's data folder or a file. Raises what opening and the rules refuse."""
    if source.is_dir():
        served, people = of_dispatch(source, SystemClock())
    else:
        served, people = of_file(source.read_bytes().split(b"\n")), []
    house = build_oversight(folder)
    try:
        return await follow(house.oversight, served, people, everybody=everybody, dry_run=dry_run)
    finally:
        await house.close()
