"""Asking a running server, signed in like any other face."""

from typing import Annotated, Any
from uuid import uuid4

import typer

from nazdik.cli.common import refuse, settings_with

Server = Annotated[str | None, typer.Option(help="Address of the server; this machine's if not given")]
Name = Annotated[str | None, typer.Option(help="Name to sign in by; the password is asked for")]
Seat = Annotated[str | None, typer.Option(help="Of a demo: the seat to sit down at, such as dispatcher:khuzestan")]


class SignedIn:
    """A signed-in line to a running server; what it refuses is said in its own words, and what was opened is closed."""

    def __init__(self, address: str | None, name: str | None, seat: str | None) -> None:
        import httpx

        if (name is None) == (seat is None):
            refuse("say who you are: --name, or in a demo --seat", "بگویید چه کسی هستید.")
        settings = settings_with()
        self.offset_min = settings.display_offset_min
        self._http = httpx.Client(base_url=address or f"http://{settings.host}:{settings.port}", timeout=60.0)
        self._errors = httpx.HTTPError
        self._name, self._seat = name, seat

    def __enter__(self) -> "SignedIn":
        said: dict[str, str | None] = {"seat": self._seat}
        if self._name is not None:
            said = {"name": self._name, "password": typer.prompt("Password", hide_input=True, err=True)}
        answer = self._ask("POST", "/v1/sessions", json=said)
        if answer.status_code == 401 and _code_of(answer) == "auth.code_needed":
            said["code"] = typer.prompt("Code of your telephone", err=True)
            answer = self._ask("POST", "/v1/sessions", json=said)
        session = self._accepted(answer).json()
        self._http.cookies.clear()
        self._http.headers["authorization"] = f"Bearer {session['token']}"
        if session["face"] == "#factor":
            self._send("DELETE", "/v1/session")
            refuse(
                "your seat needs a second factor: sign in on the first page of the server and add a telephone; "
                "its code is then asked for here",
                "برای جایگاه شما عامل دوم لازم است: نخست در صفحهٔ نخست کارساز تلفنی بیفزایید؛ سپس کد آن اینجا پرسیده می‌شود.",
            )
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self._send("DELETE", "/v1/session")
        self._http.close()

    def get(self, path: str, asked: dict[str, str]) -> Any:
        """Return the answer's body."""
        return self._send("GET", path, params=asked)

    def file(self, path: str, asked: dict[str, str], language: str) -> bytes:
        """Return the answer as it came, in a language."""
        made: bytes = self._answer("GET", path, params=asked, headers={"accept-language": language}).content
        return made

    def post(self, path: str, body: Any) -> Any:
        """Ask for something, under a key of its own, and return the answer."""
        return self._send("POST", path, json=body, headers={"idempotency-key": str(uuid4())})

    def _send(self, method: str, path: str, **more: Any) -> Any:
        answer = self._answer(method, path, **more)
        return answer.json() if answer.content else None

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        try:
            return self._http.request(method, path, **more)
        except self._errors as error:
            refuse(f"the server did not answer: {error}", "کارساز پاسخ نداد.")

    def _answer(self, method: str, path: str, **more: Any) -> Any:
        return self._accepted(self._ask(method, path, **more))

    def _accepted(self, answer: Any) -> Any:
        if answer.is_success:
            return answer
        try:
            problem = answer.json()
            code = str(problem["code"])
            rows = "".join(f"\n  {row}" for row in problem["details"].get("rows", ()))
        except (ValueError, KeyError, TypeError):
            refuse(f"the server answered {answer.status_code}", "پاسخ کارساز خوانده نشد.")
        from nazdik.bootstrap.texts import TEXTS
        from nazdik.platform.http.messages import register, title

        register(TEXTS)
        refuse(f"{title(code, 'en')} \\[{code}]{rows}", title(code, "fa"))


def _code_of(answer: Any) -> str:
    try:
        return str(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return ""
