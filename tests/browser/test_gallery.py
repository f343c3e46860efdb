"""Every shared piece in every state looks as it was last agreed, in both languages and all themes; axe has no complaint."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.gallery_pictures import FAILED, LOOKS, differences, explain, gallery, load, take, unlike
from tests.browser.gallery_pictures import SQUARES_MOST as MOST
from tests.browser.test_accessibility import complaints

pytestmark = pytest.mark.browser
HOW = "If it was meant: python -m tests.browser.gallery_pictures, look at the pictures, and commit them."


@pytest.fixture(scope="module")
def pieces(browser: Browser) -> Iterator[Page]:
    shutil.rmtree(FAILED, ignore_errors=True)
    with gallery(browser) as page:
        yield page


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_every_piece_looks_as_it_was_agreed(pieces: Page, lang: str, theme: str) -> None:
    kept, now = load(lang, theme), take(pieces, lang, theme)
    said = differences(kept.measures, now.measures)
    for name in sorted(kept.pictures.keys() & now.pictures.keys()):
        where = unlike(kept.pictures[name], now.pictures[name])
        if where.sum() > MOST or (said and any(line.startswith(f"{name} ") for line in said)):
            FAILED.mkdir(parents=True, exist_ok=True)
            file = FAILED / f"{lang}-{theme}-{name}.png"
            explain(kept.pictures[name], now.pictures[name], where).save(file)
            said.append(f"{name}: {where.sum()} squares look otherwise: before, now and where in {file}")
    assert kept.pictures.keys() == now.pictures.keys(), HOW
    assert said == [], "\n".join([*said, HOW])
    assert complaints(pieces) == []
