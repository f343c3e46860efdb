"""Messages that no partner's webhook took: they go by a rule, signed and said like everything else, and nothing of them is left."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.retention.elsewhere import with_elsewhere
from nazdik.bootstrap.retention.letters import Shelves, erase_letters
from nazdik.bootstrap.retention.planning import plan
from nazdik.bootstrap.retention.proving import prove
from nazdik.bootstrap.retention.records import read_erasures
from nazdik.bootstrap.retention.rules import read_rules
from nazdik.bootstrap.retention.watch import Retention
from nazdik.cli import app
from nazdik.interchange.webhook_store import FILE, Message, WebhookStore
from nazdik.kernel import Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import Audit
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import SqliteLog
from nazdik.platform.settings import Settings
from tests.town import START

DAY_S = 86_400
SECRET = "نام تماس‌گیرنده"


def _letter(n: int, made_at: Instant, *, waits: bool = False) -> Message:
    body = f'{{"id":"p:{n}","said":"{SECRET} {n}"}}'.encode()
    return Message(f"evt_{n}", "hook", "p.i1", body, made_at, 10, made_at if waits else None, "500")


def _lies(data: Path, n: int) -> bool:
    return any(f"{SECRET} {n}".encode() in path.read_bytes() for path in data.glob(f"{FILE}*"))


async def test_what_no_partner_took_goes_by_rule_signed_and_said_in_the_audit(tmp_path: Path) -> None:
    SqliteLog(tmp_path / "p.log.sqlite").close()
    (rule,) = read_rules(tmp_path, trail_days=30)
    assert rule.letters_days == 30
    store, clock = WebhookStore(tmp_path / FILE), VirtualClock(START)
    old = Instant(START - 31 * DAY_S * 1_000_000)
    young = Instant(START - 29 * DAY_S * 1_000_000)
    store.put("hook", "p", 3, [_letter(1, old), _letter(2, young), _letter(3, old, waits=True)])
    audit = Audit(SqliteLog(tmp_path / "audit.sqlite"), clock)
    retention = Retention(Settings(data_dir=tmp_path), None, audit, clock, letters=Shelves(store, None))
    assert _lies(tmp_path, 1)
    erased = await retention.run_once()
    assert [(line.of, line.days, [gone.name for gone in line.files]) for line in erased.lines] == [
        ("letters", 30, ["letters/evt_1"])
    ]
    assert [one.id for one in store.waiting("hook")] == ["evt_3", "evt_2"], "what is tried again stays"
    assert not _lies(tmp_path, 1) and _lies(tmp_path, 2)
    assert (await retention.run_once()).lines == []
    rows = [row for row in audit.read() if row.what == "erased"]
    assert [(row.subject, row.details["files"]) for row in rows] == [("retention:letters", 1)]
    clock.move_to(plus_s(START, 2 * DAY_S))
    assert [line.files[0].name for line in (await retention.run_once()).lines] == ["letters/evt_2"]
    await audit.close()
    planned = plan(tmp_path, [rule], clock.now())
    assert prove(tmp_path, planned).faults == []
    # Somebody puts back what was erased.
    store.put("hook", "p", 4, [_letter(1, old)])
    assert prove(tmp_path, planned).faults == ["the message evt_1 was erased and is there"]
    store.close()


def test_more_than_fit_in_one_line_are_several_lines(tmp_path: Path) -> None:
    store = WebhookStore(tmp_path / FILE)
    store.put("hook", "p", 1, [_letter(n, Instant(START - 5 * DAY_S * 1_000_000)) for n in range(501)])
    lines = list(erase_letters(tmp_path, Shelves(store, None), 4, START, by="system"))
    assert [len(line.files) for line in lines] == [500, 1] and read_erasures(tmp_path) == lines
    assert store.waiting("hook") == []
    store.close()


def test_the_commands_tell_of_what_is_overdue_in_both_languages_and_erase_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nazdik.platform.clock.SystemClock.now", lambda _: START)
    SqliteLog(tmp_path / "p.log.sqlite").close()

    def said(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["retention", *words, "--data", str(tmp_path)])
        return done.exit_code, done.output

    assert "letters: 30 days; 0 messages" in said("plan")[1] and not (tmp_path / FILE).exists(), "telling makes no file"
    store = WebhookStore(tmp_path / FILE)
    store.put("hook", "p", 2, [_letter(1, plus_s(START, -31 * DAY_S)), _letter(2, plus_s(START, -29 * DAY_S))])
    code, text = said("plan", "--names")
    assert code == 0 and "letters: 30 days; 1 messages" in text and "evt_1" in text and "evt_2" not in text
    assert "پیام‌هایی که گیرنده‌ای نگرفت: ۳۰ روز؛ ۱ پیام" in text, text
    code, text = said("prove")
    assert code == 1 and "the message evt_1, that no partner took, is past its time and is there" in text
    assert "زمان ۱ پیامی که گیرنده‌ای نگرفت گذشته است و هنوز هست" in text
    code, text = said("apply")
    assert code == 0 and "letters: 1 files" in text and [one.id for one in store.waiting("hook")] == ["evt_2"]
    code, text = said("prove")
    assert code == 0 and "هر چه باید می‌رفت رفته است" in text, text
    store.close()


def test_a_plan_knows_of_them_by_the_longest_rule(tmp_path: Path) -> None:
    SqliteLog(tmp_path / "p.log.sqlite").close()
    (rule,) = read_rules(tmp_path, trail_days=30)
    store = WebhookStore(tmp_path / FILE)
    store.put("hook", "p", 1, [_letter(1, plus_s(START, -31 * DAY_S))])
    rules = [rule, replace(rule, letters_days=60)]
    for asked, overdue in (([rule], ("evt_1",)), (rules, ())):
        known = with_elsewhere(plan(tmp_path, asked, START), Settings(data_dir=tmp_path), asked)
        assert known.letters is not None and known.letters.ids == overdue and known.away == ""
    store.close()
