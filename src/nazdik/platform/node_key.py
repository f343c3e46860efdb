"""
How nodes that share a log know one another: each request between them carries a code over all of it, made with a key that only
they have.

A request that was caught on its way is good once and for two minutes: what it asks for is a command with a key of its own, which
takes effect once, and whose sender's session is asked for again.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from nazdik.kernel import Forbidden
from nazdik.platform.clock import Clock
from nazdik.platform.faults import LogUnavailable

HEADER = "nazdik-node"
KEY_CHARACTERS_MIN = 32
GOOD_FOR_S = 120
NONCES_MAX = 100_000
_US_PER_S = 1_000_000


class NodeUnknown(Forbidden):
    """Whoever says to be a node has not the key, or its clock is wrong by minutes, or it was said before (403)."""

    code = "node.unknown"


@dataclass(frozen=True, slots=True)
class Errand:
    """
    What one node asks another for, on behalf of a client.

    Attributes:
        client: The client's address, as the first node saw it; empty when it asks for itself.
        scheme: How the client reached the first node.
        proved: The key that signed the client's request, which the first node has looked at; empty when none did.
    """

    method: str
    target: str
    body: bytes
    client: str = ""
    scheme: str = "http"
    proved: str = ""


class NodeKey:
    """The key that nodes share. Belongs to one event loop."""

    def __init__(self, path: Path, node: str, clock: Clock) -> None:
        """
        Read the key from a file.

        Raises:
            LogUnavailable: It cannot be read, or is too short to keep anybody out.
        """
        try:
            key = path.read_text(encoding="utf-8").strip().encode()
        except (OSError, UnicodeDecodeError) as error:
            raise LogUnavailable(f"{path}, the key that nodes share, cannot be read: {error}") from error
        if len(key) < KEY_CHARACTERS_MIN:
            raise LogUnavailable(f"{path} holds fewer than {KEY_CHARACTERS_MIN} characters")
        self._key = hashlib.sha256(b"nazdik nodes 1 " + key).digest()
        self._node = node
        self._clock = clock
        self._seen: OrderedDict[str, float] = OrderedDict()

    def derived(self, what: str) -> bytes:
        """Return 32 bytes for one use among nodes, by which nothing is learnt of the key or of those for another use."""
        return hmac.digest(self._key, f"nazdik nodes 1 for {what}".encode(), "sha256")

    def sign(self, errand: Errand) -> str:
        """Return the header that goes with an errand."""
        at_s, nonce = self._clock.now() // _US_PER_S, secrets.token_hex(12)
        said = f"{self._node} {at_s} {nonce} {errand.client or '-'} {errand.scheme} {errand.proved or '-'}"
        return f"{said} {self._code(said, errand)}"

    def read(self, header: str, method: str, target: str, body: bytes) -> Errand | None:
        """Return the errand that a header goes with, once; None when no node of ours asks for this, or not now."""
        words = header.split(" ")
        if len(words) != 7 or not words[1].isdecimal():
            return None
        _, at_s, nonce, client, scheme, proved, code = words
        errand = Errand(method, target, body, "" if client == "-" else client, scheme, "" if proved == "-" else proved)
        if not hmac.compare_digest(code, self._code(" ".join(words[:-1]), errand)):
            return None
        if abs(self._clock.now() // _US_PER_S - int(at_s)) > GOOD_FOR_S or nonce in self._seen:
            return None
        self._remember(nonce)
        return errand

    def _remember(self, nonce: str) -> None:
        now_s = self._clock.monotonic_s()
        self._seen[nonce] = now_s
        while len(self._seen) > NONCES_MAX or next(iter(self._seen.values())) < now_s - 2 * GOOD_FOR_S:
            self._seen.popitem(last=False)

    def _code(self, said: str, errand: Errand) -> str:
        text = f"{said}\n{errand.method}\n{errand.target}\n{hashlib.sha256(errand.body).hexdigest()}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
