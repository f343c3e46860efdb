"""
The process that makes pictures: `python -m nazdik.geo.raster.worker FONTS`.

It reads one wish a line from its standard input and answers each with a line of JSON and the picture's bytes. It ends when its
input does, and works only when nobody else on the machine wants to.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from nazdik.geo.raster.drawing import draw_tile
from nazdik.geo.raster.picture import CLEAR, picture_of
from nazdik.geo.raster.pmtiles import TileFile
from nazdik.geo.style import map_style

NICE = 10
_OPEN_MAX = 40


class Maker:
    """Makes pictures and keeps the map files that it read from open."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts
        self._files: dict[tuple[str, str], TileFile] = {}

    def make(self, wish: dict[str, Any]) -> bytes:
        """Return the picture that is wished for."""
        style = map_style(wish["province"], theme=wish["theme"], lang=wish["lang"])
        svg = draw_tile(self._file(wish["path"], wish["version"]), style, wish["zoom"], wish["x"], wish["y"])
        return CLEAR if svg is None else picture_of(svg, self._fonts, scale=wish["scale"])

    def _file(self, path: str, version: str) -> TileFile:
        # Another version of a map may lie under the same name.
        known = self._files.get((path, version))
        if known is None:
            if len(self._files) >= _OPEN_MAX:
                self._files.pop(next(iter(self._files))).close()
            known = self._files[path, version] = TileFile(Path(path))
        return known


def serve(wishes: BinaryIO, answers: BinaryIO, maker: Maker) -> None:
    """Answer wishes in their order until there are no more."""
    for line in wishes:
        try:
            picture, problem = maker.make(json.loads(line)), ""
        except Exception as error:
            # One tile that cannot be drawn must not end the process for the others; the server logs what it was.
            picture, problem = b"", f"{type(error).__name__}: {error}"
        answers.write(json.dumps({"bytes": len(picture), "problem": problem}).encode() + b"\n" + picture)
        answers.flush()


def main() -> None:
    """Make pictures until nobody wishes for more."""
    os.nice(NICE)
    serve(sys.stdin.buffer, sys.stdout.buffer, Maker(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
