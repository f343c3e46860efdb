"""
Passkeys (WebAuthn): keys that never leave a telephone, a computer or a token, and prove that their person is there.

The library checks signatures and forms; here is what it has to be asked, and what is remembered between two answers.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from nazdik.kernel import Instant
from nazdik.kernel.later import later
from nazdik.platform.auth.model import KeyCopied, KeyRefused, TooManyKeys
from nazdik.platform.auth.words import Words
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import exceptions, structs
else:
    webauthn = later("webauthn")
    helpers = later("webauthn.helpers")
    exceptions = later("webauthn.helpers.exceptions")
    structs = later("webauthn.helpers.structs")

SCHEMA = """
CREATE TABLE IF NOT EXISTS passkey (
    id BLOB PRIMARY KEY, person TEXT NOT NULL, public_key BLOB NOT NULL, sign_count INTEGER NOT NULL, host TEXT NOT NULL,
    label TEXT NOT NULL, since INTEGER NOT NULL, used_at INTEGER
) STRICT;
-- By what a key knows its person: a word of chance, so that a key found tells nobody whose it is.
CREATE TABLE IF NOT EXISTS passkey_user (person TEXT PRIMARY KEY, handle BLOB NOT NULL) STRICT;
"""
ASKED_FOR_S = 120.0
KEYS_MAX = 10
LABEL_MAX = 40
_TIMEOUT_MS = 120_000


@dataclass(frozen=True, slots=True)
class Passkey:
    """A person's key: for which host name, since when, last used when."""

    id: bytes
    person: str
    host: str
    label: str
    since: Instant
    used_at: Instant | None


class Passkeys:
    """The passkeys of people, in the registry file. Blocking for milliseconds: call it in a thread."""

    def __init__(self, path: Path, clock: Clock, words: Words) -> None:
        self._clock = clock
        self._words = words
        self._lock = Lock()
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)

    def ask_to_add(self, person: str, name: str, host: str) -> dict[str, Any]:
        """Return what a browser is asked for a new key of a person, in WebAuthn's JSON. Raises `TooManyKeys`."""
        held = self.list_of(person)
        if len(held) >= KEYS_MAX:
            raise TooManyKeys(keys_max=KEYS_MAX)
        options = webauthn.generate_registration_options(
            rp_id=host,
            rp_name="Nazdik",
            user_id=self._handle(person),
            user_name=name,
            challenge=self._words.give(_adding(person, host), lasts_s=ASKED_FOR_S),
            timeout=_TIMEOUT_MS,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=key.id) for key in held if key.host == host],
        )
        said: dict[str, Any] = json.loads(webauthn.options_to_json(options))
        return said

    def add(self, person: str, answer: Mapping[str, Any], *, host: str, origin: str, label: str) -> Passkey:
        """Keep the key that a browser has made for a person. Raises `KeyRefused`, `LogUnavailable`."""
        challenge = self._challenge(answer, _adding(person, host))
        try:
            made = webauthn.verify_registration_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=host,
                expected_origin=origin,
                require_user_verification=True,
            )
        except Exception as error:  # Bytes of a stranger: whatever the library finds wrong with them is a refusal.
            raise KeyRefused() from error
        self._use_up(challenge, _adding(person, host))
        key = Passkey(made.credential_id, person, host, label.strip()[:LABEL_MAX], self._clock.now(), None)
        row = (key.id, person, made.credential_public_key, made.sign_count, host, key.label, key.since)
        added = self._run(
            "INSERT INTO passkey (id, person, public_key, sign_count, host, label, since) VALUES (?,?,?,?,?,?,?) "
            "ON CONFLICT DO NOTHING RETURNING 1",
            row,
        )
        if not added:
            raise KeyRefused()
        return key

    def ask_to_sign_in(self, host: str, person: str | None = None) -> dict[str, Any]:
        """Return what a browser is asked when somebody signs in with a key, or `person` proves once more who they are."""
        allowed = [] if person is None else [key for key in self.list_of(person) if key.host == host]
        options = webauthn.generate_authentication_options(
            rp_id=host,
            challenge=self._words.give(_coming(host), lasts_s=ASKED_FOR_S),
            timeout=_TIMEOUT_MS,
            allow_credentials=[structs.PublicKeyCredentialDescriptor(id=key.id) for key in allowed],
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        said: dict[str, Any] = json.loads(webauthn.options_to_json(options))
        return said

    def take(self, answer: Mapping[str, Any], *, host: str, origin: str) -> Passkey:
        """
        Return the key by which somebody is here.

        Raises:
            KeyRefused: The answer is not one to a question of ours, or the key is not known for this host.
            KeyCopied: Its count does not go on from where it was.
            LogUnavailable: It is not known whether another node has taken this answer.
        """
        challenge = self._challenge(answer, _coming(host))
        try:
            key_id = helpers.base64url_to_bytes(str(answer.get("id", "")))
        except ValueError as error:
            raise KeyRefused() from error
        rows = self._run("SELECT public_key, person FROM passkey WHERE id = ? AND host = ?", (key_id, host))
        if not rows:
            raise KeyRefused()
        public_key, person = rows[0]
        try:
            seen = webauthn.verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=host,
                expected_origin=origin,
                credential_public_key=public_key,
                # Compared below, where a copy is told apart from a forgery.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except Exception as error:  # Bytes of a stranger: whatever the library finds wrong with them is a refusal.
            raise KeyRefused() from error
        self._use_up(challenge, _coming(host))
        # In one statement, so that of two answers with one count one is refused. Keys that are kept in step between machines
        # do not count: theirs is always 0.
        taken = self._run(
            "UPDATE passkey SET sign_count = ?1, used_at = ?2 WHERE id = ?3 AND (?1 > sign_count OR (?1 = 0 AND sign_count = 0)) "
            "RETURNING 1",
            (seen.new_sign_count, self._clock.now(), key_id),
        )
        if not taken:
            raise KeyCopied(person=person)
        found = next((key for key in self.list_of(person) if key.id == key_id), None)
        if found is None:
            raise KeyRefused()  # It was removed in this moment.
        return found

    def list_of(self, person: str) -> list[Passkey]:
        """Return a person's keys, the oldest first."""
        rows = self._run(
            "SELECT id, person, host, label, since, used_at FROM passkey WHERE person = ? ORDER BY since, id", (person,)
        )
        return [
            Passkey(row[0], row[1], row[2], row[3], Instant(row[4]), None if row[5] is None else Instant(row[5]))
            for row in rows
        ]

    def remove(self, person: str, key_id: bytes) -> bool:
        """Forget one key of a person, and return whether it was there."""
        return bool(self._run("DELETE FROM passkey WHERE id = ? AND person = ? RETURNING 1", (key_id, person)))

    def remove_all(self, person: str) -> int:
        """Forget every key of a person, and return how many there were."""
        return len(self._run("DELETE FROM passkey WHERE person = ? RETURNING 1", (person,)))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _challenge(self, answer: Mapping[str, Any], what: str) -> bytes:
        """Return the question that an answer is to, when it is ours and was not answered yet. Raises `KeyRefused`."""
        try:
            response = answer["response"]
            challenge = helpers.parse_client_data_json(helpers.base64url_to_bytes(response["clientDataJSON"])).challenge
        except (
            exceptions.WebAuthnException,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            RecursionError,
        ) as error:
            raise KeyRefused() from error
        if not self._words.is_good(challenge, what):
            raise KeyRefused()
        return challenge

    def _use_up(self, challenge: bytes, what: str) -> None:
        """See that no question is answered twice."""
        if not self._words.use(challenge, what):
            raise KeyRefused()

    def _handle(self, person: str) -> bytes:
        row = (person, secrets.token_bytes(32))
        self._run("INSERT INTO passkey_user (person, handle) VALUES (?, ?) ON CONFLICT DO NOTHING", row)
        return bytes(self._run("SELECT handle FROM passkey_user WHERE person = ?", (person,))[0][0])

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        with self._lock, translated():
            return self._db.execute(statement, values).fetchall()


def _adding(person: str, host: str) -> str:
    return f"passkey+:{host}:{person}"


def _coming(host: str) -> str:
    return f"passkey:{host}"
