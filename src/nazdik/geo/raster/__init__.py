"""
The base map as pictures, for desks whose browser has no WebGL at all.

The same PMTiles file and the same style as everywhere: a tile is read (`pmtiles`, `vector_tile`), its layers are drawn as SVG by
the style's own rules (`expressions`, `drawing`, `labels`), and typst makes the picture, because it joins Persian letters and is
here already (`picture`). Pictures are made in a process of their own (`worker`), kept on disk up to a bound (`shelf`).
"""
