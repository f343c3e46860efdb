"""Files and lines that people and machines send us when signed in: spreadsheets, pictures, messages on a stream."""

import asyncio
import io
import zipfile
from types import SimpleNamespace
from typing import Any

from openpyxl import Workbook
from PIL import Image

from nazdik.bootstrap.imports.errors import FileTooLarge, FileUnreadable
from nazdik.bootstrap.imports.sheets import CELL_MAX, COLUMNS_MAX, ROWS_MAX, read_sheet
from nazdik.bootstrap.photos import EDGE_PX_MAX, PhotoTooLarge, PhotoUnreadable, bare
from nazdik.bootstrap.stream_api import _heartbeat, _record_seen
from nazdik.bootstrap.voices import MEDIA_TYPES, VoiceTooLarge, VoiceUnreadable, bare_voice
from nazdik.kernel import Instant
from nazdik.platform.clock import VirtualClock
from nazdik.platform.live import Gone, Hub, Item, Subscription, converse
from nazdik.published.offices import Tier
from tests.unit.platform import containers

SHEET, WORKBOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"


def book() -> bytes:
    """Return a small spreadsheet."""
    made = Workbook()
    page = made.active
    assert page is not None
    for row in (["نشان", "یگان"], ["A12", "کلانتری ۱۱"], [12, 1.5], ["=1+1", True]):
        page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(part: str, data: bytes) -> bytes:
    """Return the small spreadsheet with one of its parts another, packed in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return out.getvalue()


def part_of(part: str) -> bytes:
    """Return one part of the small spreadsheet."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book_:
        return book_.read(part)


def picture(form: str) -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 48), (-2.0, -1.5, 1.0, 1.5), 20).convert("RGB").save(out, form)
    return out.getvalue()


BOOK = book()
PICTURES = tuple(picture(form) for form in ("JPEG", "PNG", "WEBP"))
VOICES = (containers.webm(picture=False), containers.ogg(), containers.mp4(picture=False))
HELLO = b'{"t":"hello","resume":{"s":{"epoch":"e","pos":1}}}'
LINES = (
    HELLO + b'\n{"t":"health","sound":"ok","battery":0.7,"gps_age_s":3,"app_version":"1"}',
    HELLO + b'\n{"t":"seen","incidents":["khuzestan.i1","khuzestan.i2"]}\n{"t":"hello"}',
    b'{"t":"hello","resume":{}}\n{"t":"health","sound":"blocked","battery":null}',
)


def sheet(data: bytes) -> None:
    """A file is read within its limits, or refused."""
    try:
        rows = read_sheet(data)
    except (FileTooLarge, FileUnreadable):
        return
    assert 0 < len(rows) <= ROWS_MAX + 1
    for row in rows:
        assert len(row.cells) <= COLUMNS_MAX and all(len(cell) <= CELL_MAX + 1 for cell in row.cells)


def sheet_part(data: bytes) -> None:
    """As `sheet`, from within: what is bent is inside a file that is packed in order."""
    part = STYLES if b"styleSheet" in data else WORKBOOK if b"<workbook" in data else SHEET
    sheet(with_part(part, data))


def voice(data: bytes) -> None:
    """A voice note becomes bare sound of a kind that is taken, and the same again, or is refused."""
    try:
        kept = bare_voice(data)
    except (VoiceTooLarge, VoiceUnreadable):
        return
    assert bare_voice(kept.body) == kept and kept.media_type in MEDIA_TYPES


def photo(data: bytes) -> None:
    """A picture becomes a bare and small JPEG, or is refused."""
    try:
        kept = bare(data)
    except (PhotoTooLarge, PhotoUnreadable):
        return
    with Image.open(io.BytesIO(kept.body), formats=("JPEG",)) as again:
        assert again.size == (kept.width, kept.height) and max(again.size) <= EDGE_PX_MAX and not again.getexif()


class _Line:
    """A line on which somebody says so much and is gone."""

    def __init__(self, said: list[str | bytes]) -> None:
        self._said = iter(said)
        self.closed: int | None = None

    async def receive(self) -> str | bytes:
        for message in self._said:
            return message
        raise Gone

    async def send_text(self, text: str) -> None:
        text.encode()

    async def send_bytes(self, data: bytes) -> None:
        assert data

    async def close(self, code: int, reason: str) -> None:
        assert 4000 <= code < 5000 and reason
        self.closed = code


def stream(data: bytes) -> None:
    """Whatever is said on a stream, it goes on, or is closed by us with a code of ours."""
    asyncio.run(
        _conversation([part if n % 2 else part.decode("utf-8", "replace") for n, part in enumerate(data.split(b"\n"))])
    )


async def _conversation(said: list[str | bytes]) -> None:
    hub = Hub(personal=frozenset({"thing"}))
    things = [Item("thing", "a", b'{"n":1}', frozenset({"north"}))]
    hub.open("s", epoch="e", pos=1, at=Instant(0), items=things)
    room = SimpleNamespace(state=SimpleNamespace(world=SimpleNamespace(incidents={})))
    building: Any = SimpleNamespace(rooms={"khuzestan": room})

    async def health(message: Any) -> None:
        beat = _heartbeat(message)
        assert beat.battery is None or 0 <= beat.battery <= 1

    async def seen(message: Any) -> None:
        posting: Any = SimpleNamespace(person="a", role="dispatcher", office="khuzestan")
        await _record_seen(building, posting, Tier.PROVINCE, message)

    await converse(
        _Line(said),
        hub,
        Subscription.to(["s"], ["north"]),
        VirtualClock(),
        welcome={},
        handlers={"health": health, "seen": seen},
    )
