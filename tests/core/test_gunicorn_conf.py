"""Serving: a port that is taken ends the start with one sentence; the banner says where to go."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from jobos import gunicorn_conf
from jobos.demo import describe_site


@pytest.fixture
def taken() -> Iterator[tuple[str, int]]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()


def start(*addresses: object) -> None:
    gunicorn_conf.on_starting(SimpleNamespace(cfg=SimpleNamespace(address=list(addresses))))


@pytest.mark.parametrize(("is_demo", "way_out"), [(True, "PORT=9000 make run"), (False, "set PORT")])
def test_taken_port_ends_the_start_with_one_sentence(
    taken: tuple[str, int], is_demo: bool, way_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gunicorn_conf, "is_demo", is_demo)
    with pytest.raises(SystemExit) as caught:
        start("unix.sock", taken)
    words = f"Port {taken[1]} of 127.0.0.1 is taken by another program; choose another one: {way_out}."
    assert caught.value.code == words  # Python prints it and exits with 1.


def test_free_port_and_inherited_socket_start(taken: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()
    start(free)
    monkeypatch.setenv("GUNICORN_FD", "5")
    start(taken)


def test_banner_names_the_admin_and_the_docs() -> None:
    words = describe_site("http://127.0.0.1:9000")
    assert "http://127.0.0.1:9000/admin/" in words
    assert "http://127.0.0.1:9000/api/v1/docs/" in words
