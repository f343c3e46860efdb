"""A server for the tests of a file: a demo of central Tehran, alone. What one file leaves behind is no other's matter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server import PROVINCE, Seat, Server, served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Server]:
    """A running server; at its end nothing in its output may tell of a fault."""
    with served(tmp_path_factory.mktemp("server"), built_region(PROVINCE)) as running:
        yield running
    assert "Traceback" not in running.said(), running.said()[-6000:]


@pytest.fixture
def desk(server: Server) -> Seat:
    """The dispatcher."""
    return server.seat(f"dispatcher:{PROVINCE}")


@pytest.fixture
def taker(server: Server) -> Seat:
    """The call-taker."""
    return server.seat(f"call_taker:{PROVINCE}")


@pytest.fixture
def nobody(server: Server) -> Seat:
    """Somebody who has not signed in."""
    return server.seat(None)


@pytest.fixture
def crew(server: Server) -> Callable[[str], Seat]:
    """The crews, by call sign."""
    return lambda sign: server.seat(f"officer:{PROVINCE}.u.{sign}")
