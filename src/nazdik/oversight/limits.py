"""How fast contacts may come from one place, without keeping the place: an address lives on only as a keyed hash, in memory."""

import hmac
import secrets
from collections import OrderedDict
from hashlib import sha256
from ipaddress import IPv6Network

from nazdik.oversight.errors import TooManyContacts
from nazdik.platform.clock import Clock

# A mosque's or a café's line serves many: thirty at once, then one every ten seconds.
BURST = 30.0
PER_S = 0.1
REMEMBERED_MAX = 20_000


def _line_of(address: str) -> str:
    """Return the network of an IPv6 address that one line has; empty for anything else."""
    try:
        return str(IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return ""


class Limits:
    """A bucket for each place. The key of the hash is drawn anew at each start and never written down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def bucket_of(self, address: str) -> str:
        """Return the name of an address's bucket; a line has one, and an IPv6 line has 2^64 addresses."""
        if ":" in address and (parts := _line_of(address)):
            address = parts
        return hmac.digest(self._key, address.encode(), sha256)[:8].hex()

    def take(self, bucket: str, cost: float = 1.0) -> None:
        """Take one from a bucket, or what something costs. Raises `TooManyContacts` when there is too little in it."""
        now_s = self._clock.monotonic_s()
        left, at_s = self._buckets.pop(bucket, (BURST, now_s))
        left = min(BURST, left + (now_s - at_s) * PER_S)
        if left < cost:
            self._buckets[bucket] = (left, now_s)
            raise TooManyContacts(retry_after_s=int((cost - left) / PER_S) + 1)
        self._buckets[bucket] = (left - cost, now_s)
        if len(self._buckets) > REMEMBERED_MAX:
            self._buckets.popitem(last=False)
