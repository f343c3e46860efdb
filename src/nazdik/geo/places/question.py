"""What was typed, as words to look for."""

import re

from nazdik.geo.words import words_of
from nazdik.kernel.text import latin_digits

CROSSING = "تقاطع"
AND = frozenset(("و", "با", "and", "x", "with"))
WORDS_MAX = 12
# A caller gives one place in a few words; what comes after this many letters is a story.
LETTERS_MAX = 300

# Numbers of houses, floors and flats are on no map; the street is.
_DOOR = re.compile(r"(?:پلاک|واحد|طبقه|زنگ|plaque|pelak|unit|floor|flat)\s*(?:شماره)?\s*\d+", re.IGNORECASE)
# «۹/۱» is a name of its own; «ولیعصر/مطهری» are two.
_BETWEEN = re.compile(r"(?<!\d)\s*[/&+]\s*|\s*[/&+]\s*(?!\d)|\s+[/&+]\s+")


def split_words(text: str) -> list[str]:
    """Return the folded words of a question, at most `WORDS_MAX`; signs that join two streets become «و»."""
    plain = latin_digits(text[:LETTERS_MAX])
    bare = _DOOR.sub(" ", plain)
    words = words_of(_BETWEEN.sub(" و ", bare)) or words_of(_BETWEEN.sub(" و ", plain))
    return list(words[:WORDS_MAX])
