"""What the server says of itself, for programs that gather it."""

import json
import logging

from nazdik.platform.logs import AsJson


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
    try:
        raise ValueError("why")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    told = AsJson().format(record)
    assert "ValueError: why" in json.loads(told)["error"] and "\n" not in told
