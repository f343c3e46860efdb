"""What a desk does with several callers of one event at once: write to those who agreed, have them called back."""

from collections.abc import Iterator, Sequence

from nazdik.intake import events as e
from nazdik.intake.errors import CallNotFound, NobodyToText, TextEmpty, TextTooLong, TooManyCalls
from nazdik.intake.model import Call, CallBack, Calls
from nazdik.kernel import CallId, Context

CALLS_MAX = 200
TEXT_MAX = 4_000


def check_written(text: str) -> None:
    """Refuse a message to a caller that says nothing, or too much."""
    if not text.strip():
        raise TextEmpty()
    if len(text) > TEXT_MAX:
        raise TextTooLong(field="text", length=len(text), limit=TEXT_MAX)


def text_callers(calls: Calls, ids: Sequence[CallId], text: str, ctx: Context) -> tuple[e.Event, ...]:
    """One message to each of those who agreed to be written to, all in one decision."""
    chosen = [call for call in _each(calls, ids) if call.takes_texts and not call.is_test]
    if not chosen:
        raise NobodyToText(calls=len(ids))
    return tuple(e.TextSent(at=ctx.at, call_id=call.id, text=text, by=ctx.actor.id) for call in chosen)


def ask_call_backs(calls: Calls, ids: Sequence[CallId], ctx: Context) -> tuple[e.Event, ...]:
    """Have these called back by whoever is free; those who are waited for already, or have no number, stay as they are."""
    return tuple(
        e.CallBackAsked(at=ctx.at, call_id=call.id, by=ctx.actor.id)
        for call in _each(calls, ids)
        if call.call_back is not CallBack.DUE and (call.number or call.callback) and not call.is_test
    )


def _each(calls: Calls, ids: Sequence[CallId]) -> Iterator[Call]:
    if len(ids) > CALLS_MAX:
        raise TooManyCalls(calls=len(ids), limit=CALLS_MAX)
    for call_id in dict.fromkeys(ids):
        call = calls.get(call_id)
        if call is None:
            raise CallNotFound(call_id=call_id[:120])
        yield call
