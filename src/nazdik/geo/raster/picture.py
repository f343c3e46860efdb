"""SVG to PNG, by typst: the one library here that joins Persian letters and draws. Nothing is fetched, no system font is asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nazdik.geo.raster.drawing import TILE_PX
from nazdik.kernel.later import later

if TYPE_CHECKING:
    import typst
else:
    typst = later("typst")

# A clear picture of one pixel, for where there is nothing to draw.
CLEAR = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
_PAGE = f"""
#set page(width: {TILE_PX}pt, height: {TILE_PX}pt, margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg", width: {TILE_PX}pt, height: {TILE_PX}pt)
""".encode()
_POINTS_AN_INCH = 72


def picture_of(svg: str, fonts: Path, *, scale: int = 1) -> bytes:
    """Return the picture, `TILE_PX * scale` wide; `fonts` is the folder of the typeface."""
    template: Any = _PAGE
    made: Any = typst.compile(
        template,
        format="png",
        ppi=_POINTS_AN_INCH * scale,
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    assert isinstance(made, bytes)
    return made
