"""How a force's identity service is told to this server: a small file of its own, read once at start."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TEXTS = ("issuer", "client_id", "secret_file", "page", "claim", "name_fa", "name_en", "ca_file")
_KNOWN = frozenset({*_TEXTS, "scopes", "second_factor", "single_sign_on", "skew_s"})


class OidcSettingsError(Exception):
    """The file is wrong; the text says what."""


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Which service is believed, who we are to it, and which of its words names a person here."""

    issuer: str
    client_id: str
    secret: str
    # By what browsers open this server; they come back to exactly this page.
    page: str
    claim: str = "preferred_username"
    name_fa: str = "سامانهٔ هویت"
    name_en: str = "the identity service"
    scopes: tuple[str, ...] = ("openid", "profile")
    # Words of `amr`, or a value of `acr`, by which the service says that it asked for a second factor.
    second_factor: frozenset[str] = frozenset()
    # Desks are shared: unless this is set, the service asks for the person each time.
    single_sign_on: bool = False
    # How far the service's clock may be from ours.
    skew_s: int = 120
    ca_file: Path | None = None

    @property
    def back(self) -> str:
        """Where browsers come back to; it has to be registered there letter by letter."""
        return f"{self.page}/"


def read_oidc_settings(path: Path, *, public_url: str = "") -> OidcSettings:
    """
    Return what a file says of the identity service.

    Args:
        public_url: Where the public reaches this server; taken when the file names no `page`.

    Raises:
        OidcSettingsError: It cannot be read, a name in it is unknown, or a value is wrong.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OidcSettingsError(f"{path} cannot be read: {error}") from error
    unknown = sorted(set(said) - _KNOWN)
    _check(path, not unknown, f"there is no {', '.join(unknown)}; there are: {', '.join(sorted(_KNOWN))}")
    for name in _TEXTS:
        _check(path, isinstance(said.get(name, ""), str), f"{name} must be a text")
    missing = [name for name in ("issuer", "client_id", "secret_file") if not said.get(name)]
    _check(path, not missing, f"{', '.join(missing)} is missing")
    page = str(said.get("page") or public_url).rstrip("/")
    _check(path, _is_safe(page) and not urlsplit(page).path, "page (or public_url) must be like https://host")
    _check(path, _is_safe(said["issuer"]), "issuer must be like https://host/path")
    more: dict[str, Any] = {name: said[name] for name in ("claim", "name_fa", "name_en") if said.get(name)}
    for name, kind in (("scopes", tuple), ("second_factor", frozenset)):
        if name in said:
            words = said[name]
            _check(path, isinstance(words, list) and all(_is_word(word) for word in words), f"{name} must be words")
            more[name] = kind(words)
    _check(path, "openid" in more.get("scopes", ("openid",)), "scopes must have openid")
    if "single_sign_on" in said:
        _check(path, isinstance(said["single_sign_on"], bool), "single_sign_on must be true or false")
        more["single_sign_on"] = said["single_sign_on"]
    if "skew_s" in said:
        _check(path, type(said["skew_s"]) is int and 0 <= said["skew_s"] <= 300, "skew_s must be 0 to 300")
        more["skew_s"] = said["skew_s"]
    if said.get("ca_file"):
        more["ca_file"] = path.parent / said["ca_file"]
        _check(path, more["ca_file"].is_file(), "ca_file is not there")
    return OidcSettings(said["issuer"], said["client_id"], _secret(path, said["secret_file"]), page, **more)


def is_safe_address(address: str) -> bool:
    """Whether an address that the service names may be asked: over TLS, or on this machine itself. It may have a query."""
    return _is_safe(address.partition("?")[0])


def _secret(path: Path, name: str) -> str:
    try:
        secret = (path.parent / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OidcSettingsError(f"{path}: secret_file cannot be read: {error}") from error
    _check(path, bool(secret), "secret_file is empty")
    return secret


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.query or parts.fragment or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def _is_word(word: object) -> bool:
    return isinstance(word, str) and re.fullmatch(r"[!#-\[\]-~]{1,200}", word) is not None


def _check(path: Path, holds: bool, said: str) -> None:
    if not holds:
        raise OidcSettingsError(f"{path}: {said}")
