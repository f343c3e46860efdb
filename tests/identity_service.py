"""A small identity service (OpenID Connect) on the loopback: it keeps codes, checks PKCE and its client, and signs real tokens."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "nazdik", "a secret: of 7 words & signs"


@dataclass
class IdentityService:
    """The service, who signs in there, and how it misbehaves when a test wants it to."""

    now_s: Callable[[], int]
    port: int = 0
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    alg: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    # What its next token says otherwise, and how it is signed.
    otherwise: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    ways: list[str] = field(default_factory=lambda: ["client_secret_basic"])
    # Who is at the browsers that come here: name and subject.
    person: tuple[str, str] | None = None

    @property
    def issuer(self) -> str:
        """Who it is."""
        return f"http://127.0.0.1:{self.port}/realms/force"

    def new_key(self) -> None:
        """Change its key, as services do, without a word; of another kind."""
        self.key, self.alg = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"}), "ES256"

    def sign_in(self, address: str, name: str, subject: str) -> dict[str, str]:
        """Sign somebody in who came with a browser to `address`; return what the browser brings back."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        assert address.startswith(f"{self.issuer}/auth?") and asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256" and "openid" in asked["scope"]
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"name": name, "sub": subject}
        return {"state": asked["state"], "code": code, "iss": self.issuer}

    def back(self, address: str, name: str, subject: str) -> str:
        """Return where a browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        return f"{asked['redirect_uri']}?{urlencode(self.sign_in(address, name, subject))}"

    def token(self, claims: dict[str, Any], **header: Any) -> str:
        """Sign something."""
        return jwt.encode({"alg": self.alg, "kid": self.key.kid, **header}, claims, self.key)

    def logout_token(self, **more: Any) -> str:
        """Return what it sends when somebody has signed out."""
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        now = self.now_s()
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": secrets.token_hex(8)}
        header = {"typ": more.pop("typ", "logout+jwt")}
        return self.token({**claims, "events": event, **more}, **header)

    def answer(self, method: str, address: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Answer one request; a text is where the browser is sent."""
        path = urlsplit(address).path
        self.asked.append(path)
        if path == "/realms/force/auth" and self.person is not None:
            return 302, self.back(f"http://127.0.0.1:{self.port}{address}", *self.person)
        if path == "/realms/force/end":
            return 302, dict(parse_qsl(urlsplit(address).query))["post_logout_redirect_uri"]
        if path == "/realms/force/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/certs",
                "end_session_endpoint": f"{self.issuer}/end",
                "token_endpoint_auth_methods_supported": self.ways,
            }
        if path == "/realms/force/certs":
            return 200, {"keys": [{**self.key.as_dict(private=False), "alg": self.alg}, {"kty": "oct", "k": "AAAA"}]}
        if path == "/realms/force/token" and method == "POST":
            return self._give(headers, {name: one[0] for name, one in parse_qs(body.decode()).items()})
        return 404, {"error": "not_found"}

    def _give(self, headers: Any, form: dict[str, str]) -> tuple[int, Any]:
        kind, _, given = (headers.get("authorization") or "").partition(" ")
        if kind == "Basic":
            client, _, secret = base64.b64decode(given).decode().partition(":")
            who = (unquote(client), unquote(secret))
        else:
            who = (form.get("client_id", ""), form.get("client_secret", ""))
        if who != (CLIENT, SECRET) or (kind == "Basic") is not ("client_secret_basic" in self.ways):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or asked["code_challenge"] != challenge.decode().rstrip("=")
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        now = self.now_s()
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["sub"],
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
            "preferred_username": asked["name"],
            "sid": f"sid-{asked['sub']}",
            "amr": ["pwd"],
            **self.otherwise,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.token(claims) if self.sign is None else self.sign(claims)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}


@contextmanager
def identity_service(now_s: Callable[[], int]) -> Iterator[IdentityService]:
    """Run a service while the block runs."""
    service = IdentityService(now_s)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None: ...

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, said = service.answer(self.command, self.path, self.headers, body)
            sent = json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("location", said)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = _answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def told(folder: Any, service: IdentityService, page: str, more: str = "") -> Any:
    """Write the file that tells a server of this service, and return it."""
    (folder / "oidc.secret").write_text(f"{SECRET}\n", encoding="utf-8")
    file = folder / "oidc.toml"
    text = f'issuer = "{service.issuer}"\nclient_id = "{CLIENT}"\nsecret_file = "oidc.secret"\npage = "{page}"\n{more}'
    file.write_text(text, encoding="utf-8")
    return file
