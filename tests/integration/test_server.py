"""The start on a port that cannot be listened on."""

import socket

import pytest

from app.errors import SettingsError
from app.web.server import check_port


def test_a_port_in_use_stops_the_start_with_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port} cannot be listened on") as refused:
            check_port("127.0.0.1", port)
    assert "KOTAE_PORT" in str(refused.value)
    check_port("127.0.0.1", port)  # free again


def test_an_address_that_is_not_this_machines_is_one_sentence() -> None:
    with pytest.raises(SettingsError, match="cannot be listened on"):
        check_port("192.0.2.1", 8000)
