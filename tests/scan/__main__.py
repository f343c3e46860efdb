"""
Look for secrets and weak packages: `python -m tests.scan`, and with `--online` also ask the registries' own advisories.

Without a network this checks that every package is pinned by digest, that none falls under an advisory kept in
docs/security/advisories.json, and that no file looks like a secret. It cannot know of an advisory that came out since. Ends with 1
when something was found, and with 2 when the registries could not be asked.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.scan.locks import PYTHON_LOCKS, ROOT, every_pin, kept_advisories, weak
from tests.scan.secrets import ALLOWED, search, tracked

ASKED_WITHIN_S = 180


def _asked(name: str, words: list[str], folder: Path) -> tuple[int, str]:
    """Run a scanner: 0 nothing, 1 something, 2 it could not ask."""
    try:
        done = subprocess.run(words, check=False, cwd=folder, capture_output=True, text=True, timeout=ASKED_WITHIN_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 2, f"{name}: could not ask ({type(error).__name__})"
    said = (done.stdout + done.stderr).strip()
    return (
        (0, f"{name}: nothing known") if done.returncode == 0 else (_verdict(done.stdout), f"{name}:\n{said[-3000:]}")
    )


def _verdict(said: str) -> int:
    try:
        told = json.loads(said)
    except ValueError:
        return 2
    return 1 if "dependencies" in told or "vulnerabilities" in told else 2


def online() -> int:
    """Ask PyPI by pip-audit and npm by npm audit, and say what they know."""
    worst = 0
    with tempfile.TemporaryDirectory() as cache:
        python = [
            sys.executable,
            "-m",
            "pip_audit",
            "--disable-pip",
            "--require-hashes",
            "-f",
            "json",
            "--progress-spinner",
            "off",
        ]
        for lock in PYTHON_LOCKS:
            code, said = _asked(lock, [*python, "--cache-dir", cache, "-r", lock], ROOT)
            worst = max(worst, code)
            print(said)
    npm = [str(Path(sys.executable).with_name("npm")), "audit", "--json", "--package-lock-only"]
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    code, said = _asked("web/package-lock.json", npm, ROOT / "web")
    print(said)
    return max(worst, code)


def main() -> int:
    """Check, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--online", action="store_true", help="also ask the registries (needs a network)")
    given = parser.parse_args()
    pins, faults = every_pin()
    read, advisories = kept_advisories()
    faults += weak(pins, advisories)
    hits = [
        hit for hit in search(tracked()) if not any(hit.path == path and part in hit.text for path, part in ALLOWED)
    ]
    faults += [f"{hit.path}:{hit.line}: looks like a {hit.kind}" for hit in hits]
    for fault in faults:
        print(fault)
    print(f"{len(pins)} pins, {len(advisories)} advisories kept (read {read}), {len(faults)} found")
    if not given.online:
        return 1 if faults else 0
    code = online()
    if code == 2:
        print("A registry could not be asked: nothing is known of advisories that came out since the date above.")
    return 1 if faults else code


if __name__ == "__main__":
    sys.exit(main())
