"""`nazdik oversight envelope`: what a receiver of 197's letters needs: keys, and opening what lies in a folder."""

import os
from pathlib import Path
from typing import Annotated

import typer

from nazdik.cli.common import refuse, said_in_words, screen

app = typer.Typer(help="Letters of 197 to other systems, at the receiver's.", no_args_is_help=True)
Secret = Annotated[Path, typer.Option(help="The receiver's secret keys")]


@app.command()
def key(
    path: Annotated[Path, typer.Argument(help="Where the secret keys are written; it must not be there yet")],
) -> None:
    """Make a receiver's keys, and print the two public halves for the server's outbox.json."""
    import msgspec
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from nazdik.platform.eventlog.heads import public_hex

    opens, signs = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    secret = {"opens": opens.private_bytes_raw().hex(), "signs": signs.private_bytes_raw().hex()}
    with said_in_words(), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(secret))
    print(
        msgspec.json.encode(
            {"seal_for": opens.public_key().public_bytes_raw().hex(), "receipts_by": public_hex(signs)}
        ).decode()
    )


@app.command()
def sender(
    data: Annotated[Path, typer.Option("--data", help="Folder of the oversight log")] = Path("nazdik-oversight"),
) -> None:
    """Print the key that the server signs envelopes with."""
    from nazdik.platform.eventlog.heads import KEY_FILE, load_key, public_hex

    if not (data / KEY_FILE).exists():
        refuse(f"{data} holds no server of 197")
    print(public_hex(load_key(data)))


@app.command("open")
def open_envelope(
    envelope: Annotated[Path, typer.Argument(help="ID.envelope.json")],
    secret: Secret,
    sender: Annotated[str, typer.Option(help="The server's key, in hex")],
    to: Annotated[str, typer.Option(help="judiciary or personnel")] = "judiciary",
    reference: Annotated[
        str, typer.Option(help="What the receiver calls it; with it a receipt is written beside it")
    ] = "",
) -> None:
    """Print the letter in an envelope, and sign for it when a reference is given."""
    import msgspec
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from nazdik.kernel import rfc3339
    from nazdik.platform.clock import SystemClock
    from nazdik.platform.envelopes import EnvelopeUnsound, receipt_for, unseal

    try:
        keys = msgspec.json.decode(secret.read_bytes(), type=dict[str, str])
        opens = X25519PrivateKey.from_private_bytes(bytes.fromhex(keys["opens"]))
        signs = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys["signs"]))
        body = envelope.read_bytes()
        found, letter = unseal(body, to=to, receiver=opens, sender=sender)
    except (OSError, msgspec.MsgspecError, KeyError, ValueError, EnvelopeUnsound) as error:
        refuse(f"this does not open: {type(error).__name__}: {error}")
    print(msgspec.json.format(letter, indent=2).decode())
    if reference:
        at = rfc3339(SystemClock().now())
        path = envelope.with_name(f"{found.id}.receipt.json")
        with said_in_words():
            path.write_bytes(receipt_for(body, id_=found.id, at=at, reference=reference, key=signs))
        screen.print(f"signed for in {path}", markup=False, soft_wrap=True)
