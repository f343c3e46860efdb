"""
Columns of numbers that grow on disk: what a country holds is read through memory once and never lies in it whole.

A reader appends numbers to a `Column` one by one; afterwards `open_column` maps the file, and only the pages that are looked
at come back into memory, which the system may take away again.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

# Numbers kept in memory before they are written: 1 MB of the widest.
_BUFFERED = 131_072
# How many rows of a large column are worked on at a time.
CHUNK = 2_000_000
_TYPES = {"q": np.int64, "i": np.int32, "d": np.float64, "B": np.uint8}

Array = npt.NDArray[Any]


class Column:
    """A column being written; `code` is that of `array`: q, i, d or B."""

    def __init__(self, path: Path, code: str) -> None:
        self._file = path.open("wb")
        self._code = code
        self._buffer: array[Any] = array(code)
        self.append: Callable[[float], None] = self._buffer.append
        self._written = 0

    def __len__(self) -> int:
        return self._written + len(self._buffer)

    def extend_few(self, values: Iterable[int]) -> None:
        """Append a few Python numbers."""
        self._buffer.extend(values)

    def extend(self, values: Array) -> None:
        """Append many at once."""
        self.flush()
        np.ascontiguousarray(values, dtype=_TYPES[self._code]).tofile(self._file)
        self._written += len(values)

    def spill(self) -> None:
        """Write out when enough has gathered; call it now and then, for `append` itself does not look."""
        if len(self._buffer) >= _BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Write everything out."""
        self._buffer.tofile(self._file)
        self._written += len(self._buffer)
        del self._buffer[:]

    def close(self) -> None:
        """Write everything out and close the file."""
        self.flush()
        self._file.close()


class Columns:
    """Several columns in one folder, each in the file of its name; a context that closes them all."""

    def __init__(self, folder: Path, **codes: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._columns = {name: Column(folder / f"{name}.{code}", code) for name, code in codes.items()}

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __enter__(self) -> "Columns":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for column in self._columns.values():
            column.close()

    def spill(self) -> None:
        """Write out the columns in which enough has gathered."""
        for column in self._columns.values():
            column.spill()


def open_column(folder: Path, name: str, code: str) -> Array:
    """Return a written column, mapped from its file and read-only."""
    path = folder / f"{name}.{code}"
    if not path.stat().st_size:  # nothing cannot be mapped
        return np.empty(0, dtype=_TYPES[code])
    return np.memmap(path, dtype=_TYPES[code], mode="r")


def scratch(folder: Path, name: str, code: str, size: int) -> Array:
    """Return a new column of zeros to be written to in any order, mapped to a file."""
    if not size:
        return np.empty(0, dtype=_TYPES[code])
    return np.memmap(folder / f"{name}.{code}", dtype=_TYPES[code], mode="w+", shape=(size,))


def chunks(size: int, step: int = CHUNK) -> Iterator[slice]:
    """Return the parts of a long column, in order."""
    return (slice(start, min(start + step, size)) for start in range(0, size, step))


class ArrayFile:
    """A `.npy` file written part by part, one row after the other; the same rows give the same bytes as `np.save`."""

    def __init__(self, path: Path, dtype: Any, width: int | None = None) -> None:
        self._file = path.open("w+b")
        self._dtype, self._width, self._rows = np.dtype(dtype), width, 0
        self._write_header()

    def append(self, rows: Array) -> None:
        """Write more rows."""
        np.ascontiguousarray(rows, dtype=self._dtype).tofile(self._file)
        self._rows += len(rows)

    def close(self) -> None:
        """Say in the header how many rows there are, and close the file."""
        self._file.seek(0)
        self._write_header()
        self._file.close()

    def _write_header(self) -> None:
        # numpy leaves room in a header for the length to grow, so that it can be written again in place.
        shape = (self._rows,) if self._width is None else (self._rows, self._width)
        said = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, said)
