"""From a copy back to a server's folder, as of its end or of any moment."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nazdik.kernel import Instant
from nazdik.platform.auth.registry import end_all_in
from nazdik.platform.backup.file_keys import FileOpener, KeyGone
from nazdik.platform.backup.files import PIECE, FilePieces
from nazdik.platform.backup.sealed import (
    Broken,
    Copied,
    Opener,
    begun,
    files_of,
    frames_of,
    list_streams,
    sound_bytes,
)
from nazdik.platform.backup.shipping import FILES, JOURNAL, Entries, JournalBytes
from nazdik.platform.eventlog import Entry, Head
from nazdik.platform.eventlog.rebuild import rebuild
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.journal import read_journal
from nazdik.platform.sqlite import sync_folder

ENTRIES = "entries."
REGISTRY = "registry.sqlite"
Say = Callable[[str], None]
_decode_entries = msgspec.msgpack.Decoder(Entries).decode
_decode_journal = msgspec.msgpack.Decoder(JournalBytes).decode
_decode_pieces = msgspec.msgpack.Decoder(FilePieces).decode


class BackupUnreadable(Exception):
    """The copy holds nothing that can be given back, or the key is another one."""


@dataclass(slots=True)
class Restored:
    """What came back: where each log ends, how many journal bytes and files, what was ended, and what could not be used."""

    heads: dict[str, Head] = field(default_factory=dict)
    journal_bytes: int = 0
    files: int = 0
    sessions_ended: int = 0
    left_out: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    @property
    def erased(self) -> int:
        """How many files a rule had erased: their keys are gone, and nothing gives them back."""
        return len(self.gone)


def restore(
    folder: Path, key: X25519PrivateKey, to: Path, at: Instant | None = None, say: Say = lambda _: None
) -> Restored:
    """
    Write what a copy holds into the folder `to`.

    Args:
        at: As everything was at this moment; None for the newest.
        say: Told each step.

    Raises:
        FileExistsError: `to` holds something already.
        BackupUnreadable: There is no copy in `folder`, or the key opens none of it.
        LogDamaged: The copy's entries contradict one another.
    """
    if to.exists() and any(to.iterdir()):
        raise FileExistsError(f"{to} is not empty; restore into a new folder")
    if not folder.is_dir() or not (streams := list_streams(folder)):
        raise BackupUnreadable(f"there is no copy in {folder}")
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    opener, own, done = Opener(key), FileOpener(folder, key), Restored()
    try:
        for stream in streams:
            _note_torn(folder, stream, opener, at, done)
            if stream.startswith(ENTRIES):
                name = stream.removeprefix(ENTRIES)
                say(f"{name}: entries")
                _restore_log(folder, stream, to / f"{name}.sqlite", opener, at, done)
    except Broken as error:
        raise BackupUnreadable(str(error)) from error
    if JOURNAL in streams:
        say("journal")
        _restore_journal(folder, to / JOURNAL, opener, own, at, done)
    if FILES in streams:
        say("other files")
        _restore_files(folder, to, opener, own, at, done)
        _end_sessions(to, done)
    if opener.refused and not opener.opened:
        raise BackupUnreadable("the key opens nothing of the copy, or all of it was changed")
    _sync(to)
    return done


def _sync(folder: Path) -> None:
    """Bring everything to the disk: the server begins to copy what it finds as soon as it starts, and must find it all."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
            continue
        fd = os.open(path, os.O_RDWR)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    sync_folder(folder)
    sync_folder(folder.parent)


def _note_torn(folder: Path, stream: str, opener: Opener, at: Instant | None, done: Restored) -> None:
    """
    Note what is torn or changed at the end of a file, unless the next one has it anew.

    The next one goes on from what was surely on the disk; where it does not, the gap between the two is noted.
    """
    for file, following in pairwise([*files_of(folder, stream), None]):
        if file is None or (
            following is not None and not (stream == FILES and at is not None and begun(following) > at)
        ):
            continue
        frames = list(frames_of(file, check=True))
        left = file.stat().st_size - sound_bytes(file)
        if len(whole := opener.whole(frames)) < len(frames):
            left = file.stat().st_size - (whole[-1].ends if whole else 0)
        if left:
            done.left_out.append(f"{stream}/{file.name}: {left} bytes at the end are torn or changed")


def _restore_log(folder: Path, stream: str, path: Path, opener: Opener, at: Instant | None, done: Restored) -> None:
    frames = plan(_copied(folder, stream, opener), at)
    whole = next((n for n, pair in enumerate(pairwise([(None, 0), *frames])) if _gap(pair)), len(frames))
    if whole < len(frames):
        missing = f"{frames[whole - 1][1] + 1 if whole else 1} to {frames[whole][0].first - 1}"
        done.left_out.append(f"{stream}: entries {missing} are not in the copy; what comes after them is left out")
        del frames[whole:]
    if not frames:
        return
    epoch = _decode_entries(opener.open(frames[-1][0])).epoch
    done.heads[path.name] = rebuild(path, epoch, _entries(frames, opener, at))


def _copied(folder: Path, stream: str, opener: Opener) -> Iterator[Copied]:
    for file in files_of(folder, stream):
        yield from opener.whole(list(frames_of(file, check=True)))


def plan(copied: Iterator[Copied], at: Instant | None) -> list[tuple[Copied, int]]:
    """
    Return the frames that make up the history as of a moment, each with the last position that counts in it.

    A frame that begins before the end of those before it tells that the log itself was restored then and went another way; it
    counts unless that happened after the moment asked for.
    """
    frames: list[tuple[Copied, int]] = []
    for frame in copied:
        if frames and _is_repeated(frame, frames[-1][0]) and frames[-1][1] == frame.last:
            continue
        if frames and frame.first <= frames[-1][1]:
            if at is not None and frame.at > at:
                break
            while frames and frames[-1][0].first >= frame.first:
                frames.pop()
            if frames:
                kept, last = frames.pop()
                frames.append((kept, min(last, frame.first - 1)))
        frames.append((frame, frame.last))
    return frames


def _is_repeated(frame: Copied, before: Copied) -> bool:
    """Whether a server copied the same once more at its start, because it could not know that it was on the disk."""
    return (frame.first, frame.last, frame.mark) == (before.first, before.last, before.mark)


def _gap(pair: tuple[tuple[Copied | None, int], tuple[Copied | None, int]]) -> bool:
    (_, last), (frame, _) = pair
    return frame is not None and frame.first != last + 1


def _entries(frames: list[tuple[Copied, int]], opener: Opener, at: Instant | None) -> Iterator[Entry]:
    for frame, last in frames:
        for entry in _decode_entries(opener.open(frame)).entries:
            if entry.position > last:
                break
            if at is not None and entry.at > at:
                return
            yield entry


def _restore_journal(
    folder: Path, to: Path, opener: Opener, own: FileOpener, at: Instant | None, done: Restored
) -> None:
    to.mkdir(mode=0o700)
    end, before = 0, None
    for frame in _copied(folder, JOURNAL, opener):
        if before is not None and _is_repeated(frame, before):
            continue
        if end and frame.first > end:
            done.left_out.append(f"{JOURNAL}: bytes {end} to {frame.first - 1} are not in the copy")
        before = frame
        if frame.first < end:
            # The journal was itself restored then, and went another way.
            if at is not None and frame.at > at:
                break
            for path in to.iterdir():
                if int(path.stem) > frame.first:
                    path.unlink()
        end = frame.last
        try:
            said = _decode_journal(own.open(opener.open(frame)))
        except KeyGone as gone:
            done.gone.add(str(gone))
            continue
        except Broken as error:
            done.left_out.append(f"{JOURNAL}: {error}")
            continue
        path = _inside(to, said.file)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(said.place)
            file.write(said.data)
            file.truncate()
    if at is not None:
        _cut_journal(to, at)
    done.journal_bytes = sum(path.stat().st_size for path in to.iterdir())


def _cut_journal(folder: Path, at: Instant) -> None:
    """Leave out every record from the first that came after the moment."""
    first = next((kept for kept in read_journal(folder) if kept.at > at), None)
    if first is None:
        return
    for path in sorted(folder.glob("*.journal")):
        start = int(path.stem)
        if start >= first.offset:
            path.unlink()
        elif first.offset < start + path.stat().st_size:
            with path.open("r+b") as file:
                file.truncate(first.offset - start)


def _restore_files(folder: Path, to: Path, opener: Opener, own: FileOpener, at: Instant | None, done: Restored) -> None:
    there: set[str] = set()
    for frame in _copied(folder, FILES, opener):
        if at is not None and frame.at > at:
            break
        try:
            said = _decode_pieces(own.open(opener.open(frame)))
        except KeyGone as gone:
            done.gone.add(str(gone))
            continue
        except Broken as error:
            done.left_out.append(f"{FILES}: {error}")
            continue
        path = _inside(to, said.name)
        if said.size is None:
            path.unlink(missing_ok=True)
            there.discard(said.name)
            continue
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() and not said.anew else "w+b") as file:
            path.chmod(0o600)
            for number, piece in said.pieces:
                file.seek(number * PIECE)
                file.write(piece)
            file.truncate(said.size)
        there.add(said.name)
    done.files = len(there)


def _end_sessions(to: Path, done: Restored) -> None:
    """End every session: which of them were ended after the copy was taken, nobody here can know."""
    path = to / REGISTRY
    if not path.exists():
        return
    try:
        done.sessions_ended = end_all_in(path)
    except LogUnavailable as fault:
        # Better that everybody needs a new password than that somebody goes on with a session that was ended.
        path.rename(path.with_suffix(".unusable"))
        done.left_out.append(f"{FILES}: no session could be ended in {REGISTRY}, which is put aside: {fault}")


def _inside(folder: Path, name: str) -> Path:
    """Return the path of a named file in `folder`; a name that leads out of it is refused."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise BackupUnreadable(f"the copy names a file outside its folder: {name}")
    return folder.joinpath(*pure.parts)
