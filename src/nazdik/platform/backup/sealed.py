"""
Files of a copy: frames that only the holder of the secret key can open, and whose order and ends anyone can see.

A stream (`entries.khuzestan.log`, `journal`, `files`) is a folder of files, each begun by one run of a server and only ever added
to. A file starts with `NAZDIKB1`, an X25519 key of its own (32 bytes), the length of the stream's name (u16) and the name. Its
ChaCha20-Poly1305 key comes by HKDF-SHA-256 from that key and the recipient's; the server forgets it with the process. A frame is
its length (u32), the CRC-32 of what is sealed (u32), the first and last place in the stream it holds (i64 each), when it was
written (i64, microseconds), a mark (32 bytes; the hash of the last entry) and the sealed bytes, all little-endian; the number of
the frame is the nonce.
"""

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nazdik.kernel import Instant
from nazdik.platform.sqlite import sync_folder

MAGIC = b"NAZDIKB1"
SUFFIX = ".sealed"
FILE_BYTES_MAX = 64 * 1024 * 1024
NO_MARK = bytes(32)
_KEY_BYTES = 32
_FRAME = struct.Struct("<IIqqq32s")
_NAME = struct.Struct("<H")
# The deflated contents of one frame; anything longer is no frame of ours.
# Never less than the seal itself: zeros, as a file system leaves them at an end that it never wrote, are no frame.
FRAME_BYTES_LEAST = 16
FRAME_BYTES_MAX = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Copied:
    """One frame as it can be seen without the key. `place` is where it stands in its file, `number` its count there."""

    file: Path
    number: int
    place: int
    length: int
    first: int
    last: int
    at: Instant
    mark: bytes

    @property
    def ends(self) -> int:
        """Where it ends in its file."""
        return self.place + _FRAME.size + self.length


class Broken(Exception):
    """A frame cannot be opened: changed bytes, or another key."""


class Sealed:
    """A file of one stream, open for adding to."""

    def __init__(self, folder: Path, stream: str, recipient: X25519PublicKey, at: Instant) -> None:
        """
        Begin a file.

        Raises:
            OSError: The disk does not take it.
        """
        self._own = X25519PrivateKey.generate()
        public = self._own.public_key().public_bytes_raw()
        self._cipher = sealed_cipher(self._own.exchange(recipient), public, recipient, stream)
        self._number = 0
        within = folder / stream
        within.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Their names tell their order, also when the clock was set back since the last was begun.
        before = files_of(folder, stream)
        path = within / f"{max([at, *(int(file.stem) + 1 for file in before[-1:])]):020d}{SUFFIX}"
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        name = stream.encode()
        self.size = _write(self._fd, MAGIC + public + _NAME.pack(len(name)) + name)
        os.fsync(self._fd)
        sync_folder(within)
        sync_folder(folder)

    def add(self, data: bytes, *, first: int, last: int, at: Instant, mark: bytes = NO_MARK) -> None:
        """Write one frame; it is on disk after `sync`."""
        packed = zlib.compress(data, 1)
        about = struct.pack("<qqq32s", first, last, at, mark)
        closed = self._cipher.encrypt(_nonce(self._number), packed, about)
        self.size += _write(self._fd, _FRAME.pack(len(closed), zlib.crc32(closed), first, last, at, mark) + closed)
        self._number += 1

    def sync(self) -> None:
        """Return once everything added is on disk."""
        os.fdatasync(self._fd)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)


class Opener:
    """Opens frames with the secret key."""

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key = key
        self.opened = self.refused = 0
        self._file: Path | None = None
        self._cipher: ChaCha20Poly1305 | None = None

    def open(self, frame: Copied) -> bytes:
        """
        Return what a frame holds.

        Raises:
            Broken: It was changed, or sealed for another key.
        """
        if self._file != frame.file or self._cipher is None:
            public, stream, _ = _header(frame.file)
            recipient = self._key.public_key()
            shared = self._key.exchange(X25519PublicKey.from_public_bytes(public))
            self._file, self._cipher = frame.file, sealed_cipher(shared, public, recipient, stream)
        with frame.file.open("rb") as source:
            source.seek(frame.place + _FRAME.size)
            closed = source.read(frame.length)
        about = struct.pack("<qqq32s", frame.first, frame.last, frame.at, frame.mark)
        try:
            data = zlib.decompress(self._cipher.decrypt(_nonce(frame.number), closed, about))
        except (InvalidTag, zlib.error) as error:
            self.refused += 1
            raise Broken(f"{frame.file.name}, frame {frame.number}: changed, or sealed for another key") from error
        self.opened += 1
        return data

    def whole(self, frames: Sequence[Copied]) -> Sequence[Copied]:
        """Return the frames of a file without its last, if that is torn: the checksum does not stand for a frame's head."""
        try:
            for frame in frames[-1:]:
                self.open(frame)
        except Broken:
            return frames[:-1]
        return frames


def list_streams(folder: Path) -> list[str]:
    """Return the names of the streams a copy holds."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and next(path.glob(f"*{SUFFIX}"), None))


def list_copied(folder: Path, stream: str, *, check: bool = False) -> Iterator[Copied]:
    """
    Yield the frames of a stream in the order in which they were written; a torn end of a file is left out.

    Args:
        check: Compare each with its checksum, and leave out the rest of a file from the first that differs.
    """
    for file in files_of(folder, stream):
        yield from frames_of(file, check=check)


def newest_copied(folder: Path, stream: str) -> Iterator[tuple[Copied, bool]]:
    """
    Yield the sound frames of a stream, newest first, each with whether it is surely on the disk; older files only when asked for.

    Another follows a frame only after it was synced. The last of a file may be what the system still shows after a sync that
    failed, and be gone when the power goes.
    """
    for file in reversed(files_of(folder, stream)):
        frames = list(frames_of(file, check=True))
        for n, frame in reversed(list(enumerate(frames, start=1))):
            yield frame, n < len(frames)


def files_of(folder: Path, stream: str) -> list[Path]:
    """Return the files of a stream, oldest first."""
    return sorted((folder / stream).glob(f"*{SUFFIX}"))


def begun(file: Path) -> Instant:
    """Return when a file of a stream was begun."""
    return Instant(int(file.stem))


def sound_bytes(file: Path) -> int:
    """Return how many bytes from its start are a file's header and whole frames."""
    try:
        size = _header(file)[2]
    except Broken:
        return 0
    for frame in frames_of(file, check=True):
        size = frame.ends
    return size


def frames_of(file: Path, *, check: bool) -> Iterator[Copied]:
    """Yield the frames of one file; see `list_copied`."""
    try:
        place = _header(file)[2]
    except Broken:
        return
    with file.open("rb") as source:
        size = file.stat().st_size
        number = 0
        while place + _FRAME.size <= size:
            source.seek(place)
            length, crc, first, last, at, mark = _FRAME.unpack(source.read(_FRAME.size))
            if not FRAME_BYTES_LEAST <= length <= FRAME_BYTES_MAX or place + _FRAME.size + length > size:
                return
            if check and zlib.crc32(source.read(length)) != crc:
                return
            yield Copied(file, number, place, length, first, last, Instant(at), mark)
            place += _FRAME.size + length
            number += 1


def _header(file: Path) -> tuple[bytes, str, int]:
    with file.open("rb") as source:
        head = source.read(len(MAGIC) + _KEY_BYTES + _NAME.size)
        if len(head) < len(MAGIC) + _KEY_BYTES + _NAME.size or not head.startswith(MAGIC):
            raise Broken(f"{file.name} is no file of a copy")
        (length,) = _NAME.unpack(head[-_NAME.size :])
        name = source.read(length)
    try:
        return head[len(MAGIC) : -_NAME.size], name.decode(), len(head) + length
    except UnicodeDecodeError as error:
        raise Broken(f"{file.name} is no file of a copy") from error


def sealed_cipher(shared: bytes, public: bytes, recipient: X25519PublicKey, stream: str) -> ChaCha20Poly1305:
    """Return what seals and opens with a secret that two keys share, bound to both of them and to what it is for."""
    salt, info = public + recipient.public_bytes_raw(), b"nazdik backup 1 " + stream.encode()
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(shared))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "little")


def _write(fd: int, data: bytes) -> int:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
    return len(data)
