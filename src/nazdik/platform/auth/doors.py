"""What stands around the registry: the brake on guessing, one-time tickets, and whose page is asking."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from nazdik.platform.auth.model import TooManyTries
from nazdik.platform.auth.words import Words
from nazdik.platform.clock import Clock

COOKIE = "nazdik_session"
# Over TLS the name itself makes the browser refuse a cookie that another host or path has set.
HOST_COOKIE = f"__Host-{COOKIE}"
TICKET_S = 30.0
TICKET_CHARACTERS_MAX = 100
FREE_TRIES = 5
WAIT_S_MAX = 300.0
REMEMBERED_MAX = 10_000
FORGIVEN_AFTER_S = 900.0


@dataclass(slots=True)
class _Failures:
    count: int
    until_s: float
    last_s: float


class Throttle:
    """Slows down guessing: after five failures each further one doubles the wait. A quarter of an hour without one forgives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def check(self, *keys: str) -> None:
        """Raise `TooManyTries` while any of `keys` (a name, an address) has to wait."""
        now_s = self._clock.monotonic_s()
        waits = [f.until_s - now_s for key in keys if (f := self._failures.get(key)) is not None]
        wait_s = max(waits, default=0.0)
        if wait_s > 0:
            raise TooManyTries(retry_after_s=int(wait_s) + 1)

    def failed(self, *keys: str, wait_s_max: float = WAIT_S_MAX) -> int:
        """Note a failure of `keys`, none of which will have to wait longer than `wait_s_max`; return how many there were."""
        now_s = self._clock.monotonic_s()
        most = 0
        for key in keys:
            failures = self._failures.pop(key, None)
            if failures is None or now_s - failures.last_s > FORGIVEN_AFTER_S:
                failures = _Failures(0, 0.0, now_s)
            failures.count += 1
            failures.last_s = now_s
            most = max(most, failures.count)
            over = failures.count - FREE_TRIES
            failures.until_s = now_s + (min(wait_s_max, 2.0 ** min(over, 20)) if over >= 0 else 0.0)
            self._failures[key] = failures
            if len(self._failures) > REMEMBERED_MAX:
                self._failures.popitem(last=False)
        return most

    def succeeded(self, *keys: str) -> None:
        """Forget the failures of `keys`."""
        for key in keys:
            self._failures.pop(key, None)


class Tickets:
    """One-time tickets for opening a stream where no cookie or header can go: good once, for 30 s."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def issue(self, session_id: str) -> str:
        """Return a new ticket for this session."""
        word = self._words.give(_for(session_id), lasts_s=TICKET_S)
        return f"{session_id}.{urlsafe_b64encode(word).decode()}"

    def redeem(self, ticket: str) -> str | None:
        """
        Return the session a ticket stands for, once; None when it is used, too old or made up.

        Blocking where nodes share. Raises `LogUnavailable`.
        """
        session_id, word = session_in(ticket), _word_in(ticket)
        return session_id if word is not None and self._words.use(word, _for(session_id)) else None


def session_in(ticket: str) -> str:
    """Return the id of the session that a ticket says to stand for."""
    return ticket.partition(".")[0]


def _for(session_id: str) -> str:
    return f"ticket:{session_id}"


def _word_in(ticket: str) -> bytes | None:
    if len(ticket) > TICKET_CHARACTERS_MAX or not ticket.isascii():
        return None
    try:
        return urlsafe_b64decode(ticket.partition(".")[2])
    except ValueError:
        return None


def token_of(cookies: Mapping[str, str], authorization: str | None, *, secure: bool = False) -> str | None:
    """Return the token a request carries; a header counts before a cookie. Over TLS only the cookie that no other host can set."""
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None
    return cookies.get(HOST_COOKIE if secure else COOKIE) or None


def is_own_page(origin: str | None, host: str, also: frozenset[str] = frozenset(), *, secure: bool = False) -> bool:
    """
    Whether a request that rests on a cookie comes from a page of ours.

    Args:
        origin: The `Origin` header. Browsers always send it when they open a WebSocket; without it we say no.
        host: The `Host` header: the name that the browser believes to be talking to.
        also: Further origins that are trusted.
        secure: Whether the request came over TLS; then a page that did not is not ours. Before a proxy we cannot know.
    """
    own = {f"https://{host}"} if secure else {f"https://{host}", f"http://{host}"}
    return origin is not None and (origin in also or origin in own)


def session_cookie(token: str, *, secure: bool, max_age_s: int) -> str:
    """Return the `Set-Cookie` value that carries a token; an empty token takes the cookie away."""
    name = HOST_COOKIE if secure else COOKIE
    parts = [f"{name}={token}", "Path=/", "HttpOnly", "SameSite=Strict", f"Max-Age={max_age_s if token else 0}"]
    return "; ".join([*parts, "Secure"] if secure else parts)
