"""The lock files, read without a network: what is pinned, by which digest, and what is known to be weak in it."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from packaging.version import Version

ROOT = Path(__file__).parents[2]
PYTHON_LOCKS = ("requirements.lock", "requirements-dev.lock")
NPM_LOCK = "web/package-lock.json"
ADVISORIES = ROOT / "docs/security/advisories.json"
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# Built for machines that nothing of ours is built on; they are never installed here, and the lock has no digest of them.
NO_DIGEST = "node_modules/@biomejs/cli-"


class Pin(NamedTuple):
    """One package of a lock file."""

    ecosystem: str
    name: str
    version: str


def python_pins(text: str) -> tuple[list[Pin], list[str]]:
    """Return the pins of a requirements file, and what is wrong with it."""
    pins, faults = [], []
    for block in re.split(r"\n(?=\S)", text.replace("\\\n", " ")):
        line = block.strip()
        if not line or line.startswith("#"):
            continue
        pin = _PIN.match(line)
        if pin is None:
            faults.append(f"not a pinned version: {line[:80]}")
            continue
        pins.append(Pin("pypi", pin[1].lower().replace("_", "-"), pin[2]))
        if not _HASH.search(line):
            faults.append(f"{pin[1]} has no digest")
        if "://" in line or " @ " in line:
            faults.append(f"{pin[1]} comes from an address")
    return pins, faults


def npm_pins(document: dict[str, Any]) -> tuple[list[Pin], list[str]]:
    """Return the pins of a package-lock.json, and what is wrong with it."""
    pins, faults = [], []
    for place, held in document["packages"].items():
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        pins.append(Pin("npm", name, held["version"]))
        digest = str(held.get("integrity", ""))
        if not digest.startswith("sha512-") and not (place.startswith(NO_DIGEST) and held.get("optional")):
            faults.append(f"{name} has no digest")
        if held.get("resolved", "").startswith(("git", "http:")):
            faults.append(f"{name} comes from an address")
        if held.get("hasInstallScript") and not held.get("optional"):
            faults.append(f"{name} runs a script when it is installed")
    return pins, faults


def every_pin() -> tuple[list[Pin], list[str]]:
    """Return every pin of every lock file, and what is wrong with them."""
    pins, faults = npm_pins(json.loads((ROOT / NPM_LOCK).read_text(encoding="utf-8")))
    for name in PYTHON_LOCKS:
        more, wrong = python_pins((ROOT / name).read_text(encoding="utf-8"))
        pins, faults = pins + more, faults + [f"{name}: {fault}" for fault in wrong]
    return pins, faults


def weak(pins: list[Pin], advisories: list[dict[str, str]]) -> list[str]:
    """Return the pins that a kept advisory is about."""
    return [
        f"{pin.name} {pin.version}: {known['id']}, mended in {known['fixed']}"
        for pin in pins
        for known in advisories
        if (pin.ecosystem, pin.name) == (known["ecosystem"], known["package"])
        and Version(known.get("since", "0")) <= Version(pin.version) < Version(known["fixed"])
    ]


def kept_advisories() -> tuple[str, list[dict[str, str]]]:
    """Return when advisories were last read, and those that are kept."""
    kept = json.loads(ADVISORIES.read_text(encoding="utf-8"))
    return kept["read"], kept["advisories"]
