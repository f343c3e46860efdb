"""The command line's own manners: it answers at once, and what it lists is what there is."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from nazdik.cli import app
from nazdik.cli.later import LATER


def test_asking_for_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom nazdik.cli import app\n"
        "for words in (['--help'], ['person', '--help'], ['log', 'verify', '--help'], ['demo', '--help']):\n"
        "    assert CliRunner().invoke(app, words).exit_code == 0, words\n"
        "print([name for name in ('numba', 'numpy', 'shapely', 'litestar', 'osmium') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", LATER)
def test_a_command_that_comes_later_is_listed_as_it_describes_itself(name: str) -> None:
    listed = CliRunner().invoke(app, ["--help"]).output
    assert name in listed
    command = LATER[name].load()
    assert command.help.splitlines()[0] == LATER[name].help
    own = CliRunner().invoke(app, [name, "--help"])
    assert own.exit_code == 0 and LATER[name].help.split()[0] in own.output and f"nazdik {name}" in own.output


def test_the_regions_commands_are_all_there() -> None:
    said = CliRunner().invoke(app, ["region", "--help"]).output
    for name in ("build", "samples", "show", "reload"):
        assert f" {name} " in said
