"""Codes that the faces have words for are those that the server takes, and are called the same."""

import re
from pathlib import Path

from nazdik.bootstrap.transfers_api import SERVICES
from nazdik.dispatch.vocabulary import REFUSAL_REASONS

I18N = Path(__file__).resolve().parents[2] / "web/src/i18n"


def words(name: str, prefix: str) -> dict[str, tuple[str, str]]:
    """Return what a catalogue calls each code, in Persian and in English."""
    text = (I18N / name).read_text(encoding="utf-8")
    found = re.findall(rf'^    "{prefix}\.([\w-]+)": "(.+)",$', text, re.MULTILINE)
    persian, english = found[: len(found) // 2], found[len(found) // 2 :]
    assert [code for code, _ in persian] == [code for code, _ in english]
    return {code: (fa, en) for (code, fa), (_, en) in zip(persian, english, strict=True)}


def test_a_crew_is_offered_the_reasons_that_the_server_takes() -> None:
    text = (I18N / "refusals.ts").read_text(encoding="utf-8")
    (offered,) = re.findall(r"REFUSALS = \[(.+)\] as const", text)
    codes = re.findall(r'"(\w+)"', offered)
    assert len(codes) == 4 and set(codes) == REFUSAL_REASONS
    assert set(words("refusals.ts", "refusal")) == REFUSAL_REASONS


def test_other_services_are_called_as_the_server_calls_them() -> None:
    assert words("services.ts", "service") == SERVICES
