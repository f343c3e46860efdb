"""
The search index of one region: what a text may mean, and what is at a point.

The search forgives: letters and digits of several scripts, half-spaces, transliteration, words left out, in another order,
with a slip or two, or typed on the wrong keyboard. It looks for words as typed first; only when those lead nowhere it
looks for slips, and then for the other keyboard. Records are ranked by how much of the question they answer, then by
importance and distance.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from nazdik.geo.errors import RegionUnreadable
from nazdik.geo.gazetteer import LINES, RECORDS, SCALE, PlacesFile
from nazdik.geo.places.keyboard import on_the_other_keyboard
from nazdik.geo.places.lines import Floats, Ints, StreetLines, flat_distances, nearest_on
from nazdik.geo.places.matching import Answers, Matcher, Scores
from nazdik.geo.places.model import Place, Why
from nazdik.geo.places.question import AND, CROSSING, split_words
from nazdik.geo.places.spoken import Compass, km_away, on_street, with_context
from nazdik.geo.words import for_people
from nazdik.kernel import LonLat, distance_m

CROSSING_REACH_M = 400.0
BETTER_KNOWN_M = 100.0
SETTLEMENT_REACH_M = 60_000.0

_RECALL_MIN = 0.33
_SIDE_MIN = 0.55
_SPLITS_MAX = 8
_LOOK_CLOSER = 4
_AS_THEY_ARE = frozenset((Why.NAME, Why.JOINED, Why.OTHER_NAME, Why.AROUND))
_SURE, _HOPELESS, _CLEARLY = 0.9, 0.6, 0.06
_HOME = 0.05
_IMPORTANCE = 0.01
# A name asked for in full goes before a longer or more important one.
_ALL, _WHOLE = 0.999, 0.02
# What is called as it was typed goes before what only sounds nearly so, where the two are about as close.
_HEARD = 0.06
# A full answer that is also the most important, whole and at home.
_SCORE_MAX = 1.15
_UNPLACED_FA = "نقطه‌اش معلوم نیست؛ نقطهٔ پیشنهادی میانهٔ شهرستان است"
_UNPLACED_EN = "known without a point; the point offered is the middle of its county"
_SETTLEMENTS = frozenset(("city", "town", "village", "hamlet"))


class PlaceIndex:
    """The search index of one region."""

    def __init__(self, file: PlacesFile, lines: npt.NDArray[np.int32]) -> None:
        """Take the records and the street segments; `load` reads them from a region."""
        self._file = file
        self._matcher = Matcher(file)
        self._lines = StreetLines(lines, file.bounds)
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
        crossings_of: dict[int, list[int]] = defaultdict(list)
        for crossing, (a, b) in enumerate(zip(file.crossing_a, file.crossing_b, strict=True)):
            crossings_of[a].append(crossing)
            crossings_of[b].append(crossing)
        self._crossings_of = {street: np.array(found, dtype=np.int64) for street, found in crossings_of.items()}

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
        return len(self._file.names) + len(self._crossing_a)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return self._file.bounds

    def search(self, text: str, near: LonLat | None = None, limit: int = 8, *, home: Any | None = None) -> list[Place]:
        """
        Return the places that `text` may mean, the best first and, of equals, the nearest to `near` first.

        Args:
            home: The area (shapely, degrees) the caller is likely in; places inside go before equals outside.
        """
        words = split_words(text)
        if not words or limit < 1:
            return []
        found = self._find(words, near, limit, home, forgiving=False)
        if _best(found) < _SURE:
            turned = self._on_the_other_keyboard(text, near, limit, home)
            if _best(found) > _HOPELESS or _best(turned) < _SURE:
                looser = self._find(self._pieces(words), near, limit, home, forgiving=True)
                found = looser if _best(looser) > _best(found) else found
            if _best(turned) > _best(found) + _CLEARLY:
                found = sorted((*found, *turned), key=lambda place: -place.score)[:limit]
        return self._told_apart(found)

    def settlements_named(self, text: str, near: LonLat | None = None) -> list[Place]:
        """Return cities, towns and villages with a known place that `text` names in full, the largest first."""
        words = split_words(text)
        if not words:
            return []
        for forgiving in (False, True):
            marks = self._matcher.answers(words, forgiving=forgiving).of(range(len(words)))
            good = self._settlements[marks.text()[self._settlements] > _SURE - 0.1 * forgiving]
            if len(good):
                text_score = marks.text()[good]
                away = flat_distances(self._lon[good], self._lat[good], near) if near else np.zeros(len(good))
                order = np.lexsort((away, -self._rank[good], -np.round(text_score * 10)))
                return [self._place(int(good[i]), float(text_score[i]), float(text_score[i]), None) for i in order[:3]]
        return []

    def reverse_settlement(self, point: LonLat) -> Place | None:
        """Return the town that a point belongs to, larger ones reaching further; None when the region has none."""
        towns = self._settlements[[self._file.kinds[i] in ("city", "town") for i in self._settlements]]
        if not len(towns):
            return None
        away = flat_distances(self._lon[towns], self._lat[towns], point)
        best = int(towns[int((away / np.maximum(self._rank[towns], 1.0)).argmin())])
        return self._place(best, 1.0, 1.0, None)

    def reverse(self, point: LonLat) -> Place | None:
        """Return how to say where `point` is: its street and what it is near; None far from everything."""
        nearest = self._lines.nearest_street(point)
        if nearest is not None:
            return self._on_street(point, *nearest)
        if not len(self._settlements):
            return None
        away = flat_distances(self._lon[self._settlements], self._lat[self._settlements], point)
        best = int(self._settlements[int(away.argmin())])
        gap = float(away.min())
        if gap > SETTLEMENT_REACH_M:
            return None
        name_fa, name_en = self._names(best)
        side = Compass.of(LonLat(float(self._lon[best]), float(self._lat[best])), point)
        label_fa, label_en = km_away(gap, side, name_fa, name_en)
        return Place(label_fa, label_en, "near", point, 1.0, gap, name_fa=name_fa, name_en=name_en, why=Why.POINT)

    # Finding

    def _pieces(self, words: Sequence[str]) -> list[str]:
        pieces = self._matcher.vocabulary.pieces
        return [piece for word in words for piece in pieces(word) or (word,)]

    def _on_the_other_keyboard(self, text: str, near: LonLat | None, limit: int, home: Any | None) -> list[Place]:
        """Return what the same keys mean on the other keyboard: words as they are, as almost anything sounds like something."""
        other = on_the_other_keyboard(text)
        if other is None:
            return []
        turned = self._find(split_words(other), near, limit, home, forgiving=False)
        return [replace(place, why=Why.KEYBOARD) for place in turned if place.why in _AS_THEY_ARE]

    def _find(
        self, words: Sequence[str], near: LonLat | None, limit: int, home: Any | None, *, forgiving: bool
    ) -> list[Place]:
        if not words:
            return []
        answers = self._matcher.answers(words, forgiving=forgiving)
        bare = [i for i, word in enumerate(words) if word != CROSSING]
        found = self._crossings(words, bare, answers, near, limit)
        marks = answers.of(bare or range(len(words)))
        score = marks.text()
        score[marks.recall < _RECALL_MIN] = 0
        found += self._best(score, bare or range(len(words)), answers, near, limit, home)
        return sorted(found, key=lambda place: -place.score)[:limit]

    def _best(
        self,
        score: Scores,
        asked: Sequence[int],
        answers: Answers,
        near: LonLat | None,
        limit: int,
        home: Any | None,
    ) -> list[Place]:
        candidates = np.flatnonzero(score)
        if not len(candidates):
            return []
        final = score[candidates] + _IMPORTANCE * self._rank[candidates] + _WHOLE * (score[candidates] > _ALL)
        final -= _HEARD * answers.heard(asked, candidates)
        # First by the middles, which are at hand; then, of the best of those, by the nearest point of each street.
        rough = final
        if near is not None:
            away = flat_distances(self._lon[candidates], self._lat[candidates], near)
            rough = final - _far(away) * self._far_share[candidates]
        places = []
        for i in _top(rough, limit * _LOOK_CLOSER).tolist():
            record = int(candidates[i])
            point = self._nearest_part(record, near)
            gain, gap = 0.0, None
            if near is not None:
                gap = distance_m(point, near)
                gain -= float(_far(np.array([gap]))[0]) * float(self._far_share[record])
            if home is not None and shapely.intersects_xy(home, point.lon, point.lat):
                gain += _HOME
            sure = float(score[record])
            place = self._place(record, float(final[i]) + gain, sure, gap, point)
            places.append(replace(place, why=answers.why(record)))
        return sorted(places, key=lambda place: -place.score)[:limit]

    def _nearest_part(self, record: int, near: LonLat | None) -> LonLat:
        """Return the point of a street that is nearest to `near`; of anything else, its point."""
        if near is not None and len(lines := self._lines.of_street(record)):
            return nearest_on(lines, near)[1]
        return LonLat(float(self._lon[record]), float(self._lat[record]))

    def _crossings(
        self, words: Sequence[str], bare: Sequence[int], answers: Answers, near: LonLat | None, limit: int
    ) -> list[Place]:
        splits = [i for i in range(1, len(bare) - 1) if words[bare[i]] in AND]
        pairs = [(bare[:i], bare[i + 1 :]) for i in splits]
        if not pairs and CROSSING in words:
            pairs = [(bare[:i], bare[i:]) for i in range(1, len(bare))]
        best, ranked = np.zeros((2, len(self._crossing_a)), dtype=np.float32)
        for left, right in pairs[:_SPLITS_MAX]:
            a, b = answers.of(left).text(), answers.of(right).text()
            strong_a, strong_b = a > _SIDE_MIN, b > _SIDE_MIN
            if not (strong_a.any() and strong_b.any()):
                continue
            for one, two in ((self._crossing_a, self._crossing_b), (self._crossing_b, self._crossing_a)):
                met = np.flatnonzero(strong_a[one] & strong_b[two])
                sure = (a[one[met]] + b[two[met]]) / 2
                heard = (answers.heard(left, one[met]) + answers.heard(right, two[met])) / 2
                closer = sure - _HEARD * heard
                better = closer > ranked[met]
                best[met[better]], ranked[met[better]] = sure[better], closer[better]
        candidates = np.flatnonzero(best)
        if not len(candidates):
            return []
        # Whoever names two streets means where they meet: a crossing goes before either street.
        final = ranked[candidates] + 0.05
        if near is not None:
            final = final - _far(flat_distances(self._crossing_lon[candidates], self._crossing_lat[candidates], near))
        found = []
        for i in _top(final, limit).tolist():
            crossing = int(candidates[i])
            why = max(
                (answers.why(int(each[crossing])) for each in (self._crossing_a, self._crossing_b)), key=list(Why).index
            )
            found.append(replace(self._crossing(crossing, float(final[i]), float(best[crossing]), near), why=why))
        return found

    def _told_apart(self, found: list[Place]) -> list[Place]:
        """Say of places of one name what each is near."""
        times = Counter(place.label_fa for place in found)
        return [self._with_neighbour(p) if times[p.label_fa] > 1 and p.kind == "street" else p for p in found]

    def _with_neighbour(self, place: Place) -> Place:
        nearest = self._lines.nearest_street(place.point)
        beside = self._beside(nearest[0], place.point) if nearest is not None else None
        if beside is None:
            return place
        other_fa, other_en = beside[0]
        return replace(
            place, label_fa=f"{place.label_fa}، نزدیک {other_fa}", label_en=f"{place.label_en}, near {other_en}"
        )

    # Labels

    def _names(self, record: int) -> tuple[str, str]:
        name = self._file.names[record]
        return for_people(name), self._file.names_en[record] or name

    def _context(self, record: int) -> tuple[str, str]:
        return self._file.contexts[self._file.context[record]]

    def _place(
        self, record: int, score: float, sure: float, away_m: float | None, point: LonLat | None = None
    ) -> Place:
        (name_fa, name_en), (context_fa, context_en) = self._names(record), self._context(record)
        found = Place(
            label_fa=with_context(name_fa, context_fa, "، "),
            label_en=with_context(name_en, context_en, ", "),
            kind=self._file.kinds[record],
            point=point or LonLat(float(self._lon[record]), float(self._lat[record])),
            score=_in_unit(score / _SCORE_MAX),
            distance_m=away_m,
            accuracy_m=self._file.accuracy_m[record],
            name_fa=name_fa,
            name_en=name_en,
            confidence=_in_unit(sure),
        )
        return found if found.is_placed else replace(found, detail_fa=_UNPLACED_FA, detail_en=_UNPLACED_EN)

    def _crossing(self, crossing: int, score: float, sure: float, near: LonLat | None) -> Place:
        a, b = int(self._crossing_a[crossing]), int(self._crossing_b[crossing])
        (a_fa, a_en), (b_fa, b_en), (context_fa, context_en) = self._names(a), self._names(b), self._context(a)
        point = LonLat(float(self._crossing_lon[crossing]), float(self._crossing_lat[crossing]))
        name_fa, name_en = f"تقاطع {a_fa} و {b_fa}", f"{a_en} and {b_en}"
        return Place(
            label_fa=with_context(name_fa, context_fa, "، "),
            label_en=with_context(name_en, context_en, ", "),
            kind="crossing",
            point=point,
            score=_in_unit(score / _SCORE_MAX),
            distance_m=distance_m(point, near) if near else None,
            name_fa=name_fa,
            name_en=name_en,
            confidence=_in_unit(sure),
        )

    def _beside(self, street: int, point: LonLat) -> tuple[tuple[str, str], LonLat, float] | None:
        """Return the best known street that meets `street` near `point`: its names, where they meet, and how far that is."""
        crossings = self._crossings_of.get(street)
        if crossings is None:
            return None
        away = flat_distances(self._crossing_lon[crossings], self._crossing_lat[crossings], point)
        if float(away.min()) > CROSSING_REACH_M:
            return None
        a, b = self._crossing_a[crossings], self._crossing_b[crossings]
        others = np.where(a == street, b, a)
        # People know the larger street; it may lie a little further on.
        known = np.where(away <= CROSSING_REACH_M, away - BETTER_KNOWN_M * self._rank[others], np.inf)
        best = int(known.argmin())
        met = LonLat(float(self._crossing_lon[crossings[best]]), float(self._crossing_lat[crossings[best]]))
        return self._names(int(others[best])), met, float(away[best])

    def _on_street(self, point: LonLat, street: int, gap_m: float, foot: LonLat) -> Place:
        names, (context_fa, context_en) = self._names(street), self._context(street)
        said = on_street(names, self._beside(street, point), point, foot, gap_m)
        return Place(
            label_fa=with_context(said.label_fa, context_fa, "، "),
            label_en=with_context(said.label_en, context_en, ", "),
            kind="street",
            point=point,
            score=1.0,
            distance_m=gap_m,
            name_fa=names[0],
            name_en=names[1],
            why=Why.POINT,
            detail_fa=said.detail_fa,
            detail_en=said.detail_en,
        )


def _best(found: Sequence[Place]) -> float:
    return max((place.confidence for place in found), default=0.0)


def _top(score: Scores, count: int) -> Ints:
    """Return the positions of the highest scores, the best first and equals in their order."""
    if len(score) > 4 * count:
        least = np.partition(score, len(score) - count)[len(score) - count]
        kept = np.flatnonzero(score >= least)
        return kept[np.argsort(-score[kept], kind="stable")[:count]]
    order: Ints = np.argsort(-score, kind="stable")[:count]
    return order


def _far(away_m: Floats) -> Scores:
    """Return what distance takes off: nothing here, half of the most at 14 km, 0.2 at the far end of a province."""
    loss: Scores = (0.2 * (1 - np.exp(-away_m / 20_000))).astype(np.float32)
    return loss


def _in_unit(score: float) -> float:
    return round(max(0.01, min(1.0, score)), 3)
