"""Whole cases in and out of an oversight server; what is wrong is said line by line, before anything is taken."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import msgspec

from nazdik.bootstrap.photos import bare
from nazdik.kernel import CommandId, Context, OfficeId, PersonId, Rejected
from nazdik.oversight import bundle, errors, imports
from nazdik.oversight import commands as c
from nazdik.oversight.codes import shown
from nazdik.oversight.model import Recording, Stated
from nazdik.oversight.service import FILES_MAX, KEEPER, Oversight
from nazdik.oversight.verifier import check
from nazdik.oversight.words import cleaned

LINE_BYTES_MAX = 64 << 20


class Checked(msgspec.Struct):
    """
    What became of a line: `taken`, `ready` (it would be), `here` (it was before) or `bad`, with the code of the refusal.

    `code` is the citizen's new code, for whoever asked for them.
    """

    line: int
    id: str
    state: str
    refused: str = ""
    details: dict[str, Any] = {}
    case_id: str = ""
    code: str = ""


class Report(msgspec.Struct):
    """What became of a bundle; when `broken` is not empty, nothing of it was taken."""

    system: str
    rows: list[Checked]
    broken: list[Checked]

    def count(self, state: str) -> int:
        """Return how many lines are in a state."""
        return sum(row.state == state for row in self.rows)


class Reading:
    """One pass over the lines of a bundle: their chain, and each case as the command that would take it."""

    def __init__(self, oversight: Oversight, ours: dict[str, str]) -> None:
        self.oversight, self.ours = oversight, ours
        self.system = ""
        self.broken: list[Checked] = []
        self._before, self._chained, self._cases, self._ended = b"", False, 0, False
        self._seen: set[str] = set()

    def line(self, number: int, text: bytes) -> bundle.CaseLine | None:
        """Return the case of a line, None for the first and the last. Raises `BundleUnreadable`."""
        before, self._before = self._before, text
        try:
            line = bundle.decode_line(text)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise errors.BundleUnreadable(said=str(error)[:200]) from error
        if not self.system:
            if not isinstance(line, bundle.Header) or line.bundle != bundle.VERSION or not line.system.strip():
                raise errors.BundleUnreadable(said=f"a bundle begins with a header of version {bundle.VERSION}")
            self.system = line.system
            return None
        self._chained |= bool(line.before)
        if self._ended or isinstance(line, bundle.Header) or (self._chained and line.before != bundle.hash_of(before)):
            self._break(number, "chain")
        if isinstance(line, bundle.End):
            self._end(number, line)
            return None
        assert isinstance(line, bundle.CaseLine)
        self._cases += 1
        return line

    def finish(self, number: int) -> None:
        """Note that a chained bundle was cut."""
        if self._chained and not self._ended:
            self._break(number, "cut")

    def command(
        self,
        line: bundle.CaseLine,
        files: tuple[str, ...] = (),
        recordings: tuple[Recording, ...] | None = None,
        code_hash: str = "",
    ) -> c.ImportCase:
        """
        Return the command that takes a case over.

        Raises:
            CaseIsHere, BundleUnreadable, ProofBroken, TooManyFiles
        """
        first = line.first or bundle.First(system=self.system, id=line.id)
        drawn = drawn_for(first)
        case_id = self.oversight.id_for("case", KEEPER, drawn)
        state = self.oversight.state
        ours = first.id if first.system == self.oversight.facts.system else case_id
        if ours in state.cases or ours in self._seen:
            raise errors.CaseIsHere(id=line.id)
        try:
            taken = bundle.taken(line, self.ours)
            if recordings is None:
                recordings = tuple(bundle.recording_of(one, None) for one in line.recordings)
        except (ValueError, OverflowError) as error:
            raise errors.BundleUnreadable(said=str(error)[:200]) from error
        if len(line.files) + len(line.recordings) > FILES_MAX * 8:
            raise errors.TooManyFiles(most=FILES_MAX * 8)
        key = self._proved(line)
        self._seen.add(ours)
        return c.ImportCase(
            case_id=case_id,
            token=self.oversight.id_for("token", KEEPER, drawn),
            salt=self.oversight.id_for("salt", KEEPER, drawn),
            code_hash=code_hash or case_id,
            stated=Stated(first.system, first.id, taken.received_at, taken.closed_at, key, taken.said_at),
            kind=line.kind,
            source=line.source,
            text=cleaned(line.text),
            office=OfficeId(self.ours.get(line.office, line.office)),
            lang=line.lang,
            incident_at=taken.incident_at,
            anonymous=line.anonymous,
            contact=None if line.anonymous else line.contact,
            files=files,
            formal=line.formal,
            allegations=taken.allegations,
            messages=taken.messages,
            referred_to=line.referred_to,
            referred_at=taken.referred_at,
            referral_outcome=line.referral_outcome,
            commended=PersonId(line.commended) if line.commended is not None else None,
            passed_at=taken.passed_at,
            self_praise=line.self_praise,
            terms=line.terms,
            withdrawal=taken.withdrawal,
            review=taken.review,
            limit=line.limit,
            acted=tuple(line.acted),
            closed=line.closed,
            answer=line.answer,
            recordings=recordings,
        )

    def _proved(self, line: bundle.CaseLine) -> str:
        """Return the key under which the receipt of a case holds, empty without one. Raises `ProofBroken`."""
        if line.proof is None:
            if line.provable:
                raise errors.ProofBroken(wrong=["missing"])
            return ""
        checked = check(line.proof, key=self.system, text=line.text)
        wrong = [code for code, _ in checked.wrong if code != "opened_by_one_shut_out"]
        if (checked.stated or checked.recorded_at) != line.received_at:
            wrong.append("other_day")
        if wrong:
            raise errors.ProofBroken(wrong=sorted(set(wrong)))
        return line.proof.head.key

    def _end(self, number: int, line: bundle.End) -> None:
        self._ended = True
        signed = line.signed
        if line.cases != self._cases:
            self._break(number, "count")
        if signed is not None and not (
            signed.is_sound()
            and (signed.log, signed.key) == (bundle.SIGNED_AS, self.system)
            and (signed.hash, signed.position) == (line.before, line.cases)
        ):
            self._break(number, "signature")

    def _break(self, number: int, what: str) -> None:
        self.broken.append(Checked(number, "", "bad", errors.BundleBroken.code, {"what": what}))


def drawn_for(first: bundle.First) -> str:
    """Return what the id and the code of a case are drawn from: the same wherever it came through."""
    return f"import\0{first.system}\0{first.id}"


async def take(
    oversight: Oversight, given: Sequence[bytes], *, ours: dict[str, str], dry_run: bool, codes: bool = False
) -> Report:
    """
    Take the cases of a bundle over; with `dry_run`, say what would become of each line and change nothing.

    Args:
        ours: Our offices for theirs, where they are called otherwise.
        codes: Say the citizens' new codes too.
    """
    # Checking every signature of a bundle takes a while, in which everybody else is answered.
    report = await asyncio.to_thread(_look, oversight, given, ours)
    if dry_run or report.broken:
        return report
    ready = {row.line for row in report.rows if row.state == "ready"}
    reading = Reading(oversight, ours)
    done = {row.line: row for row in report.rows}
    for number, text in _numbered(given):
        try:
            line = reading.line(number, text)
            if line is not None and number in ready:
                done[number] = await _take(oversight, reading, number, line, codes)
        except Rejected as refused:
            done[number] = _refused(number, done[number].id, refused)
    return Report(report.system, list(done.values()), [])


def _look(oversight: Oversight, given: Sequence[bytes], ours: dict[str, str]) -> Report:
    reading, rows, last = Reading(oversight, ours), [], 0
    for number, text in _numbered(given):
        last, line = number, None
        try:
            line = reading.line(number, text)
            if line is None:
                continue
            command = reading.command(line)
            for file in line.files:
                bare(file.data)
            ctx = Context(oversight.clock.now(), KEEPER, CommandId(f"look:{number}"))
            for _ in imports.decide(oversight.state, command, ctx, oversight.around):
                pass
            rows.append(Checked(number, line.id, "ready", case_id=command.case_id))
        except Rejected as refused:
            rows.append(_refused(number, line.id if line is not None else "", refused))
            if not reading.system:
                # Without a header nobody can say what the rest is.
                return Report("", rows, rows)
    reading.finish(last)
    return Report(reading.system, rows, reading.broken)


async def _take(
    oversight: Oversight, reading: Reading, number: int, line: bundle.CaseLine, codes: bool
) -> Checked:  # fmt: skip
    files = tuple([(await oversight.pictures.keep(file.data))[0] for file in line.files])
    recordings = [await _kept(oversight, one) for one in line.recordings]
    drawn = drawn_for(line.first or bundle.First(system=reading.system, id=line.id))
    code, code_hash = await oversight.code_of(f"{KEEPER.id}\0{drawn}")
    command = reading.command(line, files, tuple(recordings), code_hash)
    await oversight.submit(command, KEEPER, drawn)
    return Checked(number, line.id, "taken", case_id=command.case_id, code=shown(code) if codes else "")


async def _kept(oversight: Oversight, line: bundle.RecordingLine) -> Recording:
    """Return a sound or a film once it is made bare and on our own shelf; one that was destroyed has its words alone."""
    kept = None
    if line.destroyed_at is None:

        async def body() -> AsyncIterator[bytes]:
            yield line.data

        kept = await oversight.shelf.take(body())
    return bundle.recording_of(line, kept)


def _refused(number: int, own: str, refused: Rejected) -> Checked:
    state = "here" if isinstance(refused, errors.CaseIsHere) else "bad"
    return Checked(number, own, state, refused.code, refused.details)


def _numbered(given: Iterable[bytes]) -> Iterable[tuple[int, bytes]]:
    for number, text in enumerate(given, 1):
        bare_line = text.rstrip(b"\r\n")
        if bare_line:
            yield number, bare_line
