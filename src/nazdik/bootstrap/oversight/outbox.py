"""
The outbox of 197: carries letters to other systems, sealed, until each has signed for them.

What has to be sent follows from the log; what lies on the disk is only the envelope as it was sealed, so that every try sends the
same bytes, and the receipt. A letter goes by HTTP, into a folder that somebody else empties, or both; whoever signs first ends it.
"""

import asyncio
import logging
import os
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from nazdik.kernel import Instant, Rejected, Unavailable, rfc3339
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.oversight import commands as c
from nazdik.oversight import events as e
from nazdik.oversight.errors import OutboxUnreadable
from nazdik.oversight.letters import GOES_TO, body_of, due_at, id_of
from nazdik.oversight.model import Case, Letter, Voice
from nazdik.oversight.service import Oversight
from nazdik.platform.envelopes import ReceiptUnsound, read_receipt, seal
from nazdik.platform.sqlite import sync_folder

LINES = "outbox.json"
LOOK_EVERY_S = 5.0
FIRST_AGAIN_S, AGAIN_S_MAX = 30.0, 3_600.0
ANSWER_WITHIN_S = 15.0
# Three pictures and two sounds; a long film is asked for by its hash.
FILES_BYTES_MAX = 24 * 1024 * 1024
RECEIPT_BYTES_MAX = 16 * 1024
NEVER = Instant(0)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_log = logging.getLogger(__name__)


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The way to another system: the key that letters are sealed for, the key that signs receipts (both in hex), and where to."""

    seal_for: str
    receipts_by: str
    url: str = ""
    drop: str = ""


@dataclass(slots=True)
class Tries:
    """How often a letter was tried since the start, what came of it, and when it is tried again."""

    number: int = 0
    last: str = ""
    next_at: Instant = NEVER


def read_lines(path: Path) -> dict[str, Line]:
    """Return the lines to other systems; none when there is no file. Raises `OutboxUnreadable`."""
    if not path.exists():
        return {}
    try:
        lines = msgspec.json.decode(path.read_bytes(), type=dict[str, Line])
        for name, line in lines.items():
            parts = urlsplit(line.url)
            if name not in GOES_TO.values() or not (line.url or line.drop):
                raise ValueError(f"{name} is not a system that letters go to, or has neither url nor drop")
            if line.url and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
                raise ValueError(f"{name}: https is needed beyond this machine")
            X25519PublicKey.from_public_bytes(bytes.fromhex(line.seal_for))
            bytes.fromhex(line.receipts_by)
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise OutboxUnreadable(why=str(error)[:200]) from error
    return lines


def client() -> httpx.AsyncClient:
    """Return a client that goes where it is told and nowhere else: no proxy of the environment, no redirect."""
    return httpx.AsyncClient(timeout=ANSWER_WITHIN_S, follow_redirects=False, trust_env=False)


@dataclass(slots=True)
class Outbox:
    """The sender of one oversight server; belongs to one event loop."""

    oversight: Oversight
    lines: dict[str, Line]
    folder: Path
    key: Ed25519PrivateKey
    connect: Callable[[], httpx.AsyncClient] = client
    tries: dict[str, Tries] = field(default_factory=dict)
    _rests_until: dict[str, Instant] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._open.update(case.id for case in self.oversight.state.cases.values() if _waiting(case))
        self.oversight.hear(self._heard)

    def _heard(self, facts: Sequence[e.Event]) -> None:
        for fact in facts:
            if isinstance(fact, e.MatterReferred | e.CommendationPassed):
                self._open.add(fact.case_id)
                self._wake.set()

    async def run(self) -> None:
        """Send what there is, again and again."""
        while True:
            self._wake.clear()
            try:
                await self.turn()
            except Exception:
                _log.exception("a turn of the outbox failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()

    def open_letters(self) -> list[tuple[Case, Letter, int, str]]:
        """Return the letters that nobody has signed for: case, letter, tries since the start, and what came of the last."""
        cases = [self.oversight.state.cases[case_id] for case_id in sorted(self._open)]
        waiting = [(case, letter) for case in cases for letter in _waiting(case)]
        tried = [self.tries.get(id_of(case, letter), Tries()) for case, letter in waiting]
        return [(case, letter, one.number, one.last) for (case, letter), one in zip(waiting, tried, strict=True)]

    async def turn(self) -> None:
        """Carry every letter whose turn it is, and say which are late."""
        for case_id in sorted(self._open):
            case = self.oversight.state.cases[case_id]
            for letter in _waiting(case):
                try:
                    await self._carry(case, letter)
                except (Rejected, Unavailable, OSError) as fault:
                    _log.error("%s waits: %s", id_of(case, letter), fault)
            if not _waiting(self.oversight.state.cases[case_id]):
                self._open.discard(case_id)

    async def _carry(self, case: Case, letter: Letter) -> None:
        name, now = id_of(case, letter), self.oversight.clock.now()
        if letter.late_at is None and now >= due_at(letter):
            late = c.NoteLate(case_id=case.id, letter=letter.kind)
            await self.oversight.submit(late, SYSTEM, f"late:{name}")
        tries = self.tries.setdefault(name, Tries())
        line = self.lines.get(GOES_TO[letter.kind])
        if line is None:
            tries.last = "no_line"
            return
        envelope = self.folder / f"{name}.envelope.json"
        if line.drop and envelope.exists():
            given = await asyncio.to_thread(_read_short, Path(line.drop) / f"{name}.receipt.json")
            if given is not None and await self._signed_for(case, letter, line, given):
                return
        if now < tries.next_at:
            return
        body = await self._sealed(case, letter, line, envelope)
        if line.drop:
            # Whoever empties the folder takes the envelope away: until they sign, it is put there again at each try.
            tries.last = await asyncio.to_thread(_drop, Path(line.drop) / envelope.name, body)
        if line.url and now >= self._rests_until.get(line.url, NEVER):
            if await self._posted(case, letter, line, body, tries):
                return
            # One that does not answer is not asked for each letter anew.
            self._rests_until[line.url] = plus_s(now, FIRST_AGAIN_S / 2)
        tries.number += 1
        wait_s = min(AGAIN_S_MAX, FIRST_AGAIN_S * 2 ** min(tries.number - 1, 20))
        tries.next_at = plus_s(now, wait_s)

    async def _sealed(self, case: Case, letter: Letter, line: Line, path: Path) -> bytes:
        """Return the envelope of a letter, sealed at the first try; that its words leave is written down before they do."""
        if path.exists():
            return await asyncio.to_thread(path.read_bytes)
        to = GOES_TO[letter.kind]
        oversight = self.oversight
        await oversight.audit.record(
            actor="system", what="oversight_letter", subject=case.id, purpose=letter.kind, details={"to": to}
        )
        words = await self._with_files(body_of(case, letter, oversight.state.register))
        at = rfc3339(oversight.clock.now())
        receiver = X25519PublicKey.from_public_bytes(bytes.fromhex(line.seal_for))
        body = seal(words, id_=id_of(case, letter), to=to, at=at, key=self.key, receiver=receiver)
        await asyncio.to_thread(_put, path, body)
        return body

    async def _with_files(self, words: dict[str, Any]) -> dict[str, Any]:
        """Put pictures and recordings into a letter, as far as there is room; what its citizen wants destroyed stays here."""
        room = FILES_BYTES_MAX
        for line in [*words.get("pictures", ()), *words.get("recordings", ())]:
            name = line["sha256"]
            if line.get("voice") == Voice.TYPE_OUT or line.get("size", 0) > room:
                continue
            try:
                if "size" in line:
                    body = await asyncio.to_thread(self.oversight.shelf.path_of(name).read_bytes)
                else:
                    body = await self.oversight.pictures.find(name)
            except (Rejected, OSError) as fault:
                # The letter goes without it, and says by its hash that there was one.
                _log.error("%s cannot be put into a letter: %s", name, fault)
                continue
            if len(body) <= room:
                line["data"] = b64encode(body).decode()
                room -= len(body)
        return words

    async def _posted(self, case: Case, letter: Letter, line: Line, body: bytes, tries: Tries) -> bool:
        """Post an envelope, and return whether it was signed for."""
        signature = msgspec.json.decode(body)["signature"]
        headers = {"content-type": "application/json", "nazdik-signature": f"ed25519={signature}"}
        given = b""
        try:
            async with self.connect() as http, http.stream("POST", line.url, content=body, headers=headers) as answer:
                tries.last = str(answer.status_code)
                async for chunk in answer.aiter_bytes():
                    given += chunk
                    if len(given) > RECEIPT_BYTES_MAX:
                        tries.last = "receipt_too_long"
                        return False
                if not answer.is_success:
                    return False
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            tries.last = type(error).__name__
            return False
        return await self._signed_for(case, letter, line, given)

    async def _signed_for(self, case: Case, letter: Letter, line: Line, given: bytes) -> bool:
        """Write down that a letter was signed for, if it was; a paper that only says so does not count."""
        name = id_of(case, letter)
        body = await asyncio.to_thread((self.folder / f"{name}.envelope.json").read_bytes)
        try:
            receipt = read_receipt(given, body, id_=name, key=line.receipts_by)
            said = given.decode()
        except (ReceiptUnsound, UnicodeDecodeError) as error:
            self.tries[name].last = "receipt_unsound"
            _log.warning("what came back for %s is no receipt: %s", name, error)
            return False
        command = c.NoteDelivery(case_id=case.id, letter=letter.kind, reference=receipt.reference[:200], receipt=said)
        await self.oversight.submit(command, SYSTEM, f"signed:{name}")
        self.tries.pop(name, None)
        return True


def _waiting(case: Case) -> tuple[Letter, ...]:
    return tuple(one for one in case.letters if one.delivered_at is None)


def _read_short(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= RECEIPT_BYTES_MAX else None
    except OSError:
        return None


def _drop(path: Path, body: bytes) -> str:
    """Put an envelope where somebody else takes it away, and return how that went; its folder is theirs to make."""
    try:
        _put(path, body, mode=0o644)
    except OSError as fault:
        return f"drop: {fault.strerror}"
    return "dropped"


def _put(path: Path, body: bytes, *, mode: int = 0o600) -> None:
    """Write a file whole or not at all. Raises `OSError`."""
    if path.exists():
        return
    aside = path.with_name(f".{uuid4().hex}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)
