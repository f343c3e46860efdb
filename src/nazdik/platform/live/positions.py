"""The position lane: 20 bytes for each thing that moves, once a second, built once for all who see the same."""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nazdik.kernel import Instant

VERSION = 1
UNKNOWN = 65_535
HEADER = struct.Struct("<BBHIq")
ROW = np.dtype(
    [("slot", "<u4"), ("lon", "<i4"), ("lat", "<i4"), ("heading", "<u2"), ("speed", "<u2"), ("age", "<u2"), ("flags", "<u2")]
)  # fmt: skip

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Positions:
    """
    Where things are at one instant; every array has shape (rows,).

    Args:
        heading_deg: Clockwise from true north, NaN when unknown.
        speed_m_per_s: NaN when unknown.
        age_s: How old each fix is at `at`.
    """

    at: Instant
    slot: Ints
    lon: Floats
    lat: Floats
    heading_deg: Floats
    speed_m_per_s: Floats
    age_s: Floats
    flags: Ints


def packed(p: Positions) -> npt.NDArray[np.void]:
    """Return the rows as they go over the wire; numbers beyond what a field holds stay at its edge."""
    rows = np.zeros(len(p.slot), dtype=ROW)
    rows["slot"] = p.slot
    rows["lon"] = np.rint(np.nan_to_num(p.lon) * 1e6)
    rows["lat"] = np.rint(np.nan_to_num(p.lat) * 1e6)
    rows["heading"] = _or_unknown(np.mod(p.heading_deg, 360.0) * 100, 35_999)
    rows["speed"] = _or_unknown(np.maximum(p.speed_m_per_s, 0.0) * 100, UNKNOWN - 1)
    # A fix from the future (a device whose clock runs ahead) is a fix of now; one of unknown age is as old as can be.
    rows["age"] = np.clip(np.nan_to_num(np.rint(p.age_s), nan=UNKNOWN, posinf=UNKNOWN), 0, UNKNOWN)
    rows["flags"] = np.asarray(p.flags) & 0xFFFF
    return rows


def frame_of(stream: str, at: Instant, rows: npt.NDArray[np.void]) -> bytes:
    """Return one binary frame with these rows."""
    name = stream.encode()
    return HEADER.pack(VERSION, len(name), 0, len(rows), at) + name + rows.tobytes()


def _or_unknown(values: Floats, largest: int) -> npt.NDArray[np.uint16]:
    known = np.isfinite(values)
    clipped = np.clip(np.rint(np.where(known, values, 0.0)), 0, largest)
    return np.where(known, clipped, UNKNOWN).astype(np.uint16)
