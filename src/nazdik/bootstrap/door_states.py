"""How the ways in that other systems use are doing: open or connected, since when, what came, what was refused and why."""

from collections.abc import Callable, Iterator, Mapping

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from nazdik.bootstrap.broker import Broker
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.entrance import Text
from nazdik.bootstrap.telephone import Telephone
from nazdik.fleet.service import FleetService
from nazdik.fleet.tally import DoorTally
from nazdik.kernel import Instant, rfc3339
from nazdik.organisation.model import Act

_WHY: Mapping[str, Text] = {
    "ami.refused": Text("مرکز تلفن نام یا گذرواژهٔ ما را نپذیرفت.", "The exchange refused our name or password."),
    "ami.gone": Text("مرکز تلفن پاسخ نمی‌دهد.", "The exchange does not answer."),
    "broker.unreachable": Text("کارگزار پیام پاسخ نمی‌دهد.", "The broker does not answer."),
    "broker.gone": Text("کارگزار پیام ارتباط را بست.", "The broker closed the line."),
    "broker.silent": Text("کارگزار پیام ساکت است.", "The broker is silent."),
    "broker.certificate_not_trusted": Text(
        "گواهی کارگزار پیام معتبر نیست؛ mqtt_ca_file را ببینید.",
        "The broker's certificate is not trusted; see mqtt_ca_file.",
    ),
    "broker.wrong_password": Text(
        "نام یا گذرواژهٔ ما نزد کارگزار درست نیست.", "The broker refused our name or password."
    ),
    "broker.not_authorised": Text("کارگزار پیام به ما اجازه نمی‌دهد.", "The broker does not let us in."),
    "broker.topic_refused": Text("کارگزار پیام این موضوع را به ما نمی‌دهد.", "The broker refuses us the topic."),
    "broker.client_id_refused": Text("کارگزار پیام نام ما را نپذیرفت.", "The broker refused our client id."),
    "broker.version_refused": Text("کارگزار پیام MQTT 3.1.1 نمی‌داند.", "The broker does not speak MQTT 3.1.1."),
    "broker.unavailable": Text("کارگزار پیام آماده نیست.", "The broker is not ready."),
    "broker.refused": Text("کارگزار پیام ما را نپذیرفت.", "The broker refused us."),
    "broker.not_understood": Text("سخن کارگزار پیام فهمیده نشد.", "What the broker says is no MQTT."),
    "broker.closed": Text("ما ارتباط را بستیم.", "We closed the line."),
    "broker.failed": Text("خطای درونی؛ گزارش کارساز را ببینید.", "An error of ours; see the server's log."),
}


class DoorView(msgspec.Struct, frozen=True):
    """
    One way in. `up` is open or connected, `since` when that changed; `why` is the code of what broke it last.

    Counts are since the server started: `judged` what became of positions, `now` or a code; `refused` by code.
    """

    door: str
    address: str
    up: bool
    since: str | None
    why: str | None
    said: Text | None
    messages: int
    last_at: str | None = None
    judged: dict[str, int] = {}
    refused: dict[str, int] = {}


class DoorsView(msgspec.Struct, frozen=True):
    """The ways in that the settings ask for."""

    doors: tuple[DoorView, ...]


DoorStates = Callable[[], DoorsView]


def door_states(telephone: Telephone | None, broker: Broker | None, fleet: FleetService) -> DoorStates:
    """Return a question that is answered with the state of this moment."""
    return lambda: DoorsView((*telephones(telephone), *_brokers(broker), *_trackers(fleet)))


def telephones(telephone: Telephone | None) -> Iterator[DoorView]:
    """Yield the exchange's ways in."""
    if telephone is None:
        return
    endpoint = telephone.endpoint
    for transport, port in endpoint.ports().items():
        yield DoorView(
            door=f"sip-{transport}",
            address=f"{endpoint.host}:{port}",
            up=True,
            since=None,
            why=None,
            said=None,
            messages=endpoint.received[transport],
            refused={"sip.peer_not_allowed": turned} if (turned := endpoint.turned_away[transport]) else {},
        )
    line = telephone.manager
    if line is not None:
        yield DoorView(
            door="ami",
            address=line.address,
            up=line.connected,
            since=_time(line.since),
            why=line.why,
            said=_WHY.get(line.why or ""),
            messages=line.received,
        )


def _brokers(broker: Broker | None) -> Iterator[DoorView]:
    if broker is None:
        return
    state = broker.line.state
    line = DoorView(
        door="mqtt",
        address=broker.line.address,
        up=state.connected,
        since=_time(state.since),
        why=state.why,
        said=_WHY.get(state.why or ""),
        messages=0,
    )
    yield _counted(line, broker.door.tally)


def _trackers(fleet: FleetService) -> Iterator[DoorView]:
    """The ways in over this server's own HTTP, which is open as long as anyone can ask."""
    for name, tally in fleet.tallies.items():
        path = "/v1/positions" if name == "positions" else f"/v1/tracker/{name}"
        door = DoorView(door=name, address=path, up=True, since=None, why=None, said=None, messages=0)
        yield _counted(door, tally)


def _counted(view: DoorView, tally: DoorTally) -> DoorView:
    return msgspec.structs.replace(
        view,
        messages=tally.messages,
        last_at=_time(tally.last_at),
        judged=dict(tally.judged) | ({"no_place": tally.no_place} if tally.no_place else {}),
        refused=dict(tally.refused),
    )


def _time(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)


@get("/v1/doors", sync_to_thread=False)
def list_doors(desk: NamedDependency[Desk], doors: NamedDependency[DoorStates]) -> DoorsView:
    """
    Return how the telephone exchange's and the trackers' ways in are doing.

    Refusals: organisation.role_may_not (403).
    """
    desk.allow(Act.SEE_DOORS)
    return doors()


ROUTES: tuple[BaseRouteHandler, ...] = (list_doors,)
