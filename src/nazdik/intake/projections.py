"""Calls as call-takers and dispatchers see them: personal data."""

import msgspec

from nazdik.intake.estimates import best_of, doubt_m
from nazdik.intake.model import Call, KindGuess, Location, Received, Text, Transfer
from nazdik.intake.shapes import Shape
from nazdik.kernel import Instant, LonLat, rfc3339


class LocationView(msgspec.Struct, frozen=True):
    """One estimate of where the caller is; `proposed` on the best of them (see `estimates`), `doubt_m` is what it is rated by."""

    source: str
    point: LonLat | None
    accuracy_m: float | None
    at: str
    confidence: float | None
    measured_at: str | None
    shape: Shape | None
    method: str
    civic: str
    trusted: bool
    doubt_m: float | None
    proposed: bool


class TextView(msgspec.Struct, frozen=True):
    """One written message; `by` is None for the caller, `carried` is waiting, sent, shown or failed, and None for the caller's."""

    at: str
    by: str | None
    text: str
    carried: str | None
    # Why it did not arrive: no_number, no_gateway, refused, silent or page_gone.
    why: str | None


class PlaceLinkView(msgspec.Struct, frozen=True):
    """The newest link that was made for this caller's browser, and when it was opened."""

    asked_at: str
    expires_at: str
    opened_at: str | None
    revoked_at: str | None


class TransferView(msgspec.Struct, frozen=True):
    """A call on its way to others, or with them: `target` is a province or a service, `to_call` its call at the province."""

    target: str
    to_call: str | None
    note: str
    by: str
    asked_at: str
    done_at: str | None


class ReceivedView(msgspec.Struct, frozen=True):
    """Where a call came from: the sender's call and province, the office that sent it, its note, and when it first rang."""

    call: str
    province: str
    by: str
    note: str
    presented_at: str


class CallView(msgspec.Struct, frozen=True):
    """One contact."""

    id: str
    number: str | None
    name: str | None
    callback: str | None
    channel: str
    state: str
    presented_at: str
    answered_at: str | None
    answered_by: str | None
    ended_at: str | None
    narrative: str
    # What threatens whoever goes there, as the caller tells it.
    hazards: str
    kind: str | None
    priority: int | None
    point: LonLat | None
    accuracy_m: float | None
    place: str
    locations: tuple[LocationView, ...]
    incident: str | None
    outcome: str | None
    called: str
    asserted: bool
    is_test: bool
    data: tuple[tuple[str, str], ...]
    ringing_ended: str | None
    call_back: str | None
    call_back_tries: int
    call_back_by: str | None
    call_back_taken_by: str | None
    call_back_taken_until: str | None
    call_back_asked: bool
    # Whether they may be written to unasked.
    takes_texts: bool
    texts: tuple[TextView, ...]
    # The caller has a page of ours open, or had: what is written appears there.
    has_page: bool
    place_link: PlaceLinkView | None
    guessed: KindGuess | None
    transfer: TransferView | None
    received: ReceivedView | None


def _stamp(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)


def call_view(call: Call, call_back_by: Instant | None = None) -> CallView:
    """
    Return a call; its point is the one the call-taker set, else the best estimate of the caller's place.

    Args:
        call_back_by: When calling back is late, as dispatch's timer has it; None when nobody waits.
    """
    # The order of estimates does not change with time, so the newest one's is as good as any.
    now = call.locations[-1].at if call.locations else call.presented_at
    best = best_of(call.locations, now)
    return CallView(
        id=call.id,
        number=call.number,
        name=call.name,
        callback=call.callback,
        channel=call.channel,
        state=call.state,
        presented_at=rfc3339(call.presented_at),
        answered_at=_stamp(call.answered_at),
        answered_by=call.answered_by,
        ended_at=_stamp(call.ended_at),
        narrative=call.narrative,
        hazards=call.hazards,
        kind=call.kind,
        priority=call.priority,
        point=call.point or (best.point if best is not None else None),
        accuracy_m=best.accuracy_m if best is not None and call.point is None else None,
        place=call.place,
        locations=tuple(_location_view(where, now, proposed=where is best) for where in call.locations),
        incident=call.incident_id,
        outcome=call.outcome,
        called=call.called,
        asserted=call.asserted,
        is_test=call.is_test,
        data=call.data,
        ringing_ended=call.ringing_ended,
        call_back=call.call_back,
        call_back_tries=call.call_back_tries,
        call_back_by=_stamp(call_back_by),
        call_back_taken_by=call.call_back_taker,
        call_back_taken_until=_stamp(call.call_back_taken_until),
        call_back_asked=call.call_back_asked,
        takes_texts=call.takes_texts,
        texts=tuple(_text_view(text) for text in call.texts),
        has_page=bool(call.pages),
        place_link=_link_view(call),
        guessed=call.guessed,
        transfer=_transfer_view(call.transfer),
        received=_received_view(call.received),
    )


def _transfer_view(transfer: Transfer | None) -> TransferView | None:
    if transfer is None:
        return None
    return TransferView(
        target=transfer.target,
        to_call=transfer.to_call,
        note=transfer.note,
        by=transfer.by,
        asked_at=rfc3339(transfer.asked_at),
        done_at=_stamp(transfer.done_at),
    )


def _received_view(received: Received | None) -> ReceivedView | None:
    if received is None:
        return None
    return ReceivedView(
        call=received.from_call,
        province=received.from_call.partition(".")[0],
        by=received.by,
        note=received.note,
        presented_at=rfc3339(received.presented_at),
    )


def _text_view(text: Text) -> TextView:
    carried = None if text.by is None else (text.carried or "waiting")
    return TextView(rfc3339(text.at), text.by, text.text, carried, text.why)


def _link_view(call: Call) -> PlaceLinkView | None:
    if not call.place_links:
        return None
    link = call.place_links[-1]
    return PlaceLinkView(
        rfc3339(link.asked_at), rfc3339(link.expires_at), _stamp(link.opened_at), _stamp(link.revoked_at)
    )


def _location_view(where: Location, now: Instant, *, proposed: bool) -> LocationView:
    return LocationView(
        source=where.source,
        point=where.point,
        accuracy_m=where.accuracy_m,
        at=rfc3339(where.at),
        confidence=where.confidence,
        measured_at=_stamp(where.measured_at),
        shape=where.shape,
        method=where.method,
        civic=where.civic,
        trusted=where.trusted,
        doubt_m=round(doubt_m(where, now)) if where.point is not None else None,
        proposed=proposed,
    )
