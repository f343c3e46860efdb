"""Whether the words of an incident's place lead to where it was put."""

import re

from nazdik.geo.addresses.model import Doubt
from nazdik.geo.places import PlaceFinder
from nazdik.kernel import LonLat, distance_m

# What the search finds with less confidence than this is a guess.
SURE = 0.75
# A number in a long street, or the far corner of a square, is still the place that was said.
NEAR_M = 700.0
_LOOKED_AT = 8
_PART = re.compile(r"\s*[،,;؛]\s*|\s+(?:نزدیک|روبروی|جنب|near|opposite)\s+")


def doubt_about(text: str, point: LonLat, finder: PlaceFinder) -> Doubt | None:
    """Return why an address is in doubt, None when the search confirms it or when there are no words to confirm."""
    said = text.strip()
    if not said:
        return None
    known = finder.reverse(point)
    if known is not None and said in (known.label_fa, known.label_en):
        return None
    seen = unplaced = False
    for part in dict.fromkeys((said, *_PART.split(said))):
        for place in finder.search(part, point, _LOOKED_AT):
            if place.confidence < SURE:
                continue
            seen = True
            apart_m = distance_m(place.point, point)
            if apart_m <= NEAR_M and (place.kind == "county" or not place.is_placed):
                unplaced = True  # nobody has said where in the county it is
            elif apart_m <= max(NEAR_M, float(place.accuracy_m)):
                return None
    if unplaced:
        return Doubt.UNPLACED
    return Doubt.ELSEWHERE if seen else Doubt.NOT_FOUND
