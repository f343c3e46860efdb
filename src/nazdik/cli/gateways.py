"""`nazdik gateway`: who may bring us messages and places, and carry ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nazdik.cli.common import refuse, said_in_words, screen, settings_with
from nazdik.kernel import ProvinceId

if TYPE_CHECKING:
    from nazdik.intake.callers.gateways import Gateways

app = typer.Typer(
    help="SMS gateways and senders of phones' places (AML). A running server takes changes up within seconds.",
    epilog="Begin with: nazdik gateway add --help",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="Name: a-z, 0-9 and -", show_default=False)]
Data = Annotated[Path | None, typer.Option(help="Folder of the logs")]


@contextmanager
def _gateways(data: Path | None) -> Iterator["Gateways"]:
    from nazdik.intake.callers.gateways import Gateways
    from nazdik.platform.clock import SystemClock

    folder = settings_with(data_dir=data).data_dir
    with said_in_words():
        folder.mkdir(parents=True, exist_ok=True)
        gateways = Gateways(folder / "gateways.sqlite", clock=SystemClock())
        try:
            yield gateways
        finally:
            gateways.close()


@app.command()
def add(
    name: Name,
    province: Annotated[str, typer.Option("--province", help="The province it serves", show_default=False)],
    send_url: Annotated[str, typer.Option("--send-url", help="Where it takes our messages; none if left out")] = "",
    aml_key_file: Annotated[
        Path | None, typer.Option("--aml-key-file", help="File with the key that senders of places sign with")
    ] = None,
    data: Data = None,
) -> None:
    """
    Let a gateway in, and print its token once.

    Example: nazdik gateway add sms-a --province khuzestan --send-url http://127.0.0.1:9710/send
    """
    key = ""
    if aml_key_file is not None:
        try:
            key = aml_key_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            refuse(f"{aml_key_file} cannot be read: {error.strerror}", "پروندهٔ کلید خوانده نشد.")
    with _gateways(data) as gateways:
        token = gateways.enrol(name, province=ProvinceId(province), send_url=send_url, aml_key=key)
        screen.print(
            f"{name} may bring messages of {province}: /v1/in/sms/TOKEN and /v1/in/aml/TOKEN. Its token, once:"
        )
        # On standard output and alone, so that a script can take it.
        typer.echo(token)


@app.command()
def revoke(name: Name, data: Data = None) -> None:
    """Withdraw a gateway's token for good."""
    with _gateways(data) as gateways:
        gateways.revoke(name)
        screen.print(f"{name} brings no more messages.")


@app.command("list")
def list_gateways(data: Data = None) -> None:
    """List gateways."""
    with _gateways(data) as gateways:
        for gateway in gateways.list_gateways():
            carries = f", carries to {gateway.send_url}" if gateway.send_url else ""
            state = " (revoked)" if gateway.revoked_at is not None else ""
            screen.print(f"{gateway.name}: {gateway.province}{carries}{state}", soft_wrap=True)
