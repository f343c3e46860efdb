"""What all commands share: settings, and how a refusal is said."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

import typer
from rich.console import Console

from nazdik.kernel import Rejected
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings, SettingsError, load_settings

screen = Console(stderr=True, highlight=False)

EXIT_REFUSED = 2


def settings_with(**given: Any) -> Settings:
    """Return the settings of the environment, with what the command line says on top."""
    try:
        settings = load_settings(os.environ)
        return replace(settings, **{name: value for name, value in given.items() if value is not None})
    except SettingsError as error:
        refuse(str(error))


def refuse(sentence: str, persian: str = "") -> NoReturn:
    """Say why not, and end with the exit code of a refusal."""
    if persian:
        screen.print(persian, style="red", markup=False, soft_wrap=True)
    screen.print(f"[bold red]nazdik:[/] {sentence}", soft_wrap=True)
    raise typer.Exit(EXIT_REFUSED)


@contextmanager
def said_in_words() -> Iterator[None]:
    """Turn a refusal into its sentences, Persian and English, and a store that cannot be used into one."""
    try:
        yield
    except Rejected as refused:
        from nazdik.bootstrap.texts import TEXTS
        from nazdik.platform.http.messages import register, title

        register(TEXTS)
        about = ", ".join(f"{name}: {_plain(value)}" for name, value in refused.details.items())
        screen.print(title(refused.code, "fa"), style="red", markup=False, soft_wrap=True)
        sentence = title(refused.code, "en") + (f" ({about})" if about else "")
        screen.print(f"nazdik: {sentence} [{refused.code}]", markup=False, soft_wrap=True)
        raise typer.Exit(EXIT_REFUSED) from refused
    except (LogUnavailable, OSError) as error:
        refuse(str(error))


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
