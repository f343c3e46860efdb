"""
The pages of 197: plain modules, so that a citizen, or somebody they trust, can read what their browser is told to do.

The page that checks receipts is one file that may talk to nobody; its policy says so to the browser.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import segno
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from nazdik.platform.http import find_file, page, send_file

FOLDER = Path(__file__).with_name("pages")
FONT = Path(__file__).resolve().parents[1] / "web" / "fonts" / "Vazirmatn.woff2"
MASK = 2
BORDER = 4
_DARK = re.compile(rb"\x01+")
AnyRequest = Request[Any, Any, Any]
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


@get("/", sync_to_thread=False, include_in_schema=False)
def contact_page() -> Response[bytes]:
    """Return the page on which somebody says something."""
    return page((FOLDER / "index.html").read_text(encoding="utf-8"), plays=True)


@get("/follow", sync_to_thread=False, include_in_schema=False)
def follow_page() -> Response[bytes]:
    """Return the page on which a case is followed by its code."""
    return page((FOLDER / "follow.html").read_text(encoding="utf-8"), plays=True)


@get("/figures", sync_to_thread=False, include_in_schema=False)
def figures_page() -> Response[bytes]:
    """Return the page of the public figures."""
    return page((FOLDER / "figures.html").read_text(encoding="utf-8"))


@get("/meet", sync_to_thread=False, include_in_schema=False)
def meet_page() -> Response[bytes]:
    """Return the page on which a turn at a meeting is taken and given back."""
    return page((FOLDER / "meet.html").read_text(encoding="utf-8"))


@get("/queue", sync_to_thread=False, include_in_schema=False)
def queue_page() -> Response[bytes]:
    """Return the board of a meeting's queue, for a wall in the mosque and for the telephone of whoever waits."""
    return page((FOLDER / "queue.html").read_text(encoding="utf-8"))


@get("/", sync_to_thread=False, include_in_schema=False)
def desk_page() -> Response[bytes]:
    """Return the page of a desk."""
    return page((FOLDER / "desk.html").read_text(encoding="utf-8"), plays=True)


@get("/service-desk", sync_to_thread=False, include_in_schema=False)
def service_desk_page() -> Response[bytes]:
    """Return the page of a service desk, which works without network."""
    return page((FOLDER / "service_desk.html").read_text(encoding="utf-8"))


@get("/service-desk-worker.js", include_in_schema=False)
async def service_desk_worker(request: AnyRequest) -> Response[Any]:
    """Return what keeps that page; it lies beside the page because it may serve only what lies below it."""
    return await send_file(request, find_file(FOLDER, "service_desk_worker.js"))


@cache
def _verifier() -> tuple[bytes, str]:
    source = (FOLDER / "verify.html").read_text(encoding="utf-8")
    hashes = {kind: b64encode(sha256(text.encode()).digest()).decode() for kind, text in _INLINE.findall(source)}
    policy = (
        f"default-src 'none'; script-src 'sha256-{hashes['script']}'; style-src 'sha256-{hashes['style']}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return source.encode(), policy


@get("/verify", sync_to_thread=False, include_in_schema=False)
def verify_page() -> Response[bytes]:
    """Return the page that checks receipts by itself."""
    body, policy = _verifier()
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


@get("/pages/{name:str}", include_in_schema=False)
async def get_page_file(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    """Return a file of the pages. Refusals: http.not_found (404)."""
    return await send_file(request, find_file(FOLDER, name))


@get("/fonts/Vazirmatn.woff2", include_in_schema=False)
async def get_font(request: AnyRequest) -> Response[Any]:
    """Return the typeface. Refusals: http.not_found (404)."""
    return await send_file(request, find_file(FONT.parent, FONT.name))


def qr_of(request: AnyRequest, digits: str) -> str:
    """Return the code as a picture: the address of the follow-up page with the code behind the #, which no server is sent."""
    address = f"{request.url.scheme}://{request.headers.get('host', '197')}/follow#{digits}"
    # Trying all eight masks is most of the work of a contact. For these addresses this one is within two in a hundred of the best.
    return _drawn(segno.make(address[:300], error="m", mask=MASK).matrix)


def _drawn(matrix: Sequence[bytearray]) -> str:
    """Return a code as one line of strokes, dark on light whatever the page is."""
    side = len(matrix) + 2 * BORDER
    dark = "".join(
        f"M{run.start() + BORDER} {y + BORDER}.5h{run.end() - run.start()}"
        for y, row in enumerate(matrix)
        for run in _DARK.finditer(row)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * 4}" height="{side * 4}" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" shape-rendering="crispEdges" d="{dark}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


_FILES: tuple[BaseRouteHandler, ...] = (get_page_file, get_font)
CITIZEN_ROUTES: tuple[BaseRouteHandler, ...] = (
    contact_page,
    follow_page,
    verify_page,
    figures_page,
    meet_page,
    queue_page,
    *_FILES,
)
DESK_ROUTES: tuple[BaseRouteHandler, ...] = (desk_page, queue_page, service_desk_page, service_desk_worker, *_FILES)
