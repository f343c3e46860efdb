"""
Sign-in: sessions, passwords, tickets.

It promises that nothing in its file lets a reader sign in, that ending a session works at once, and that guessing is slow.
What a role may do is for others to decide: here it is a word and a mapping.
"""

from nazdik.platform.auth.codes import Code, CodeInvalid, Codes
from nazdik.platform.auth.doors import (
    COOKIE,
    Throttle,
    Tickets,
    is_own_page,
    session_cookie,
    token_of,
)
from nazdik.platform.auth.model import (
    ForeignOrigin,
    NotSignedIn,
    Session,
    TooManyTries,
    WeakPassword,
    WrongPassword,
)
from nazdik.platform.auth.registry import Registry, check_strength

__all__ = [
    "COOKIE",
    "Code",
    "CodeInvalid",
    "Codes",
    "ForeignOrigin",
    "NotSignedIn",
    "Registry",
    "Session",
    "Throttle",
    "Tickets",
    "TooManyTries",
    "WeakPassword",
    "WrongPassword",
    "check_strength",
    "is_own_page",
    "session_cookie",
    "token_of",
]
