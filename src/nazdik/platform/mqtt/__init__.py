"""A subscriber to a message broker (MQTT 3.1.1): packets, and a line that comes back after a break."""

from nazdik.platform.mqtt.line import BrokerLine, LineState
from nazdik.platform.mqtt.packets import Message

__all__ = ["BrokerLine", "LineState", "Message"]
