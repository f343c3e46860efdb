"""Words of addresses as people type them, Persian and Latin: short forms written out, numbers as digits, one spelling."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from nazdik.kernel.text import fold, persian_digits

# An ezafe in Latin letters: Bagh-e Malek, Jomhuriye. What a reader adds between two words names nothing.
_LATIN_EZAFE = re.compile(r"(?<=[a-z]{2})-y?e(?=[\s-])")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# What people write short, or say instead. Both sides of a comparison pass through this table.
_SAME_WORD = {
    "خ": "خیابان",
    "خیابون": "خیابان",
    "بل": "بلوار",
    "ک": "کوچه",
    "بن": "بنبست",
    "چهارراه": "تقاطع",
    "سهراه": "تقاطع",
    "نبش": "تقاطع",
    "اتوبان": "بزرگراه",
    "آزادراه": "بزرگراه",
    "بولوار": "بلوار",
    "بلوار": "بلوار",
    "م": "میدان",
    "فلکه": "میدان",
    "میدون": "میدان",
    "محور": "جاده",
    "ش": "شهید",
    "st": "street",
    "str": "street",
    "ave": "avenue",
    "av": "avenue",
    "blvd": "boulevard",
    "rd": "road",
    "sq": "square",
    "hwy": "highway",
    "expy": "expressway",
    "pkwy": "parkway",
    "kh": "street",
    "khiaban": "street",
    "khiyaban": "street",
    "bolvar": "boulevard",
    "kuche": "alley",
    "koocheh": "alley",
    "koucheh": "alley",
    "kooche": "alley",
    "meydan": "square",
    "meidan": "square",
    "shahrak": "شهرک",
    "shahid": "شهید",
    "va": "و",
    "rusta": "روستا",
    "jade": "جاده",
    "jadde": "جاده",
    "bozorgrah": "بزرگراه",
    "otoban": "بزرگراه",
    "azadrah": "بزرگراه",
    "chaharrah": "تقاطع",
    "nabsh": "تقاطع",
    "taghato": "تقاطع",
    "intersection": "تقاطع",
    "crossing": "تقاطع",
    "corner": "تقاطع",
    "junction": "تقاطع",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
}
_CARDINALS = _listed("یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده بیست")
_ORDINALS = _listed(
    "یکم دوم سوم چهارم پنجم ششم هفتم هشتم نهم دهم یازدهم دوازدهم سیزدهم چهاردهم پانزدهم شانزدهم هفدهم هجدهم نوزدهم بیستم"
)
_TENS = {word: 10 * n for n, word in enumerate(_listed("بیست سی چهل پنجاه شصت هفتاد هشتاد نود"), start=2)}
_NUMBERS = {word: n for words in (_CARDINALS, _ORDINALS) for n, word in enumerate(words, start=1)} | {"اول": 1}
_NUMBERS |= {word + ending: n for word, n in _TENS.items() for ending in ("", "م")}
_NUMBERS |= {"سیام": 30, "صد": 100, "صدم": 100}
# Written as one word: «بیستوسوم».
_NUMBERS |= {
    f"{tens}و{unit}": _TENS[tens] + n
    for tens in _TENS
    for unit, n in tuple(_NUMBERS.items())
    if n < 10 and unit not in _TENS
}

# Words that say what sort of thing a name is. They help to choose, but alone they name nothing.
GENERIC_WORDS = frozenset(
    _listed(
        "خیابان بلوار کوچه بنبست میدان بزرگراه جاده پل تقاطع شهرستان شهر شهرک روستا کوی محله استان به و دهستان بخش "
        "street avenue boulevard alley square road highway expressway parkway county city town village bridge "
        "north south east west the of and drive place lane"
    )
)
# Titles that signs carry and callers leave out.
TITLES = frozenset(_listed("شهید دکتر استاد سردار حاج سید ایت الله امام پروفسور مهندس shahid doctor dr emam"))


# Words that `words_of` writes otherwise, and what it makes of them: numbers and short forms.
SPOKEN: Mapping[str, str] = MappingProxyType(
    {word: str(n) for word, n in _NUMBERS.items()}
    | {word: other for word, other in _SAME_WORD.items() if len(word) > 2}
    | {word: word for word in (*GENERIC_WORDS, *TITLES) if len(word) > 1}
    | {"روستای": "روستا"}
)


def has_arabic_script(text: str) -> bool:
    """Whether any letter of `text` is of the Arabic script."""
    return any("\u0600" <= c <= "\u06ff" or "\ufb50" <= c <= "\ufefc" for c in text)


def for_people(name: str) -> str:
    """Return a name as the map shows it: a Persian name has Persian digits, a Latin one keeps its own."""
    return persian_digits(name) if has_arabic_script(name) else name


def plain_latin(name: str) -> str:
    """Return a transliterated name as people write it in English, without strokes, dots and apostrophes."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub("['’‘ʻʼ`ʿʾ]", "", bare)


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of `text`: short forms written out, numbers in words as digits, a loose ezafe left out."""
    plain = _LATIN_EZAFE.sub(" ", text.casefold())
    return tuple(_in_digits([_one_spelling(_SAME_WORD.get(word, word)) for word in fold(plain).split()]))


def _in_digits(words: list[str]) -> list[str]:
    """Write numbers as digits: «بیست و دوم» is 22; and leave out the ezafe that stands alone: «کوچه ی»."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in _TENS and at + 1 < len(words):
            rest = words[at + 1 : at + 3] if words[at + 1] == "و" else [words[at + 1][:1], words[at + 1][1:]]
            if rest[0] == "و" and 0 < _NUMBERS.get(rest[-1], 0) < 10:
                found.append(str(_TENS[word] + _NUMBERS[rest[-1]]))
                at += 3 if words[at + 1] == "و" else 2
                continue
        if word != "ی" or len(words) == 1:
            found.append(str(_NUMBERS[word]) if word in _NUMBERS else word)
        at += 1
    return found


def _one_spelling(word: str) -> str:
    """
    Return the one form of a word that is written in several.

    Persian vowels are written in Latin in several ways (Dezfool, Dezful; Ahwaz, Ahvaz); an ezafe after a long vowel may be
    there or not (روستا, روستای).
    """
    if word.endswith(("ای", "وی")) and len(word) > 4:
        return word[:-1]
    if word in GENERIC_WORDS or not word.isascii():
        return word
    return word.replace("oo", "u").replace("ou", "u").replace("ee", "i").replace("w", "v")
