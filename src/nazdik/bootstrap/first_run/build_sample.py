"""
Build one sample region and say how far it is, a JSON object a line: OUT SOURCES ID.

A process of its own: a build takes all of a core, and the server that waits for it goes on answering.
"""

import json
import sys
from pathlib import Path
from typing import Any

from nazdik.geo.build import STEPS, Step
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.samples import build_samples


def main() -> int:
    """Build it; 1 when that is refused."""
    out, sources, wanted = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    try:
        for _ in build_samples(sources, out, only=(wanted,), progress_of=lambda _: _tell):
            pass
    except GeoBuildError as error:
        _say({"failed": {"fa": error.message_fa, "en": error.message_en}})
        return 1
    except OSError as error:
        _say(
            {
                "failed": {
                    "fa": f"خواندن یا نوشتن نشد: {error.strerror}",
                    "en": f"Cannot read or write: {error.strerror}",
                }
            }
        )
        return 1
    return 0


def _tell(step: Step, fraction: float) -> None:
    at = STEPS.index(step)
    share = sum(each.weight for each in STEPS[:at]) + step.weight * fraction
    _say({"at": at + 1, "of": len(STEPS), "fa": step.name_fa, "en": step.name_en, "share": round(share, 4)})


def _say(said: dict[str, Any]) -> None:
    print(json.dumps(said, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
