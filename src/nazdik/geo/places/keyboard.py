"""Words typed on the wrong keyboard: Persian letters behind Latin keys, and the reverse (ISIRI 9147)."""

_ROWS = (
    ("qwertyuiop[]", "ضصثقفغعهخحجچ"),
    ("asdfghjkl;'", "شسیبلاتنمکگ"),
    ("zxcvbnm,\\`", "ظطزرذدپوپپ"),
)
_TO_PERSIAN = {latin: persian for latins, persians in _ROWS for latin, persian in zip(latins, persians, strict=True)}
_TO_LATIN = {persian: latin for latin, persian in reversed(_TO_PERSIAN.items())} | {
    "ئ": "m",
    "ي": "d",
    "ك": ";",
    "آ": "h",
}
_AS_PERSIAN = str.maketrans(_TO_PERSIAN)
_AS_LATIN = str.maketrans(_TO_LATIN)


def on_the_other_keyboard(text: str) -> str | None:
    """Return what the same keys write on the other keyboard, or None when the text has letters of neither or both."""
    lower = text.lower()
    latin = sum("a" <= c <= "z" for c in lower)
    persian = sum("\u0600" <= c <= "\u06ff" and c.isalpha() for c in lower)
    if bool(latin) == bool(persian):
        return None
    return lower.translate(_AS_PERSIAN if latin else _AS_LATIN)
