"""One word for one thing: the words that docs/glossary.md decided against stay out of the texts that people see."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nazdik.bootstrap.texts import TEXTS
from nazdik.organisation.model import Role
from nazdik.organisation.seats import demo_seats
from nazdik.organisation.units import establishment
from nazdik.platform.http import messages
from nazdik.published.catalogue import KINDS
from tests.unit.organisation.doubles import KHUZESTAN, SmallTree

ROOT = Path(__file__).resolve().parents[2]
# The word (as a stem, with or without a joiner) and what stands in its place.
REJECTED = {
    "ادار[هۀی]": "یگان (office)",
    "پاسخ‌?گو": "تلفن‌گیر (call-taker)",
    "اپراتور": "تلفن‌گیر (call-taker), اعزام‌کننده (dispatcher)",
    "اعلام اضطرار": "کمک فوری (emergency, panic)",
    "دکمهٔ? اضطرار": "کمک فوری (emergency, panic)",
    "رویداد(?! خود)": "رخداد (incident), واقعه (event)",
    "حادثه": "رخداد (incident)",
    "سرور": "کارساز (server)",
}
PERSIAN = re.compile(r'"([^"\n]*[\u0600-\u06ff][^"\n]*)"')
FEATURES = ROOT / "web/src/features"
WORDS_OF_ALL = [ROOT / f"web/src/i18n/{name}.ts" for name in ("messages.fa", "refusals", "services")]
CATALOGUES = sorted([*WORDS_OF_ALL, *FEATURES.rglob("messages.ts"), *FEATURES.glob("*/messages/*.ts")])


def server_texts() -> Iterator[str]:
    """Yield every Persian text that the server itself gives out."""
    yield from (persian for persian, _ in (*TEXTS.values(), *messages._TEXTS.values()))
    yield from (kind.name_fa for kind in KINDS)
    tree = SmallTree()
    for seat in demo_seats(tree, establishment(tree, KHUZESTAN, units=5)):  # type: ignore[arg-type]
        yield from (seat.title_fa, seat.about_fa)


def rejected_in(text: str) -> list[str]:
    return [f"{text}: {instead}" for word, instead in REJECTED.items() if re.search(word, text)]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "/".join(path.parts[-3:]))
def test_no_catalogue_uses_a_word_that_was_decided_against(path: Path) -> None:
    texts = PERSIAN.findall(path.read_text(encoding="utf-8"))
    assert texts or path == FEATURES / "console/messages.ts", "the console's gathers what others say"
    assert [found for text in texts for found in rejected_in(text)] == []


def test_no_text_of_the_server_uses_one() -> None:
    assert [found for text in server_texts() for found in rejected_in(text)] == []


def test_the_glossary_itself_uses_none_for_screens() -> None:
    rows = [line.split("|")[2] for line in (ROOT / "docs/glossary.md").read_text().splitlines() if line.count("|") >= 4]
    assert len(rows) > 80
    assert [found for word in rows for found in rejected_in(word)] == []


def test_a_seat_is_called_what_its_role_is_called() -> None:
    fa = (ROOT / "web/src/i18n/messages.fa.ts").read_text(encoding="utf-8")
    tree = SmallTree()
    titles = {seat.role: seat.title_fa for seat in demo_seats(tree, establishment(tree, KHUZESTAN, units=5))}  # type: ignore[arg-type]
    for role in (Role.CALL_TAKER, Role.DISPATCHER):
        word = re.search(rf'"role\.{role.value}": "([^"]+)"', fa)
        assert word is not None and titles[role].startswith(word[1])


def test_what_is_refused_on_the_way_in_is_said_in_the_servers_own_words() -> None:
    """The first page has them in both languages, because it may change its language after the refusal came."""
    known = {**messages._TEXTS, **TEXTS}
    text = (FEATURES / "welcome/messages.refusals.ts").read_text(encoding="utf-8")
    fa, en = text.split("\n  en: {")
    for n, part in enumerate((fa, en)):
        said = dict(re.findall(r'"problem\.([a-z_.]+)":\s+"([^"\n]+)"', part))
        assert len(said) == 15 and said == {code: known[code][n] for code in said}
