"""Every setting in one place, read once at start from a TOML file and the environment; the environment wins."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

PREFIX = "NAZDIK_"
CONFIG = "NAZDIK_CONFIG"
_LANGUAGES = ("fa", "en")
_HOST = r"(?=.{1,120}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"


class SettingsError(Exception):
    """A setting is wrong; the text says which, what it was, and what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What this server was told. Names in the file are these; in the environment `NAZDIK_` and the name in capitals."""

    data_dir: Path = Path("nazdik-data")
    host: str = "127.0.0.1"
    port: int = 8110
    # Demo: seats without a password, a made-up country, a banner that says so.
    demo: bool = False
    name: str = "Nazdik"
    # Times are shown so many minutes ahead of UTC; Iran keeps +03:30 all year.
    display_offset_min: int = 210
    # When shifts begin, in local time, in the order of the day; the last one lasts until the first begins again.
    shift_starts: tuple[str, ...] = ("07:00", "14:00", "22:00")
    languages: tuple[str, ...] = _LANGUAGES
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    # A proxy in front ends TLS: then this server speaks plainly outside the loopback too.
    plain_http: bool = False
    # Other origins whose pages may open a stream, besides this server's own.
    origins: frozenset[str] = field(default_factory=frozenset)
    session_hours: int = 12
    # A desk's session ends when nobody was at it for so long; 0 for never.
    idle_minutes: int = 30
    # Networks of dispatch rooms whose doors and people watch the desks: there no session ends for being left alone.
    secure_rooms: tuple[str, ...] = ()
    # A file that says which identity service (OpenID Connect) people of this force may sign in by, too.
    oidc_file: Path | None = None
    # A virus scanner that files are shown to before they are kept: ClamAV's clamd at host:port, or the path of its socket.
    clamd: str = ""
    # Whether handhelds without a key of their own are let in no more; until then old enrolments go on as they are.
    handheld_keys_needed: bool = False
    # The host name that passkeys are made for, besides localhost; a key works by this name alone, so it should last for years.
    passkey_host: str = ""
    # What safety rests on (rules, people, handhelds) asks for the password or key again after so long.
    proof_minutes: int = 5
    # Public keys (`nazdik region key`) of those whose signature on a region is trusted.
    trusted_keys: tuple[str, ...] = ()
    # Where units have been is forgotten after so many days.
    trail_days: int = 30
    # Another folder that gets each signed head of the logs too: on another disk, or a witness's. None by default.
    heads_copy_dir: Path | None = None
    # What past calls of a number turned out to be is forgotten after so many days.
    caller_record_days: int = 180
    # Where a telephone exchange forks its calls to (SIP); a port of 0 is closed. The province is the only one when unnamed.
    sip_host: str = "127.0.0.1"
    sip_udp_port: int = 0
    sip_tcp_port: int = 0
    sip_tls_port: int = 0
    sip_province: str = ""
    # Addresses of exchanges that may talk to it; empty for whoever reaches the port.
    sip_peers: frozenset[str] = field(default_factory=frozenset)
    # An exchange that tells of its calls by Asterisk's manager events instead: where it listens, and who we are to it.
    ami_host: str = ""
    ami_port: int = 5038
    ami_user: str = "nazdik"
    ami_secret_file: Path | None = None
    # A message broker through which trackers report (MQTT, OwnTracks' form): where it is, and who we are to it.
    mqtt_host: str = ""
    mqtt_port: int = 8883
    mqtt_tls: bool = True
    # Whose signature on the broker's certificate is trusted; the system's own list when not given.
    mqtt_ca_file: Path | None = None
    mqtt_user: str = "nazdik"
    mqtt_secret_file: Path | None = None
    # What is dialled for a call to be ours.
    emergency_numbers: tuple[str, ...] = ("110",)
    # Hosts from which a caller's place may be fetched when a call names it by reference; none by default.
    location_hosts: frozenset[str] = field(default_factory=frozenset)
    # Where the public reaches this server, for links sent to callers; and the number that takes short messages for help.
    public_url: str = ""
    sos_sms_number: str = ""
    # The domain that our names for incidents and offices end in, where other systems are told of them.
    domain: str = "nazdik.invalid"
    # A door for other systems that asks for their certificates: its port (0 is closed), our certificate and key, and a file of the
    # authorities whose certificates are taken.
    partner_tls_port: int = 0
    partner_tls_certificate: Path | None = None
    partner_tls_key: Path | None = None
    partner_tls_authorities: Path | None = None
    # Hosts that webhooks may go to, `host` for port 443 or `host:port`; none by default.
    webhook_hosts: frozenset[str] = field(default_factory=frozenset)
    # Layers that whoever asks may read, of `stations`, `beats` and `closures`; the others need a partner's grant.
    public_layers: frozenset[str] = frozenset({"stations"})
    # Other services that calls can be handed over to, besides the other provinces; with a sheet to print.
    hand_over_services: tuple[str, ...] = ("ambulance-115", "fire-125")
    # Who is covered: within so many minutes, in rising order; the gap that a dispatch leaves is counted for one of them.
    reach_minutes: tuple[int, ...] = (5, 10, 15)
    reach_gap_minutes: int = 10
    # Past calls count for so many days.
    reach_calls_days: int = 90
    # A folder on another disk that everything acknowledged is copied to, sealed for a key that is elsewhere (`nazdik backup key`).
    backup_dir: Path | None = None
    backup_key: str = ""
    # How long an answer waits for its copy to be on that disk too; 0 for not at all. When the disk fails, nothing waits.
    backup_wait_ms: int = 0
    # A test call goes through every way in this often; 0 for never.
    watch_s: int = 60
    # Who sends the word in this file may read `/metrics`; without a file nobody may.
    metrics_token_file: Path | None = None
    # What the server says of itself on its terminal: text for people, json for programs that gather it.
    log_format: str = "text"
    # The fleet's reach is counted anew at most this often.
    reach_every_s: int = 5

    # Logs are kept in files under `data_dir`, or in a PostgreSQL: this file says how to connect to it.
    postgres_url_file: Path | None = None
    # Whether that PostgreSQL has to name a synchronous standby: then nothing is acknowledged that is on one disk only.
    postgres_standby_needed: bool = False
    # A NATS through which nodes tell one another that there is something new to read; they find it without, a little later.
    nats_url_file: Path | None = None
    # Who this server is among those that share a PostgreSQL, and where the others' clients find it.
    node_name: str = "node-1"
    node_address: str = ""
    # The key that these nodes share: with it one hands to another what it may not decide. And whose signature on the others'
    # certificates is trusted, when it is not one that the system knows.
    node_key_file: Path | None = None
    node_ca_file: Path | None = None

    def __post_init__(self) -> None:
        _check("port", 1 <= self.port <= 65_535, self.port, "1 to 65535")
        _check("display_offset_min", abs(self.display_offset_min) <= 14 * 60, self.display_offset_min, "-840 to 840")
        times = [re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", start) for start in self.shift_starts]
        in_order = all(a < b for a, b in pairwise(self.shift_starts))
        told = 1 <= len(times) <= 6 and None not in times and in_order
        _check("shift_starts", told, self.shift_starts, "one to six times of day, rising, like 07:00")
        known = bool(self.languages) and all(language in _LANGUAGES for language in self.languages)
        _check("languages", known, self.languages, f"one or more of {', '.join(_LANGUAGES)}")
        _check("session_hours", 1 <= self.session_hours <= 24, self.session_hours, "1 to 24")
        _check(
            "idle_minutes", self.idle_minutes == 0 or 5 <= self.idle_minutes <= 720, self.idle_minutes, "0, or 5 to 720"
        )
        _check("proof_minutes", 1 <= self.proof_minutes <= 720, self.proof_minutes, "1 to 720")
        plain = not self.passkey_host or re.fullmatch(_HOST, self.passkey_host) is not None
        _check("passkey_host", plain, self.passkey_host, "a host name in small letters, like cad.example.org")
        rooms = self.secure_rooms
        _check("secure_rooms", all(_is_network(room) for room in rooms), rooms, "networks like 10.20.30.0/24")
        scanner = not self.clamd or re.fullmatch(r"/.+|[^\s/]+:[0-9]{1,5}", self.clamd) is not None
        _check("clamd", scanner, self.clamd, "host:port, or the path of a socket")
        days = self.caller_record_days
        _check("caller_record_days", 1 <= days <= 3_650, days, "1 to 3650")
        _check("trail_days", 1 <= self.trail_days <= 3_650, self.trail_days, "1 to 3650")
        for name in ("sip_udp_port", "sip_tcp_port", "sip_tls_port"):
            _check(name, 0 <= getattr(self, name) <= 65_535, getattr(self, name), "0 to 65535, 0 for none")
        _check("ami_port", 1 <= self.ami_port <= 65_535, self.ami_port, "1 to 65535")
        for name in ("ami", "mqtt"):
            secret = getattr(self, f"{name}_secret_file")
            told = not getattr(self, f"{name}_host") or secret is not None
            _check(f"{name}_secret_file", told, secret, f"the file with the password, when {name}_host is given")
        _check("mqtt_port", 1 <= self.mqtt_port <= 65_535, self.mqtt_port, "1 to 65535")
        sealed = self.sip_tls_port == 0 or self.tls_certificate is not None
        _check("sip_tls_port", sealed, self.sip_tls_port, "0, or given with tls_certificate and tls_key")
        reached = not self.public_url or self.public_url.startswith(("https://", "http://"))
        _check("public_url", reached, self.public_url, "like https://host")
        number = not self.sos_sms_number or self.sos_sms_number.removeprefix("+").isdecimal()
        _check("sos_sms_number", number, self.sos_sms_number, "a telephone number")
        rising = all(a < b for a, b in pairwise(self.reach_minutes))
        sound = 1 <= len(self.reach_minutes) <= 5 and rising and all(1 <= m <= 60 for m in self.reach_minutes)
        _check("reach_minutes", sound, self.reach_minutes, "one to five numbers of minutes from 1 to 60, rising")
        known_gap = self.reach_gap_minutes in self.reach_minutes
        _check("reach_gap_minutes", known_gap, self.reach_gap_minutes, "one of reach_minutes")
        _check("reach_calls_days", 1 <= self.reach_calls_days <= 3_650, self.reach_calls_days, "1 to 3650")
        _check("reach_every_s", 1 <= self.reach_every_s <= 600, self.reach_every_s, "1 to 600")
        named = re.fullmatch(_HOST, self.domain)
        _check("domain", named is not None, self.domain, "a host name in small letters, like cad.example.org")
        known_layers = self.public_layers <= {"stations", "beats", "closures"}
        _check("public_layers", known_layers, sorted(self.public_layers), "some of stations, beats, closures")
        words = all(re.fullmatch(r"[a-z][a-z0-9-]{0,39}", one) for one in self.hand_over_services)
        _check("hand_over_services", words, self.hand_over_services, "codes like fire-125")
        _check(
            "partner_tls_port", 0 <= self.partner_tls_port <= 65_535, self.partner_tls_port, "0 to 65535, 0 for none"
        )
        given = (self.partner_tls_certificate, self.partner_tls_key, self.partner_tls_authorities)
        whole = self.partner_tls_port == 0 or None not in given
        _check(
            "partner_tls_port",
            whole,
            self.partner_tls_port,
            "0, or given with partner_tls_certificate, _key and _authorities",
        )
        stored = not self.postgres_standby_needed or self.postgres_url_file is not None
        _check(
            "postgres_standby_needed", stored, self.postgres_standby_needed, "false, or given with postgres_url_file"
        )
        apart = self.nats_url_file is None or self.postgres_url_file is not None
        _check("nats_url_file", apart, self.nats_url_file, "given together with postgres_url_file")
        named = re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,62}", self.node_name)
        _check("node_name", named is not None, self.node_name, "small letters, digits, dots and dashes, like node-1")
        reached = not self.node_address or re.fullmatch(r"https?://[^/\s]+", self.node_address) is not None
        _check("node_address", reached, self.node_address, "like https://host or https://host:port")
        self._check_backup()
        _check("watch_s", self.watch_s == 0 or 5 <= self.watch_s <= 3_600, self.watch_s, "0, or 5 to 3600")
        _check("log_format", self.log_format in ("text", "json"), self.log_format, "text or json")
        both = (self.tls_certificate is None) == (self.tls_key is None)
        _check("tls_certificate", both, self.tls_certificate, "given together with tls_key, or not at all")
        bad = sorted(o for o in self.origins if not o.startswith(("https://", "http://")) or o.count("/") != 2)
        _check("origins", not bad, bad, "like https://host or https://host:port")

    def _check_backup(self) -> None:
        _check("backup_wait_ms", 0 <= self.backup_wait_ms <= 5_000, self.backup_wait_ms, "0 to 5000")
        if self.backup_dir is None:
            return
        from nazdik.platform.backup.keys import BackupKeyUnreadable, read_recipient  # noqa: PLC0415 - few servers need it

        try:
            read_recipient(self.backup_key)
        except BackupKeyUnreadable:
            _check("backup_key", False, self.backup_key, "what `nazdik backup key` printed, when backup_dir is given")
        outside = not self.backup_dir.resolve().is_relative_to(self.data_dir.resolve())
        _check("backup_dir", outside, self.backup_dir, "a folder outside data_dir, on another disk")

    @property
    def is_https(self) -> bool:
        """Whether this server itself speaks TLS."""
        return self.tls_certificate is not None


def load_settings(environment: Mapping[str, str], *, config: Path | None = None) -> Settings:
    """
    Return the settings that a file and the environment give.

    Args:
        environment: As `os.environ`; `NAZDIK_CONFIG` names the file when `config` does not.

    Raises:
        SettingsError: A name is unknown or a value is wrong.
    """
    given: dict[str, Any] = {}
    path = config or (Path(environment[CONFIG]) if environment.get(CONFIG) else None)
    if path is not None:
        given |= _file(path)
    given |= {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(PREFIX) and key != CONFIG
    }
    kinds = {f.name: str(f.type) for f in fields(Settings)}
    unknown = sorted(set(given) - set(kinds))
    if unknown:
        raise SettingsError(f"there is no setting {unknown[0]!r}; there are: {', '.join(kinds)}")
    return Settings(**{name: _value(name, kinds[name], value) for name, value in given.items()})


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not TOML: {error}") from error


def _value(name: str, kind: str, value: Any) -> Any:
    """Return a value as its setting wants it: texts from the environment are read, values from the file are checked."""
    if "bool" in kind:
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        value = words.get(value.strip().lower(), value) if isinstance(value, str) else value
        _check(name, isinstance(value, bool), value, "true or false")
    elif "tuple[int" in kind:
        listed = value.split(",") if isinstance(value, str) else value
        texts = [str(word).strip() for word in listed] if isinstance(listed, list | tuple) else [""]
        _check(name, all(text.isdecimal() for text in texts), value, "a list of whole numbers")
        return tuple(int(text) for text in texts)
    elif "int" in kind:
        if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
            value = int(value)
        _check(name, isinstance(value, int) and not isinstance(value, bool), value, "a whole number")
    elif "tuple" in kind or "frozenset" in kind:
        if isinstance(value, str):
            value = [word.strip() for word in value.split(",") if word.strip()]
        is_list = isinstance(value, list) and all(isinstance(word, str) for word in value)
        _check(name, is_list, value, "a list of words")
        return tuple(value) if "tuple" in kind else frozenset(value)
    else:
        may_be_empty = name in {
            "sip_province",
            "passkey_host",
            "clamd",
            "ami_host",
            "mqtt_host",
            "public_url",
            "sos_sms_number",
            "node_address",
            "backup_key",
        }
        _check(name, isinstance(value, str) and (may_be_empty or bool(value.strip())), value, "a text")
        return Path(value) if "Path" in kind else value
    return value


def _is_network(text: str) -> bool:
    try:
        # All of the world is no room.
        return ip_network(text).prefixlen >= 8
    except ValueError:
        return False


def _check(name: str, holds: bool, value: Any, wanted: str) -> None:
    if not holds:
        shown = str(value) if isinstance(value, Path) else value
        raise SettingsError(f"setting {name} is {shown!r}; it must be {wanted}")
