# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.63.0", "brotli==1.2.1"]
# ///
"""
Make the two files of the typeface that reports are printed with, from the one of the faces: typst takes no variable fonts.

    python web/scripts/static_fonts.py        (with the two packages above installed; then commit what it wrote)
"""

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "web/fonts/Vazirmatn.woff2"
MADE = ROOT / "src/nazdik/bootstrap/day_report/fonts"
BOLD = 700
# Bits of fsSelection: italic, bold, regular.
STYLES = 0x01 | 0x20 | 0x40


def main() -> None:
    for style, weight in (("Regular", 400), ("Bold", BOLD)):
        # The time in the file stays the source's, so that the same source gives the same bytes.
        font = instantiateVariableFont(TTFont(SOURCE, recalcTimestamp=False), {"wght": weight})
        font.flavor = None
        names = font["name"]
        for name_id in (16, 17, 21, 22, 25):
            names.removeNames(nameID=name_id)
        for name_id, name in ((1, "Vazirmatn"), (2, style), (4, f"Vazirmatn {style}"), (6, f"Vazirmatn-{style}")):
            names.setName(name, name_id, 3, 1, 0x409)
        is_bold = weight == BOLD
        font["OS/2"].usWeightClass = weight
        font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~STYLES) | (0x20 if is_bold else 0x40)
        font["head"].macStyle = 1 if is_bold else 0
        font.save(MADE / f"Vazirmatn-{style}.ttf")


if __name__ == "__main__":
    main()
