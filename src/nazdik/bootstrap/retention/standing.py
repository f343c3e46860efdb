"""Provinces as they stand when words are erased of their logs: what is not over keeps its words, and no snapshot keeps others."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from nazdik.bootstrap.administration.retention import SHIPPED
from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.province_state import STATE_VERSION, ProvinceState
from nazdik.bootstrap.retention.erasing import Erased, erase, sha256_of, unlink
from nazdik.bootstrap.retention.planning import WORDS, Plan, plan
from nazdik.bootstrap.retention.records import read_erasures
from nazdik.bootstrap.retention.rules import LOG, read_rules
from nazdik.bootstrap.snapshots import snapshot
from nazdik.bootstrap.words import live_subjects, with_words
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.eventlog.sqlite import SqliteLog, forget_snapshots
from nazdik.platform.eventlog.word_keys import KEY, key_id_of
from nazdik.platform.eventlog.words import SealedLog


@dataclass(frozen=True, slots=True)
class Standing:
    """A province's log, and what it had led to at a position."""

    log: SealedLog
    position: int
    state: ProvinceState


def open_standing(data: Path, provinces: Iterable[str], undo: ExitStack) -> dict[str, Standing]:
    """
    Open logs that no server runs on, and return how their provinces stand.

    Raises:
        LogInUse, LogUnavailable: A log cannot be opened.
    """
    standing: dict[str, Standing] = {}
    for name in provinces:
        log = with_words(SqliteLog(data / f"{name}{LOG}"), data, name)
        undo.callback(log.close)
        standing[name] = Standing(log, log.head().position, load_state(log, ProvinceId(name)))
    return standing


def live_of(standing: Mapping[str, Standing]) -> dict[str, frozenset[str]]:
    """Return what is not over, by province."""
    return {name: live_subjects(one.state) for name, one in standing.items()}


def erase_again(data: Path, at: Instant) -> int:
    """
    Erase again what the record names and a restored copy brought back, and return how many files that were.

    Raises:
        LogUnavailable, OSError: Something could not be read or erased.
    """
    named = {gone.name: gone.sha256 for line in read_erasures(data) for gone in line.files}
    again = [name for name, digest in named.items() if not name.startswith(f"{WORDS}/") and _is(data / name, digest)]
    unlink(data, again)
    rules = read_rules(data, trail_days=int(SHIPPED["trail_days"]))
    with ExitStack() as undo:
        standing = open_standing(data, [str(one.province) for one in rules], undo)
        planned = plan(data, rules, at, live_of(standing))
        planned = replace(planned, doomed=tuple(one for one in planned.of(WORDS) if one.name in named))
        erase_with_words(data, planned, standing, lambda: erase(data, planned, by="restore"))
    return len(again) + len(planned.doomed)


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


def of_known(planned: Plan, known: Mapping[str, object]) -> Plan:
    """Return a plan without the words of provinces of which nobody here knows what is not over."""
    wanted = tuple(one for one in planned.doomed if one.of != WORDS or PurePosixPath(one.name).parts[1] in known)
    return replace(planned, doomed=wanted)


def erase_with_words(
    data: Path, planned: Plan, standing: Mapping[str, Standing], erasing: Callable[[], Erased]
) -> Erased:
    """Erase, and leave no snapshot behind that has words of what goes: one of now takes the place of all."""
    touched = {PurePosixPath(one.name).parts[1] for one in planned.of(WORDS)}
    for name in sorted(touched):
        one = standing[name]
        one.log.save_snapshot(one.position, STATE_VERSION, snapshot(one.state))
        forget_snapshots(data / f"{name}{LOG}", but=one.position)
    for doomed in planned.of(WORDS):
        if doomed.name.endswith(KEY):
            # First, because only what is here still is tried again. Each node holds back of its own file what it has to.
            path = PurePosixPath(doomed.name)
            standing[path.parts[1]].log.drop_key(key_id_of(path.name))
    try:
        return erasing()
    finally:
        for name in touched:
            standing[name].log.forget_keys()
