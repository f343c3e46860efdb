"""WAV: its form and its samples, and nothing else that a recorder put there (places, dates, names: LIST, bext, iXML, id3)."""

import mmap
import struct

from nazdik.platform.recordings.reading import Unreadable


def parts(view: mmap.mmap) -> list[bytes | slice]:
    """Return what stays of a WAV file. Raises `Unreadable`."""
    form: slice | None = None
    sound: slice | None = None
    at = 12
    while at + 8 <= len(view) and sound is None:
        name, size = view[at : at + 4], struct.unpack_from("<I", view, at + 4)[0]
        begin = at + 8
        if name == b"fmt ":
            form = slice(begin, begin + size)
        elif name == b"data":
            # Some recorders never come back to write how long it became.
            sound = slice(begin, min(begin + size, len(view)))
        at = begin + size + size % 2
    if form is None or sound is None or form.stop > len(view) or not 16 <= form.stop - form.start <= 64:
        raise Unreadable("no sound")
    kept, length = form.stop - form.start, sound.stop - sound.start
    padding = bytes(length % 2)
    size = 4 + 8 + kept + 8 + length + len(padding)
    return [
        b"RIFF" + size.to_bytes(4, "little") + b"WAVEfmt " + kept.to_bytes(4, "little"), form,
        b"data" + length.to_bytes(4, "little"), sound, padding,
    ]  # fmt: skip
