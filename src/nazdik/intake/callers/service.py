"""The doors of callers' messages: journal, acknowledge, then read. One event loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from nazdik.intake import commands as c
from nazdik.intake import events as e
from nazdik.intake.callers.envelope import MESSAGES, Came, unwrap, wrap
from nazdik.intake.callers.gateways import Gateway, Gateways
from nazdik.intake.callers.line import Line, Submit
from nazdik.intake.callers.pages import Origins, Pace, PageView, Turns, code_digest, page_view
from nazdik.intake.callers.sending import Sending
from nazdik.intake.callers.subscribers import Subscribers
from nazdik.intake.callers.wording import PLACE_LINK, filled
from nazdik.intake.errors import GatewayUnknown, LinkNotFound, PageNotFound
from nazdik.intake.model import Call, Calls, Carried, Channel, Outcome
from nazdik.intake.numbers import tidy_number
from nazdik.intake.records import KeptRecord
from nazdik.kernel import CallId, Instant, LonLat, ProvinceId, Rejected, Unavailable
from nazdik.platform.auth import Throttle
from nazdik.platform.clock import Clock
from nazdik.platform.faults import LogUnavailable

# What came longer ago was read long ago, or can help nobody any more.
REPLAYED_S = 86_400.0
BEGUN_MAX = 10_000

_log = logging.getLogger(__name__)

Keep = Callable[[bytes], Awaitable[int]]


class BusyNow(Unavailable):
    """More messages wait to be read than can be promised to be read soon; send it again."""

    code = "intake.busy"


@dataclass(frozen=True, slots=True)
class Desk:
    """One province: its messages in, its messages out, and how its log is spoken to."""

    line: Line
    sending: Sending
    calls: Callable[[], Calls]
    submit: Submit
    # Whether the incident that was made of a call has ended.
    is_over: Callable[[Call], bool]
    # Looks a number up, with a line in the audit log, and returns the estimates for a call.
    look_up: Callable[[CallId, str], Awaitable[list[c.LocateCall]]]
    # What the message with a link to the caller's place says.
    place_link: Callable[[], str] = lambda: PLACE_LINK
    # Whether this node decides for the province, and so sends its messages; others only look on.
    decides: Callable[[], bool] = lambda: True
    # Raises `Unavailable` when it does not: a message that is acknowledged here would wait here.
    decided_here: Callable[[], None] = lambda: None


class Callers:
    """Every province's callers."""

    def __init__(
        self,
        desks: Mapping[ProvinceId, Desk],
        *,
        gateways: Gateways,
        origins: Origins,
        keep: Keep,
        clock: Clock,
        province_at: Callable[[LonLat | None], ProvinceId],
        lines: Subscribers,
    ) -> None:
        """
        Args:
            keep: Puts bytes into the journal and returns their offset once they are on disk.
            province_at: Whose a page is that tells this place, or none.
        """
        self.gateways = gateways
        self.origins = origins
        # Slows down whoever tries codes.
        self.codes = Throttle(clock)
        self._desks = desks
        self._keep = keep
        self._clock = clock
        self._province_at = province_at
        self._lines = lines
        self._pace = Pace(clock)
        self._turns = Turns(clock)
        # Pages whose first message is in the journal and not in the log yet.
        self._begun: dict[str, ProvinceId] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._looking: set[asyncio.Task[None]] = set()

    async def open(self, records: Iterable[KeptRecord], *, unheard: tuple[Instant, Instant] | None = None) -> None:
        """Read again what the journal has of the last day, then begin. `unheard` is from when to when there was no log."""
        for desk in self._desks.values():
            desk.line.unheard = unheard
        for record in records:
            came = unwrap(record.data)
            if came is not None and came.door in MESSAGES and came.province in self._desks:
                self._desks[came.province].line.put(came, record.at, record.offset)
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(desk.line.run()) for desk in self._desks.values()]
        for desk in self._desks.values():
            if desk.decides():
                desk.sending.open()

    def begin_to_decide(self, province: ProvinceId) -> None:
        """Take up what the node that decided for a province until now had on its way."""
        self._desks[province].sending.open()

    async def close(self) -> None:
        """Stop. What was acknowledged is in the journal and is read at the next start."""
        for desk in self._desks.values():
            await desk.sending.close()
        every = [*self._tasks, *self._looking]
        for task in every:
            task.cancel()
        await asyncio.gather(*every, return_exceptions=True)
        self.gateways.close()
        self._lines.close()

    def hear(self, province: ProvinceId, facts: Iterable[object]) -> None:
        """Take in facts that are on disk."""
        desk, now = self._desks[province], self._clock.now()
        for fact in facts:
            desk.line.hear(fact, now)
            if not desk.decides():
                continue
            desk.sending.hear(fact)
            if isinstance(fact, e.CallPresented) and fact.channel is Channel.TELEPHONE and fact.number:
                self._looking.add(task := asyncio.get_running_loop().create_task(self._look_up(desk, fact)))
                task.add_done_callback(self._looking.discard)

    async def _look_up(self, desk: Desk, fact: e.CallPresented) -> None:
        """An operator's file may know where the line is; a call rings all the same when it cannot be read."""
        try:
            for n, command in enumerate(await desk.look_up(fact.call_id, fact.number or "")):
                await desk.submit(command, f"{fact.call_id}:line:{n}")
        except (Rejected, Unavailable, LogUnavailable) as error:
            _log.warning("the line of %s was not looked up: %s", fact.call_id, error)

    @property
    def provinces(self) -> Collection[ProvinceId]:
        """The provinces whose callers these are."""
        return self._desks.keys()

    def unread(self, province: ProvinceId) -> int:
        """Return how many messages of a province wait to be read, `QUEUE_MAX` at most."""
        return self._desks[province].line.unread

    # Gateways

    def gateway(self, token: str) -> Gateway:
        """Return whose token it is; `GatewayUnknown` when it is nobody's, or its province is not here."""
        gateway = self.gateways.find_by_token(token)
        if gateway is None or gateway.province not in self._desks:
            raise GatewayUnknown()
        return gateway

    async def take(self, came: Came) -> None:
        """Keep a message and return once it is on disk. Raises `Unavailable` when it is not, or another node has to."""
        self._desks[came.province].decided_here()
        line = self._desks[came.province].line
        if line.full:
            raise BusyNow(retry_after_s=5)
        at = self._clock.now()
        offset = await self._keep(wrap(came))
        line.put(came, at, offset)

    async def settled(self, province: ProvinceId) -> None:
        """Wait until everything of a province that is in the journal has been read."""
        await self._desks[province].line.drained()

    # Pages

    def is_doubtful(self, origin: str) -> bool:
        """Whether an address deceived us in the last day."""
        return any(self.origins.is_doubtful(desk.calls(), origin) for desk in self._desks.values())

    async def begin(self, page: str, body: bytes, point: LonLat | None, place: bytes, origin: str) -> PageView:
        """
        A page calls for help; said twice, it is one call. Raises `TooManyPages`.

        Args:
            place: The page's place alone. A page that had no answer says all of it again, and may know by then where it is.
        """
        known = self._find(page)
        if known is None and page not in self._begun:
            waiting = sum(self.origins.waiting(desk.calls(), origin) for desk in self._desks.values())
            careful, in_log = self.is_doubtful(origin), lambda each: self._find(each) is not None
            self._turns.take(origin, page, waiting=waiting, careful=careful, in_log=in_log)
            province = self._province_at(point)
            await self.take(Came("begin", page, province, origin, body))
            self.know_page(page, province)
        elif point is not None and (known is None or all(where.point != point for where in known.locations)):
            return await self.hear_page(page, place, has_words=False, origin=origin)
        return self.view(page, origin)

    def know_page(self, page: str, province: ProvinceId) -> None:
        """Remember whose a page is whose first message is in the journal."""
        self._begun[page] = province
        while len(self._begun) > BEGUN_MAX:
            del self._begun[next(iter(self._begun))]

    async def hear_page(self, page: str, body: bytes, *, has_words: bool, origin: str) -> PageView:
        """A page tells where it is, or words. Raises `PageNotFound`."""
        province = self._province_of(page)
        call = self._find(page)
        is_open = call is None or self._view_of(call, 0.0).state != "ended"
        if is_open and (has_words or self._pace.take(page, careful=self.is_doubtful(origin))):
            await self.take(Came("page", page, province, origin, body))
        return self.view(page, origin)

    def view(self, page: str, origin: str) -> PageView:
        """What the page shows. Raises `PageNotFound`."""
        self._province_of(page)
        call = self._find(page)
        next_s = self._pace.next_s(page, careful=self.is_doubtful(origin))
        return self._view_of(call, next_s) if call is not None else PageView("received", False, next_s)

    async def shown(self, page: str) -> None:
        """The page is about to show what was written to it."""
        call = self._find(page)
        for text in call.texts if call is not None else ():
            if call is not None and text.by is not None and text.carried is not Carried.SHOWN:
                command = c.CarryText(call_id=call.id, text_at=text.at, carried=Carried.SHOWN, way="page")
                await self._desk_of(call).submit(command, f"text:{call.id}:{text.at}:shown")

    async def open_link(self, code: str, page: str, origin: str) -> PageView:
        """A caller opens the link that a call-taker made. Raises `LinkNotFound`."""
        digest = code_digest(code)
        for desk in self._desks.values():
            call = desk.line.index.of_code(desk.calls(), digest)
            if call is not None:
                opened = c.OpenPlaceLink(call_id=call.id, code=digest, page=page)
                await desk.submit(opened, f"link:{digest}:{page}")
                if self._find(page) is None:
                    # It was opened once, and revoked since: the log answers a repeated act as it did the first time.
                    raise LinkNotFound()
                return self.view(page, origin)
        raise LinkNotFound()

    def number_of(self, call_id: CallId) -> str:
        """Return where a call's messages go by SMS; empty when nowhere, or when there is no such call."""
        desk = self._desks.get(ProvinceId(call_id.partition(".")[0]))
        call = desk.calls().get(call_id) if desk is not None else None
        return tidy_number(call.callback or call.number or "") if call is not None else ""

    def place_link_text(self, province: ProvinceId, url: str) -> str:
        """Return the message that carries a link to the caller's place."""
        return filled(self._desks[province].place_link(), link=url)

    def has_carrier(self, province: ProvinceId) -> bool:
        """Whether a gateway carries messages of ours there."""
        return self.gateways.carrier_of(province) is not None

    def _view_of(self, call: Call, next_s: float) -> PageView:
        return page_view(call, next_s=next_s, over=self._desk_of(call).is_over(call))

    def _find(self, page: str) -> Call | None:
        found = (desk.line.index.of_page(desk.calls(), page) for desk in self._desks.values())
        known = [call for call in found if call is not None]
        # Handed over, a page goes on where its call is now.
        return next((call for call in known if call.outcome is not Outcome.TRANSFERRED), next(iter(known), None))

    def _province_of(self, page: str) -> ProvinceId:
        call = self._find(page)
        province = _province(call) if call is not None else self._begun.get(page)
        if province is None:
            raise PageNotFound()
        return province

    def _desk_of(self, call: Call) -> Desk:
        return self._desks[_province(call)]


def _province(call: Call) -> ProvinceId:
    return ProvinceId(call.id.partition(".")[0])
