"""Every word that a page of 197 asks for is there, in Persian and in English."""

import re
from pathlib import Path

import pytest

import nazdik.oversight

PAGES = Path(nazdik.oversight.__file__).with_name("pages")
SCRIPTS = sorted(PAGES.glob("*.js"))
_WORD = re.compile(r"(?:^|[\s{,])(\w+): \[(\"(?:[^\"\\]|\\.)*\"), (\"(?:[^\"\\]|\\.)*\")\]", re.MULTILINE)
NAMES = {"Open311"}
_ASKED = re.compile(r"\bt\(\"(\w+)\"")
# One of several, as the case may be: `t(is_so ? "one" : "other")`.
_CHOSEN = re.compile(r"\bt\([^()?]*\?([^()]*)\)")
_QUOTED = re.compile(r"\"(\w+)\"")


def words() -> dict[str, tuple[str, str]]:
    found = [match.groups() for script in SCRIPTS for match in _WORD.finditer(script.read_text(encoding="utf-8"))]
    return {name: (fa.strip('"'), en.strip('"')) for name, fa, en in found}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_word_that_a_page_asks_for_is_there(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    asked = {*_ASKED.findall(text), *(word for chosen in _CHOSEN.findall(text) for word in _QUOTED.findall(chosen))}
    assert asked - set(words()) == set()


def test_every_word_is_persian_and_english_with_the_same_places_for_values() -> None:
    known = words()
    assert len(known) > 250
    for name, (fa, en) in known.items():
        assert fa in NAMES or re.search("[\u0600-\u06ff۰-۹]", fa), f"{name} is not in Persian: {fa}"
        assert not re.search("[\u0600-\u06ff]", en) and en.strip(), f"{name} is not in English: {en}"
        assert sorted(re.findall(r"\{\w+\}", fa)) == sorted(re.findall(r"\{\w+\}", en)), name
