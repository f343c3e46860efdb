"""Another map comes in force under an open console: it is drawn, its offices are read, and what was typed stays."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from nazdik.bootstrap.regions import ask_for_reload
from tests.browser.conftest import PROVINCE
from tests.contract.test_reload import rebuilt
from tests.server import served

pytestmark = pytest.mark.browser
WEBGL = True


def test_an_open_console_takes_the_new_map_and_keeps_what_was_typed(
    browser: Browser, built_region: Callable[[str], Path], tmp_path: Path
) -> None:
    region = Path(shutil.copytree(built_region(PROVINCE), tmp_path / PROVINCE))
    data = tmp_path / "data"
    data.mkdir()
    with served(data, region) as server:
        context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR")
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        assert page.request.post(f"{server.address}/v1/sessions", data={"seat": f"call_taker:{PROVINCE}"}).status == 201
        page.goto(f"{server.address}/console")
        expect(page.locator("body")).to_contain_text("برخط", timeout=20_000)
        expect(page.locator(".map-pane canvas").first).to_be_visible(timeout=30_000)
        page.keyboard.press("F2")
        form = page.locator(".call-form")
        expect(form).to_be_visible()
        page.keyboard.type("سه‌راه طالقانی")
        typed = page.evaluate("document.activeElement.value")
        assert typed == "سه‌راه طالقانی"
        tree = (region / "offices.json").read_text(encoding="utf-8")
        name = next(o["name_fa"] for o in json.loads(tree)["offices"] if o["tier"] == "station")
        (region / "offices.json").unlink()
        (region / "offices.json").write_text(tree.replace(name, "کلانتری نوساز"), encoding="utf-8")
        rebuilt(region)
        with page.expect_request(lambda request: "/style" in request.url, timeout=60_000):
            done = ask_for_reload(data, PROVINCE, wait_s=60)
            assert done is not None and done.done is not None, done
        expect(page.locator("body")).to_contain_text("نقشهٔ تازه به کار افتاد", timeout=20_000)
        assert page.evaluate("document.activeElement.value") == typed, (
            "neither the words nor the place in them were lost"
        )
        page.get_by_role("searchbox").first.fill("نوساز")
        expect(page.locator(".pane-units [role=row]").first).to_contain_text("کلانتری نوساز", timeout=20_000)
        assert faults == []
        context.close()
