"""What the server says of itself, for programs that gather it."""

import json
import logging

import pytest

from nazdik.kernel.rejected import Conflict
from nazdik.platform import logs
from nazdik.platform.logs import AsJson, without_words

SAID = "what a caller said"


def test_a_line_is_one_object_whatever_is_in_it() -> None:
    record = logging.LogRecord("nazdik.door", logging.WARNING, "", 0, "request %s of\n%r", ("r1", 'a "b"\r\n'), None)
    line = AsJson().format(record)
    said = json.loads(line)
    assert "\n" not in line and "\r" not in line
    assert {**said, "at": ""} == {
        "at": "",
        "level": "warning",
        "logger": "nazdik.door",
        "said": "request r1 of\n'a \"b\"\\r\\n'",
    }
    assert said["at"].endswith("+00:00")


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_fault_is_told_by_its_place_and_kind_without_the_words_it_was_about(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    try:
        logs.set_up(form)
        try:
            _read(SAID)
        except KeyError as error:
            # Apart from other handlers, which keep what they made of a fault in its record.
            record = root.makeRecord("nazdik", 40, "", 0, "failed", (), (KeyError, error, error.__traceback__))
            root.handlers[-1].handle(record)
    finally:
        root.handlers[:] = before
    told = capsys.readouterr().err
    assert SAID not in told
    assert told.index("test_logs.py") < told.index("ValueError") < told.index("which led to:") < told.index("KeyError")


def test_what_is_ours_or_the_systems_is_told_in_words() -> None:
    assert without_words(OSError(28, "No space left on device")).endswith("OSError: [Errno 28] No space left on device")
    assert without_words(AssertionError("the log is older")).endswith("AssertionError: the log is older")
    assert without_words(Conflict(words=SAID)).endswith("Conflict: conflict")
    several = without_words(ExceptionGroup(SAID, [ValueError(SAID), OSError("gone")]))
    assert several.split() == [
        "ExceptionGroup",
        "one",
        "of",
        "them:",
        "ValueError",
        "one",
        "of",
        "them:",
        "OSError:",
        "gone",
    ]


def _read(words: str) -> None:
    try:
        int(words)
    except ValueError as error:
        raise KeyError(words) from error
