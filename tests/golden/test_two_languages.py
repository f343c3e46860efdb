"""What the server itself says to people is said in both languages, and no page of its own has words outside a table of both."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from nazdik.bootstrap.day_report.words import WORDS as DAY_REPORT
from nazdik.bootstrap.paper.words import WORDS as PAPER
from nazdik.bootstrap.raw_words import WORDS as RAW
from nazdik.bootstrap.texts import TEXTS
from nazdik.geo.eta.pages import DIMENSION_WORDS, VALUE_WORDS
from nazdik.platform.http import messages

SOURCES = Path(__file__).resolve().parents[2] / "src/nazdik"
TABLES: dict[str, Mapping[str, tuple[str, str]]] = {
    "refusals": TEXTS,
    "refusals of HTTP": messages._TEXTS,
    "paper": PAPER,
    "raw journal": RAW,
    "day report": DAY_REPORT,
    "arrivals": {**DIMENSION_WORDS, **VALUE_WORDS},
}
PERSIAN = re.compile(r"[آ-یءئأؤ]{2,}")
LATIN = re.compile(r"[A-Za-z]{3,}")
FIELD = re.compile(r"\{[^{}]*\}")
# Names and abbreviations that are written so in Persian too, addresses, and codes between quotes.
SAME = re.compile(
    r"«[^»]*»|`[^`]*`|(?:[\w-]+)?/[\w./-]+|\b(?:OpenStreetMap|PDF|CSV|JSON|GeoJSON|GPS|SMS|HTTPS|HTTP|TLS|MQTT|SIP|ETA|URL|PNG|JPEG|JPG|WebP|Traccar"
    r"|OwnTracks|Nazdik|Idempotency-Key|Content-Length|Content-Type|Retry-After|Authorization|[a-z]+(?:_[a-z]+)+|[A-Z]{2,})\b"
)


def odd(fa: str, en: str) -> list[str]:
    """Say what is wrong with a pair: a language in the other's place, or values that only one of them names."""
    persian, english = FIELD.sub(" ", fa), FIELD.sub(" ", en)
    said = []
    if re.search(r"[^\W\d_]", persian) and not PERSIAN.search(persian) and LATIN.search(SAME.sub(" ", persian)):
        said.append(f"no Persian: {fa}")
    if stray := LATIN.findall(SAME.sub(" ", persian)):
        said.append(f"{stray} in {fa}")
    if PERSIAN.search(english.replace("فارسی", "")):
        said.append(f"Persian in {en}")
    if set(FIELD.findall(fa)) != set(FIELD.findall(en)):
        said.append(f"other values: {fa} / {en}")
    return said


@pytest.mark.parametrize("name", TABLES)
def test_what_the_server_says_is_said_in_both_languages(name: str) -> None:
    assert len(TABLES[name]) > 5
    assert [f"{key}: {each}" for key, (fa, en) in TABLES[name].items() for each in odd(fa, en)] == []


def test_a_pair_that_is_wrong_is_seen() -> None:
    assert odd("پیام فرستاده شد", "The message was sent") == []
    assert odd("The message was sent", "The message was sent")
    assert odd("پیام sent شد", "The message was sent")
    assert odd("پیام فرستاده شد", "پیام فرستاده شد")
    assert odd("واحد {unit}", "the unit")


TAG = re.compile(r"<[^<>]*>")
NOT_READ = re.compile(r"<(style|script)\b.*?(?:</\1>|$)", re.DOTALL)
SPOKEN = re.compile(r"\b(?:title|alt|aria-label|placeholder)=\\?\"([^\"\0]*)")


def words_of_pages(source: str) -> Iterator[tuple[int, str]]:
    """Yield the words that stand in the HTML of a module's own strings, with their lines."""
    nodes = list(ast.walk(ast.parse(source)))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            # What is put in is a value: it has no words of this module.
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
        else:
            continue
        if not re.search(r"</?[a-z]+[^<>]*>", text) or ("\n\n" in text and not text.lstrip().startswith("<")):
            continue
        shown = re.sub(r"\{+\w+\}+", "7", NOT_READ.sub(" ", text))
        pieces = [*TAG.sub("\0", shown).split("\0"), *SPOKEN.findall(shown)]
        for piece in pieces:
            if PERSIAN.search(piece) is not None or LATIN.search(re.sub(r"&\w+;", " ", piece)) is not None:
                yield node.lineno, piece.strip()


def said_in_one(piece: str) -> bool:
    """Whether a piece is in one language only: a sheet for strangers may say everything twice."""
    return (PERSIAN.search(piece) is None) != (LATIN.search(piece) is None)


PAGES = sorted(
    path
    for path in [*(SOURCES / "bootstrap").rglob("*.py"), SOURCES / "geo/eta/pages.py"]
    if re.search(r"</(?:td|p|h1|li|title|b)>", path.read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_no_page_of_the_server_has_words_of_its_own(path: Path) -> None:
    found = [
        f"{line}: {piece}" for line, piece in words_of_pages(path.read_text(encoding="utf-8")) if said_in_one(piece)
    ]
    assert found == []


def test_the_reading_of_pages_finds_what_it_should_and_only_that() -> None:
    for bad in ('"<h1>Open calls</h1>"', 'f"<td>{n} تماس</td>"', "f'<b title=\"Late\">{n}</b>'"):
        assert [piece for _, piece in words_of_pages(bad) if said_in_one(piece)], bad
    for good in (
        "f\"<h1>{say('title')}</h1>\"",
        '"<style>td{color:red}</style><p>\\u00b7</p>"',
        '"<h1>تماس / Call</h1>"',
    ):
        assert not [piece for _, piece in words_of_pages(good) if said_in_one(piece)], good
