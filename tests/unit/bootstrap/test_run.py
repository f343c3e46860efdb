"""Starting: what is found out before anything is opened."""

import socket

import pytest

from nazdik.bootstrap.run import check_port


def test_a_port_that_another_server_listens_on_is_refused_in_words() -> None:
    with socket.socket() as other:
        # As Granian does: the port may be shared, so only a look beforehand can tell.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=f"Cannot listen at 127.0.0.1:{port}"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
