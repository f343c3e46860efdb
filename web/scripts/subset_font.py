# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.63.0", "brotli==1.2.1"]
# ///
"""
Make the one font file of the faces: Vazirmatn with what Persian, Arabic and Latin need, weights 400 to 800.

    python web/scripts/subset_font.py        (with the two packages above installed; then commit web/fonts/Vazirmatn.woff2)

The package `vazirmatn` has Persian, Arabic, Kurdish, Urdu, extended Latin, small capitals and nine weights in 111 KB; the budget
for the first page is 75 KB. Its licence (SIL OFL 1.1) declares no Reserved Font Name, so the result may keep the name; it stays
under the OFL, whose text lies beside it. The same versions give the same bytes.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEB = Path(__file__).resolve().parents[1]
SOURCE = WEB / "node_modules/vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2"
MADE = WEB / "fonts/Vazirmatn.woff2"
BYTES_MAX = 75 * 1024
WEIGHTS = (400, 800)
UNICODES = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin, Western and Central European
    0x218, 0x219, 0x21A, 0x21B, 0x2BB, 0x2BC, 0x2BE, 0x2BF,  # in transliterated names of places
    *range(0x600, 0x700),  # Arabic, with what Persian, Kurdish and Urdu add
    *range(0x2000, 0x2070),  # dashes, quotes, joiners, marks of direction
    0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CF, 0xFDFC,
]  # fmt: skip
FEATURES = [
    "ccmp",
    "locl",
    "rlig",
    "calt",
    "liga",
    "init",
    "medi",
    "fina",
    "isol",
    "mark",
    "mkmk",
    "kern",
    "tnum",
    "lnum",
]


def main() -> int:
    font = TTFont(SOURCE)
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.drop_tables += ["DSIG"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 257]
    options.notdef_outline = True
    options.flavor = "woff2"
    options.with_zopfli = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=UNICODES)
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    MADE.parent.mkdir(exist_ok=True)
    subset.save_font(font, MADE, options)
    (MADE.parent / "OFL.txt").write_bytes((WEB / "node_modules/vazirmatn/OFL.txt").read_bytes())
    held = sorted(font.getBestCmap())
    # A test compares what the faces say with this.
    (MADE.parent / "characters.txt").write_text("".join(map(chr, held)) + "\n", encoding="utf-8")
    size = MADE.stat().st_size
    print(f"{MADE.relative_to(WEB)}: {size} bytes, {len(held)} characters")
    return 0 if size <= BYTES_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
