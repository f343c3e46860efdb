"""
How a word sounds, whichever script and spelling it is written in.

Persian leaves short vowels out and has several letters for one consonant; Latin transliterations write vowels at will.
So words are compared by their consonants (`sound`), then by the long vowels between them (`voiced`).
"""

import re
from functools import lru_cache

# One sign a consonant: c for چ, j for ج and ژ, q for غ and ق, S for ش, x for خ. Vowels: a, i, u; short ones are left out.
_PERSIAN = str.maketrans(
    dict(zip("بپتطثسصجژچحهخدذزضظرشغقفکگلمنویا", "bpttsssjjchhxdzzzzrSqqfkglmnuia", strict=True)) | {"ع": ""}
)
_SAME_LETTER = str.maketrans("طثصحذضظغ", "تسسهزززق")
_DIGRAPHS = {
    "kh": "x",
    "gh": "q",
    "sh": "S",
    "ch": "C",
    "zh": "j",
    "dj": "j",
    "ck": "k",
    "ph": "f",
    "oo": "u",
    "ou": "u",
    "ow": "u",
    "ee": "i",
    "ei": "i",
    "ey": "i",
    "ay": "i",
    "aa": "a",
}
_DIGRAPH = re.compile("|".join(_DIGRAPHS))
_LATIN = str.maketrans({"C": "c", "c": "k", "w": "u", "v": "u", "y": "i", "e": "", "o": ""})
_FIRST_LATIN = {"w": "v", "v": "v", "y": "y", "e": "a", "i": "a", "o": "a", "u": "a"}
_FIRST_PERSIAN = {"و": "v", "ی": "y", "ع": "a", "ا": "a"}
_TWICE = re.compile(r"(.)\1+")
_VOWELS = str.maketrans("", "", "aiu")


@lru_cache(maxsize=65_536)
def voiced(word: str) -> str:
    """Return the consonants and long vowels of a folded word; equal for «اهواز», Ahvaz and Ahwaz."""
    if word.isascii():
        plain = _DIGRAPH.sub(lambda found: _DIGRAPHS[found[0]], word)
        first = _FIRST_LATIN.get(plain[:1])
        rest = plain[1:] if first else plain
        if len(word) > 2 and rest.endswith("h"):
            rest = rest[:-1]
        sounds = (first or "") + rest.translate(_LATIN)
    else:
        first = _FIRST_PERSIAN.get(word[:1])
        rest = word[1:] if first else word
        if len(word) > 2 and rest.endswith("ه"):
            rest = rest[:-1]
        if first == "a":
            # «ایران» and «اوج» begin with the second vowel, as Iran and owj do.
            rest = rest.removeprefix("ی").removeprefix("و") if word[:1] == "ا" else rest
        sounds = (first or "") + rest.translate(_PERSIAN)
    return _TWICE.sub(r"\1", sounds)


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return the consonants of a folded word, after what it begins with: «ولیعصر» and valiasr are both vlsr."""
    whole = voiced(word)
    return _TWICE.sub(r"\1", whole[:1] + whole[1:].translate(_VOWELS))


def same_letters(word: str) -> str:
    """Return a Persian word with one letter for each consonant: «طهران» is «تهران»."""
    return word.translate(_SAME_LETTER)
