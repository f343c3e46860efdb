"""The samples of docs/interfaces, so that what a page shows is what a test sends."""

import re
from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "docs" / "interfaces"


def samples(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a page in a language, in order."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
