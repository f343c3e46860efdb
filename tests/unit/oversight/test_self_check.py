"""The server of complaints checks its own logs too."""

from pathlib import Path

import apsw
import pytest

from nazdik.bootstrap.oversight.house import LOG, build_oversight
from nazdik.bootstrap.watch import self_check


async def test_a_changed_row_of_the_complaints_or_of_their_audit_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "EVERY_S", 3_600.0)
    house = build_oversight(tmp_path)
    await house.open()
    assert house.checking is not None and not house.checking.done()
    assert set(house.checks.logs) == {LOG, "audit"}
    await house.audit.record(actor="a", what="case", subject="c1", purpose="work")
    for name in house.checks.logs:
        await house.checks.look(name)
        assert house.checks.logs[name].whole_at is not None
    await house.audit.record(actor="a", what="case", subject="c2", purpose="work")
    connection = apsw.Connection(str(tmp_path / "audit.sqlite"))
    connection.execute("UPDATE entries SET subject = 'c3' WHERE subject = 'c2'")
    connection.close()
    await house.checks.look("audit")
    wrong = house.checks.logs["audit"].wrong
    assert wrong is not None and wrong.reason == "log.entry_changed"
    assert house.audit.read()[-1].what == "log_damaged"
    await house.close()
