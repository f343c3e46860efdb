"""
Places by what people say: streets, crossings, settlements, landmarks, kilometres of a road, coordinates, plus codes; and
back again from a point to words.

`finder` tries everything a text may be: `index` holds the search for names, `vocabulary` what a typed word may stand for,
`sounds` how words sound in either script, `lines` the nearest street to a point, `kilometres` and `pluscode` their own
notations.
"""

from nazdik.geo.gazetteer import write_places
from nazdik.geo.places.finder import PlaceFinder
from nazdik.geo.places.index import PlaceIndex
from nazdik.geo.places.model import Place, Why

__all__ = ["Place", "PlaceFinder", "PlaceIndex", "Why", "write_places"]
