"""Files over HTTP: parts of large ones (a map is read a few kilobytes at a time), validators, and long caching by name."""

import mimetypes
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
from litestar import Request, Response
from litestar.response import Stream

from nazdik.kernel import NotFound
from nazdik.platform.http.problems import problem

WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
CHUNK_BYTES = 256 * 1024
_HASHED = re.compile(r"[.-][0-9A-Za-z_-]{8,}\.(?:js|css|woff2|svg|png|webp|map|json)$")
_RANGE = re.compile(r"^bytes=([0-9]{0,18})-([0-9]{0,18})$")
_TYPES = {
    ".pmtiles": "application/vnd.pmtiles",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".html": "text/html; charset=utf-8",
}


class FileNotFound(NotFound):
    """There is no such file."""

    code = "http.not_found"


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes `first` to `last`, both included."""

    first: int
    last: int


def find_file(folder: Path, name: str) -> Path:
    """Return a file below `folder`; `FileNotFound` for anything that is none, or lies elsewhere."""
    try:
        path = (folder / name.lstrip("/")).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    except (OSError, ValueError):
        pass  # A name with a NUL in it, or longer than names may be, is no file.
    raise FileNotFound


def part_of(header: str | None, size: int) -> Part | None:
    """
    Return the part a `Range` header asks for, or None when the whole is to be sent.

    Several ranges at once, or a header that is not understood, mean the whole (RFC 9110 §14.2).

    Raises:
        ValueError: The file has no such part.
    """
    match = _RANGE.match(header.strip()) if header else None
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first == "":
        if int(last) == 0 or size == 0:
            raise ValueError("an empty part")
        return Part(max(0, size - int(last)), size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise ValueError("beyond the end")
    return Part(int(first), min(int(last), size - 1) if last else size - 1)


async def send_file(request: Request[Any, Any, Any], path: Path) -> Response[Any]:
    """Return a file, the part of it that was asked for, or word that it has not changed."""
    status = await anyio.Path(path).stat()
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    hashed = _HASHED.search(path.name) is not None
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, max-age=31536000, immutable" if hashed else "no-cache",
    }
    if path.suffix == ".js":
        # A worker lives by the policy of its own file: it may fetch from this server and from nowhere else.
        headers["Content-Security-Policy"] = WORKER_POLICY
    asked = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in asked or asked == ["*"]:
        return Response(None, status_code=304, headers=headers)
    size = status.st_size
    wanted = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        wanted = None
    try:
        part = part_of(wanted, size)
    except ValueError:
        return problem(request, 416, "http.range_not_satisfiable", headers={"Content-Range": f"bytes */{size}"})
    sent = part or Part(0, size - 1)
    headers["Content-Length"] = str(sent.last - sent.first + 1)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if request.method == "HEAD":
        sent = Part(0, -1)
    return Stream(_chunks(path, sent), status_code=200 if part is None else 206, media_type=media_type, headers=headers)


async def _chunks(path: Path, part: Part) -> AsyncIterator[bytes]:
    left = part.last - part.first + 1
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(part.first)
        while left > 0 and (chunk := await file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
