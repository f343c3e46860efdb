"""Erasing what a plan names: the signed line first, then the files, then their keys in the copy; the next run ends what was cut."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from nazdik.bootstrap.retention.planning import CLASSES, WORDS, Doomed, Plan, parts_of
from nazdik.bootstrap.retention.records import Erasure, Gone, append_erasure, digest, read_erasures
from nazdik.bootstrap.retention.words import hold_back
from nazdik.kernel import rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.platform.backup.file_keys import destroy_files, destroy_key
from nazdik.platform.eventlog.heads import load_key
from nazdik.platform.sqlite import sync_folder

# So many files a line: one that names a hundred thousand pictures could not be read by anybody.
FILES_A_LINE = 500
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Erased:
    """What was done: the lines that were added, and the names whose keys could not be reached in the copy."""

    lines: list[Erasure] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)


def erase(
    data: Path,
    plan: Plan,
    *,
    by: str,
    copy: Path | None = None,
    let_go: Callable[[str], None] = lambda _: None,
    progress: Progress = lambda *_: None,
) -> Erased:
    """
    Erase what a plan names.

    Args:
        by: Who asked for it.
        copy: The folder of the copy on a second disk, whose keys go too.
        let_go: Told the name of each file before it goes, so that nobody holds it open.
        progress: Told the class, how many files of it are done and how many there are.

    Raises:
        ErasuresUnreadable: The record of earlier erasures was changed; nothing is erased until somebody has looked.
        OSError, LogUnavailable: A file could not be erased, or what a hold keeps of it could not be kept.
    """
    before = read_erasures(data)
    key, done = load_key(data), Erased()
    previous = before[-1] if before else None
    for of, days, doomed in _by_rule(plan):
        kept = sum(one.of == of for one in plan.kept) + sum(bool(one.keeps) for one in doomed)
        for first in range(0, len(doomed), FILES_A_LINE):
            part = doomed[first : first + FILES_A_LINE]
            for one in part:
                if one.keeps:
                    hold_back(data, one.name, one.keeps)
            line = Erasure(
                number=previous.number + 1 if previous is not None else 1,
                at=rfc3339(plan.at),
                by=by,
                of=of,
                days=days,
                before=rfc3339(plus_s(plan.at, -days * 86_400)),
                files=tuple(Gone(one.name, sha256_of(data / one.name)) for one in part),
                size=sum(one.size for one in part),
                kept=kept,
                previous=digest(previous) if previous is not None else "",
                key="",
            )
            previous = append_erasure(data, line, key)
            done.lines.append(previous)
            unlink(data, (one.name for one in part), let_go)
            progress(of, first + len(part), len(doomed))
    for line in (*before, *done.lines):
        done.unreached += _destroy_keys(data, copy, (gone.name for gone in line.files))
    return done


def _by_rule(plan: Plan) -> Iterator[tuple[str, int, list[Doomed]]]:
    """Yield what goes, a class at a time; of keys of words, which go by each province's own rule, a province at a time."""
    for of in CLASSES:
        doomed = plan.of(of)
        if of != WORDS:
            yield of, plan.days[of], doomed
            continue
        for folder in sorted({PurePosixPath(one.name).parent for one in doomed}):
            own = [one for one in doomed if PurePosixPath(one.name).parent == folder]
            yield of, own[0].days, own


def unlink(data: Path, part: Iterable[str], let_go: Callable[[str], None] = lambda _: None) -> None:
    """Take files of a data folder away, keys written over first."""
    folders = set()
    for name in part:
        let_go(name)
        if name.startswith(f"{WORDS}/"):
            # A key: over the same blocks first.
            destroy_files([data / name])
        for path in parts_of(data / name):
            path.unlink(missing_ok=True)
        folders.add((data / name).parent)
    for folder in folders:
        sync_folder(folder)


def _destroy_keys(data: Path, copy: Path | None, names: Iterable[str]) -> list[str]:
    """Every name's, each time: the copy's disk may have been away when its turn came."""
    unreached = []
    for name in names:
        if (data / name).exists():
            # The same picture came again since; its key is in use.
            continue
        try:
            destroy_key(data, copy, name)
        except OSError:
            unreached.append(name)
    return unreached


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as source:
        return file_digest(source, "sha256").hexdigest()
