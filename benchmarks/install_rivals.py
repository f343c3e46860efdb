"""
Makes the throw-away environment of the rivals that `road_engine.py` compares with: `python benchmarks/install_rivals.py`.

Nothing of it is part of Nazdik, of its lock files or of `./run`; delete `var/rivals` and it is gone. Some rivals have
wheels for Python 3.12 and later only. What cannot be had is named and left out; the comparison then says so.
PostGIS and pgRouting are packages of the system; where one may, they are installed with apt-get.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "var" / "rivals"
PYTHONS = ("python3.12", "python3.13", "python3.14")
# As measured. pandana is AGPL and igraph GPL: they are compared with, and never shipped or imported by Nazdik.
NEEDED = ("numpy==2.5.5", "scipy==1.18.1")
PACKAGES = (
    "routingkit-cch==0.1.4",
    "osrm-bindings==26.10.0",
    "pyvalhalla==3.9.1",
    "igraph==1.0.0",
    "rustworkx==0.18.1",
    "pandana==0.8",
    "psycopg[binary]==3.3.9",
)
SYSTEM_PACKAGES = ("postgresql-15-postgis-3", "postgresql-15-pgrouting")


def main() -> int:
    python = FOLDER / "bin" / "python"
    if not python.exists():
        interpreter = find_python()
        if interpreter is None:
            print(f"None of {', '.join(PYTHONS)} was found; the rivals cannot be installed.")
            return 1
        subprocess.run([interpreter, "-m", "venv", str(FOLDER)], check=True)
    missing = [package for package in (*NEEDED, *PACKAGES) if not install(python, package)]
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *SYSTEM_PACKAGES]
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
            missing.extend(SYSTEM_PACKAGES)
    else:
        print(f"Not installed here, for lack of rights: {' '.join(SYSTEM_PACKAGES)}")
    print(f"Could not be had: {', '.join(missing)}" if missing else f"All rivals are in {FOLDER}")
    return 0


def find_python() -> str | None:
    """An interpreter that answers: some names on the path are only signposts to what is not chosen."""
    names = [name for name in PYTHONS if shutil.which(name)]
    versions = Path.home() / ".pyenv" / "versions"
    names += [str(path) for path in sorted(versions.glob("3.1[2-9]*/bin/python"))]
    for name in (*names, sys.executable):
        asked = [name, "-c", "import sys; sys.exit(sys.version_info < (3, 12))"]
        if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
            return name
    return None


def install(python: Path, package: str) -> bool:
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-q",
        "--only-binary",
        ":all:",
        package,
    ]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
