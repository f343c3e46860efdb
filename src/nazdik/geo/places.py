"""
Finding places by what people say: streets, crossings, settlements, counties, landmarks, coordinates; and back again.

The search forgives: letters and digits of several scripts, half-spaces, words left out, in another order or with one
slip. It runs in memory over numpy arrays: every word of the question marks the records that hold it, and the records are
ranked by how much of the question they answer, then by distance.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, floor, log, radians
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from nazdik.geo.coordinates import coordinate_label, parse_coordinates
from nazdik.geo.errors import RegionUnreadable
from nazdik.geo.extract import Floats
from nazdik.geo.gazetteer import CELL_DEG, LINES, RECORDS, SCALE, PlacesFile, write_places
from nazdik.geo.words import GENERIC_WORDS, for_people, persian_digits, words_of
from nazdik.kernel import LonLat, distance_m

__all__ = ["Place", "PlaceIndex", "write_places"]

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

STREET_REACH_M = 1_000.0
CROSSING_REACH_M = 400.0
BETTER_KNOWN_M = 100.0
_RIM_DEG = 0.05
SETTLEMENT_REACH_M = 60_000.0

_GENERIC_WEIGHT, _POSITION_WEIGHT, _WEIGHT_MAX = 0.3, 0.1, 6.0
_CONTEXT, _OTHER_NAME, _JOINED, _PREFIX, _SLIP = 0.6, 0.95, 0.97, 0.85, 0.7
_RECALL_MIN = 0.33
_SPLITS_MAX = 8
_LOOK_CLOSER = 4
# Words that say where something stands from another; the point we can find is the other.
_POSITION_WORDS = frozenset(
    words_of("روبروی رو به مقابل جنب نزدیک پشت جلوی بعد قبل از در سر ته انتهای ابتدای near opposite at")
)
_CROSSING = "تقاطع"
_AND = frozenset(("و", "با", "and", "x", "with"))
_SETTLEMENTS = frozenset(("city", "town", "village", "hamlet"))


@dataclass(frozen=True, slots=True)
class Place:
    """
    A place found. `score` is in (0, 1], 1 being a full answer; `distance_m` is from the point asked about.

    A street's `point` is its part nearest to the point asked from, or its middle.

    `kind`: city, town, village, hamlet, suburb, quarter, neighbourhood, locality, square, county, street, crossing, point,
    coordinates, near (only the distance from a settlement can be said). `accuracy_m` above 0 says that the place lies
    somewhere within that distance of `point`.
    """

    label_fa: str
    label_en: str
    kind: str
    point: LonLat
    score: float
    distance_m: float | None = None
    accuracy_m: int = 0


@dataclass(slots=True)
class _Marks:
    """How well each record answers: `recall` of the question, `precision` of its name."""

    recall: Scores
    precision: Scores

    def text(self) -> Scores:
        """Return the two as one score; 0 where only the surroundings were named."""
        score: Scores = np.where(self.precision > 0, 0.8 * self.recall + 0.2 * self.precision, 0).astype(np.float32)
        return score


class _Postings:
    """Which records hold a word, and what share of the name it is in each."""

    def __init__(self) -> None:
        self._shares: dict[str, dict[int, float]] = defaultdict(dict)

    def add(self, word: str, record: int, share: float) -> None:
        of_word = self._shares[word]
        of_word[record] = max(share, of_word.get(record, 0.0))

    def frozen(self) -> dict[str, tuple[Ints, Scores]]:
        return {
            word: (
                np.fromiter(shares, dtype=np.int64, count=len(shares)),
                np.fromiter(shares.values(), dtype=np.float32, count=len(shares)),
            )
            for word, shares in self._shares.items()
        }


class PlaceIndex:
    """The search index of one region."""

    def __init__(self, file: PlacesFile, lines: npt.NDArray[np.int32]) -> None:
        """Take the records and the street segments; `load` reads them from a region."""
        self._file = file
        self._size = len(file.names)
        self._lon = np.array(file.lon, dtype=np.float64) / SCALE
        self._lat = np.array(file.lat, dtype=np.float64) / SCALE
        self._rank = np.array(file.ranks, dtype=np.float32)
        self._crossing_a = np.array(file.crossing_a, dtype=np.int64)
        self._crossing_b = np.array(file.crossing_b, dtype=np.int64)
        self._crossing_lon = np.array(file.crossing_lon, dtype=np.float64) / SCALE
        self._crossing_lat = np.array(file.crossing_lat, dtype=np.float64) / SCALE
        self._settlements = np.flatnonzero(
            [kind in _SETTLEMENTS and accuracy == 0 for kind, accuracy in zip(file.kinds, file.accuracy_m, strict=True)]
        )
        # Whoever names a town means the town, however far: distance counts less for it than for a street.
        settled = [kind in _SETTLEMENTS or kind == "county" for kind in file.kinds]
        self._far_share = np.where(settled, 0.3, 1.0).astype(np.float32)
        self._index_words()
        self._index_lines(lines)
        self._crossings_of: dict[int, list[int]] = defaultdict(list)
        for crossing, (a, b) in enumerate(zip(file.crossing_a, file.crossing_b, strict=True)):
            self._crossings_of[a].append(crossing)
            self._crossings_of[b].append(crossing)

    @classmethod
    def load(cls, folder: Path) -> "PlaceIndex":
        """Return the index in a region's `places` folder; `RegionUnreadable` when it is not there or broken."""
        try:
            file = msgspec.json.decode((folder / RECORDS).read_bytes(), type=PlacesFile)
            lines = np.load(folder / LINES, mmap_mode="r")
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise RegionUnreadable(
                "نمایهٔ جاها در این منطقه خوانده نشد؛ منطقه را دوباره بسازید.",
                "The places of this region cannot be read; build the region again.",
            ) from error
        return cls(file, lines)

    def __len__(self) -> int:
        return self._size + len(self._crossing_a)

    def search(self, text: str, near: LonLat | None = None, limit: int = 8) -> list[Place]:
        """Return the places that `text` may mean, the best first and, of equals, the nearest to `near` first."""
        if (typed := parse_coordinates(text, self._file.bounds)) is not None:
            label_fa, label_en = coordinate_label(typed)
            away = distance_m(typed, near) if near else None
            return [Place(label_fa, label_en, "coordinates", typed, 1.0, away)]
        words = words_of(text.replace("/", " و ").replace("&", " و ").replace("+", " و "))[:12]
        if not words or limit < 1:
            return []
        found = self._crossings(words, near, limit)
        marks = self._marks([word for word in words if word != _CROSSING] or words)
        score = marks.text()
        score[marks.recall < _RECALL_MIN] = 0
        found += self._best(score, near, limit)
        return sorted(found, key=lambda place: -place.score)[:limit]

    def reverse(self, point: LonLat) -> Place | None:
        """Return how to say where `point` is: its street and what it is near; None far from everything."""
        nearest = self._nearest_street(point)
        if nearest is not None:
            return self._on_street(point, *nearest)
        if not len(self._settlements):
            return None
        away = self._distances(self._settlements, point)
        best = int(self._settlements[int(away.argmin())])
        gap = float(away.min())
        if gap > SETTLEMENT_REACH_M:
            return None
        name_fa, name_en = self._names(best)
        km = f"{gap / 1000:.1f}"
        label_fa = f"{persian_digits(km.replace('.', '٫'))} کیلومتری {name_fa}"
        return Place(label_fa, f"{km} km from {name_en}", "near", point, 1.0, gap)

    # Words

    def _index_words(self) -> None:
        file = self._file
        variants = [
            (words_of(name), words_of(name_en), *map(words_of, file.other_names.get(str(i), ())))
            for i, (name, name_en) in enumerate(zip(file.names, file.names_en, strict=True))
        ]
        contexts = [frozenset((*words_of(name), *words_of(name_en))) for name, name_en in file.contexts]
        seen = Counter(word for names in variants for word in {word for name in names for word in name})
        words = seen.keys() | {word for context in contexts for word in context}
        self._weights = {word: self._weigh(word, seen[word]) for word in words}
        tables = {quality: _Postings() for quality in (1.0, _OTHER_NAME, _JOINED, _CONTEXT)}
        for i, (names, context) in enumerate(zip(variants, file.context, strict=True)):
            own: set[str] = set()
            for order, name in enumerate(names):
                total = sum(map(self._weight, name)) or 1.0
                table = tables[1.0 if order < 2 else _OTHER_NAME]
                for word in dict.fromkeys(name):
                    table.add(word, i, self._weight(word) / total)
                for first, length, whole in _joinable(name):
                    tables[_JOINED].add(whole, i, sum(map(self._weight, name[first : first + length])) / total)
                own.update(name)
            for word in contexts[context] - own:
                tables[_CONTEXT].add(word, i, 0.0)
        self._postings = {quality: table.frozen() for quality, table in tables.items()}
        self._known = words | self._postings[_JOINED].keys()
        self._vocabulary = sorted(self._known)
        self._slips: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            if len(word) >= 4 and not word.isdecimal():
                for form in _with_one_left_out(word):
                    self._slips[form].append(word)

    def _weigh(self, word: str, records: int) -> float:
        if word in _POSITION_WORDS:
            return _POSITION_WEIGHT
        if word in GENERIC_WORDS:
            return _GENERIC_WEIGHT
        return min(_WEIGHT_MAX, log(2 + self._size / (1 + records)))

    def _weight(self, word: str) -> float:
        known = self._weights.get(word)
        return self._weigh(word, self._size // 50) if known is None else known

    def _expansions(self, word: str, *, last: bool) -> list[tuple[str, float]]:
        """Return the words of the index that `word` may stand for, each with how sure that is."""
        known = word in self._known
        found = [(word, 1.0)]
        if len(word) >= 2 and not word.isdecimal() and (last or not known):
            at = bisect_left(self._vocabulary, word)
            for candidate in self._vocabulary[at : at + 40]:
                if candidate != word and candidate.startswith(word):
                    found.append((candidate, _PREFIX))
        if not known and len(found) == 1 and len(word) >= 4 and not word.isdecimal():
            similar = dict.fromkeys(c for form in _with_one_left_out(word) for c in self._slips.get(form, ()))
            found += [(candidate, _SLIP) for candidate in list(similar)[:24]]
        return found

    def _marks(self, words: Sequence[str]) -> _Marks:
        """Return how every record answers `words`."""
        count = len(words)
        by_word = np.zeros((count, self._size), dtype=np.float32)
        in_name = np.zeros((count, self._size), dtype=np.float32)
        weights = [self._weight(word) for word in words]
        for position, word in enumerate(words):
            for candidate, sure in self._expansions(word, last=position == count - 1):
                for quality, table in self._postings.items():
                    posting = table.get(candidate)
                    if posting is not None:
                        _raise_to(by_word[position], posting[0], weights[position] * sure * quality)
                        # What was typed of a longer word names only so much of it.
                        typed = sure * min(1.0, len(word) / len(candidate))
                        _raise_to(in_name[position], posting[0], posting[1] * np.float32(typed))
        for first, length, whole in _joinable(words):
            for quality in (1.0, _OTHER_NAME, _JOINED):
                posting = self._postings[quality].get(whole)
                if posting is not None:
                    for position in range(first, first + length):
                        _raise_to(by_word[position], posting[0], weights[position] * _JOINED)
                        _raise_to(in_name[position], posting[0], posting[1] / np.float32(length))
        total = sum(weights) or 1.0
        precision = np.minimum(1.0, in_name.sum(axis=0)).astype(np.float32)
        return _Marks(recall=(by_word.sum(axis=0) / total).astype(np.float32), precision=precision)

    # Ranking

    def _best(self, score: Scores, near: LonLat | None, limit: int) -> list[Place]:
        candidates = np.flatnonzero(score)
        if not len(candidates):
            return []
        final = _rounded(score[candidates]) + 0.01 * self._rank[candidates]
        if near is None:
            order = np.argsort(-final, kind="stable")[:limit]
            return [self._place(int(candidates[i]), _in_unit(float(final[i])), None) for i in order]
        # First by the middles, which are at hand; then, of the best of those, by the nearest point of each street.
        rough = final - _far(self._distances(candidates, near)) * self._far_share[candidates]
        places = []
        for i in np.argsort(-rough, kind="stable")[: limit * _LOOK_CLOSER].tolist():
            record = int(candidates[i])
            point = self._nearest_part(record, near)
            away = distance_m(point, near)
            loss = float(_far(np.array([away]))[0]) * float(self._far_share[record])
            places.append(self._place(record, _in_unit(float(final[i]) - loss), away, point))
        return sorted(places, key=lambda place: -place.score)[:limit]

    def _nearest_part(self, record: int, near: LonLat) -> LonLat:
        """Return the point of a street that is nearest to `near`; of anything else, its point."""
        first, last = np.searchsorted(self._line_owners, (record, record + 1))
        if first == last:
            return LonLat(float(self._lon[record]), float(self._lat[record]))
        return _nearest_on(self._lines[self._lines_by_owner[first:last]], near)[1]

    def _crossings(self, words: Sequence[str], near: LonLat | None, limit: int) -> list[Place]:
        asked = _CROSSING in words
        bare = [word for word in words if word != _CROSSING]
        splits = [i for i, word in enumerate(bare) if word in _AND and 0 < i < len(bare) - 1]
        pairs = [(bare[:i], bare[i + 1 :]) for i in splits]
        if not pairs and asked:
            pairs = [(bare[:i], bare[i:]) for i in range(1, len(bare))]
        best = np.zeros(len(self._crossing_a), dtype=np.float32)
        for left, right in pairs[:_SPLITS_MAX]:
            a, b = self._marks(left).text(), self._marks(right).text()
            for one, two in ((self._crossing_a, self._crossing_b), (self._crossing_b, self._crossing_a)):
                both = np.minimum(a[one], b[two])
                best = np.maximum(best, np.where(both > 0.55, (a[one] + b[two]) / 2, 0))
        candidates = np.flatnonzero(best)
        if not len(candidates):
            return []
        # Whoever names two streets means where they meet: a crossing goes before either street.
        final = _rounded(best[candidates]) + 0.05
        away = None
        if near is not None:
            away = _flat_distances(self._crossing_lon[candidates], self._crossing_lat[candidates], near)
            final = final - _far(away)
        order = np.argsort(-final, kind="stable")[:limit]
        return [self._crossing(int(candidates[i]), min(1.0, float(final[i])), near) for i in order]

    # Distances

    def _distances(self, records: Ints, point: LonLat) -> Floats:
        return _flat_distances(self._lon[records], self._lat[records], point)

    def _index_lines(self, lines: npt.NDArray[np.int32]) -> None:
        """Sort the segments by the cell of their middle; they are never longer than half a cell."""
        self._lines = lines
        middle_lon = (lines[:, 0].astype(np.int64) + lines[:, 2]) / (2 * SCALE)
        middle_lat = (lines[:, 1].astype(np.int64) + lines[:, 3]) / (2 * SCALE)
        cell = _cell_number(np.floor(middle_lon / CELL_DEG), np.floor(middle_lat / CELL_DEG))
        self._line_order = np.argsort(cell, kind="stable")
        self._line_cells = cell[self._line_order]
        self._lines_by_owner = np.argsort(lines[:, 4], kind="stable")
        self._line_owners = np.asarray(lines[:, 4])[self._lines_by_owner]

    def _lines_around(self, point: LonLat, rings: int) -> Ints:
        column, row = floor(point.lon / CELL_DEG), floor(point.lat / CELL_DEG)
        rows = np.arange(row - rings, row + rings + 1)
        first = np.searchsorted(self._line_cells, _cell_number(column - rings, rows), side="left")
        last = np.searchsorted(self._line_cells, _cell_number(column + rings, rows), side="right")
        return np.concatenate([self._line_order[a:b] for a, b in zip(first, last, strict=True)])

    def _nearest_street(self, point: LonLat) -> tuple[int, float] | None:
        """Return the nearest named street and its distance, looking ever wider up to `STREET_REACH_M`."""
        west, south, east, north = self._file.bounds
        if not (west - _RIM_DEG <= point.lon <= east + _RIM_DEG and south - _RIM_DEG <= point.lat <= north + _RIM_DEG):
            return None
        cell_m = CELL_DEG * 111_195.0 * cos(radians(point.lat))
        for rings in (1, 2, 2 + int(STREET_REACH_M / cell_m)):
            near = self._lines_around(point, rings)
            if not len(near):
                continue
            lines = self._lines[near]
            best, _, away = _nearest_on(lines, point)
            # A segment is filed by its middle: what lies in the outermost ring may have a nearer neighbour beyond it.
            if away <= min((rings - 0.5) * cell_m, STREET_REACH_M):
                return int(lines[best, 4]), away
        return None

    def _others(self, crossings: Ints, street: int) -> Ints:
        """Return the other street of each crossing of `street`."""
        a, b = self._crossing_a[crossings], self._crossing_b[crossings]
        return np.where(a == street, b, a)

    # Labels

    def _names(self, record: int) -> tuple[str, str]:
        name = self._file.names[record]
        return for_people(name), self._file.names_en[record] or name

    def _context(self, record: int) -> tuple[str, str]:
        return self._file.contexts[self._file.context[record]]

    def _place(self, record: int, score: float, away_m: float | None, point: LonLat | None = None) -> Place:
        point = point or LonLat(float(self._lon[record]), float(self._lat[record]))
        (name_fa, name_en), (context_fa, context_en) = self._names(record), self._context(record)
        return Place(
            label_fa=_with_context(name_fa, context_fa, "، "),
            label_en=_with_context(name_en, context_en, ", "),
            kind=self._file.kinds[record],
            point=point,
            score=round(score, 3),
            distance_m=away_m,
            accuracy_m=self._file.accuracy_m[record],
        )

    def _crossing(self, crossing: int, score: float, near: LonLat | None) -> Place:
        a, b = int(self._crossing_a[crossing]), int(self._crossing_b[crossing])
        (a_fa, a_en), (b_fa, b_en), (context_fa, context_en) = self._names(a), self._names(b), self._context(a)
        point = LonLat(float(self._crossing_lon[crossing]), float(self._crossing_lat[crossing]))
        return Place(
            label_fa=_with_context(f"تقاطع {a_fa} و {b_fa}", context_fa, "، "),
            label_en=_with_context(f"{a_en} and {b_en}", context_en, ", "),
            kind="crossing",
            point=point,
            score=round(score, 3),
            distance_m=distance_m(point, near) if near else None,
        )

    def _on_street(self, point: LonLat, street: int, gap_m: float) -> Place:
        (name_fa, name_en), (context_fa, context_en) = self._names(street), self._context(street)
        label_fa, label_en = name_fa, name_en
        crossings = np.array(self._crossings_of.get(street, ()), dtype=np.int64)
        if len(crossings):
            away = _flat_distances(self._crossing_lon[crossings], self._crossing_lat[crossings], point)
            if float(away.min()) <= CROSSING_REACH_M:
                # People know the larger street; it may lie a little further on.
                known = away - BETTER_KNOWN_M * self._rank[self._others(crossings, street)]
                nearest = int(crossings[int(np.where(away <= CROSSING_REACH_M, known, np.inf).argmin())])
                a, b = int(self._crossing_a[nearest]), int(self._crossing_b[nearest])
                other_fa, other_en = self._names(b if a == street else a)
                label_fa, label_en = f"{name_fa}، نزدیک {other_fa}", f"{name_en}, near {other_en}"
        return Place(
            label_fa=_with_context(label_fa, context_fa, "، "),
            label_en=_with_context(label_en, context_en, ", "),
            kind="street",
            point=point,
            score=1.0,
            distance_m=gap_m,
        )


def _joinable(words: Sequence[str]) -> Iterable[tuple[int, int, str]]:
    """Yield first, length and spelling of neighbouring words written as one: ولی عصر is often ولیعصر."""
    for length in (2, 3):
        for first in range(len(words) - length + 1):
            run = words[first : first + length]
            if not any(word.isdecimal() for word in run):
                yield first, length, "".join(run)


def _with_one_left_out(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _raise_to(row: Scores, records: Ints, value: float | Scores) -> None:
    row[records] = np.maximum(row[records], np.asarray(value, dtype=np.float32))


def _rounded(score: Scores) -> Scores:
    """Small differences of wording do not outweigh distance."""
    return (np.round(score * 20) / 20).astype(np.float32)


def _far(away_m: Floats) -> Scores:
    """Return what distance takes off: nothing here, half of the most at 14 km, 0.2 at the far end of a province."""
    loss: Scores = (0.2 * (1 - np.exp(-away_m / 20_000))).astype(np.float32)
    return loss


def _flat_distances(lon: Floats, lat: Floats, point: LonLat) -> Floats:
    metres = 111_195.0
    east = (lon - point.lon) * (metres * cos(radians(point.lat)))
    away: Floats = np.hypot(east, (lat - point.lat) * metres)
    return away


def _in_unit(score: float) -> float:
    return max(0.01, min(1.0, score))


def _nearest_on(lines: npt.NDArray[np.int32], point: LonLat) -> tuple[int, LonLat, float]:
    """Return which of `lines` is nearest to `point`, its nearest point, and the distance in metres."""
    metres = 111_195.0
    squeeze = metres * cos(radians(point.lat))
    ax, ay = (lines[:, 0] / SCALE - point.lon) * squeeze, (lines[:, 1] / SCALE - point.lat) * metres
    bx, by = (lines[:, 2] / SCALE - point.lon) * squeeze, (lines[:, 3] / SCALE - point.lat) * metres
    dx, dy = bx - ax, by - ay
    length = np.maximum(dx * dx + dy * dy, 1e-9)
    along = np.clip(-(ax * dx + ay * dy) / length, 0.0, 1.0)
    east, north = ax + along * dx, ay + along * dy
    away = np.hypot(east, north)
    best = int(away.argmin())
    where = LonLat(point.lon + float(east[best]) / squeeze, point.lat + float(north[best]) / metres)
    return best, where, float(away[best])


def _cell_number(column: npt.ArrayLike, row: npt.ArrayLike) -> Ints:
    number: Ints = np.asarray(row, dtype=np.int64) * 1_000_000 + np.asarray(column, dtype=np.int64)
    return number


def _with_context(name: str, context: str, comma: str) -> str:
    return f"{name}{comma}{context}" if context and context != name else name
