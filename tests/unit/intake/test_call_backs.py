"""By when somebody is called back: sooner for what is urgent, later after each try, never for who need not be."""

import pytest

from nazdik.intake.call_backs import AGAIN_S, UNKNOWN_S, WITHIN_S, call_back_by
from nazdik.intake.model import Call, CallBack, CallState, Channel
from nazdik.kernel import CallId, Instant
from nazdik.kernel.instant import plus_s

ENDED = Instant(5_000_000)


def call(priority: int | None, *, tries: int = 0, back: CallBack | None = CallBack.DUE) -> Call:
    return Call(
        id=CallId("khuzestan.c1"),
        channel=Channel.TELEPHONE,
        number="+989161112233",
        name=None,
        state=CallState.ABANDONED,
        presented_at=Instant(1),
        ended_at=ENDED,
        priority=priority,
        call_back=back,
        call_back_tries=tries,
    )


@pytest.mark.parametrize(("priority", "within_s"), [*WITHIN_S.items(), (None, UNKNOWN_S)])
def test_priority_sets_the_limit_and_what_is_unknown_counts_as_urgent(priority: int | None, within_s: float) -> None:
    assert call_back_by(call(priority)) == plus_s(ENDED, within_s)
    assert call_back_by(call(priority, tries=2)) == plus_s(ENDED, within_s + 2 * AGAIN_S)


@pytest.mark.parametrize("back", [None, CallBack.DONE])
def test_who_need_not_be_called_is_never_late(back: CallBack | None) -> None:
    assert call_back_by(call(1, back=back)) is None
