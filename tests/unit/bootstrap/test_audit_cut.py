"""The audit's own retention: an old beginning goes as a whole, kept heads hold, and no other cut is taken for one."""

from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path

import apsw
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nazdik.bootstrap.inspection.index import LookIndex
from nazdik.bootstrap.retention.audit_cut import audit_past, cut, oldest_kept, say_cut
from nazdik.bootstrap.retention.planning import plan
from nazdik.bootstrap.retention.proving import prove
from nazdik.bootstrap.retention.rules import Held, Ruled
from nazdik.bootstrap.retention.watch import Retention
from nazdik.bootstrap.seals import Seals
from nazdik.kernel import Instant, ProvinceId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import Audit
from nazdik.platform.backup import Shipper, restore
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import SignedHead, SqliteLog, verify_file
from nazdik.platform.eventlog.cut import CutSaid, head_at, hollow_out
from nazdik.platform.eventlog.errors import LogDamaged
from nazdik.platform.eventlog.heads import HEADS_FILE, load_key, read_heads, sign_head
from nazdik.platform.eventlog.walk import KeptInFile, Walk
from nazdik.platform.settings import Settings
from tests.town import START

DAY_S = 86_400
RULE = Ruled(ProvinceId("p"), 30, 365, 90, (), (), (), audit_days=400)


class Site:
    """A folder with an audit log: a look each ten days for 600 days, a signed head after each."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self.path = data, data / "audit.sqlite"
        self.clock = VirtualClock(START)
        self.rules = [RULE]
        monkeypatch.setattr("nazdik.bootstrap.retention.watch.read_rules", lambda *_, **__: self.rules)

    async def fill(self) -> None:
        audit = Audit(SqliteLog(self.path), self.clock)
        seals = Seals({"audit": audit.log}, self.data, self.clock, audit=None)
        for n in range(60):
            self.clock.move_to(plus_s(START, n * 10 * DAY_S))
            await audit.record(actor=f"person {n}", what="detail", subject=f"p.i{n}", purpose=f"secret purpose {n}")
            seals.seal()
        await audit.close()
        self.clock.move_to(plus_s(START, 600 * DAY_S))

    async def apply(self) -> int:
        audit = Audit(SqliteLog(self.path), self.clock)
        retention = Retention(Settings(data_dir=self.data), None, audit, self.clock)
        entries = await retention.cut_audit()
        await retention.note_all()
        await audit.close()
        return entries

    def heads(self) -> list[SignedHead]:
        return read_heads(self.data / HEADS_FILE)

    def verdict(self) -> str:
        verdict = verify_file(self.path, heads=self.heads())
        return "" if verdict.whole else verdict.reason


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    data = tmp_path / "data"
    data.mkdir()
    made = Site(data, monkeypatch)
    await made.fill()
    return made


def lies_in(folder: Path, word: str) -> bool:
    return any(word.encode() in path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_the_old_beginning_goes_and_all_heads_hold(site: Site) -> None:
    assert site.verdict() == "" and lies_in(site.data, "secret purpose 19")
    # 600 days less 400: what is older than day 200 goes, the entries of day 0 to 190.
    assert await site.apply() == 20
    assert not lies_in(site.data, "secret purpose 19") and not lies_in(site.data, "person 13")
    assert site.verdict() == "" and len(site.heads()) == 60
    assert oldest_kept(site.data) == plus_s(START, 200 * DAY_S)
    log = SqliteLog(site.path)
    audit = Audit(log, site.clock)
    kept = audit.read()
    assert [row.subject for row in kept][:2] == ["p.i20", "p.i21"] and kept[-1].subject == "retention:audit"
    assert audit.read_subject("p.i3") == []
    said = msgspec.convert(kept[-1].details["cut"], CutSaid)
    then = next(one for one in site.heads() if one.position == 20)
    assert said.head.is_sound()
    assert (said.head.position, said.head.hash, said.head.root) == (20, then.hash, then.root), (
        "the head that it had there"
    )
    # It is written on as before, and an index made anew knows what is there.
    await audit.record(actor="a", what="detail", subject="p.i99", purpose="duty")
    index = LookIndex(site.data / "looks.sqlite", log)
    index.catch_up()
    assert len(index.of_kinds(["detail"], Instant(0))) == 41
    index.forget(plus_s(START, 300 * DAY_S))
    assert len(index.of_kinds(["detail"], Instant(0))) == 31
    index.close()
    await audit.close()
    assert site.verdict() == "" and await site.apply() == 0, "a day's looks go together"


async def test_a_cut_in_the_middle_of_the_servers_own_check_is_no_damage(site: Site) -> None:
    kept = KeptInFile(site.path)
    walk, tip = Walk(kept), Walk(kept)
    assert walk.step(10) is None
    whole = tip.step(1_000)
    assert whole is not None and whole.whole
    await site.apply()
    assert walk.step(1_000) is None and walk.checked == 0, "it begins anew and knows of the cut"
    for each in (walk, tip):
        verdict = each.step(1_000)
        assert verdict is not None and verdict.whole and verdict.checked == 61
    # What nobody said is found still.
    hollow_out(site.path, 30)
    fresh = Walk(kept).step(1_000)
    assert fresh is not None and fresh.reason == "log.cut_without_rule"


async def test_a_second_cut_goes_on_and_the_proof_of_the_first_may_go(site: Site) -> None:
    await site.apply()
    site.clock.move_to(plus_s(START, 800 * DAY_S))
    assert await site.apply() == 20 and site.verdict() == ""
    site.clock.move_to(plus_s(START, 1_100 * DAY_S))
    # By now the entry that spoke of the first cut, written on day 600, is cut itself.
    assert await site.apply() >= 20 and site.verdict() == ""
    assert prove(site.data, plan(site.data, site.rules, site.clock.now())).faults == []


async def test_what_a_hold_looks_at_stops_the_cut(site: Site) -> None:
    site.rules = [changed(RULE, held=(Held(1, "p.i7", frozenset(), frozenset({"p.i7"})),))]
    assert await site.apply() == 7 and site.verdict() == ""
    site.rules = [RULE]
    assert await site.apply() == 13


async def test_proof_fails_before_and_holds_after(site: Site) -> None:
    def faults() -> list[str]:
        return prove(site.data, plan(site.data, site.rules, site.clock.now())).faults

    assert any("20 entries of the audit log" in one for one in faults())
    await site.apply()
    proof = prove(site.data, plan(site.data, site.rules, site.clock.now()))
    assert (proof.faults, proof.cut, proof.in_audit) == ([], 20, 1)


async def test_cut_short_it_goes_on(site: Site) -> None:
    audit = Audit(SqliteLog(site.path), site.clock)
    past = audit_past(site.data, site.rules, site.clock.now())
    assert past is not None
    line, details = say_cut(site.data, past, site.clock.now(), by="system")
    await audit.record(actor="system", what="erased", subject="retention:audit", purpose="retention", details=details)
    await audit.close()
    cut(site.data, 5)
    connection = apsw.Connection(str(site.path))
    connection.execute("UPDATE about SET value = '20' WHERE name = 'cut'")
    connection.close()
    assert site.verdict() == "", "nobody takes that for a fault"
    assert lies_in(site.data, "secret purpose 19") and [gone.name for gone in line.files] == ["audit.sqlite#1-20"]
    assert await site.apply() == 0 and not lies_in(site.data, "secret purpose 19") and site.verdict() == ""
    connection = apsw.Connection(str(site.path))
    connection.execute("UPDATE about SET value = '25' WHERE name = 'cut'")
    connection.close()
    assert site.verdict() == "log.cut_without_rule"


def by_hand(site: Site) -> None:
    hollow_out(site.path, 20)


def the_newest(site: Site) -> None:
    hollow_out(site.path, 45)


def one_in_the_middle(site: Site) -> None:
    connection = apsw.Connection(str(site.path))
    connection.execute(
        "UPDATE entries SET kind = 'log.cut.v1', body = x'', subject = '', actor = '' WHERE position = 30"
    )
    connection.close()


def deleted(site: Site) -> None:
    connection = apsw.Connection(str(site.path))
    connection.execute("DELETE FROM entries WHERE position <= 20")
    connection.close()


@pytest.mark.parametrize(
    ("hand", "reason"),
    [(by_hand, "log.cut_without_rule"), (the_newest, "log.cut_without_rule"), (one_in_the_middle, "log.entry_changed"),
     (deleted, "log.entry_missing")],
)  # fmt: skip
def test_no_other_cut_is_taken_for_one(site: Site, hand: Callable[[Site], None], reason: str) -> None:
    hand(site)
    assert site.verdict() == reason


async def test_nor_one_that_says_more_than_its_rule_or_was_signed_by_nobody(site: Site) -> None:
    key = load_key(site.data)

    async def forged(
        end: int,
        days: int,
        before_day: int,
        by: Ed25519PrivateKey,
        *,
        dated_back: bool = False,
        with_heads: bool = True,
    ) -> str:
        copy = Site.__new__(Site)
        copy.data = site.data.parent / f"forged {end} {days} {before_day} {dated_back} {id(by)}"
        copy.data.mkdir()
        copy.path = copy.data / "audit.sqlite"
        apsw.Connection(str(site.path)).execute("VACUUM INTO ?", (str(copy.path),))
        (copy.data / HEADS_FILE).write_bytes((site.data / HEADS_FILE).read_bytes())
        head, root = head_at(copy.path, end)
        signed = sign_head(by, "audit", head, root, "2026-09-21T14:13:20.000Z")
        if by is not key:
            signed = msgspec.structs.replace(signed, key=load_key(site.data).public_key().public_bytes_raw().hex())
        said = CutSaid(signed, days, rfc3339(plus_s(START, before_day * DAY_S)))
        audit = Audit(SqliteLog(copy.path), site.clock)
        details = {"cut": msgspec.to_builtins(said)}
        await audit.record(actor="x", what="erased", subject="retention:audit", purpose="", details=details)
        await audit.close()
        hollow_out(copy.path, end)
        if dated_back:
            db = apsw.Connection(str(copy.path))
            db.execute("UPDATE entries SET at = ? WHERE position <= ?", (START, end))
            db.close()
        without = verify_file(copy.path)
        return copy.verdict() if with_heads else "" if without.whole else without.reason

    assert await forged(20, 400, 200, key) == ""
    assert await forged(20, 30, 200, key) == "log.cut_without_rule", "a rule shorter than a year"
    assert await forged(20, 400, 350, key) == "log.cut_without_rule", "younger than the rule that it names"
    assert await forged(45, 400, 200, key) == "log.cut_without_rule", "entries younger than the rule"
    assert await forged(44, 400, 200, key, with_heads=False) == "log.cut_without_rule", "also where no head is kept"
    assert await forged(45, 400, 200, key, dated_back=True) == "log.cut_without_rule", "heads tell when it was longer"
    assert await forged(20, 400, 200, Ed25519PrivateKey.generate()) == "log.cut_without_rule"


async def test_a_hash_that_was_changed_under_the_cut_is_found(site: Site) -> None:
    await site.apply()
    connection = apsw.Connection(str(site.path))
    connection.execute("UPDATE entries SET hash = ? WHERE position = 5", (bytes(32),))
    connection.close()
    assert site.verdict() == "log.head_differs"


async def test_a_new_copy_of_a_cut_log_gives_it_back_cut(site: Site, tmp_path: Path) -> None:
    await site.apply()
    key, folder = X25519PrivateKey.generate(), tmp_path / "copy"
    shipper = Shipper(folder, key.public_key(), site.data, site.clock)
    copied = shipper.follow("audit", SqliteLog(site.path))
    shipper.open()
    copied.close()
    shipper.close()
    back = restore(folder, key, tmp_path / "back")
    assert back.left_out == [] and verify_file(tmp_path / "back/audit.sqlite", heads=site.heads()).whole
    assert not lies_in(tmp_path / "back", "secret purpose 19")


def test_a_cut_log_is_not_moved_to_postgres(site: Site) -> None:
    from nazdik.platform.eventlog.postgres.moving import to_postgres

    hollow_out(site.path, 3)
    with pytest.raises(LogDamaged):
        to_postgres(site.path, "", "audit.a")
