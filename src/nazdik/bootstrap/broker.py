"""The message broker's door: trackers that report by MQTT, from the line to the fleet."""

import ssl
from dataclasses import dataclass

from nazdik.fleet.broker import FILTERS, MESSAGE_BYTES_MAX, BrokerDoor
from nazdik.fleet.service import FleetService
from nazdik.platform.clock import Clock
from nazdik.platform.mqtt import BrokerLine
from nazdik.platform.settings import Settings, SettingsError

# The broker keeps our session under this name; two servers with the same name would push each other out.
CLIENT_ID = "nazdik"


@dataclass(slots=True)
class Broker:
    """A line and what is done with what comes over it; open and close with the server."""

    line: BrokerLine
    door: BrokerDoor

    def open(self) -> None:
        """Begin to listen."""
        self.line.open()

    async def close(self) -> None:
        """Hang up; what came is judged."""
        await self.line.close()
        self.door.flush()


def broker(settings: Settings, fleet: FleetService, clock: Clock) -> Broker | None:
    """
    Return the broker's door that the settings ask for, None when they ask for none.

    Raises:
        SettingsError: The password or the trusted certificates cannot be read.
    """
    if not settings.mqtt_host or settings.mqtt_secret_file is None:
        return None
    try:
        password = settings.mqtt_secret_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the file of setting mqtt_secret_file cannot be read: {error}") from error
    door = BrokerDoor(fleet, clock)
    line = BrokerLine(
        settings.mqtt_host,
        settings.mqtt_port,
        client_id=CLIENT_ID,
        user=settings.mqtt_user,
        password=password,
        filters=FILTERS,
        take=door.take,
        clock=clock,
        tls=_trust(settings),
        bytes_max=MESSAGE_BYTES_MAX,
    )
    return Broker(line, door)


def _trust(settings: Settings) -> ssl.SSLContext | None:
    if not settings.mqtt_tls:
        return None
    try:
        return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=settings.mqtt_ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(f"the file of setting mqtt_ca_file cannot be used: {error}") from error
