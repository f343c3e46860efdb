"""The audit of a node in PostgreSQL goes by rule too: there first, then in the copy, and no entry may become anything else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.retention.elsewhere import verdict_in_store, with_elsewhere
from nazdik.bootstrap.retention.planning import Plan, plan
from nazdik.bootstrap.retention.proving import prove
from nazdik.bootstrap.retention.rules import Ruled
from nazdik.bootstrap.retention.watch import Retention
from nazdik.bootstrap.seals import Seals
from nazdik.cli import app
from nazdik.cli.retention_words import away, of_audit, overdue
from nazdik.kernel import Instant, ProvinceId
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import Audit
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import SqliteLog, verify_file
from nazdik.platform.eventlog.heads import HEADS_FILE, read_heads
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.postgres import Node, PostgresLog, PostgresReader, verify_log
from nazdik.platform.eventlog.postgres.kept import KeptInStore
from nazdik.platform.eventlog.walk import Walk
from nazdik.platform.settings import Settings
from tests.postgres import Postgres, new_name

DAY_S = 86_400
# Long over by any clock: the store goes by its own.
BEGAN = Instant(1_500_000_000_000_000)
RULE = Ruled(ProvinceId("p"), 30, 365, 90, (), (), (), audit_days=400)


class Site:
    """A node whose audit is in PostgreSQL: a look each ten days for 600 days, a signed head after each."""

    def __init__(self, server: Postgres, data: Path) -> None:
        self.server, self.data = server, data
        self.node = new_name("node").replace("_", "-")
        self.name = f"audit.{self.node}"
        self.url = server.writer(new_name("login"), self.name)
        self.clock = VirtualClock(BEGAN)
        self.stored = PostgresLog(self.url, self.name, Node("node"))
        self.log = self.copied(data / "audit.sqlite")
        self.log.write_to(self.stored)
        self.audit = Audit(self.log, self.clock)
        self.seals = Seals({"audit": self.log}, data, self.clock, audit=None)

    @property
    def settings(self) -> Settings:
        """What a command of this node goes by."""
        url_file = self.data / "login.url"
        url_file.write_text(self.url)
        return Settings(data_dir=self.data, postgres_url_file=url_file, node_name=self.node)

    def planned(self, rule: Ruled = RULE) -> Plan:
        at = self.clock.now()
        return with_elsewhere(plan(self.data, [rule], at), self.settings, [rule])

    def copied(self, path: Path) -> MirroredLog:
        return MirroredLog(PostgresReader(self.url, self.name), path)

    async def fill(self) -> None:
        for n in range(60):
            self.clock.move_to(plus_s(BEGAN, n * 10 * DAY_S))
            await self.audit.record(
                actor=f"person {n}", what="detail", subject=f"p.i{n}", purpose=f"secret purpose {n}"
            )
            self.seals.seal()
        self.clock.move_to(plus_s(BEGAN, 600 * DAY_S))

    async def apply(self) -> int:
        return await Retention(Settings(data_dir=self.data), None, self.audit, self.clock).cut_audit()

    def verdicts(self) -> list[str]:
        heads = read_heads(self.data / HEADS_FILE)
        walked = Walk(KeptInStore(self.url, self.name)).step(1_000)
        assert walked is not None
        found = (
            verify_log(self.url, self.name, heads=heads),
            verify_file(self.data / "audit.sqlite", heads=heads),
            walked,
        )
        return [one.reason for one in found]


@pytest.fixture
async def site(postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr("nazdik.bootstrap.retention.watch.read_rules", lambda *_, **__: [RULE])
    made = Site(postgres_server.fresh(), tmp_path)
    await made.fill()
    yield made
    made.log.close()


def lies(server: Postgres, word: str) -> bool:
    with server.admin() as admin:
        row = admin.execute(
            "SELECT count(*) FROM nazdik.entries WHERE position(%s::bytea IN body) > 0", (word.encode(),)
        )
        return bool((row.fetchone() or (0,))[0])


async def test_it_goes_in_the_store_and_in_the_copy_and_every_head_holds(site: Site, tmp_path: Path) -> None:
    assert site.verdicts() == ["", "", ""] and lies(site.server, "secret purpose 19")
    assert await site.apply() == 20
    assert not lies(site.server, "secret purpose 19") and lies(site.server, "secret purpose 20")
    assert b"secret purpose 19" not in (tmp_path / "audit.sqlite").read_bytes()
    assert site.verdicts() == ["", "", ""]
    assert await site.apply() == 0
    await site.audit.record(actor="a", what="detail", subject="p.i99", purpose="duty")
    assert [row.subject for row in site.audit.read()][:2] == ["p.i20", "p.i21"]
    # A node that lost its copy gets one that begins as hollow as the store's.
    anew = site.copied(tmp_path / "anew.sqlite")
    assert anew.head() == site.log.head()
    anew.close()
    assert verify_file(tmp_path / "anew.sqlite", heads=read_heads(tmp_path / HEADS_FILE)).whole


async def test_a_cut_that_stopped_between_store_and_copy_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(_path: Path, _end: int) -> None:
        raise OSError("no power")

    with monkeypatch.context() as broken:
        broken.setattr("nazdik.platform.eventlog.mirror.hollow_out", stops)
        with pytest.raises(OSError, match="no power"):
            await site.apply()
    assert await site.apply() == 20 and site.verdicts() == ["", "", ""]


async def test_nobody_makes_an_entry_anything_else_and_nothing_of_the_last_year_goes(site: Site) -> None:
    hollow = (
        "UPDATE nazdik.entries SET command_id = 'cut:' || position, step = 0, command_digest = '', actor = '',"
        " kind = 'log.cut.v1', subject = '', body = '', claims = '', answer = '' WHERE position = 30"
    )
    await site.apply()
    with site.server.owner() as owner:
        for change in (
            hollow,
            hollow.replace("30", "5").replace("body = ''", "body = 'x'"),
            "DELETE FROM nazdik.entries",
        ):
            with pytest.raises(psycopg.Error) as refused:
                owner.execute(change.encode())
            assert refused.value.sqlstate == "NZ007"
            owner.rollback()
    site.clock.move_to(Instant(4_000_000_000_000_000))
    await site.audit.record(actor="a", what="detail", subject="p.i98", purpose="duty")
    await site.audit.record(actor="a", what="detail", subject="p.i99", purpose="duty")
    with pytest.raises(Exception, match="never changed"):
        site.stored.cut_beginning(site.log.head().position - 1)
    assert site.verdicts() == ["", "", ""]


async def test_a_plan_and_a_proof_tell_of_the_cut_in_the_store_and_of_what_waits_there(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = site.planned()
    assert before.audit is not None and (before.audit.entries, before.audit.in_store) == (20, 20) and before.away == ""
    said = of_audit(before.audit)
    assert "20 entries would be cut off the copy here, 20 in PostgreSQL" in said[0]
    assert "۲۰ سطر از رونوشت اینجا و ۲۰ سطر در PostgreSQL بریده می‌شود" in said[1]
    faults = prove(site.data, before).faults
    assert any("20 entries of the audit log in PostgreSQL" in one for one in faults), faults
    assert "زمان ۲۰ سطر دفتر بازبینی در PostgreSQL گذشته است و هنوز هست" in list(overdue(before))
    # The store went first, and then there was no power: the copy alone is to be cut.
    with monkeypatch.context() as broken:
        broken.setattr("nazdik.platform.eventlog.mirror.hollow_out", lambda *_: None)
        await site.apply()
    half = site.planned()
    assert half.audit is not None and (half.audit.entries, half.audit.in_store) == (20, 0)
    await site.apply()
    after = site.planned()
    assert after.audit is not None and (after.audit.entries, after.audit.in_store) == (0, 0)
    assert [one for one in prove(site.data, after).faults if "past their time" in one] == []
    verdict = verdict_in_store(site.settings, after)
    assert verdict is not None and verdict.whole and verdict.checked >= 60
    held = site.planned(replace(RULE, audit_days=500, letters_days=7))
    assert held.letters is not None and held.letters.days == 7 and held.letters.ids == ()


async def test_a_store_that_does_not_answer_is_said_and_proves_nothing(site: Site) -> None:
    settings = site.settings
    settings.postgres_url_file.write_text(site.server.url("nobody_by_this_name"))  # type: ignore[union-attr]
    known = with_elsewhere(plan(site.data, [RULE], site.clock.now()), settings, [RULE])
    assert known.away and "معلوم نیست" in away(known.away)[1]
    assert any("PostgreSQL is not known" in one for one in prove(site.data, known).faults)
    other = replace(site.settings, node_name="another")
    assert "audit.another" in with_elsewhere(plan(site.data, [RULE], site.clock.now()), other, [RULE]).away


async def test_the_commands_ask_the_store(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the shipped rule of five years all but the last entry are past their time by any clock."""
    SqliteLog(site.data / "p.log.sqlite").close()
    monkeypatch.setenv("NAZDIK_POSTGRES_URL_FILE", str(site.settings.postgres_url_file))
    monkeypatch.setenv("NAZDIK_NODE_NAME", site.node)

    def said(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["retention", *words, "--data", str(site.data)])
        return done.exit_code, done.output

    code, text = said("plan")
    assert code == 0 and "59 entries would be cut off the copy here, 59 in PostgreSQL" in text, text
    assert "۵۹ سطر در PostgreSQL بریده می‌شود" in text and "letters: 30 days; 0 messages" in text
    code, text = said("prove")
    assert code == 1 and "59 entries of the audit log in PostgreSQL are past their time and are there" in text
    assert "زمان ۵۹ سطر دفتر بازبینی در PostgreSQL گذشته است و هنوز هست" in text
