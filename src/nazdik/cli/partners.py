"""`nazdik partner`: other systems that may be told of incidents, or hand theirs over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nazdik.cli.common import said_in_words, screen, settings_with
from nazdik.kernel import OfficeId

if TYPE_CHECKING:
    from nazdik.interchange.partners import Partners

app = typer.Typer(
    help="Other systems that may be told of incidents, or hand theirs over. Changes count at once, in a running server too.",
    epilog="Begin with: nazdik partner add --help",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="Name of the other system, such as fire-125", show_default=False)]
Data = Annotated[Path | None, typer.Option(help="Folder of the logs")]


@contextmanager
def _partners(data: Path | None) -> "Iterator[Partners]":
    from nazdik.interchange.partners import FILE, Partners
    from nazdik.platform.clock import SystemClock

    folder = settings_with(data_dir=data).data_dir
    with said_in_words():
        folder.mkdir(parents=True, exist_ok=True)
        partners = Partners(folder / FILE, SystemClock())
        try:
            yield partners
        finally:
            partners.close()


@app.command()
def add(
    name: Name,
    office: Annotated[
        str, typer.Option("--office", help="It is told of what this office and those below it have", show_default=False)
    ],
    grant: Annotated[
        list[str],
        typer.Option(
            "--grant",
            help="eido.read, eido.send, webhook, features, open311, log.read, personal; repeat for several",
            show_default=False,
        ),
    ],
    data: Data = None,
) -> None:
    """Let another system in and print its token, once. Personal data only with the grant `personal`."""
    from nazdik.bootstrap.known import check_office, kept_regions

    with _partners(data) as partners:
        # A data folder that was never served knows no offices yet.
        if folders := kept_regions(settings_with(data_dir=data).data_dir):
            check_office(OfficeId(office), folders)
        token = partners.add(name, OfficeId(office), grant)
        screen.print(f"{name} may now come in with this token; it is shown this once and kept nowhere:")
        print(token)


@app.command()
def revoke(name: Name, data: Data = None) -> None:
    """Withdraw a system's token for good; what it follows ends within seconds."""
    with _partners(data) as partners:
        partners.revoke(name)
        screen.print(f"{name} may not come in any more.")


@app.command()
def certificate(
    name: Name,
    file: Annotated[
        Path | None, typer.Option("--file", help="The system's certificate (PEM); without it none is bound")
    ] = None,
    data: Data = None,
) -> None:
    """Bind a certificate to a system: its token is good with that one alone, by the port `partner_tls_port`."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    from nazdik.platform.mutual_tls import fingerprint

    own = None
    if file is not None:
        try:
            own = fingerprint(load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER))
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{file} is no certificate: {error}") from error
    with _partners(data) as partners:
        partners.bind(name, own)
        screen.print(f"{name} comes in with the certificate {own}." if own else f"{name} comes in by its token alone.")


@app.command("list")
def list_partners(data: Data = None) -> None:
    """List other systems, what each was granted and for which office."""
    with _partners(data) as partners:
        for partner in partners.list_partners():
            state = "" if partner.revoked_at is None else " (revoked)"
            grants = ", ".join(sorted(partner.grants))
            screen.print(f"{partner.id}: {grants} for {partner.office}{state}", soft_wrap=True)
