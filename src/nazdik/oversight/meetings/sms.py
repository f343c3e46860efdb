"""
A turn is given back by a text: whoever sends its code gets an answer, and the turn is free before the answer leaves.

The number that wrote lives in memory until it has its answer, and nowhere else: neither log nor audit ever holds it. So an answer
that the gateway would not take before a restart is not sent any more; the turn stays given back.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, SkipValidation

from nazdik.kernel import Instant, Rejected
from nazdik.kernel.text import latin_digits, persian_digits
from nazdik.oversight.codes import DIGITS, read_code
from nazdik.oversight.jalali import written
from nazdik.oversight.meetings import commands as c
from nazdik.oversight.meetings.model import HELD, BookingState
from nazdik.oversight.service import CITIZEN, Oversight
from nazdik.platform.auth import TooManyTries

BODY_BYTES_MAX = 64 * 1024
ON_THEIR_WAY_MAX = 500
CODES_MAX = 6
CODE_DIGITS = DIGITS + 1
# First at once, then with growing pauses, for ten minutes in all.
PAUSES_S = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0)
_RUN = re.compile(r"\d(?:[\d\s\u200c\u200e\u200f\u2066-\u2069–—-]{15,60})\d")
_APART = re.compile(r"\D+")
_PERSIAN = re.compile(r"[\u0600-\u06ff]")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as a gateway brought it, and where its answer is handed over (empty: nowhere)."""

    id: str
    sender: str
    words: str
    answer_at: str


class Gateways(Protocol):
    """Reads what gateways bring."""

    def read(self, token: str, body: bytes, content_type: str) -> Text:
        """Return a text. Raises a `Rejected` when nobody has this token."""

    def close(self) -> None:
        """Let go of them."""


Hand = Callable[[str, dict[str, str]], Awaitable[int]]
"""Hands a message over to an address and returns the status of its answer; 0 when there was none."""


def codes_in(words: str) -> list[str]:
    """Return what may be codes in a text, each as its 16 digits: in whatever digits, among words and other numbers."""
    runs = [_APART.sub("", run[0]) for run in _RUN.finditer(latin_digits(words[:1_000]))]
    found = (read_code(run[at : at + CODE_DIGITS]) for run in runs for at in range(len(run) - CODE_DIGITS + 1))
    return list(dict.fromkeys(code for code in found if code is not None))[:CODES_MAX]


def answer_for(words: str, turn: tuple[int, Instant] | None) -> str:
    """Return what is answered, in the language of the text: which turn is given back, or that the code is not known."""
    if re.search("[A-Za-z]", words) and _PERSIAN.search(words) is None:
        if turn is None:
            return "197: no turn that is still to come has this code. Check its 17 digits."
        return f"197: turn {turn[0]}, {written(turn[1], jalali=False)}, is given back."
    if turn is None:
        return "۱۹۷: نوبتی که در پیش باشد با این کد نیست. ۱۷ رقم را دوباره ببینید."
    return persian_digits(f"۱۹۷: نوبت {turn[0]}، {written(turn[1], jalali=True)}، پس داده شد.")


class TextDesk:
    """Takes texts, gives turns back, and hands the answers over. Belongs to one event loop."""

    def __init__(self, oversight: Oversight, gateways: Gateways, hand: Hand) -> None:
        self._oversight, self._gateways, self._hand = oversight, gateways, hand
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, token: str, body: bytes, content_type: str) -> None:
        """Do what a text asks; once this returns, the turn is given back on disk."""
        text = self._gateways.read(token, body, content_type)
        key = f"sms:{self._oversight.limits.bucket_of(text.sender)}"
        try:
            # Who has no number gets no answer to learn from, and many may come without one: they do not lock each other out.
            if text.sender:
                self._oversight.tries.check(key)
        except TooManyTries:
            # Whoever guesses by text pays for each and hears nothing.
            return
        given = [found for code in codes_in(text.words) if (found := await self._give_back(code)) is not None]
        if given:
            self._oversight.tries.succeeded(key)
        else:
            self._oversight.tries.failed(key)
        for turn in given:
            self._answer(text, answer_for(text.words, turn))
        if not given:
            self._answer(text, answer_for(text.words, None))

    async def _give_back(self, code: str) -> tuple[int, Instant] | None:
        oversight = self._oversight
        found = oversight.state.meetings.by_code.get(await oversight.hash_of(code))
        if found is None:
            return None
        session_id, booking_id = found
        booking = oversight.state.meetings.sessions[session_id].find_booking(booking_id)
        if booking is None or booking.state not in {*HELD, BookingState.CANCELLED}:
            return None
        if booking.state in HELD:
            command = c.EndBooking(session_id=session_id, booking_id=booking_id, state=BookingState.CANCELLED)
            try:
                await oversight.submit(command, CITIZEN, f"cancel:{booking_id}")
            except Rejected as refused:
                _log.info("a text gives nothing back: %s", refused.code)
                return None
        slot = oversight.state.meetings.sessions[session_id].find_slot(booking.slot)
        assert slot is not None, "a turn that somebody had is not taken out"
        return booking.slot, slot.starts_at

    def _answer(self, text: Text, words: str) -> None:
        if not text.answer_at or not text.sender or len(self._running) >= ON_THEIR_WAY_MAX:
            return
        # The gateway's own id makes ours, so that a text which it brings twice is answered once.
        name = sha256(f"{text.id}\0{text.sender}\0{text.words}\0{words}".encode()).hexdigest()[:32]
        task = asyncio.get_running_loop().create_task(
            self._carry(text.answer_at, {"id": f"197:{name}", "to": text.sender, "text": words})
        )
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _carry(self, address: str, message: dict[str, str]) -> None:
        for pause_s in PAUSES_S:
            await asyncio.sleep(pause_s)
            status = await self._hand(address, message)
            if 200 <= status < 300:
                return
            if 400 <= status < 500 and status not in (408, 425, 429):
                _log.warning("a gateway refused an answer: %s", status)
                return
        _log.warning("a gateway did not take an answer for ten minutes")

    async def close(self) -> None:
        """Stop; answers that were not handed over are dropped."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._gateways.close()


@post("/v1/in/sms/{token:str}", status_code=200)
async def take_text(
    request: Request[Any, Any, Any], token: FromPath[str], texts: NamedDependency[SkipValidation[TextDesk]]
) -> Response[bytes]:
    """
    Take a text from a gateway: a code in it gives its turn back. Fields as at the door of calls (docs/interfaces/sms.md).

    Refusals: intake.gateway_unknown (404); 503 when it could not be recorded: send it again.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) >= BODY_BYTES_MAX:
            break
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()[:60]
    await texts.take(token, body[:BODY_BYTES_MAX], kind)
    return Response(b"", status_code=200, media_type="text/plain")


ROUTES: tuple[BaseRouteHandler, ...] = (take_text,)
