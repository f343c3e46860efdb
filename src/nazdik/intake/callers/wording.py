"""What short messages of ours say. A text names where something is put in by a word in braces; each has to stand there once."""

import re

# Carries the link by which a caller shows where they are.
PLACE_LINK = "پلیس ۱۱۰: برای آن‌که جای شما را ببینیم، این نشانی را باز کنید:\n{link}"
TEXT_MAX = 400
_MARKS = re.compile(r"\{([^{}]*)\}")


def wrong_with(text: str, marks: frozenset[str]) -> tuple[str, str] | None:
    """Return what is wrong with a text that should hold these marks, in Persian and English; None when nothing is."""
    if not 0 < len(text.strip()) <= TEXT_MAX:
        return "متن خالی یا بیش از ۴۰۰ نویسه است", f"the text is empty or longer than {TEXT_MAX}"
    if any(not letter.isprintable() and letter not in "\n\u200c\u200e\u200f" for letter in text):
        return "نویسه‌ای دارد که تلفن نشان نمی‌دهد", "it has letters that no telephone shows"
    found = _MARKS.findall(text)
    missing, strange = marks - set(found), set(found) - marks
    if missing:
        said = ", ".join(f"{{{mark}}}" for mark in sorted(missing))
        return f"{said} در آن نیست", f"it lacks {said}"
    if strange or "{" in _MARKS.sub("", text) or "}" in _MARKS.sub("", text):
        return "آکولادی دارد که شناخته نیست", "it has something in braces that is not known"
    return (
        ("یک جای خالی دو بار آمده", "something in braces stands there twice") if len(found) > len(set(found)) else None
    )


def filled(text: str, **values: str) -> str:
    """Return a text with everything put in; what is put in is not looked into."""
    return _MARKS.sub(lambda mark: values[mark[1]], text)
