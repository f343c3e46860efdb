"""Names, numbers and words in a province's log: gone by rule and proved gone, held where a hold or an open incident needs them."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from typer.testing import CliRunner

from nazdik.administration import commands as s
from nazdik.bootstrap.administration.retention import NAME, tidy
from nazdik.bootstrap.backup import drill
from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.past_calls import _fact
from nazdik.bootstrap.province_state import STATE_VERSION, AnyEvent
from nazdik.bootstrap.retention.erasing import Erased, erase
from nazdik.bootstrap.retention.planning import WORDS, Plan, plan
from nazdik.bootstrap.retention.proving import Proof, prove
from nazdik.bootstrap.retention.records import bring_erasures
from nazdik.bootstrap.retention.rules import read_rules
from nazdik.bootstrap.retention.standing import erase_again, erase_with_words, live_of, open_standing
from nazdik.bootstrap.snapshots import snapshot
from nazdik.bootstrap.words import PERSONAL, with_words
from nazdik.cli import app
from nazdik.dispatch import commands as c
from nazdik.intake import commands as i
from nazdik.intake.model import Channel
from nazdik.intake.past import PastCalls
from nazdik.kernel import Actor, CallId, Instant, OfficeId, ProvinceId
from nazdik.kernel.instant import plus_s
from nazdik.platform.backup import Shipper, restore
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import SqliteLog, verify_file
from nazdik.platform.eventlog.words import ERASED
from tests.town import START, Town, at_m, dispatcher

DAY_S = 86_400
P = ProvinceId("p")
TAKER = Actor(id="taker:1", role="call_taker", office_id=OfficeId("p"))


def rings(town: Town, n: int) -> str:
    """A call with a name, a number and words becomes an incident, which gets a note; returns the incident."""
    call = CallId(f"p.c{n}")
    town.do(
        i.PresentCall(call_id=call, channel=Channel.TELEPHONE, number=f"+9891600000{n:02}", narrative=f"سخن {n}"),
        key=f"rings {n}",
    )
    town.do(i.AnswerCall(call_id=call), by=TAKER)
    town.do(i.SetCaller(call_id=call, name=f"نام {n}", callback=f"0916111{n:04}"), by=TAKER)
    told = i.ClassifyCall(call_id=call, kind="fight", point=at_m(1000), place=f"کوچهٔ {n}", narrative=f"شرح {n}")
    incident = town.do(told, by=TAKER).ids["incident_id"]
    town.do(c.AddNote(incident_id=incident, text=f"یادداشت {n}"), by=dispatcher())
    return str(incident)


@dataclass
class Site:
    """A data folder: three incidents of one day, the first under legal hold, the third still open 200 days later."""

    data: Path
    copy: Path
    key: X25519PrivateKey
    incidents: list[str]
    days: int = 200
    runs: int = 0

    @property
    def now(self) -> Instant:
        return plus_s(START, self.days * DAY_S)

    def plan(self, live: dict[str, frozenset[str]] | None = None) -> Plan:
        return plan(self.data, read_rules(self.data, trail_days=30), self.now, live)

    def erase(self) -> Erased:
        with ExitStack() as undo:
            standing = open_standing(self.data, ["p"], undo)
            planned = self.plan(live_of(standing))
            return erase_with_words(
                self.data, planned, standing, lambda: erase(self.data, planned, by="system", copy=self.copy)
            )

    def prove(self) -> Proof:
        return prove(self.data, self.plan(), copy=self.copy)

    def said(self, of: int, data: Path | None = None) -> str:
        """Return everything that is read of an incident and its call."""
        log = with_words(SqliteLog((data or self.data) / "p.log.sqlite"), data or self.data, P)
        try:
            facts = [e for subject in (f"p.c{of}", self.incidents[of - 1]) for e in log.read_subject(subject)]
            return "\n".join(e.body.decode() for e in facts)
        finally:
            log.close()

    def ship(self, data: Path | None = None) -> None:
        self.runs += 1
        clock = VirtualClock(plus_s(self.now, self.runs - 10))
        shipper = Shipper(self.copy, self.key.public_key(), data or self.data, clock)
        log = SqliteLog((data or self.data) / "p.log.sqlite")
        copied = shipper.follow("p.log", log)
        shipper.open()
        copied.close()
        shipper.close()


def words_of(n: int) -> list[str]:
    return [f"+9891600000{n:02}", f"سخن {n}", f"نام {n}", f"0916111{n:04}", f"کوچهٔ {n}", f"شرح {n}", f"یادداشت {n}"]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    data = tmp_path / "data"
    data.mkdir()
    town = Town()
    incidents = [rings(town, n) for n in (1, 2, 3)]
    for incident in incidents[:2]:
        town.do(c.CancelIncident(incident_id=incident), by=dispatcher())
    value = tidy({"words_days": 120, "holds": "1"})
    town.do(s.SaveDraft(kind=NAME, subject="p", value=value, why="قانون"), by=Actor(id="one", role="administrator"))
    town.do(s.PublishDraft(kind=NAME, subject="p", revision=1, over=0), by=Actor(id="two", role="administrator"))
    snapped, early = len(town.log._given), snapshot(town.writer.state)
    town.wait(3 * DAY_S)
    town.do(i.ArchiveCalls(call_id=CallId("p.sweep"), ended_before=town.now))
    log = with_words(SqliteLog(data / "p.log.sqlite"), data, P)
    log.append(town.log._given, expected_position=0)
    # As a server does it every now and then: all words are in it.
    log.save_snapshot(snapped, STATE_VERSION, early)
    log.close()
    return Site(data, tmp_path / "copy", X25519PrivateKey.generate(), incidents)


def lies_in(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def test_words_go_by_rule_and_what_a_hold_or_an_open_incident_needs_stays(site: Site) -> None:
    before = site.said(2)
    assert all(word in before for word in words_of(2))
    assert [one.of for one in site.plan().doomed] == [WORDS] and site.prove().faults, "it is past its time"
    with ExitStack() as undo:
        (was,) = open_standing(site.data, ["p"], undo).values()
    done = site.erase()
    (line,) = done.lines
    assert (line.of, line.days, line.kept) == (WORDS, 120, 1) and len(line.files) == 1
    for n in (1, 3):
        assert all(word in site.said(n) for word in words_of(n)), f"incident {n} keeps its words"
    gone = site.said(2)
    assert not [word for word in words_of(2) if word in gone] and gone.count(ERASED) >= 7
    assert '"point"' in gone and '"fight"' in gone and '"at"' in gone
    # Nothing of it lies anywhere, the snapshot of that day included.
    assert not [where for word in words_of(2) for where in lies_in(site.data, word)]
    assert verify_file(site.data / "p.log.sqlite").whole
    proof = site.prove()
    assert proof.faults == [] and (proof.words["p"].erased, proof.words["p"].clear) == (5, 0)
    with ExitStack() as undo:
        (now,) = open_standing(site.data, ["p"], undo).values()
    assert now.state == was.state, "what is over left no trace in the state"
    assert site.erase().lines == [], "the open incident's key stays until it is over"


def test_the_whole_log_leads_to_the_same_state_without_erased_words(site: Site) -> None:
    log = with_words(SqliteLog(site.data / "p.log.sqlite"), site.data, P)
    was = load_state(log, P)
    log.close()
    site.erase()
    inner = SqliteLog(site.data / "p.log.sqlite")
    inner._writer.execute("DELETE FROM snapshots")
    log = with_words(inner, site.data, P)
    assert load_state(log, P) == was
    # And whatever is made from it can be made: an index of callers knows nobody by «erased».
    index = PastCalls(site.data / "past.sqlite", site.data / "past.key")
    facts = [fact for e in log.read(0, 10_000) if (fact := _fact(e)) is not None]
    index.take(P, "epoch", 1, facts)
    assert index.of_numbers(P, [ERASED, ""], 10) == (0, [])
    assert index.of_numbers(P, ["+989160000002"], 10)[0] == 0 and index.of_numbers(P, ["+989160000001"], 10)[0] == 1
    index.close()
    log.close()


def test_when_the_hold_ends_its_words_go_too(site: Site) -> None:
    site.erase()
    rules = [replace(one, held=()) for one in read_rules(site.data, trail_days=30)]
    with ExitStack() as undo:
        standing = open_standing(site.data, ["p"], undo)
        planned = plan(site.data, rules, site.now, live_of(standing))
        erase_with_words(site.data, planned, standing, lambda: erase(site.data, planned, by="system"))
    assert not [word for word in words_of(1) if word in site.said(1)]
    assert all(word in site.said(3) for word in words_of(3))
    assert prove(site.data, plan(site.data, rules, site.now)).faults == []


def test_no_copy_gives_erased_words_back_and_a_drill_holds(site: Site, tmp_path: Path) -> None:
    site.ship()
    elsewhere = tmp_path / "elsewhere"
    restore(site.copy, site.key, elsewhere)
    assert all(word in site.said(2, elsewhere) for word in words_of(2)), "the copy had it, keys and all"
    site.erase()
    site.ship()
    assert drill(site.copy, site.key, site.data, lambda _: None).holds
    for at in (None, plus_s(site.now, -9)):
        to = tmp_path / f"after-{at}"
        assert restore(site.copy, site.key, to, at).left_out == []
        assert not [word for word in words_of(2) if word in site.said(2, to)]
    assert all(word in site.said(1, tmp_path / "after-None") for word in words_of(1))
    assert site.prove().faults == []


def test_a_copy_that_still_had_keys_is_erased_again(site: Site, tmp_path: Path) -> None:
    site.ship()
    again = tmp_path / "again"
    restore(site.copy, site.key, again)
    site.erase()
    # It was restored from what somebody had put away, and the list came by another way. The rule was longer then.
    bring_erasures(again, site.data / "erasures.jsonl")
    back = Site(again, tmp_path / "none", site.key, site.incidents, days=100)
    assert [one for one in back.prove().faults if "is there" in one]
    assert erase_again(again, back.now) == 1
    assert back.prove().faults == []
    assert not [word for word in words_of(2) if word in back.said(2)]
    assert all(word in back.said(n) for n in (1, 3) for word in words_of(n))


def test_a_key_that_is_lost_is_no_erasure(site: Site) -> None:
    (key,) = (site.data / "words" / "p").glob("*.key")
    key.unlink()
    assert [one for one in site.prove().faults if "nothing erased it" in one]


def test_words_of_before_are_said_to_stay(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town()
    rings(town, 7)
    old = SqliteLog(site.data / "old.log.sqlite")
    old.append(town.log._given, expected_position=0)
    old.close()
    monkeypatch.setattr("nazdik.platform.clock.SystemClock.now", lambda _: site.now)

    def said(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["retention", *words, "--data", str(site.data)])
        return done.exit_code, done.output

    assert said("plan")[0] == 0 and "words: " in said("plan")[1]
    assert said("prove")[0] == 1
    code, text = said("apply")
    assert code == 0 and "words: 1 files" in text, text
    code, text = said("prove")
    assert code == 0 and "words in the clear" in text and "old" in text, text


def test_every_personal_field_is_one_of_its_event() -> None:
    shapes = {event.__struct_config__.tag: event.__struct_fields__ for event in get_args(AnyEvent)}
    assert all(set(fields) <= set(shapes[kind]) for kind, fields in PERSONAL.items())
