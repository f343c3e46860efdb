"""
How fixes lie in a trail: columns of whole numbers, differences of what hardly changes, and then compressed.

A fix of a driving car takes some ten bytes instead of the hundred of a table row. Places are kept to a millionth of a
degree (11 cm), times to the microsecond, headings to 0.01 degrees, speeds to 1 cm/s, accuracies to 10 cm.
"""

import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from nazdik.fleet.model import Floats, Ints, Judged

Rows = npt.NDArray[np.void]

ROW: Final = np.dtype(
    [
        ("unit", "<u4"),
        ("fixed_at", "<i8"),
        ("claimed_at", "<i8"),
        ("received_at", "<i8"),
        ("lon", "<i4"),
        ("lat", "<i4"),
        ("heading", "<u2"),
        ("speed", "<u2"),
        ("accuracy", "<u2"),
        ("reason", "u1"),
    ]
)
DEG_PER_UNIT, HEADING_UNITS, SPEED_UNITS, ACCURACY_UNITS = 1e-6, 100.0, 100.0, 10.0
NO_PLACE, UNTOLD = -(2**31), 65_535
_VERSION = b"\x01"
_LEVEL = 1  # a second of a large fleet must be packed in far less than one


class NotOurs(ValueError):
    """The bytes are no fixes that this version wrote."""


def rows_of(judged: Judged, keys: Ints) -> Rows:
    """Return a judged batch as rows; `keys` are its units' numbers."""
    rows = np.empty(len(keys), ROW)
    rows["unit"] = keys
    rows["fixed_at"], rows["claimed_at"] = judged.fixed_at, judged.claimed_at
    rows["received_at"] = judged.received_at
    rows["lon"], rows["lat"] = _place(judged.lons), _place(judged.lats)
    rows["heading"] = _small(judged.headings_deg, HEADING_UNITS)
    rows["speed"] = _small(judged.speeds_m_per_s, SPEED_UNITS)
    rows["accuracy"] = _small(judged.accuracies_m, ACCURACY_UNITS)
    rows["reason"] = judged.reasons
    return rows


def degrees_of(column: npt.NDArray[np.int32]) -> Floats:
    """Return places as degrees, NaN where there is none."""
    return np.where(column == NO_PLACE, np.nan, np.round(column * DEG_PER_UNIT, 6))


def told(column: npt.NDArray[np.uint16], units: float) -> Floats:
    """Return a small quantity, NaN where it was not told."""
    return np.where(column == UNTOLD, np.nan, column / units)


def encode(rows: Rows, starts: Ints) -> list[bytes]:
    """Return the pieces of `rows` that begin at `starts` (0 first), each as bytes of its own."""
    change = rows.copy()
    change["claimed_at"] -= rows["fixed_at"]
    change["received_at"] -= rows["fixed_at"]
    for name in ("fixed_at", "lon", "lat"):
        change[name][1:] = rows[name][1:] - rows[name][:-1]
        change[name][starts] = rows[name][starts]
    flat = change.view(np.uint8).reshape(len(rows), ROW.itemsize)
    ends = np.append(starts[1:], len(rows))
    # Bytes of equal weight lie together, so that the many zeros of small differences do too.
    return [
        _VERSION + zlib.compress(flat[first:last].T.tobytes(), _LEVEL)
        for first, last in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def decode(body: bytes) -> Rows:
    """Return the rows of one piece. Raises `NotOurs`."""
    if body[:1] != _VERSION:
        raise NotOurs("another version wrote this")
    try:
        flat = np.frombuffer(zlib.decompress(body[1:]), np.uint8).reshape(ROW.itemsize, -1)
    except (zlib.error, ValueError) as error:
        raise NotOurs(str(error)) from error
    rows: Rows = flat.T.copy().view(ROW).reshape(-1)
    for name in ("fixed_at", "lon", "lat"):
        column = rows[name]
        rows[name] = np.cumsum(column, dtype=column.dtype)
    rows["claimed_at"] += rows["fixed_at"]
    rows["received_at"] += rows["fixed_at"]
    return rows


def _place(degrees: Floats) -> npt.NDArray[np.int32]:
    scaled = np.round(degrees / DEG_PER_UNIT)
    kept = np.abs(scaled) < 2**31
    return np.where(kept, np.where(kept, scaled, 0.0), NO_PLACE).astype(np.int32)


def _small(values: Floats, units: float) -> npt.NDArray[np.uint16]:
    known = np.isfinite(values)
    scaled = np.clip(np.round(np.where(known, values, 0.0) * units), 0, UNTOLD - 1)
    return np.where(known, scaled, UNTOLD).astype(np.uint16)
