"""By which host name a page was opened, and whether passkeys work by it: a key is bound to a name for its whole life."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nazdik.platform.auth import NoKeysHere

if TYPE_CHECKING:
    from nazdik.bootstrap.entrance import AnyConnection, Entrance

LOCALHOST = "localhost"


@dataclass(frozen=True, slots=True)
class KeyHost:
    """The name that keys are bound to, and the page that asks."""

    name: str
    origin: str


def key_names(entrance: "Entrance") -> frozenset[str]:
    """Return the names by which keys work here: this machine's own, and the configured one."""
    settings = entrance.settings
    public = urlsplit(settings.public_url).hostname or ""
    return frozenset({LOCALHOST, settings.passkey_host or public} - {""})


def find_key_host(request: "AnyConnection", entrance: "Entrance") -> str | None:
    """Return the name that a page was opened by when keys work by it, or None."""
    try:
        name = urlsplit(f"//{request.headers.get('host', '')[:200]}").hostname
    except ValueError:
        return None
    return name if name in key_names(entrance) else None


def key_host(request: "AnyConnection", entrance: "Entrance") -> KeyHost:
    """Return the name that a page was opened by, and the page. Raises `NoKeysHere`, and `ForeignOrigin` for a foreign page."""
    name = find_key_host(request, entrance)
    if name is None:
        raise NoKeysHere(names=sorted(key_names(entrance)))
    entrance.check_origin(request)
    return KeyHost(name, request.headers["origin"])
