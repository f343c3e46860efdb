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
CLEAN, FOUND, NOT_ASKED = 0, 1, 2
WORDS = {CLEAN: "nothing known", FOUND: "found", NOT_ASKED: "could not ask"}


def _asked(name: str, words: list[str], folder: Path) -> int:
    """Run a scanner, say what it says, and return what that comes to."""
    try:
        done = subprocess.run(words, check=False, cwd=folder, capture_output=True, text=True, timeout=ASKED_WITHIN_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{name}: could not ask ({type(error).__name__})")
        return NOT_ASKED
    verdict = verdict_of(done.stdout)
    print(f"{name}: {WORDS[verdict]}")
    if verdict != CLEAN:
        print((done.stdout + done.stderr).strip()[-3000:])
    return verdict


def verdict_of(said: str) -> int:
    """
    Return what a scanner's answer comes to.

    A registry that cannot say what it knows of a package answers as if it knew nothing: that is no clean answer.
    """
    try:
        told = json.loads(said)
    except ValueError:
        return NOT_ASKED
    if "dependencies" in told:
        packages = told["dependencies"]
        if any(one.get("vulns") for one in packages):
            return FOUND
        return NOT_ASKED if not packages or any("skip_reason" in one for one in packages) else CLEAN
    if "vulnerabilities" in told:
        return FOUND if told["vulnerabilities"] else CLEAN
    return NOT_ASKED


def online() -> int:
    """Ask PyPI by pip-audit and npm by npm audit, and say what they know."""
    worst = CLEAN
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
            worst = max(worst, _asked(lock, [*python, "--cache-dir", cache, "-r", lock], ROOT))
    npm = [str(Path(sys.executable).with_name("npm")), "audit", "--json", "--package-lock-only"]
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return max(worst, _asked("web/package-lock.json", npm, ROOT / "web"))


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
    if code == NOT_ASKED:
        print("A registry could not be asked: nothing is known of advisories that came out since the date above.")
    return 1 if faults else code


if __name__ == "__main__":
    sys.exit(main())
