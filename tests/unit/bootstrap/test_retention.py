"""Retention: what is past its time goes and is proved gone, holds keep theirs, and no copy gives back what went."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from typer.testing import CliRunner

from nazdik.administration import commands as s
from nazdik.administration.errors import ValueInvalid
from nazdik.bootstrap.administration.retention import NAME, tidy
from nazdik.bootstrap.retention.erasing import erase
from nazdik.bootstrap.retention.planning import JOURNAL, PHOTOS, TRAIL, WORDS, Plan, plan
from nazdik.bootstrap.retention.proving import prove
from nazdik.bootstrap.retention.records import FILE, ErasuresUnreadable
from nazdik.bootstrap.retention.rules import day_of, read_rules
from nazdik.bootstrap.retention.watch import Retention
from nazdik.cli import app
from nazdik.dispatch import commands as c
from nazdik.dispatch.voice_commands import AddVoice
from nazdik.fleet.trail import Trail
from nazdik.kernel import Actor, IncidentId, Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import Audit
from nazdik.platform.backup import Shipper, restore
from nazdik.platform.blobs import Blobs
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import SqliteLog, verify_file
from nazdik.platform.journal import Journal, read_journal
from nazdik.platform.settings import Settings
from nazdik.platform.sqlite import connect
from tests.town import START, Town, dispatcher

DAY_S = 86_400
SECRETS = (b"picture of the held incident", b"picture of the other", b"picture that nobody named")
RULES = {"trail_days": 40, "photos_days": 50, "journal_days": 45, "holds": "۱، 99"}


@dataclass
class Site:
    """A data folder sixty days on, with a copy of it."""

    data: Path
    copy: Path
    key: X25519PrivateKey
    names: list[str]
    runs: int = 0

    @property
    def now(self) -> Instant:
        return plus_s(START, 60 * DAY_S)

    def plan(self, at: Instant | None = None) -> Plan:
        return plan(self.data, read_rules(self.data, trail_days=30), at or self.now)

    def there(self) -> set[str]:
        return {
            str(p.relative_to(self.data)) for of in (TRAIL, PHOTOS, JOURNAL) for p in self.data.glob(f"{of}/**/*.*")
        }

    def ship(self) -> None:
        end = max((int(p.stem) + p.stat().st_size for p in self.data.glob("journal/*.journal")), default=0)
        self.runs += 1
        clock = VirtualClock(plus_s(self.now, self.runs - 10))
        shipper = Shipper(self.copy, self.key.public_key(), self.data, clock, journal=lambda: end)
        shipper.open()
        shipper.close()


async def journal_of(data: Path) -> None:
    """Three messages: on the day of the incidents, twenty days after, and today."""
    clock = VirtualClock(START)
    journal = Journal(data / "journal", clock)
    for n in range(3):
        await journal.append(f"message {n}".encode())
        clock.advance_s(30 * DAY_S)
    await journal.close()


def _picture_or_voice(n: int, incident: IncidentId, name: str) -> c.Command:
    """The first incident has a picture, the second a voice note; both lie in one folder."""
    if n == 0:
        return c.AddPhoto(incident_id=incident, photo_id=name, width=1, height=1, size_bytes=1)
    return AddVoice(incident_id=incident, voice_id=name, media_type="audio/webm", seconds=1, size_bytes=1)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    town, blobs = Town(), Blobs(data / "photos")
    names = [blobs.keep(secret) for secret in SECRETS]
    for n, name in enumerate(names[:2]):
        incident = town.incident(name=str(n))
        town.do(_picture_or_voice(n, incident, name), by=dispatcher())
    draft = s.SaveDraft(kind=NAME, subject="p", value=tidy(RULES), why="قانون")
    town.do(draft, by=Actor(id="one", role="administrator"))
    town.do(s.PublishDraft(kind=NAME, subject="p", revision=1, over=0), by=Actor(id="two", role="administrator"))
    log = SqliteLog(data / "p.log.sqlite")
    log.append(town.log._given, expected_position=0)
    log.close()
    asyncio.run(journal_of(data))
    (data / "trail").mkdir()
    for back in (60, 59, 41, 39, 0):
        day = day_of(plus_s(START, 60 * DAY_S)) - timedelta(days=back)
        way = connect(data / "trail" / f"{day}.sqlite")
        way.execute("CREATE TABLE ways (back INTEGER); INSERT INTO ways VALUES (?)", (back,))
        way.close(True)
    return Site(data, copy, X25519PrivateKey.generate(), names)


def trail_file(back: int) -> str:
    return f"trail/{day_of(plus_s(START, 60 * DAY_S)) - timedelta(days=back)}.sqlite"


def test_the_plan_goes_by_the_rules_and_leaves_what_a_hold_touches(site: Site) -> None:
    before = site.there()
    planned = site.plan()
    assert planned.days == {TRAIL: 40, PHOTOS: 50, JOURNAL: 45, WORDS: 3_650} and planned.unknown == (("p", 99),)
    # The incident under hold was on the day sixty days ago: that day's trail and messages, and its picture, stay.
    assert {one.name for one in planned.of(TRAIL)} == {trail_file(59), trail_file(41)}
    assert [one.name.rpartition("/")[2] for one in planned.of(PHOTOS)] == [site.names[1]]
    assert planned.of(JOURNAL) == []
    kept = {(one.of, one.holds) for one in planned.kept}
    assert kept == {(TRAIL, (1,)), (PHOTOS, (1,)), (JOURNAL, (1,))}
    assert site.there() == before, "nothing is touched"


def test_without_the_hold_all_of_it_goes_and_young_and_newest_things_stay(site: Site) -> None:
    rules = [r.__class__(r.province, 40, 50, 25, (), (), r.photos) for r in read_rules(site.data, trail_days=30)]
    planned = plan(site.data, rules, site.now)
    assert {one.name for one in planned.of(TRAIL)} == {trail_file(60), trail_file(59), trail_file(41)}
    assert len(planned.of(PHOTOS)) == 2, "one that nobody named is as old as its file"
    files = sorted(path.name for path in site.data.glob("journal/*.journal"))
    assert len(files) == 3, "a file a day"
    assert [one.name for one in planned.of(JOURNAL)] == [f"journal/{name}" for name in files[:2]]
    much_later = plan(site.data, rules, plus_s(site.now, 400 * DAY_S))
    assert f"journal/{files[2]}" not in {one.name for one in much_later.doomed}, "places are counted from its end"


def test_what_went_is_proved_and_no_copy_gives_it_back(site: Site, tmp_path: Path) -> None:
    site.ship()
    restore(site.copy, site.key, tmp_path / "before")
    went = {one.name for one in site.plan().doomed}
    assert went and all((tmp_path / "before" / name).exists() for name in went), "the copy had it"
    fetched = {
        path: path.read_bytes() for path in site.copy.rglob("*") if path.is_file() and path.parent.name != "keys"
    }

    done = erase(site.data, site.plan(), by="system", copy=site.copy)
    assert {gone.name for line in done.lines for gone in line.files} == went and not done.unreached
    assert not went & site.there() and site.plan().doomed == ()
    proof = prove(site.data, site.plan(), copy=site.copy)
    assert proof.faults == [] and proof.files == len(went)
    assert verify_file(site.data / "p.log.sqlite").whole

    site.ship()
    for path, content in fetched.items():
        # Whoever kept the copy as it was before has no key either.
        assert path.read_bytes().startswith(content)
    for at in (None, plus_s(site.now, -9)):
        to = tmp_path / f"after-{at}"
        back = restore(site.copy, site.key, to, at)
        assert not any((to / name).exists() for name in went) and back.left_out == []
    to = tmp_path / "after-None"
    assert {str(p.relative_to(to)) for of in (TRAIL, PHOTOS) for p in to.glob(f"{of}/**/*.*")} >= {
        name for name in site.there() if not name.startswith(JOURNAL)
    }
    assert [kept.data for kept in read_journal(to / JOURNAL)] == [b"message 0", b"message 1", b"message 2"]


def test_a_proof_fails_when_something_is_not_as_the_record_says(site: Site) -> None:
    site.ship()
    doomed = site.plan().of(TRAIL)[0].name
    content = (site.data / doomed).read_bytes()
    keys = {path: path.read_bytes() for path in (site.copy / "keys").iterdir()}
    erase(site.data, site.plan(), by="system", copy=site.copy)
    record = (site.data / FILE).read_bytes()

    for path, key in keys.items():
        path.write_bytes(key)
    said = prove(site.data, site.plan(), copy=site.copy).faults
    assert len(said) == 3 and all("the copy can still give back" in one for one in said)
    assert erase(site.data, site.plan(), by="system", copy=site.copy).lines == [], "the next run destroys them again"
    assert prove(site.data, site.plan(), copy=site.copy).faults == []

    (site.data / doomed).write_bytes(content)
    assert any("was erased" in one for one in prove(site.data, site.plan()).faults)
    (site.data / doomed).unlink()
    for bad in (
        record.replace(b'"days":40', b'"days":41'),
        record.splitlines(keepends=True)[1],
        record.replace(b"trail/", b"trial/"),
    ):
        (site.data / FILE).write_bytes(bad)
        assert prove(site.data, site.plan()).faults
        with pytest.raises(ErasuresUnreadable):
            erase(site.data, site.plan(), by="system")
    (site.data / FILE).write_bytes(record)
    assert prove(site.data, site.plan(), key="00" * 32).faults, "signed by another key"


def test_a_copy_that_is_away_is_told_and_its_keys_go_when_it_is_back(site: Site, tmp_path: Path) -> None:
    site.ship()
    away = tmp_path / "away"
    site.copy.rename(away)
    done = erase(site.data, site.plan(), by="system", copy=site.copy)
    assert len(done.unreached) == 3
    away.rename(site.copy)
    assert erase(site.data, site.plan(), by="system", copy=site.copy).unreached == []
    assert prove(site.data, site.plan(), copy=site.copy).faults == []


def test_a_picture_that_comes_again_is_copied_with_a_key_of_its_own(site: Site, tmp_path: Path) -> None:
    site.ship()
    erase(site.data, site.plan(), by="system", copy=site.copy)
    site.ship()
    name = Blobs(site.data / "photos").keep(SECRETS[1])
    site.ship()
    restore(site.copy, site.key, tmp_path / "again")
    assert (tmp_path / "again" / "photos" / name[:2] / name).read_bytes() == SECRETS[1]


async def test_a_server_erases_by_itself_and_the_audit_log_has_each_line_once(site: Site) -> None:
    clock = VirtualClock(site.now)
    audit = Audit(SqliteLog(site.data / "audit.sqlite"), clock)
    retention = Retention(Settings(data_dir=site.data), Trail(site.data / "trail"), audit, clock)
    erased = await retention.run_once()
    again = await retention.run_once()
    assert len(erased.lines) == 2 and again.lines == []
    rows = [row for row in audit.read() if row.what == "erased"]
    assert [row.subject for row in rows] == ["retention:trail", "retention:photos"]
    assert rows[0].details["files"] == 2 and rows[0].details["kept"] == 1
    await audit.close()
    proof = prove(site.data, site.plan())
    assert proof.faults == [] and proof.in_audit == 2
    (site.data / "audit.sqlite").unlink()
    SqliteLog(site.data / "audit.sqlite").close()
    assert [one for one in prove(site.data, site.plan()).faults if "audit" in one]


def test_the_commands_plan_apply_and_prove(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nazdik.platform.clock.SystemClock.now", lambda _: site.now)
    run = CliRunner()

    def said(*words: str) -> tuple[int, str]:
        done = run.invoke(app, ["retention", *words, "--data", str(site.data)])
        return done.exit_code, done.output

    assert said("plan", "--names")[0] == 0 and trail_file(59) in said("plan", "--names")[1]
    assert said("prove")[0] == 1, "what is past its time is there"
    held = SqliteLog(site.data / "audit.sqlite")
    assert said("apply")[0] == 2, "a server runs"
    held.close()
    code, text = said("apply")
    assert code == 0 and "trail: 2 files" in text
    assert said("apply")[0] == 0
    code, text = said("prove")
    assert code == 0 and "2 are in the audit log" in text, text


@pytest.mark.parametrize(
    "bad",
    [{"trail_days": 0}, {"photos_days": 1.5}, {"journal_days": 3}, {"holds": "یک"}, {"holds": 7}, {"more": 1},
     {"trail_days": True}],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueInvalid):
        tidy(bad)


def test_numbers_are_understood_as_people_write_them() -> None:
    whole = tidy({"holds": "۱۲، 7; 12 ٣"})
    assert whole is not None and whole["holds"] == "3, 7, 12" and whole["trail_days"] == 30
