"""
The rows that desks read, in a database in memory that is folded from the log.

Every statement that reads a case goes through one common table, `seen`, which holds the cases in the reader's reach and not shut
to them; nothing else may name `case_row` after FROM. So a list, a count, a search, a notice and an export cannot differ in whom
they leave out.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import apsw
import msgspec

from nazdik.kernel import Instant, PersonId
from nazdik.oversight import events as e
from nazdik.oversight.clocks import Around, calendar_for, due_at
from nazdik.oversight.model import INSPECTORATE, Case, ClockType, State
from nazdik.oversight.words import searchable

SCHEMA = """
CREATE TABLE case_row (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, office TEXT NOT NULL, handler TEXT NOT NULL, source TEXT NOT NULL,
    received_at INTEGER NOT NULL, since INTEGER NOT NULL, formal INTEGER NOT NULL, closed INTEGER NOT NULL,
    serious INTEGER NOT NULL, topic TEXT NOT NULL, opening TEXT NOT NULL, words TEXT NOT NULL, due_at INTEGER,
    self_praise INTEGER NOT NULL, unread INTEGER NOT NULL, limit_day INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX case_office ON case_row (office, closed, due_at);
CREATE TABLE barred_office (case_id TEXT NOT NULL, office TEXT NOT NULL, PRIMARY KEY (case_id, office)) STRICT, WITHOUT ROWID;
CREATE TABLE barred_person (case_id TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (case_id, person)) STRICT, WITHOUT ROWID;
CREATE TABLE posting (
    person TEXT NOT NULL, office TEXT NOT NULL, unit TEXT NOT NULL, duty TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER
) STRICT;
CREATE INDEX posting_person ON posting (person);
CREATE TABLE above (office TEXT NOT NULL, desk TEXT NOT NULL, PRIMARY KEY (office, desk)) STRICT, WITHOUT ROWID;
CREATE TABLE notice (
    case_id TEXT NOT NULL, at INTEGER NOT NULL, clock TEXT NOT NULL, stage TEXT NOT NULL, due_at INTEGER NOT NULL,
    told TEXT NOT NULL
) STRICT;
CREATE INDEX notice_case ON notice (case_id);
"""
# Whom a case is shut to is the core's to say (`closure_of`); here it is only kept, and joined to who served where.
_SEEN = """
WITH desk AS (
    SELECT office FROM posting WHERE person = :person AND duty IN ('handler', 'supervisor')
        AND since <= :now AND (until IS NULL OR until > :now)
), seen AS (
    SELECT * FROM case_row c
    WHERE EXISTS (SELECT 1 FROM above a JOIN desk d ON d.office = a.desk WHERE a.office = c.office)
    AND NOT EXISTS (SELECT 1 FROM barred_person b WHERE b.case_id = c.id AND b.person = :person)
    AND NOT EXISTS (
        SELECT 1 FROM posting p JOIN barred_office b ON b.office = p.unit
        WHERE p.person = :person AND b.case_id = c.id AND (p.until IS NULL OR p.until > c.since)
    )
)
"""
# A commander reaches what lies below them too, but only to be counted.
_COUNTING = _SEEN.replace("duty IN ('handler', 'supervisor')", "duty IN ('commander', 'handler', 'supervisor')")
_COLUMNS = "id, kind, office, handler, source, received_at, formal, closed, serious, topic, opening, due_at, self_praise, unread"
_NAMES = _COLUMNS.split(", ")
_BY_DUE = "ORDER BY due_at IS NULL, due_at, id LIMIT :most"
_CAMPAIGNS = "SELECT topic FROM seen WHERE closed = 0 GROUP BY topic HAVING count(*) >= :from"
_LISTED = f"{_SEEN} SELECT {_COLUMNS} FROM seen WHERE closed = :closed {_BY_DUE}"  # noqa: S608
_APART = (
    f"{_SEEN} SELECT {_COLUMNS} FROM seen WHERE closed = :closed AND (closed OR topic NOT IN ({_CAMPAIGNS})) {_BY_DUE}"  # noqa: S608
)
_OF_TOPIC = f"{_SEEN} SELECT {_COLUMNS} FROM seen WHERE closed = 0 AND topic = :topic {_BY_DUE}"  # noqa: S608
_LIMITED = f"{_SEEN} SELECT {_COLUMNS} FROM seen WHERE limit_day IS NOT NULL ORDER BY limit_day, id LIMIT :most"  # noqa: S608
_FOUND = f"{_SEEN} SELECT {_COLUMNS} FROM seen WHERE instr(words, :words) ORDER BY received_at DESC, id LIMIT :most"  # noqa: S608
_COUNTED = f"{_SEEN} SELECT kind, closed, count(*) FROM seen GROUP BY kind, closed ORDER BY kind, closed"  # noqa: S608
_COUNTABLE = f"{_COUNTING} SELECT id FROM seen ORDER BY id"  # noqa: S608
_ONE = f"{_SEEN} SELECT count(*) FROM seen WHERE id = :case"  # noqa: S608
_EXPORTED = f"{_SEEN} SELECT {_COLUMNS} FROM seen ORDER BY received_at, id"  # noqa: S608
_NOTICES = (
    f"{_SEEN} SELECT n.case_id, n.at, n.clock, n.stage, n.due_at FROM notice n JOIN seen ON seen.id = n.case_id"  # noqa: S608
    " JOIN desk d ON d.office = n.told ORDER BY n.at DESC, n.case_id LIMIT :most"
)
_TOPICS = (
    f"{_SEEN} SELECT topic, count(*), min(opening), sum(unread) FROM seen WHERE closed = 0"  # noqa: S608
    " GROUP BY topic HAVING count(*) >= :from ORDER BY count(*) DESC, topic LIMIT 50"
)
OPENING_MAX = 120


class CaseRow(msgspec.Struct, frozen=True):
    """A case in a list: nothing of who said it."""

    id: str
    kind: str
    office: str
    handler: str
    source: str
    received_at: int
    formal: bool
    closed: bool
    serious: bool
    topic: str
    opening: str
    due_at: int | None
    self_praise: bool
    unread: bool


class Notice(msgspec.Struct, frozen=True):
    """That a clock is near its end or over it."""

    case_id: str
    at: int
    clock: str
    stage: str
    due_at: int


class Rows:
    """The read model, and the only way to it. Belongs to one thread."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._db = apsw.Connection(":memory:")
        self._db.execute(SCHEMA)

    # Writing

    def apply(self, state: State, facts: Iterable[e.Event]) -> None:
        """Bring the rows up to `state`, which `facts` led to."""
        touched: set[str] = set()
        facts = list(facts)
        with self._db:
            if any(isinstance(fact, e.OfficePut) for fact in facts):
                self._put_tree(state)
            for fact in facts:
                self._apply(state, fact, touched)
            for case_id in touched:
                self._put(state, state.cases[case_id])

    def _apply(self, state: State, fact: e.Event, touched: set[str]) -> None:
        run = self._db.execute
        match fact:
            case e.CaseEvent(case_id=case_id):
                touched.update((case_id, *state.cases[case_id].joined))
                if isinstance(fact, e.ClockReached):
                    row = (case_id, fact.at, fact.clock.value, fact.stage.value, fact.due_at, fact.told)
                    run("INSERT INTO notice (case_id, at, clock, stage, due_at, told) VALUES (?,?,?,?,?,?)", row)
                elif isinstance(fact, e.LetterLate):
                    rows = [(case_id, fact.at, fact.letter.value, "not_signed_for", fact.due_at, o) for o in fact.told]
                    many = "INSERT INTO notice (case_id, at, clock, stage, due_at, told) VALUES (?,?,?,?,?,?)"
                    self._db.executemany(many, rows)
            case e.PersonPosted(person=person) | e.PostingEnded(person=person):
                self._put_postings(state, person)
            case e.PersonsTied(person=person, other=other):
                touched.update(
                    case.id for case in state.cases.values() if any(one.person in (person, other) for one in case.about)
                )
            case e.ClosureDecreed(office=office) | e.ClosureLifted(office=office):
                # A day less to work in moves what is due at that office and below it.
                below = state.register.is_within
                touched.update(c.id for c in state.cases.values() if not c.closed and below(c.office, office))

    def _put_tree(self, state: State) -> None:
        register = state.register
        self._db.execute("DELETE FROM above")
        self._db.executemany(
            "INSERT INTO above (office, desk) VALUES (?,?)",
            [(office, above) for office in {*register.offices, INSPECTORATE} for above in register.chain(office)],
        )
        for person in register.postings:
            self._put_postings(state, person)

    def _put_postings(self, state: State, person: PersonId) -> None:
        register = state.register
        self._db.execute("DELETE FROM posting WHERE person = ?", (person,))
        self._db.executemany(
            "INSERT INTO posting (person, office, unit, duty, since, until) VALUES (?,?,?,?,?,?)",
            [
                (person, p.office, register.whole(p.office), p.duty.value, p.since, p.until)
                for p in register.postings_of(person)
            ],
        )

    def _put(self, state: State, case: Case) -> None:
        run = self._db.execute
        calendar = calendar_for(state, case.office, self._around)
        dues = [due for clock in case.clocks if (due := due_at(clock, calendar)) is not None]
        answered = case.clock(ClockType.FIRST_ANSWER)
        unread = (answered is not None and answered.stopped_at is None) or (
            bool(case.messages) and case.messages[-1].from_citizen
        )
        words = " ".join([case.id, case.text, *(m.text for m in case.messages), *(r.text for r in case.recordings)])
        run(
            "INSERT OR REPLACE INTO case_row VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                case.id, case.kind.value, case.office, case.handler, case.source.value, case.received_at, case.since,
                int(case.formal), int(case.closed), int(case.serious), case.topic, case.text[:OPENING_MAX],
                searchable(words), min(dues, default=None), int(case.self_praise), int(unread),
                case.limit.review_day if case.limit is not None else None,
            ),
        )  # fmt: skip
        run("DELETE FROM barred_office WHERE case_id = ?", (case.id,))
        self._db.executemany(
            "INSERT INTO barred_office (case_id, office) VALUES (?,?)", [(case.id, s.office) for s in case.barred]
        )
        accused = {one.person for one in case.about if one.person is not None}
        kin = {tied for person in accused for tied in state.register.ties.get(person, ())}
        run("DELETE FROM barred_person WHERE case_id = ?", (case.id,))
        self._db.executemany(
            "INSERT INTO barred_person (case_id, person) VALUES (?,?)", [(case.id, p) for p in sorted(accused | kin)]
        )

    # Reading: each for one reader, at one moment

    def list_cases(
        self, person: PersonId, now: Instant, *, closed: bool = False, apart: bool = False, most: int = 200
    ) -> list[CaseRow]:
        """Return the cases that somebody has, what is due first; `apart` leaves out open ones that stand under a topic."""
        if not apart:
            return _cases(self._run(_LISTED, person, now, closed=int(closed), most=most))
        bound = {"closed": int(closed), "most": most, "from": self._around.campaign_from}
        return _cases(self._run(_APART, person, now, **bound))

    def topic_cases(self, person: PersonId, now: Instant, topic: str, *, most: int = 500) -> list[CaseRow]:
        """Return the open cases of a topic that somebody has, what is due first."""
        return _cases(self._run(_OF_TOPIC, person, now, topic=topic, most=most))

    def limited(self, person: PersonId, now: Instant, *, most: int = 200) -> list[CaseRow]:
        """Return the cases that somebody has and about which contact is limited, what is looked at again first."""
        return _cases(self._run(_LIMITED, person, now, most=most))

    def search(self, person: PersonId, now: Instant, words: str, *, most: int = 50) -> list[CaseRow]:
        """Return the cases in which these words stand together, however their letters were typed."""
        wanted = searchable(words)
        return _cases(self._run(_FOUND, person, now, words=wanted, most=most)) if wanted else []

    def counts(self, person: PersonId, now: Instant) -> dict[str, dict[str, int]]:
        """Return how many cases somebody has, open and closed, by kind."""
        found: dict[str, dict[str, int]] = {}
        for kind, closed, number in self._run(_COUNTED, person, now):
            found.setdefault(kind, {"open": 0, "closed": 0})["closed" if closed else "open"] = number
        return found

    def has(self, person: PersonId, now: Instant, case_id: str) -> bool:
        """Whether somebody has a case."""
        return bool(self._run(_ONE, person, now, case=case_id)[0][0])

    def counted(self, person: PersonId, now: Instant) -> list[str]:
        """Return the cases that somebody may be told of in numbers: a commander, or somebody at a desk, who is not shut out."""
        return [case_id for (case_id,) in self._run(_COUNTABLE, person, now)]

    def export(self, person: PersonId, now: Instant) -> list[CaseRow]:
        """Return every case that somebody has, in order of arrival."""
        return _cases(self._run(_EXPORTED, person, now))

    def notices(self, person: PersonId, now: Instant, *, most: int = 100) -> list[Notice]:
        """Return what the clocks have told somebody's desks, newest first."""
        return [Notice(*row) for row in self._run(_NOTICES, person, now, most=most)]

    def topics(self, person: PersonId, now: Instant) -> list[tuple[str, int, str, int]]:
        """Return what many have sent in the same words: topic, how many, how it begins, how many wait for an answer."""
        bound = {"from": self._around.campaign_from}
        return [(t, n, o, u) for t, n, o, u in self._run(_TOPICS, person, now, **bound)]

    def _run(self, statement: str, person: PersonId, now: Instant, **bound: Any) -> list[Any]:
        return list(self._db.execute(statement, {"person": person, "now": now, **bound}))

    def close(self) -> None:
        """Let go of it."""
        self._db.close()


def _cases(rows: Sequence[Any]) -> list[CaseRow]:
    return [msgspec.convert(dict(zip(_NAMES, row, strict=True)), CaseRow, strict=False) for row in rows]
