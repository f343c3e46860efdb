"""
Signing in by a force's identity service (OpenID Connect, authorization code with PKCE), as far as it is the protocol's.

It promises that nobody is believed but the one configured issuer, by a key that this issuer publishes, in answer to a question that
we asked this browser, once. Whom that is here, and what they may do, is not decided here.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import ssl
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from nazdik.kernel import Forbidden, Rejected, Unavailable
from nazdik.kernel.later import later
from nazdik.platform.auth.oidc_settings import OidcSettings, is_safe_address
from nazdik.platform.clock import Clock

if TYPE_CHECKING:
    import httpx
    from joserfc import errors, jwk, jws, jwt
else:
    httpx = later("httpx")
    errors = later("joserfc.errors")
    jwk = later("joserfc.jwk")
    jws = later("joserfc.jws")
    jwt = later("joserfc.jwt")

# Signatures by a key pair alone: with a shared secret whoever may check a token could make one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
ANSWERS_WITHIN_S = 8.0
ANSWER_BYTES_MAX = 262_144
TOKEN_CHARACTERS_MAX = 8_192
# What the service says of itself is read anew after so long; its keys at once for a name we do not know, but not faster than this.
KNOWN_FOR_S = 3_600.0
KEYS_NOT_FASTER_THAN_S = 30.0
AT_ONCE = 8
# A token is made when the code is given for it; an old one is a found one.
MADE_AGO_S_MAX = 600
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_log = logging.getLogger(__name__)


class ServiceRefused(Rejected):
    """The identity service did not vouch for anybody, or not in a way that we believe (401)."""

    code = "auth.service_refused"


class ServiceAway(Unavailable):
    """The identity service does not answer; other ways in remain."""

    code = "auth.service_away"


class ServiceStranger(Forbidden):
    """The identity service vouches for somebody who may not sign in here."""

    code = "auth.service_stranger"


@dataclass(frozen=True, slots=True)
class Question:
    """What one browser was sent to the service with; it is kept by that browser, sealed."""

    state: str
    nonce: str
    verifier: str
    # When it was asked, in seconds.
    at_s: int
    # Whether the person has to be asked anew, whatever the service remembers.
    afresh: bool


@dataclass(frozen=True, slots=True)
class Vouched:
    """For whom the service vouches."""

    subject: str
    # What the configured claim says; empty when it is missing.
    name: str
    sid: str
    second_factor: bool
    id_token: str


class Oidc:
    """Speaks with one identity service. Belongs to one event loop."""

    def __init__(
        self, settings: OidcSettings, clock: Clock, *, transport: "httpx.AsyncBaseTransport | None" = None
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._transport = transport
        self._known: dict[str, Any] | None = None
        self._known_s = 0.0
        self._keys: jwk.KeySet | None = None
        self._keys_s = 0.0
        self._lock = asyncio.Lock()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def ask(self, *, proof: bool = False) -> tuple[Question, str]:
        """
        Return a new question, and where a browser goes with it. Raises `ServiceAway`.

        Args:
            proof: Have the person asked anew, and let the page that they come back to know by `state` that it is a proof;
                without single sign-on they are always asked anew.
        """
        known = await self._describe()
        afresh = proof or not self.settings.single_sign_on
        state = f"{'proof' if proof else 'in'}.{_word()}"
        question = Question(state, _word(), _word(), self._now_s(), afresh)
        challenge = urlsafe_b64encode(hashlib.sha256(question.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.back,
            "scope": " ".join(self.settings.scopes),
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if afresh:
            asked |= {"prompt": "login", "max_age": "0"}
        return question, _with_query(known["authorization_endpoint"], asked)

    async def take(self, question: Question, *, state: str, code: str, issuer: str | None) -> Vouched:
        """
        Return for whom the service vouches, in answer to a question of ours.

        Args:
            issuer: Who says to have answered (RFC 9207), where the answer tells.

        Raises:
            ServiceRefused: The answer is not one to this question, or its token is not to be believed.
            ServiceAway: The service does not answer.
        """
        if not hmac.compare_digest(state.encode(), question.state.encode()):
            raise _refused("state", "the answer is to another question")
        if issuer is not None and issuer != self.settings.issuer:
            raise _refused("issuer", f"the answer is of {issuer[:200]!r}")
        if not code:
            raise _refused("declined", "the service gave no code")
        known = await self._describe()
        said = await self._exchange(known, code, question.verifier)
        token = said.get("id_token")
        claims = await self._believe(token)
        self._check_answer(claims, question)
        factors = {str(claims.get("acr", ""))} | set(_words(claims.get("amr")))
        name = claims.get(self.settings.claim)
        return Vouched(
            subject=claims["sub"],
            name=name.strip() if isinstance(name, str) else "",
            sid=str(claims.get("sid", ""))[:255],
            second_factor=bool(factors & self.settings.second_factor),
            id_token=str(token),
        )

    async def logged_out(self, token: str) -> tuple[str, str, str]:
        """
        Return whom a logout token says to have signed out there: subject, session (either may be empty), and the token's id.

        Raises:
            ServiceRefused: It is not such a token of this service's.
        """
        claims = await self._believe(token, kind="logout+jwt")
        subject, sid, jti = (claims.get(name, "") for name in ("sub", "sid", "jti"))
        events = claims.get("events")
        told = isinstance(events, dict) and LOGOUT_EVENT in events
        texts = all(isinstance(each, str) and len(each) <= 255 for each in (subject, sid, jti))
        if not told or "nonce" in claims or not texts or not jti or not (subject or sid):
            raise _refused("token", "no logout token")
        return subject, sid, jti

    async def way_out(self, id_token: str | None) -> str | None:
        """Return where a browser goes to sign out there as well, or None when the service has no such page."""
        known = await self._describe()
        end = known.get("end_session_endpoint")
        if not isinstance(end, str) or not is_safe_address(end):
            return None
        said = {"client_id": self.settings.client_id, "post_logout_redirect_uri": self.settings.back}
        return _with_query(end, said | ({"id_token_hint": id_token} if id_token else {}))

    # What a token says

    async def _believe(self, token: object, *, kind: str | None = None) -> dict[str, Any]:
        """Return the claims of a token that the service made for us. Raises `ServiceRefused`."""
        if not isinstance(token, str) or not 0 < len(token) <= TOKEN_CHARACTERS_MAX:
            raise _refused("token", "no token, or a huge one")
        try:
            try:
                read = self._read(token, await self._service_keys())
            except (errors.JoseError, ValueError):
                # A key that we do not know may be new: they change without a word.
                keys = await self._service_keys(anew=True)
                read = self._read(token, keys)
        except (errors.JoseError, ValueError, TypeError, LookupError, RecursionError) as error:
            raise _refused("token", f"not signed by the service: {type(error).__name__}") from error
        said = str(read.header.get("typ", "")).lower().removeprefix("application/")
        if (kind is not None and said != kind) or (kind is None and said == "logout+jwt"):
            raise _refused("token", f"a token of kind {said[:40]!r}")
        self._check_claims(read.claims)
        claims: dict[str, Any] = read.claims
        return claims

    @staticmethod
    def _read(token: str, keys: "jwk.KeySet") -> "jwt.Token":
        # Keys that a token brings along (`jwk`, `jku`, `x5u`) are never looked at.
        registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        return jwt.decode(token, keys, algorithms=ALGORITHMS, registry=registry)

    def _check_claims(self, claims: Mapping[str, Any]) -> None:
        now, skew, own = self._now_s(), self.settings.skew_s, self.settings.client_id
        if claims.get("iss") != self.settings.issuer:
            raise _refused("token", "of another issuer")
        audience = [claims["aud"]] if isinstance(claims.get("aud"), str) else _words(claims.get("aud"))
        if own not in audience or (len(audience) > 1 and claims.get("azp") != own) or claims.get("azp", own) != own:
            raise _refused("token", "for somebody else")
        times: dict[str, float] = {}
        for name in ("iat", "exp", "nbf", "auth_time"):
            at = claims.get(name)
            if at is None and name != "iat":
                continue
            if isinstance(at, bool) or not isinstance(at, int | float) or not isfinite(at):
                raise _refused("token", "without times")
            times[name] = at
        made = times["iat"]
        if max(made, times.get("nbf", made)) > now + skew:
            raise _refused("clock", f"made {made - now:.0f} s from now: look at the clocks")
        if times.get("exp", now) <= now - skew or made < now - MADE_AGO_S_MAX - skew:
            raise _refused("clock", f"made {now - made:.0f} s ago and no longer good: look at the clocks")

    def _check_answer(self, claims: Mapping[str, Any], question: Question) -> None:
        """What only holds of the answer to a question."""
        nonce, subject = claims.get("nonce"), claims.get("sub")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), question.nonce.encode()):
            raise _refused("token", "of another answer")
        if "exp" not in claims or not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise _refused("token", "without an end or a subject")
        at = claims.get("auth_time")
        if question.afresh and (at is None or at < question.at_s - self.settings.skew_s):
            raise _refused("afresh", "the person was not asked anew")

    # What the service is asked

    async def _describe(self) -> dict[str, Any]:
        """Return what the service says of itself; it has to be the one that was configured."""
        if self._known is not None and self._clock.monotonic_s() - self._known_s < KNOWN_FOR_S:
            return self._known
        async with self._lock:
            if self._known is not None and self._clock.monotonic_s() - self._known_s < KNOWN_FOR_S:
                return self._known
            said = await self._get(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if said.get("issuer") != self.settings.issuer or not all(is_safe_address(str(said.get(p))) for p in places):
                _log.error("the identity service says to be %r, or has no safe addresses", said.get("issuer"))
                raise ServiceAway(retry_after_s=30)
            self._known, self._known_s = said, self._clock.monotonic_s()
            return said

    async def _service_keys(self, *, anew: bool = False) -> "jwk.KeySet":
        """Return the public keys of the service."""
        known = await self._describe()
        async with self._lock:
            age_s = self._clock.monotonic_s() - self._keys_s
            if self._keys is not None and age_s < (KEYS_NOT_FASTER_THAN_S if anew else KNOWN_FOR_S):
                return self._keys
            said = await self._get(known["jwks_uri"])
            listed = said.get("keys")
            # Keys for other uses, and such as we cannot read, are none of ours; a secret has no place there.
            usable = [
                one
                for one in (listed if isinstance(listed, list) else [])
                if isinstance(one, dict) and one.get("kty") in ("RSA", "EC", "OKP") and one.get("use", "sig") == "sig"
            ]
            try:
                self._keys, self._keys_s = jwk.KeySet.import_key_set({"keys": usable}), self._clock.monotonic_s()
            except (errors.JoseError, ValueError, TypeError, LookupError) as error:
                _log.error("the identity service's keys cannot be read: %s", type(error).__name__)
                raise ServiceAway(retry_after_s=30) from error
            return self._keys

    async def _exchange(self, known: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        own, secret = quote(self.settings.client_id, safe=""), quote(self.settings.secret, safe="")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.back,
            "code_verifier": verifier,
        }
        headers = {"accept": "application/json"}
        ways = _words(known.get("token_endpoint_auth_methods_supported")) or ["client_secret_basic"]
        if "client_secret_basic" in ways:
            headers["authorization"] = f"Basic {b64encode(f'{own}:{secret}'.encode()).decode()}"
        else:
            form |= {"client_id": self.settings.client_id, "client_secret": self.settings.secret}
        status, said = await self._send("POST", known["token_endpoint"], headers=headers, data=form)
        if 400 <= status < 500 and status != 429:
            raise _refused("code", f"the service answered {status} {str(said.get('error'))[:80]!r} to the code")
        if status != 200:
            raise ServiceAway(retry_after_s=10)
        return said

    async def _get(self, address: str) -> dict[str, Any]:
        status, said = await self._send("GET", address, headers={"accept": "application/json"})
        if status != 200:
            _log.error("the identity service answered %s to %s", status, address)
            raise ServiceAway(retry_after_s=10)
        return said

    async def _send(self, method: str, address: str, **given: Any) -> tuple[int, dict[str, Any]]:
        """Ask the service, by no proxy of the environment, following no redirect, reading no more than an answer may have."""
        trusted: ssl.SSLContext | bool = True
        if self.settings.ca_file is not None:
            trusted = ssl.create_default_context(cafile=str(self.settings.ca_file))
        body = b""
        try:
            async with (
                self._slots,
                asyncio.timeout(ANSWERS_WITHIN_S),
                httpx.AsyncClient(
                    verify=trusted, trust_env=False, follow_redirects=False, transport=self._transport
                ) as client,
                client.stream(method, address, **given) as answer,
            ):
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > ANSWER_BYTES_MAX:
                        raise ServiceAway(retry_after_s=30)
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            _log.error("the identity service does not answer: %s", type(error).__name__)
            raise ServiceAway(retry_after_s=10) from error
        try:
            said = json.loads(body) if body else {}
        except (ValueError, RecursionError) as error:
            _log.error("the identity service answered with no JSON")
            raise ServiceAway(retry_after_s=30) from error
        return status, said if isinstance(said, dict) else {}

    def _now_s(self) -> int:
        return self._clock.now() // 1_000_000


def _refused(step: str, why: str) -> ServiceRefused:
    """Say to the page at which step, and to the server's log why."""
    _log.warning("an answer of the identity service is not believed (%s): %s", step, why)
    return ServiceRefused(step=step)


def _word() -> str:
    return secrets.token_urlsafe(32)


def _words(said: object) -> list[str]:
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def _with_query(address: str, said: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(said)}"
