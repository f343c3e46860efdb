"""With a virus scanner nothing that it knows is kept, whichever door it comes by, and who sent it is written down."""

import base64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from nazdik.platform.blobs import Blobs
from nazdik.platform.faults import LogFull, LogUnavailable
from tests.clamd import MARK, clamd
from tests.server import HERE, PROVINCE, inside, problem


def picture() -> bytes:
    """Return a picture as telephones send it."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue()


def sent(body: bytes) -> str:
    """Return bytes as they go into JSON."""
    return base64.b64encode(body).decode()


@pytest.mark.asyncio
async def test_what_the_scanner_knows_is_kept_by_no_door(tmp_path: Path, built_region: Callable[[str], Path]) -> None:
    keys = iter(range(100))

    def kept() -> list[Path]:
        return [file for file in (tmp_path / "photos").rglob("*") if file.is_file()]

    async with clamd() as there, inside(tmp_path, built_region(PROVINCE), clamd=there.address) as (running, desk):

        async def post(path: str, body: Any, **more: Any) -> httpx.Response:
            headers = {"idempotency-key": f"scan-{next(keys)}", **more}
            return await desk.post(path, json=body, headers=headers)

        incident = (await post("/v1/incidents", {"kind": "noise", "point": HERE})).json()["incident_id"]
        photos = f"/v1/incidents/{incident}/photos"
        refused = problem(await post(photos, {"image": sent(picture() + MARK)}), 422, "files.infected")
        assert refused == {"found": "Nazdik.Test.Mark"}
        assert kept() == [] and there.seen[-1].endswith(MARK)
        assert (await post(photos, {"image": sent(picture())})).status_code == 201
        assert len(kept()) == 1

        seat = (await desk.post("/v1/sessions", json={"seat": f"administrator:{PROVINCE}"})).json()
        head = {"authorization": f"Bearer {seat['token']}"}
        file = {"office": PROVINCE, "name": "units.csv", "file": sent(b"call sign,office\n" + MARK)}
        problem(await post("/v1/imports/units/try", file, **head), 422, "files.infected")
        problem(await post("/v1/imports/units/draft", {**file, "why": "x"}, **head), 422, "files.infected")

        there.instead = b"INSTREAM size limit exceeded. ERROR\0"
        problem(await post(photos, {"image": sent(picture())}), 503, "files.scanner_away")
        audit = running.entrance.building.audit
        assert audit is not None
        rows = [row for row in audit.read(0, 1_000) if row.what == "file_infected"]
        assert [row.subject for row in rows] == [incident, PROVINCE, PROVINCE]
        assert {row.purpose for row in rows} == {"Nazdik.Test.Mark"}


@pytest.mark.asyncio
async def test_what_cannot_be_kept_is_refused_in_words(
    tmp_path: Path, built_region: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with inside(tmp_path, built_region(PROVINCE)) as (_, desk):
        key = {"idempotency-key": "one"}
        said = await desk.post("/v1/incidents", json={"kind": "noise", "point": HERE}, headers=key)
        photos, body = f"/v1/incidents/{said.json()['incident_id']}/photos", {"image": sent(picture())}
        for fault, code in (
            (LogUnavailable("a disk that reads only"), "log.unavailable"),
            (LogFull("full"), "log.disk_full"),
        ):

            def keep(*_: object, fault: Exception = fault) -> None:
                raise fault

            with monkeypatch.context() as patched:
                patched.setattr(Blobs, "keep", keep)
                problem(await desk.post(photos, json=body, headers={"idempotency-key": "two"}), 503, code)
        assert (await desk.post(photos, json=body, headers={"idempotency-key": "two"})).status_code == 201
