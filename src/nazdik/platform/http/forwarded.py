"""
Who asks, when proxies of our own stand before the server.

A header says what whoever sends it likes. It counts only from a proxy that was named, and is read from its end: each proxy adds
whom it heard from, so the first address from the right that is none of ours is the client, and what is left of it is hearsay.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from litestar.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
HEADERS_MAX = 50


class ProxyInvalid(ValueError):
    """This is no address and no network."""


def networks_of(names: Sequence[str]) -> tuple[Network, ...]:
    """Return networks by their names, such as `10.0.0.0/8` or `::1`. Raises `ProxyInvalid`."""
    try:
        return tuple(ip_network(name.strip()) for name in names)
    except ValueError as error:
        raise ProxyInvalid(str(error)) from error


class RealClient:
    """Puts the client's own address where the proxy's is, for requests from a trusted proxy; without any it is nothing."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network] = ()) -> None:
        self._app, self._trusted = app, tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        peer = scope.get("client") if self._trusted else None
        if peer is not None and (client := self._client(str(peer[0]), scope["headers"])) is not None:
            scope = {**scope, "client": (client, 0)}  # type: ignore[assignment]
        await self._app(scope, receive, send)

    def _client(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Return who stands behind the proxies, None when the peer is no proxy of ours or says nothing that can be read."""
        hop, found = _address(peer), None
        said = [one for name, value in headers if name.lower() == b"x-forwarded-for" for one in value.split(b",")]
        for one in reversed(said[-HEADERS_MAX:]):
            if hop is None or not self._trusts(hop):
                break
            hop = _address(one.decode("latin-1").strip())
            if hop is not None:
                found = str(hop)
        return found

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _address(text: str) -> Address | None:
    """Return an address with or without a port; None for anything else."""
    bare = text.strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
