"""
Live streams: snapshots, numbered changes, positions and beats, each listener seeing its own scopes and nothing else.

It promises that snapshot plus changes is the later snapshot, that what leaves a listener's scope is taken from it, and that
a listener who cannot keep up is cut and may resume.
"""

from nazdik.platform.live.connection import CloseCode, Connection
from nazdik.platform.live.hub import Hub
from nazdik.platform.live.positions import Positions
from nazdik.platform.live.socket import BEAT_S, Gone, Socket, converse
from nazdik.platform.live.subscription import Item, Subscription

__all__ = [
    "BEAT_S",
    "CloseCode",
    "Connection",
    "Gone",
    "Hub",
    "Item",
    "Positions",
    "Socket",
    "Subscription",
    "converse",
]
