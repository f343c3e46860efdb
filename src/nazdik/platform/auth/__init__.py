"""
Sign-in: sessions, passwords, tickets.

It promises that nothing in its file lets a reader sign in, that ending a session works at once, and that guessing is slow.
What a role may do is for others to decide: here it is a word and a mapping.
"""

from nazdik.platform.auth.codes import Code, CodeInvalid, Codes
from nazdik.platform.auth.doors import (
    COOKIE,
    HOST_COOKIE,
    WAIT_S_MAX,
    Throttle,
    Tickets,
    is_own_page,
    session_cookie,
    session_in,
    token_of,
)
from nazdik.platform.auth.hashing import Hashing
from nazdik.platform.auth.key_proofs import KeyProofNeeded, KeyProofs, KeyUnfit, read_key
from nazdik.platform.auth.model import (
    CodeNeeded,
    CommonPassword,
    FactorNeeded,
    ForeignOrigin,
    KeyCopied,
    KeyRefused,
    NoKeysHere,
    NotSignedIn,
    ProofNeeded,
    Session,
    SignInBusy,
    TooManyKeys,
    TooManyTries,
    WeakPassword,
    WrongCode,
    WrongPassword,
)
from nazdik.platform.auth.oidc import Oidc, Question, ServiceAway, ServiceRefused, ServiceStranger, Vouched
from nazdik.platform.auth.oidc_settings import OidcSettings, OidcSettingsError, read_oidc_settings
from nazdik.platform.auth.passkeys import Passkey, Passkeys
from nazdik.platform.auth.passphrases import check_strength
from nazdik.platform.auth.registry import SCREEN, Registry
from nazdik.platform.auth.seals import Sealing, Seals
from nazdik.platform.auth.second_factors import SecondFactors
from nazdik.platform.auth.subjects import Subjects
from nazdik.platform.auth.words import Words

__all__ = [
    "COOKIE",
    "HOST_COOKIE",
    "SCREEN",
    "WAIT_S_MAX",
    "Code",
    "CodeInvalid",
    "CodeNeeded",
    "Codes",
    "CommonPassword",
    "FactorNeeded",
    "ForeignOrigin",
    "Hashing",
    "KeyCopied",
    "KeyProofNeeded",
    "KeyProofs",
    "KeyRefused",
    "KeyUnfit",
    "NoKeysHere",
    "NotSignedIn",
    "Oidc",
    "OidcSettings",
    "OidcSettingsError",
    "Passkey",
    "Passkeys",
    "ProofNeeded",
    "Question",
    "Registry",
    "Sealing",
    "Seals",
    "SecondFactors",
    "ServiceAway",
    "ServiceRefused",
    "ServiceStranger",
    "Session",
    "SignInBusy",
    "Subjects",
    "Throttle",
    "Tickets",
    "TooManyKeys",
    "TooManyTries",
    "Vouched",
    "WeakPassword",
    "Words",
    "WrongCode",
    "WrongPassword",
    "check_strength",
    "is_own_page",
    "read_key",
    "read_oidc_settings",
    "session_cookie",
    "session_in",
    "token_of",
]
