"""
Which call a message, a place or a page belongs to.

The index follows the log: it is made from the calls in memory and told every new fact. Places that came before their call wait
here for ten minutes; the journal still has them after a restart.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nazdik.intake import events as e
from nazdik.intake.aml import Aml
from nazdik.intake.model import PAGE, Call, Calls, CallState, Channel
from nazdik.intake.numbers import tidy_number
from nazdik.kernel import CallId, Instant
from nazdik.kernel.instant import seconds_between

# As devices write it in additional data and in `+sip.instance`.
_IMEI = re.compile(r"imei[^0-9]{1,20}([0-9]{8}-?[0-9]{6}-?[0-9]{1,2})\b", re.IGNORECASE)
WITHIN_S = 600.0
# Somebody whose call became an incident may still write about it.
AFTER_S = 1_800.0
CALLS_OF_ONE_MAX = 20
KEYS_MAX = 200_000
WAITING_MAX = 10_000
WAITING_OF_ONE_MAX = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place that came before its call: `key` is the one of the message that brought it."""

    at: Instant
    aml: Aml
    trusted: bool
    key: str


class CallIndex:
    """Calls of one province by number, by device, by page and by code."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._found: OrderedDict[str, tuple[CallId, ...]] = OrderedDict()
        for call in sorted(calls, key=lambda call: (call.presented_at, call.id)):
            for number in (call.number, call.callback):
                self._put(_of_number(number), call.id)
            self._put(_of_page(call.exchange_id), call.id)
            for link in call.place_links:
                self._put(f"code:{link.code}", call.id)
                self._put(f"page:{link.page}" if link.page else "", call.id)

    def hear(self, fact: object) -> None:
        """Take in one fact of the log."""
        match fact:
            case e.CallPresented():
                self._put(_of_page(fact.exchange_id), fact.call_id)
                for name in names_of_call(fact):
                    self._put(name, fact.call_id)
            case e.CallerLearnt(callback=callback):
                self._put(_of_number(callback), fact.call_id)
            case e.PlaceAsked(code=code):
                self._put(f"code:{code}", fact.call_id)
            case e.PlaceLinkOpened(page=page):
                self._put(f"page:{page}", fact.call_id)
            case _:
                pass

    def know_device(self, imei: str, call_id: CallId) -> None:
        """A place that named both a number and a device was matched: the device alone will do next time."""
        self._put(f"imei:{imei}" if imei else "", call_id)

    def of_number(self, calls: Calls, number: str) -> Iterator[Call]:
        """The calls of a number, newest first."""
        return self._of(calls, _of_number(number))

    def of_device(self, calls: Calls, imei: str) -> Iterator[Call]:
        """The calls of a telephone set, newest first."""
        return self._of(calls, f"imei:{imei}" if imei else "")

    def of_page(self, calls: Calls, page: str) -> Call | None:
        """The call that a page belongs to."""
        return next((call for call in self._of(calls, f"page:{page}") if page in call.pages), None)

    def of_code(self, calls: Calls, code: str) -> Call | None:
        """The call for which a link was made."""
        return next(self._of(calls, f"code:{code}"), None)

    def _of(self, calls: Calls, key: str) -> Iterator[Call]:
        for call_id in reversed(self._found.get(key, ())):
            call = calls.get(call_id)
            if call is not None:
                yield call

    def _put(self, key: str, call_id: CallId) -> None:
        if not key:
            return
        known = self._found.pop(key, ())
        self._found[key] = (*(i for i in known if i != call_id), call_id)[-CALLS_OF_ONE_MAX:]
        if len(self._found) > KEYS_MAX:
            self._found.popitem(last=False)


class WaitingPlaces:
    """Places without a call, by number and device; each goes to the first call that fits."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        self._by: dict[str, list[str]] = {}

    def wait(self, place: Waiting, now: Instant) -> None:
        """Keep a place for a while."""
        self._forget(now)
        self._waiting[place.key] = place
        for name in _names(place.aml):
            keys = self._by.setdefault(name, [])
            keys.append(place.key)
            while len(keys) > WAITING_OF_ONE_MAX:
                self._drop(keys[0])

    def take(self, names: Iterable[str], now: Instant) -> list[Waiting]:
        """Return, oldest first, and forget what waits for a call with these names."""
        self._forget(now)
        keys = {key: None for name in names for key in self._by.get(name, ())}
        return [place for key in keys if (place := self._drop(key)) is not None]

    def __len__(self) -> int:
        return len(self._waiting)

    def _forget(self, now: Instant) -> None:
        while self._waiting:
            key, oldest = next(iter(self._waiting.items()))
            if seconds_between(oldest.at, now) <= WITHIN_S and len(self._waiting) < WAITING_MAX:
                return
            self._drop(key)

    def _drop(self, key: str) -> Waiting | None:
        place = self._waiting.pop(key, None)
        for name in _names(place.aml) if place is not None else ():
            keys = self._by.get(name, [])
            if key in keys:
                keys.remove(key)
            if not keys:
                self._by.pop(name, None)
        return place


def names_of_call(fact: e.CallPresented) -> tuple[str, ...]:
    """The names by which a place may wait for this call."""
    numbers = [name] if (name := _of_number(fact.number)) else []
    devices = [f"imei:{match[1].replace('-', '')}" for _, text in fact.data for match in _IMEI.finditer(text)]
    return (*numbers, *devices)


def call_for_place(found: Iterable[Call], at: Instant) -> Call | None:
    """The newest call that still goes on, or that began or ended within ten minutes of the place's coming."""
    return next((call for call in found if not call.over or _near(call, at)), None)


def call_for_words(found: Iterable[Call], at: Instant) -> Call | None:
    """The newest call to which a written message belongs: one that goes on, else one that has just become an incident."""
    calls = list(found)
    going = [call for call in calls if call.state in (CallState.RINGING, CallState.ANSWERED)]
    # A number may be on the telephone and write at once; who wrote before goes on there.
    written = [call for call in going if call.texts or call.channel in (Channel.SMS, Channel.SOS, Channel.WEB)]
    after = [
        call
        for call in calls
        if call.state in (CallState.CLASSIFIED, CallState.LINKED)
        and call.ended_at is not None
        and seconds_between(call.ended_at, at) <= AFTER_S
    ]
    return next(iter([*written, *going, *after]), None)


def _near(call: Call, at: Instant) -> bool:
    return any(
        moment is not None and abs(seconds_between(moment, at)) <= WITHIN_S
        for moment in (call.presented_at, call.ended_at)
    )


def _names(aml: Aml) -> tuple[str, ...]:
    return tuple(name for name in (_of_number(aml.number), f"imei:{aml.imei}" if aml.imei else "") if name)


def _of_number(number: str | None) -> str:
    tidy = tidy_number(number or "")
    return f"number:{tidy}" if tidy else ""


def _of_page(exchange_id: str | None) -> str:
    return f"page:{exchange_id.removeprefix(PAGE)}" if exchange_id and exchange_id.startswith(PAGE) else ""
