"""What the console is told of a call in codes it can say in both languages."""

from enum import StrEnum
from pathlib import Path

import pytest

from nazdik.intake.model import CallState, Channel, Outcome

WORDS = Path(__file__).parents[3] / "web" / "src" / "features" / "console" / "messages" / "calls.ts"


@pytest.mark.parametrize(("of", "codes"), [("callState", CallState), ("channel", Channel), ("outcome", Outcome)])
def test_each_code_has_its_word_in_both_languages(of: str, codes: type[StrEnum]) -> None:
    said = WORDS.read_text(encoding="utf-8")
    assert {code: said.count(f'"{of}.{code}":') for code in codes} == dict.fromkeys(codes, 2)
