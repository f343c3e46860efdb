"""
What this node may not decide is handed to the node that does, and its answer handed back.

A request is first served here. When that ends in `log.elsewhere`, it goes with all it carried, its idempotency key and its session,
to the writer, which asks everything again: this node vouches for nothing but who the client is.
"""

import asyncio
import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send

from nazdik.bootstrap.identity.signed_requests import HEADER as DPOP
from nazdik.bootstrap.identity.signed_requests import NONCE_HEADER as DPOP_NONCE
from nazdik.bootstrap.identity.signed_requests import PROVED
from nazdik.bootstrap.nodes.sessions import SharedSessions
from nazdik.kernel.later import later
from nazdik.platform.auth import KeyProofNeeded, session_in, token_of
from nazdik.platform.http import Problem, language_of, request_id_of, title
from nazdik.platform.http.problems import PROBLEM
from nazdik.platform.node_key import HEADER, Errand, NodeKey, NodeUnknown

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")

# A writer that hangs is not waited for much longer than its lease lasts.
ANSWERS_WITHIN_S = 8.0
# When the writer has just changed the next look may find another.
AGAIN_AFTER_S = 0.5
WAITING_MAX = 2_000
# The largest that a door takes is a picture of 4 MiB, a third longer as it travels.
BODY_BYTES_MAX = 6 << 20
# So much of what waits for an answer elsewhere is held at once: a few pictures, or every command of a bad day.
HELD_BYTES_MAX = 64 << 20
ELSEWHERE = "log.elsewhere"
# What is asked here may sign somebody in or out, use up a code that is good once, or change by what somebody signs in.
_PRESENCE = "/v1/session/presence"
_WAYS_IN = ("/v1/session", "/v1/passkeys", "/v1/passwords", "/v1/people", "/v1/device-", "/v1/break-glass")
# What belongs to one connection, or is made anew for the next.
_HOPS = frozenset({
    "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-authorization", "content-length",
    "accept-encoding", "content-encoding", HEADER,
})  # fmt: skip
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Said:
    """What an application answered."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    # The key that signed the request, when it was looked at here.
    proved: str = ""

    @property
    def address(self) -> str | None:
        """Where the answer says that this is decided: None when it was decided here, empty when nobody knows."""
        if self.status != 503 or ELSEWHERE.encode() not in self.body:
            return None
        try:
            said = json.loads(self.body)
        except ValueError:
            return None
        return str(said["details"].get("address", "")) if said.get("code") == ELSEWHERE else None


class Forwarding:
    """Serves what can be served here and has the rest served by the writer. Belongs to the event loop."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        key: NodeKey,
        own_address: str,
        follows: Callable[[], bool],
        sessions: SharedSessions | None = None,
        errands: Mapping[str, Callable[[bytes], Awaitable[bytes]]] | None = None,
        client: "httpx.AsyncClient | None" = None,
        nonce: Callable[[], str] = lambda: "",
        learn: Callable[[str], Awaitable[None]] | None = None,
        even: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """
        Args:
            follows: Whether some province here is written by another node.
            errands: What other nodes ask of this one for themselves, by path.
            client: How other nodes are reached.
            nonce: What a handheld has to put into its next proof to this node.
            learn: Asks other nodes whose a token is, when it is nobody's here.
            even: Learns and tells by what people sign in: around each request that may use some of it up, or change it.
        """
        self._app = app
        self._key = key
        self._own_address = own_address
        self._follows = follows
        self._sessions = sessions
        self._errands = dict(errands or {})
        self._client = client or httpx.AsyncClient(timeout=ANSWERS_WITHIN_S)
        self._nonce = nonce
        self._learn = learn
        self._even = even
        self._under_way = 0
        self._held = 0
        # Set once, when this node takes over; then another takes its place.
        self._taken = asyncio.Event()

    def took_over(self) -> None:
        """Note that this node writes what another wrote: whoever waits for an answer of that one waits no longer."""
        self._taken.set()
        self._taken = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        asked: Any = scope
        if asked["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in asked["headers"]}
        if asked["type"] != "http":
            await self._know(headers, asked["scheme"])
            await self._know_ticket(asked)
            await self._app(scope, receive, send)
        elif HEADER in headers:
            await self._from_a_node(asked, headers, receive, send)
        else:
            token = await self._know(headers, asked["scheme"])
            if self._even is not None and _is_way_in(asked):
                await self._even()
            await self._from_a_client(asked, headers, token, receive, send)

    async def _know(self, headers: Mapping[str, str], scheme: str) -> str | None:
        """Learn of who signed in or was enrolled at another node a moment ago; return the token that a request carries."""
        if self._sessions is None:
            return None
        pairs = (each.partition("=") for each in headers.get("cookie", "").split(";"))
        cookies = {name.strip(): value.strip() for name, _, value in pairs}
        token = token_of(cookies, headers.get("authorization"), secure=scheme in ("https", "wss"))
        if token is not None and self._learn is not None:
            await self._learn(token)
        return token

    async def _know_ticket(self, asked: Any) -> None:
        """Learn of whose ticket this is, when they signed in at another node a moment ago."""
        tickets = parse_qs(asked["query_string"].decode("latin-1")).get("ticket")
        if self._sessions is not None and tickets:
            await self._sessions.knows_id(session_in(tickets[-1]))

    async def _told(self, asked: Any) -> None:
        """Let other nodes know of a session before its owner is told: their next request may come there."""
        if self._sessions is not None and asked["path"].startswith("/v1/session"):
            try:
                await self._sessions.even()
            except Exception as away:
                _log.warning("a session is not known elsewhere yet: %s", away)
        if self._even is not None and _is_way_in(asked):
            await self._even()

    async def _from_a_client(
        self, asked: Any, headers: Mapping[str, str], token: str | None, receive: Receive, send: Send
    ) -> None:
        if asked["method"] in ("GET", "HEAD", "OPTIONS") or not self._follows():
            await self._app(asked, receive, self._telling(asked, send))
            return
        heard = bytearray()
        more = True

        async def hearing() -> Any:
            nonlocal more
            message: Any = await receive()
            if message["type"] == "http.request":
                more = message.get("more_body", False)
                if len(heard) <= BODY_BYTES_MAX:
                    heard.extend(message.get("body", b""))
            return message

        said = await _answer(self._app, asked, hearing)
        if said.address is not None:
            while more and len(heard) <= BODY_BYTES_MAX:
                if (await hearing())["type"] != "http.request":
                    return
            if len(heard) <= BODY_BYTES_MAX:
                said = await self._elsewhere(asked, headers, bytes(heard), said)
                if token is not None and self._sessions is not None and said.status < 400:
                    self._sessions.heard(token)
        await self._told(asked)
        await _give(send, said)

    def _telling(self, asked: Any, send: Send) -> Send:
        """Return what tells other nodes of a session before the answer leaves."""
        if self._sessions is None or not _is_way_in(asked):
            return send

        async def tell(message: Any) -> None:
            if message["type"] == "http.response.start":
                await self._told(asked)
            await send(message)

        return tell

    async def _elsewhere(self, asked: Any, headers: Mapping[str, str], body: bytes, said: Said) -> Said:
        """Have it decided where it can be; what was said here when nobody can."""
        if self._under_way >= WAITING_MAX or self._held + len(body) > HELD_BYTES_MAX:
            return said
        self._under_way += 1
        self._held += len(body)
        # A proof is good once, and its signature was for this node: what it proved goes along instead.
        proved = said.proved
        asked = {**asked, "headers": [(n, v) for n, v in asked["headers"] if n.lower() != DPOP]}
        asked["state"] = {**(asked.get("state") or {}), **({PROVED: proved} if proved else {})}
        headers = {name: value for name, value in headers.items() if name != DPOP.decode()}
        try:
            for last in (False, True):
                address, taken = said.address, self._taken
                if address is None:
                    return said
                if address and address != self._own_address:
                    asking = self._ask(address, asked, headers, body, proved)
                    # With its key it is done once, whoever does it.
                    answer, may_repeat = await (_unless(taken, asking) if "idempotency-key" in headers else asking)
                    if answer is not None and answer.address is None:
                        return self._as_ours(said, answer)
                    if not may_repeat:
                        return said
                if last and not taken.is_set():
                    return said
                # Somebody is taking over; it may be this node.
                with suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_AFTER_S):
                        await taken.wait()
                said = await _answer(self._app, asked, _replaying(body))
            return said
        finally:
            self._under_way -= 1
            self._held -= len(body)

    def _as_ours(self, said: Said, answer: Said) -> Said:
        """Return another node's answer with this node's words for the next proof: the handheld speaks to this one."""
        answer.headers = [(n, v) for n, v in answer.headers if n.lower() != DPOP_NONCE]
        answer.headers += [(n, v) for n, v in said.headers if n.lower() == DPOP_NONCE]
        if answer.status == 401 and KeyProofNeeded.code.encode() in answer.body:
            told = json.loads(answer.body)
            told["details"]["nonce"] = self._nonce()
            answer.body = json.dumps(told).encode()
        return answer

    async def _ask(
        self, address: str, asked: Any, headers: Mapping[str, str], body: bytes, proved: str
    ) -> tuple[Said | None, bool]:
        """Ask one node: its answer, None when none came; and whether it may be asked again."""
        target = asked["path"] + (f"?{asked['query_string'].decode('latin-1')}" if asked["query_string"] else "")
        client = asked["client"][0] if asked.get("client") else ""
        errand = Errand(asked["method"], target, body, client, asked["scheme"], proved)
        passed = [(name, value) for name, value in headers.items() if name not in _HOPS]
        passed += [(HEADER, self._key.sign(errand)), ("accept-encoding", "identity")]
        try:
            answer = await self._client.request(errand.method, address + target, content=body, headers=passed)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return None, True
        except httpx.HTTPError as error:
            _log.warning("%s did not answer what was forwarded: %r", address, error)
            # It may have been done. With its key it is done once, however often it is sent.
            return None, "idempotency-key" in headers
        given = [(n.lower(), v) for n, v in answer.headers.raw if n.decode("latin-1").lower() not in _HOPS]
        return Said(answer.status_code, given, answer.content), True

    # What other nodes bring

    async def _from_a_node(self, asked: Any, headers: Mapping[str, str], receive: Receive, send: Send) -> None:
        body, more = bytearray(), True
        while more and len(body) <= BODY_BYTES_MAX:
            message: Any = await receive()
            if message["type"] != "http.request":
                return
            body.extend(message.get("body", b""))
            more = message.get("more_body", False)
        target = asked["path"] + (f"?{asked['query_string'].decode('latin-1')}" if asked["query_string"] else "")
        errand = None
        if len(body) <= BODY_BYTES_MAX:
            errand = self._key.read(headers[HEADER], asked["method"], target, bytes(body))
        if errand is None:
            _log.warning("somebody says to be a node and is none, or its clock is wrong")
            await _give(send, _stranger(asked, headers))
            return
        work = self._errands.get(asked["path"])
        if work is not None and not errand.client:
            await _give(send, Said(200, [(b"content-type", b"application/json")], await work(bytes(body))))
            return
        await self._know(headers, errand.scheme)
        # As the node saw the client, who came in by its door.
        state = {**(asked.get("state") or {}), **({PROVED: errand.proved} if errand.proved else {})}
        served = {**asked, "scheme": errand.scheme, "client": (_checked(errand.client), 0), "state": state}
        said = await _answer(self._app, served, _replaying(bytes(body)))
        await self._told(asked)
        await _give(send, said)


def _is_way_in(asked: Any) -> bool:
    path = asked["path"]
    return asked["method"] not in ("GET", "HEAD", "OPTIONS") and path.startswith(_WAYS_IN) and path != _PRESENCE


async def _unless(
    taken: asyncio.Event, asking: Coroutine[Any, Any, tuple[Said | None, bool]]
) -> tuple[Said | None, bool]:
    """Wait for an answer, but not of a writer that hangs after its work was taken over."""
    answer, over = asyncio.ensure_future(asking), asyncio.ensure_future(taken.wait())
    try:
        await asyncio.wait((answer, over), return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else (None, True)
    finally:
        answer.cancel()
        over.cancel()


def _stranger(asked: Any, headers: Mapping[str, str]) -> Said:
    language, request_id = language_of(headers.get("accept-language")), request_id_of(asked)
    body = Problem(
        type=f"urn:nazdik:problem:{NodeUnknown.code}",
        title=title(NodeUnknown.code, language, kind="forbidden"),
        status=403,
        code=NodeUnknown.code,
        retryable=False,
        details={},
        request_id=request_id,
    )
    said = {"content-type": PROBLEM, "content-language": language, "cache-control": "no-store"}
    told = [(name.encode(), value.encode()) for name, value in {**said, "x-request-id": request_id}.items()]
    return Said(403, told, msgspec.json.encode(body))


def _checked(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return "unknown"


def _replaying(body: bytes) -> Receive:
    told = False

    async def receive() -> Any:
        nonlocal told
        if told:
            await asyncio.Event().wait()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _answer(app: ASGIApp, asked: Any, receive: Receive) -> Said:
    said = Said()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.status, said.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            said.body += message.get("body", b"")

    # Each time as if it were the first: what was noted about the request while it was refused is not carried along.
    scope: Any = {**asked, "state": dict(asked.get("state") or {})}
    await app(scope, receive, send)
    said.proved = str(scope["state"].get(PROVED, ""))
    return said


async def _give(send: Send, said: Said) -> None:
    length = (b"content-length", str(len(said.body)).encode())
    headers = [(n, v) for n, v in said.headers if n.lower() != b"content-length"]
    start: Any = {"type": "http.response.start", "status": said.status, "headers": [*headers, length]}
    body: Any = {"type": "http.response.body", "body": said.body, "more_body": False}
    await send(start)
    await send(body)
