"""Requests that a handheld's key has signed: the signature is looked at before anything else is done with them."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from nazdik.fleet.devices import Devices
from nazdik.platform.auth.key_proofs import KeyProofs, Proof
from nazdik.platform.http import BodyNotWhole, header_of

PROVED = "nazdik_proved_key"
HEADER, NONCE_HEADER = b"dpop", b"dpop-nonce"
# As much as the largest body that any door takes; positions of hours without a network are the largest.
BODY_BYTES_MAX = 4 << 20


class SignedRequests:
    """Notes in a request's scope by which key it was signed, when it was; whoever asks for a key looks there."""

    def __init__(self, app: ASGIApp, proofs: KeyProofs, devices: Devices) -> None:
        self._app = app
        self._proofs = proofs
        self._devices = devices

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Serve one connection; what carries no proof goes through untouched."""
        request: Any = scope
        given = header_of(scope, HEADER) if "method" in request else None
        if given is None:
            return self._app(scope, receive, send)  # type: ignore[return-value]
        return self._signed(request, receive, send, given)

    async def _signed(self, request: Any, receive: Receive, send: Send, given: str) -> None:
        messages, body, cut = await _read(receive)
        proof = None
        if cut is None:
            address = _address(request)
            # About a tenth of a millisecond; a large body takes longer to digest, and then not on the loop.
            proof = (
                self._proofs.read(given, request["method"], address, body)
                if len(body) < 65_536
                else await asyncio.to_thread(self._proofs.read, given, request["method"], address, body)
            )
        if proof is not None and self._is_good(proof):
            request.setdefault("state", {})[PROVED] = proof.key

        async def again() -> Any:
            if messages:
                return messages.pop(0)
            if cut is not None:
                raise cut
            return await receive()

        async def told(message: Any) -> None:
            if message["type"] == "http.response.start" and proof is not None and self._is_due(proof):
                headers = [*message.get("headers", ()), (NONCE_HEADER, self._proofs.nonce().encode())]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(request, again, told)

    def _is_good(self, proof: Proof) -> bool:
        # A key that is not enrolled may only become so (`/v1/device-enrolments`), by a code that is good once: nothing is kept.
        return not self._devices.has_key(proof.key) or self._proofs.take(proof)

    def _is_due(self, proof: Proof) -> bool:
        return self._devices.has_key(proof.key) and self._proofs.is_to_be_renewed(proof.nonce)


async def _read(receive: Receive) -> tuple[list[Any], bytes, Exception | None]:
    """Return what came, its body, and why there is no more when it was cut. Too much is left to whoever refuses it."""
    messages: list[Any] = []
    pieces, size = [], 0
    while True:
        try:
            message: Any = await receive()
        except BodyNotWhole as error:
            return messages, b"", error
        messages.append(message)
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if message["type"] != "http.request" or not message.get("more_body") or size > BODY_BYTES_MAX:
            return messages, b"".join(pieces), None


def _address(request: Any) -> str:
    """Return path and query as they were sent."""
    raw: bytes = request.get("raw_path") or request["path"].encode()
    query: bytes = request.get("query_string") or b""
    path = raw.partition(b"?")[0]
    return (path + b"?" + query if query else path).decode("latin-1")
