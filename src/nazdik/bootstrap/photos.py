"""
Pictures from the scene: made small and bare, and kept beside the log.

A telephone writes into a picture where it was taken, when, and by which device; whoever gets the file gets that too. So nothing
but the pixels is kept: each picture is decoded and written anew. The handheld does the same before it sends, and is not trusted.
"""

import asyncio
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nazdik.kernel import Invalid, NotFound
from nazdik.kernel.later import later
from nazdik.platform.blobs import Blobs

if TYPE_CHECKING:
    from PIL import Image, ImageOps
else:
    Image = later("PIL.Image")
    ImageOps = later("PIL.ImageOps")

# Enough to read a number plate across a street; a picture of this size is about 300 kB.
EDGE_PX_MAX = 1600
QUALITY = 80
BYTES_MAX = 4 << 20
PIXELS_MAX = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
# A decoded picture takes up to 150 MB: two at a time, the others wait their turn.
AT_ONCE = 2


class PhotoUnreadable(Invalid):
    """Not a picture of a kind that is taken, or a damaged one."""

    code = "photos.unreadable"


class PhotoTooLarge(Invalid):
    """More bytes or more pixels than a picture may have."""

    code = "photos.too_large"


class PhotoNotFound(NotFound):
    """The incident has no such picture."""

    code = "photos.not_found"


@dataclass(frozen=True, slots=True)
class Bare:
    """A picture as it is kept: a JPEG without a word beside its pixels."""

    body: bytes
    width: int
    height: int


def bare(body: bytes) -> Bare:
    """Return a picture upright, at most `EDGE_PX_MAX` long, without metadata. Raises `PhotoUnreadable`, `PhotoTooLarge`."""
    if len(body) > BYTES_MAX:
        raise PhotoTooLarge(bytes_max=BYTES_MAX)
    try:
        with warnings.catch_warnings():
            # We have a limit of our own, and refuse what is above it.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(body), formats=FORMATS) as picture:
                if picture.width * picture.height > PIXELS_MAX:
                    raise PhotoTooLarge(pixels_max=PIXELS_MAX)
                picture.draft("RGB", (EDGE_PX_MAX, EDGE_PX_MAX))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except PhotoTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge(pixels_max=PIXELS_MAX) from error
    except Exception as error:
        # A decoder meets whatever somebody sends; each of its ways to fail means the same to the sender.
        raise PhotoUnreadable() from error
    upright.thumbnail((EDGE_PX_MAX, EDGE_PX_MAX), Image.Resampling.LANCZOS)
    # A new picture has pixels and nothing else: what the old one carried besides is not copied.
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Bare(out.getvalue(), clean.width, clean.height)


class Others(Protocol):
    """Where other nodes have pictures too; every method blocks and raises `LogUnavailable`."""

    def tell(self, province: str, name: str, body: bytes) -> None:
        """Let all nodes have a picture."""

    def fetch(self, province: str, name: str) -> bytes | None:
        """Return a picture that this machine lacks, and keep it here."""


class Photos:
    """The pictures of every province of this server."""

    def __init__(self, folder: Path, others: Others | None = None) -> None:
        """
        Args:
            others: The other nodes; None when nobody shares with this one.
        """
        self._blobs = Blobs(folder)
        self._others = others
        self._turns = asyncio.Semaphore(AT_ONCE)
        # A picture takes its time on the way to the others: one after the other, so that threads are left for calls.
        self._telling = asyncio.Lock()

    async def keep(self, body: bytes, province: str = "") -> tuple[str, Bare]:
        """Keep a picture bare and return its name with it; when this returns it is on disk, and at the other nodes' service."""
        async with self._turns:
            picture = await asyncio.to_thread(bare, body)
        return await self.put(picture.body, province), picture

    async def find(self, name: str, province: str = "") -> bytes:
        """Return a picture. Raises `PhotoNotFound`."""
        body = await self.read(name, province)
        if body is None:
            raise PhotoNotFound(photo=name[:64])
        return body

    async def put(self, body: bytes, province: str) -> str:
        """Keep bytes that are bare already, a picture's or a voice's, as `keep` does, and return their name."""
        name = await asyncio.to_thread(self._blobs.keep, body)
        if self._others is not None:
            async with self._telling:
                await asyncio.to_thread(self._others.tell, province, name, body)
        return name

    async def read(self, name: str, province: str) -> bytes | None:
        """Return what lies under a name, here or at another node."""
        body = await asyncio.to_thread(self._blobs.find, name)
        if body is None and self._others is not None:
            body = await asyncio.to_thread(self._others.fetch, province, name)
        return body
