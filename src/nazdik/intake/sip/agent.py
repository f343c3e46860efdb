"""
The protocol: a user agent that rings and never answers (RFC 3261, 3262, 3326), without input or output.

`receive` and `tick` return what to send and what to tell intake. An INVITE is answered with 100 at once; 180 goes out when intake
says the call is on disk (`kept`), and again each minute, so that no proxy on the way gives up. The exchange answers elsewhere or
the caller hangs up: either way a CANCEL comes, and its Reason tells the two apart.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from nazdik.intake.sip.call import Ring, read_any, read_ring
from nazdik.intake.sip.message import Message, answer, is_count, parameter, parse

ALLOW = "INVITE, ACK, CANCEL, OPTIONS, BYE, PRACK, UPDATE, INFO, NOTIFY"
RING_AGAIN_S = 60.0
# RFC 3262: an unacknowledged provisional is sent again from T1 on, doubling, and given up after 64 T1.
T1_S, T1_TIMES = 0.5, 64
# Transactions are remembered this long after they ended, for answers that went lost on the way (Timer J).
REMEMBER_S = 32.0
# An exchange that never says how a call ended must not leave it ringing for ever.
RING_MAX_S = 600.0
CALLS_MAX = 20_000
_ELSEWHERE = (("SIP", "200"), ("Q.850", "26"))
_ELSEWHERE_TEXT = ("completed elsewhere", "answered elsewhere")

Source = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes for a peer: transport, host and port as they came in or as the Via asks."""

    to: Source
    data: bytes


@dataclass(frozen=True, slots=True)
class Rang:
    """A call rings. `handle` names it to `kept`; `raw` is what came, by the signalling named `door`."""

    handle: str
    ring: Ring
    raw: bytes
    door: str = "sip"


@dataclass(frozen=True, slots=True)
class Updated:
    """Another place of a call that rings (re-INVITE, UPDATE, INFO). `raw` is what came; `then` goes out once it is on disk."""

    handle: str
    ring: Ring
    raw: bytes
    then: Send | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """
    Ringing is over: `elsewhere` when somebody answered it at the exchange, else the caller gave up.

    Of a call that rang before this process began there is no `handle`; then `dialogue` names it.
    """

    handle: str
    elsewhere: bool
    reason: str
    dialogue: str = ""


Said = Send | Rang | Updated | Ended


@dataclass(slots=True)
class _Call:
    handle: str
    invite: Message
    source: Source
    to_tag: str
    began: float
    next_ring: float = 0.0
    kept: bool = False
    ended_at: float | None = None
    last: bytes = b""
    final: bytes = b""
    final_again: float = 0.0
    final_tries: int = 0
    rseq: int = 0
    unacknowledged: bool = False
    prack_again: float = 0.0
    prack_wait: float = T1_S
    branches: set[str] = field(default_factory=set)


class Agent:
    """
    Every call of one exchange. Times are seconds of a monotonic clock; `tag` gives a new random word.

    Attributes:
        ours: Host and port at which a peer reaches us, for calls that were not sent to such an address.
    """

    def __init__(self, tag: Callable[[], str], ours: Callable[[Source], str] = lambda _: "nazdik.invalid") -> None:
        self._tag = tag
        self.ours = ours
        self._calls: dict[str, _Call] = {}
        self._handles: dict[str, str] = {}
        # Damaged messages come again like whole ones; each is one caller only.
        self._damaged: OrderedDict[bytes, float] = OrderedDict()

    @property
    def ringing(self) -> int:
        """How many calls ring."""
        return sum(call.ended_at is None for call in self._calls.values())

    def receive(self, data: bytes, source: Source, now: float) -> list[Said]:
        """Take one message; never raises."""
        message = parse(data)
        if message is None:
            return self._damage(data, now)
        if message.status:
            return []
        return list(self._request(message, data, source, now))

    def kept(self, handle: str, now: float) -> list[Said]:
        """Intake has the call on disk: let it ring at the exchange."""
        call = self._calls.get(self._handles.get(handle, ""))
        if call is None or call.ended_at is not None:
            return []
        call.kept = True
        return [self._ring(call, now)]

    def tick(self, now: float) -> list[Said]:
        """What is due by time: rings again, answers that went lost, calls nobody ended."""
        said: list[Said] = []
        for key, call in list(self._calls.items()):
            if call.ended_at is not None:
                if call.final and call.final_tries and now >= call.final_again:
                    call.final_tries -= 1
                    call.final_again = now + min(T1_S * 2 ** (7 - call.final_tries), 4.0)
                    said.append(Send(_reply_to(call.invite, call.source), call.final))
                if now - call.ended_at > REMEMBER_S:
                    del self._calls[key]
                    self._handles.pop(call.handle, None)
            elif now - call.began > RING_MAX_S:
                said += self._end(call, 480, "Temporarily Unavailable", now)
                said.append(Ended(call.handle, elsewhere=False, reason="no word for ten minutes"))
            elif call.unacknowledged and now >= call.prack_again:
                call.prack_wait *= 2
                call.unacknowledged = call.prack_wait < T1_S * T1_TIMES
                call.prack_again = now + call.prack_wait
                said.append(Send(_reply_to(call.invite, call.source), call.last))
            elif call.kept and now >= call.next_ring:
                said.append(self._ring(call, now))
        return said

    # Requests

    def _request(self, message: Message, raw: bytes, source: Source, now: float) -> Iterator[Said]:
        match message.method:
            case "INVITE":
                yield from self._invite(message, raw, source, now)
            case "ACK":
                call = self._find(message)
                if call is not None:
                    call.final_tries = 0
            case "CANCEL":
                yield from self._cancel(message, source, now)
            case "BYE":
                yield from self._bye(message, source, now)
            case "PRACK":
                yield from self._prack(message, source)
            case "UPDATE" | "INFO":
                yield from self._update(message, raw, source)
            case "OPTIONS":
                more = (("Allow", ALLOW), ("Accept", "application/sdp, application/pidf+xml, multipart/mixed"))
                yield self._answer(message, source, 200, "OK", more)
            case "NOTIFY":
                yield self._answer(message, source, 200, "OK")
            case _:
                yield self._answer(message, source, 405, "Method Not Allowed", (("Allow", ALLOW),))
                yield from self._damage(raw, now)

    def _invite(self, message: Message, raw: bytes, source: Source, now: float) -> Iterator[Said]:
        call = self._find(message)
        if call is not None and call.ended_at is not None and message.cseq[0] > call.invite.cseq[0]:
            # It rings anew under the same name, as an exchange does that tries again.
            self._handles.pop(call.handle, None)
            call = None
        if call is None:
            if len(self._calls) >= CALLS_MAX:
                # Still told to intake: what the exchange shows matters less than that nobody is lost.
                yield Rang("", read_ring(message), raw)
                yield self._answer(message, source, 503, "Service Unavailable", (("Retry-After", "5"),))
                return
            yield from self._first(message, raw, source, now)
        elif message.tag("to"):
            # Within the dialogue, before its INVITE has a final answer (RFC 3261 §14.2): later, please; but its news is news.
            yield Updated(call.handle, read_ring(message), raw)
            yield self._answer(message, source, 500, "Server Internal Error", (("Retry-After", "3"),))
        elif message.branch and message.branch not in call.branches:
            # The same call by another way round (RFC 3261 §8.2.2.2); whoever has another number is another caller all the same.
            ring = read_ring(message)
            same = ring.number == read_ring(call.invite).number
            yield Updated(call.handle, ring, raw) if same else Rang("", ring, raw)
            yield self._answer(message, source, 482, "Loop Detected")
        else:
            yield Send(_reply_to(message, source), call.final or call.last)

    def _first(self, message: Message, raw: bytes, source: Source, now: float) -> Iterator[Said]:
        handle = self._tag()
        call = _Call(handle=handle, invite=message, source=source, to_tag=self._tag(), began=now)
        if message.branch:
            call.branches.add(message.branch)
        call.last = answer(message, 100, "Trying")
        self._calls[_key(message)] = call
        self._handles[handle] = _key(message)
        yield Send(_reply_to(message, source), call.last)
        yield Rang(handle, read_ring(message), raw)

    def _cancel(self, message: Message, source: Source, now: float) -> Iterator[Said]:
        call = self._find(message)
        if call is None:
            yield from self._unknown_end(message, source)
            return
        yield Send(_reply_to(message, source), answer(message, 200, "OK", to_tag=call.to_tag))
        if call.ended_at is None:
            elsewhere, reason = _why(message)
            yield from self._end(call, 487, "Request Terminated", now)
            yield Ended(call.handle, elsewhere, reason)

    def _bye(self, message: Message, source: Source, now: float) -> Iterator[Said]:
        call = self._find(message)
        if call is None:
            yield from self._unknown_end(message, source)
            return
        yield self._answer(message, source, 200, "OK")
        if call.ended_at is None:
            elsewhere, reason = _why(message)
            yield from self._end(call, 487, "Request Terminated", now)
            yield Ended(call.handle, elsewhere, reason)

    def _unknown_end(self, message: Message, source: Source) -> Iterator[Said]:
        """Of this call we know nothing now; it may have rung before we were started again."""
        yield self._answer(message, source, 481, "Call/Transaction Does Not Exist")
        if message.dialogue:
            elsewhere, reason = _why(message)
            yield Ended("", elsewhere, reason, message.dialogue)

    def _prack(self, message: Message, source: Source) -> Iterator[Said]:
        call = self._find(message)
        if call is None:
            yield self._answer(message, source, 481, "Call/Transaction Does Not Exist")
            return
        call.unacknowledged = False
        yield self._answer(message, source, 200, "OK")

    def _update(self, message: Message, raw: bytes, source: Source) -> Iterator[Said]:
        call = self._find(message)
        if call is None:
            yield self._answer(message, source, 481, "Call/Transaction Does Not Exist")
            return
        answered = self._answer(message, source, 200, "OK")
        ring = read_ring(message)
        yield Updated(call.handle, ring, raw, answered) if ring.places or ring.references else answered

    # Answers

    def _ring(self, call: _Call, now: float) -> Send:
        more: tuple[tuple[str, str], ...] = (("Contact", f"<{self._contact(call)}>"), ("Allow", ALLOW))
        wanted = [option.lower() for option in call.invite.every("require")]
        call.next_ring = now + RING_AGAIN_S
        if "100rel" in wanted:
            call.rseq += 1
            call.unacknowledged, call.prack_wait, call.prack_again = True, T1_S, now + T1_S
            more = (*more, ("Require", "100rel"), ("RSeq", str(call.rseq)))
        call.last = answer(call.invite, 180, "Ringing", to_tag=call.to_tag, more=more)
        return Send(_reply_to(call.invite, call.source), call.last)

    def _contact(self, call: _Call) -> str:
        """Where PRACK and UPDATE go: the address that was called, or our own when a service was called (`urn:service:sos`)."""
        if call.invite.uri.lower().startswith(("sip:", "sips:")):
            return call.invite.uri
        transport = call.source[0]
        return f"sip:110@{self.ours(call.source)}" + (f";transport={transport}" if transport != "udp" else "")

    def _end(self, call: _Call, status: int, reason: str, now: float) -> list[Said]:
        call.ended_at, call.unacknowledged = now, False
        call.final = answer(call.invite, status, reason, to_tag=call.to_tag)
        # Over UDP a final answer is sent until its ACK comes (Timer G).
        call.final_tries = 7 if call.source[0] == "udp" else 0
        call.final_again = now + T1_S
        return [Send(_reply_to(call.invite, call.source), call.final)]

    def _answer(
        self, message: Message, source: Source, status: int, reason: str, more: tuple[tuple[str, str], ...] = ()
    ) -> Send:
        return Send(_reply_to(message, source), answer(message, status, reason, to_tag=self._tag(), more=more))

    def _find(self, message: Message) -> _Call | None:
        return self._calls.get(_key(message))

    def _damage(self, data: bytes, now: float) -> list[Said]:
        """Not SIP any more, or no method of it; when it began as a call, somebody rings all the same."""
        if not data[:16].lstrip().upper().startswith(b"INVITE"):
            return []
        while self._damaged and now - next(iter(self._damaged.values())) > REMEMBER_S:
            self._damaged.popitem(last=False)
        digest = blake2b(data, digest_size=16).digest()
        if digest in self._damaged:
            return []
        self._damaged[digest] = now
        return [Rang("", read_any(data), data)]


def _key(message: Message) -> str:
    """A dialogue by its Call-ID and the caller's tag: CANCEL, ACK and PRACK carry both. Without a Call-ID, by all it says."""
    return message.dialogue or blake2b(repr((message.uri, message.headers)).encode(), digest_size=16).hexdigest()


def _why(message: Message) -> tuple[bool, str]:
    """
    Whether somebody answered elsewhere, and the reason in the exchange's words (RFC 3326).

    Each protocol on the way may give its own; a telephone's plain "normal clearing" does not take back what another one says.
    """
    reasons = [_reason(value) for value in message.every("reason")]
    told = [reason for reason in reasons if reason[1]]
    return next((reason for reason in told if reason[0]), told[0] if told else (False, ""))


def _reason(value: str) -> tuple[bool, str]:
    protocol = value.partition(";")[0].strip().upper()
    cause, text = parameter(value, "cause"), parameter(value, "text")
    elsewhere = (protocol, cause) in _ELSEWHERE or any(words in text.lower() for words in _ELSEWHERE_TEXT)
    return elsewhere, text or ("answered elsewhere" if elsewhere else f"{protocol} {cause}" if cause else "")


def _reply_to(message: Message, source: Source) -> Source:
    """Answers go where the message came from over a stream and with `rport`, else to the Via's own port (RFC 3581)."""
    transport, host, _ = source
    if transport != "udp" or ";rport" in message.first_via.lower():
        return source
    sent_by = message.first_via.partition(" ")[2].strip().partition(";")[0].strip()
    stated = sent_by.rpartition(":")[2] if ":" in sent_by.rpartition("]")[2] else ""
    return (
        transport,
        host,
        int(stated) if is_count(stated) and 0 < int(stated) < 65_536 else 5060,
    )
