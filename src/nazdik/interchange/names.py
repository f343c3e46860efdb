"""The names by which others know our things: URNs and host names, made from our ids and one domain, and read back."""

import re
from dataclasses import dataclass
from hashlib import blake2b

from nazdik.kernel import CallId, IncidentId, OfficeId

# NENA's unique ids: 10 to 36 letters and digits, then who gave them.
_OWN = re.compile(r"[a-z0-9]{10,36}")
_URN = re.compile(r"urn:emergency:uid:(incidentid|callid):([A-Za-z0-9]{10,36}):([A-Za-z0-9.-]{1,255})")


@dataclass(frozen=True, slots=True)
class Names:
    """Names under one domain."""

    domain: str

    def agency(self, office: OfficeId) -> str:
        """Return an office as a host name: the smallest part first, as host names have it."""
        return ".".join([*reversed(office.split(".")), self.domain])

    def incident(self, incident_id: IncidentId) -> str:
        """Return the URN of an incident."""
        return self._urn("incidentid", incident_id)

    def call(self, call_id: str) -> str:
        """Return the URN of a call."""
        return self._urn("callid", call_id)

    def find_incident(self, text: str) -> IncidentId | None:
        """Return our id for a URN of ours; None for one that somebody else gave."""
        found = self._find("incidentid", "i", text)
        return IncidentId(found) if found is not None else None

    def find_call(self, text: str) -> CallId | None:
        """Return our id for the URN of a call of ours; None for one that somebody else gave."""
        found = self._find("callid", "c", text)
        return CallId(found) if found is not None else None

    def _find(self, kind: str, letter: str, text: str) -> str | None:
        match = _URN.fullmatch(text)
        if match is None or match[1] != kind or not match[3].endswith(f".{self.domain}"):
            return None
        return f"{match[3].removesuffix(f'.{self.domain}')}.{letter}{match[2]}"

    def _urn(self, kind: str, thing: str) -> str:
        province, _, own = thing.partition(".")
        word = own[1:]
        if not _OWN.fullmatch(word):
            word = blake2b(thing.encode(), digest_size=10).hexdigest()
        return f"urn:emergency:uid:{kind}:{word}:{province}.{self.domain}"
