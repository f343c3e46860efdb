"""`nazdik person`: who may sign in, as what, and which sessions and trackers are no longer good."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nazdik.cli.common import refuse, said_in_words, screen, settings_with
from nazdik.kernel import DeviceId, Instant, OfficeId, PersonId, UnitId, from_rfc3339

if TYPE_CHECKING:
    from nazdik.bootstrap.identity.parts import Identity
    from nazdik.fleet.devices import Devices
    from nazdik.organisation.model import Posting
    from nazdik.organisation.store import People
    from nazdik.platform.auth import Registry

app = typer.Typer(
    help="Who may sign in, as what, and for which office. A running server takes changes up within seconds.",
    epilog="Begin with: nazdik person add --help",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="Name to sign in by", show_default=False)]
Role_ = Annotated[
    str,
    typer.Option(
        "--role",
        help="call_taker, dispatcher, officer, station_desk, county_desk, province_desk, national_desk, gateway "
        "(the telephone exchange), administrator or auditor",
        show_default=False,
    ),
]
Office_ = Annotated[str, typer.Option("--office", help="Office id, such as khuzestan.ahvaz", show_default=False)]
Unit_ = Annotated[
    str | None, typer.Option("--unit", help="Unit id, for officers, such as khuzestan.u.A12", show_default=False)
]
Data = Annotated[Path | None, typer.Option(help="Folder of the logs")]
Regions = Annotated[
    list[Path] | None,
    typer.Option("--region", help="Built region with the office; those the server served last if not given"),
]


@dataclass(frozen=True)
class _Files:
    """The files that a command writes beside the server."""

    data: Path
    offset_min: int
    people: "People"
    registry: "Registry"
    devices: "Devices"
    identity: "Identity"

    def local(self, at: Instant) -> str:
        zone = timezone(timedelta(minutes=self.offset_min))
        return datetime.fromtimestamp(at / 1_000_000, tz=zone).isoformat(timespec="minutes")

    def end_sessions(self, person: PersonId) -> str:
        ended = len(self.registry.close_sessions_of(person))
        return f"{ended} session{'' if ended == 1 else 's'} ended"


@contextmanager
def _files(data: Path | None) -> Iterator[_Files]:
    """Open the files, and say every refusal in words."""
    from nazdik.bootstrap.identity.parts import Identity
    from nazdik.fleet.devices import Devices
    from nazdik.fleet.store import DeviceStore
    from nazdik.organisation.store import People
    from nazdik.platform.auth import Registry
    from nazdik.platform.clock import SystemClock

    settings = settings_with(data_dir=data)
    folder, clock = settings.data_dir, SystemClock()
    with said_in_words():
        folder.mkdir(parents=True, exist_ok=True)
        registry = Registry(folder / "registry.sqlite", clock)
        people = People(folder / "people.sqlite", passwords=registry, clock=clock)
        store = DeviceStore(folder / "devices.sqlite")
        identity = Identity.open(folder, clock)
        try:
            yield _Files(folder, settings.display_offset_min, people, registry, Devices(store, clock=clock), identity)
        finally:
            identity.close()
            store.close()
            people.close()
            registry.close()


def _posting(person: PersonId, role: str, office: str, unit: str | None) -> "Posting":
    from nazdik.organisation.model import Posting, Role

    if role not in set(Role) or role == Role.TRACKER:
        roles = ", ".join(r for r in Role if r is not Role.TRACKER)
        refuse(f"there is no role {role!r}; there are: {roles}", f"نقش {role} نیست؛ نقش‌ها: {roles}")
    return Posting(person, Role(role), OfficeId(office), UnitId(unit) if unit else None)


def _check(posting: "Posting", files: _Files, regions: list[Path] | None) -> None:
    """Refuse a posting to what is not there."""
    from nazdik.bootstrap.known import check_posting, kept_regions
    from nazdik.geo.errors import GeoBuildError

    folders = regions or kept_regions(files.data)
    if not folders:
        refuse(
            "no server has run on this data folder yet, so name its regions: --region regions/built/khuzestan",
            "هنوز کارسازی با این پوشه کار نکرده است؛ منطقه‌ها را با ‎--region‎ نام ببرید.",
        )
    try:
        check_posting(posting, files.data, folders)
    except GeoBuildError as error:
        refuse(f"{error.message_en} [{error.code}]", error.message_fa)


def _ask_password() -> str:
    password: str = typer.prompt("Password (at least 15 characters)", hide_input=True, confirmation_prompt=True)
    return password


def _said(posting: "Posting") -> str:
    return f"{posting.role} of {posting.office}" + (f", {posting.unit}" if posting.unit is not None else "")


@app.command()
def add(
    name: Name, role: Role_, office: Office_, unit: Unit_ = None, data: Data = None, regions: Regions = None
) -> None:
    """
    Let a person (or the telephone exchange) sign in. The password is asked for.

    Examples:

    nazdik person add desk-a --role dispatcher --office khuzestan

    nazdik person add crew-a12 --role officer --office khuzestan.ahvaz.11 --unit khuzestan.u.A12
    """
    with _files(data) as files:
        posting = _posting(PersonId(name), role, office, unit)
        _check(posting, files, regions)
        files.people.add(PersonId(name), name, _ask_password(), posting)
        screen.print(f"{name} may sign in as {_said(posting)}.")


@app.command()
def post(
    name: Name,
    role: Role_,
    office: Office_,
    unit: Unit_ = None,
    since: Annotated[
        str | None,
        typer.Option("--from", help="When it begins: 2026-12-01 or 2026-12-01T07:30, local time; now if not given"),
    ] = None,
    data: Data = None,
    regions: Regions = None,
) -> None:
    """
    Give a person another role, office or unit. Earlier postings are kept; sessions of the old one end when it begins.

    Example: nazdik person post desk-a --role county_desk --office khuzestan.ahvaz --from 2026-12-01
    """
    with _files(data) as files:
        person = files.people.get_by_name(name)
        posting = _posting(person.id, role, office, unit)
        _check(posting, files, regions)
        begins = None if since is None else _instant(since, files.offset_min)
        files.people.post(person.id, posting, since=begins)
        when = "from now on" if begins is None else f"from {files.local(begins)}"
        screen.print(f"{person.name} is {_said(posting)} {when}.")


def _instant(text: str, offset_min: int) -> Instant:
    """Return the instant of a date or a time; without a zone it is local time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        refuse(
            f"{text!r} is no date; write 2026-12-01 or 2026-12-01T07:30",
            f"{text} تاریخ نیست؛ میلادی بنویسید: 2026-12-01 یا 2026-12-01T07:30",
        )
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset_min)))
    return from_rfc3339(moment.isoformat())


@app.command()
def password(name: Name, data: Data = None) -> None:
    """Give a person another password, which is asked for. All their sessions end."""
    with _files(data) as files:
        person = files.people.get_by_name(name)
        files.people.set_password(person.id, _ask_password())
        screen.print(f"{person.name} has a new password; {files.end_sessions(person.id)}.")


@app.command()
def deactivate(name: Name, data: Data = None) -> None:
    """Let a person sign in no longer, and end their sessions. What they did stays in the record."""
    with _files(data) as files:
        person = files.people.get_by_name(name)
        files.people.set_active(person.id, active=False)
        screen.print(f"{person.name} may no longer sign in; {files.end_sessions(person.id)}.")


@app.command()
def activate(name: Name, data: Data = None) -> None:
    """Let a person who was deactivated sign in again."""
    with _files(data) as files:
        person = files.people.get_by_name(name)
        files.people.set_active(person.id, active=True)
        screen.print(f"{person.name} may sign in again as {_said(person.posting)}.")


@app.command("sign-out")
def sign_out(name: Name, data: Data = None) -> None:
    """End all sessions of a person, as when a handheld is lost. They may sign in again: also give a new password then."""
    with _files(data) as files:
        person = files.people.get_by_name(name)
        screen.print(f"{person.name}: {files.end_sessions(person.id)}.")


@app.command("forget-keys")
def forget_keys(name: Name, data: Data = None) -> None:
    """
    Forget every passkey and the telephone of somebody who has lost them, and end their sessions. Their password stays.

    For the day when no administrator gets in; otherwise another administrator does it on the page of people.
    """
    with _files(data) as files:
        person = files.people.get_by_name(name)
        keys, telephone = files.identity.forget(person.id)
        had = f"{keys} key{'' if keys == 1 else 's'}{' and a telephone' if telephone else ''}"
        screen.print(f"{person.name}: {had} forgotten; {files.end_sessions(person.id)}.")


@app.command("refuse-passphrases")
def refuse_passphrases(
    lists: Annotated[list[Path], typer.Argument(help="Files, a passphrase or its SHA-1 a line", exists=True)],
    data: Data = None,
) -> None:
    """
    Refuse the passphrases of these lists from now on, such as those known from break-ins; in the place of lists before.

    They are looked up on this machine alone. Whoever has one of them already keeps it until it is changed.
    """
    from nazdik.platform.auth.breached import TooManyLines, bring_in

    def lines() -> Iterator[bytes]:
        for each in lists:
            with each.open("rb") as file:
                yield from file

    folder = settings_with(data_dir=data).data_dir
    folder.mkdir(parents=True, exist_ok=True)
    try:
        screen.print(f"{bring_in(lines(), folder):,} passphrases are refused from now on.")
    except TooManyLines:
        refuse("These lists are too long; take those that were seen more than once.")


@app.command("revoke-device")
def revoke_device(
    device: Annotated[str, typer.Argument(help="Id of the tracker or gateway", show_default=False)], data: Data = None
) -> None:
    """
    Withdraw the credential of a tracker or a gateway for good. See `nazdik person devices` for their ids.

    A handheld is signed in as a person: end its session with `nazdik person sign-out`.
    """
    with _files(data) as files:
        files.devices.revoke(DeviceId(device))
        screen.print(f"{device} may no longer report positions.")


@app.command()
def devices(data: Data = None) -> None:
    """List trackers and gateways."""
    with _files(data) as files:
        for device in files.devices.list_devices():
            state = "" if device.revoked_at is None else f" (revoked {files.local(device.revoked_at)})"
            screen.print(f"{device.id}: {device.unit_id or 'gateway of ' + device.province_id}{state}", soft_wrap=True)


@app.command("list")
def list_people(data: Data = None) -> None:
    """List who may sign in, with the postings they had and will have."""
    with _files(data) as files:
        for person in files.people.list_people():
            state = "" if person.active else " (not active)"
            screen.print(f"{person.name}: {_said(person.posting)}{state}", soft_wrap=True)
            postings = files.people.list_postings(person.id)
            for begins, posting in postings if len(postings) > 1 else ():
                when = "at first" if begins is None else f"from {files.local(begins)}"
                screen.print(f"    {when}: {_said(posting)}", soft_wrap=True)
