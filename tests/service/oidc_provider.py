"""A provider of OpenID Connect for the tests: it checks what a real one checks, and lies where told to."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "minga", "shared-with-the-provider-0123456789"


class Provider(ThreadingHTTPServer):
    """``claims`` go into the token; ``lies`` replaces parts of the answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.claims: dict[str, Any] = {"sub": "s-1", "email": "ana@example.org", "email_verified": True}
        self.lies: dict[str, Any] = {}
        self.asked: dict[str, dict[str, str]] = {}
        self.used: list[str] = []

    @property
    def issuer(self) -> str:
        """Its address, by which it is known."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def consent(self, url: str) -> str:
        """The person says yes: what the browser is sent back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) >= 20
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return f"code={code}&state={query['state']}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What the code is worth: an answer only with the secret, the verifier, and once."""
        asked = self.asked.get(form.get("code", ""))
        verifier = form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if asked is None or form["code"] in self.used or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        self.used.append(form["code"])
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.lies.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.lies.get("signed_with") == "our secret":
            signed = jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(SECRET))
        else:
            another = RSAKey.generate_key(2048, {"kid": "one"})
            key = another if self.lies.get("signed_with") else self.key
            signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of the test."""


class _Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        issuer = self.server.issuer
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": self.server.lies.get("issuer", issuer),
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            },
            "/keys": {"keys": [self.server.key.as_dict(private=False)]},
        }
        self._say(200, pages[self.path])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = base64.b64decode(self.headers.get("Authorization", "Basic ").split()[1:][0]).decode()
        if given != f"{CLIENT}:{SECRET}":
            self._say(401, {"error": "invalid_client"})
            return
        self._say(*self.server.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _say(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The tests' output stays quiet."""


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider for the block."""
    server = Provider()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
