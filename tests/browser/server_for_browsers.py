"""A demo server of some provinces for browser tests: run as a program, it serves until it is told to stop."""

import sys
from pathlib import Path

from nazdik.bootstrap.run import run_server
from nazdik.platform.settings import Settings


def main() -> None:
    """Serve regions/built/<province> on a port, with data in a folder: PORT DATA PROVINCE…"""
    port, data, provinces = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    settings = Settings(port=port, data_dir=data, demo=True)
    run_server(
        settings, [Path("regions/built") / province for province in provinces], say=lambda line: print(line, flush=True)
    )


if __name__ == "__main__":
    main()
