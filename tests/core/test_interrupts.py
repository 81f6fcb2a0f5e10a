"""Interrupts wait while something is made whole, and are heard after it."""

import os
import signal
import subprocess
import threading

import pytest

from jobos.core.embedded import backup
from jobos.core.interrupts import INTERRUPTS, hold_interrupts


@pytest.fixture
def heard():
    """Give the list of the signals that were heard."""
    numbers: list[int] = []
    before = {number: signal.signal(number, lambda number, _: numbers.append(number)) for number in INTERRUPTS}
    yield numbers
    for number, listener in before.items():
        signal.signal(number, listener)


def test_what_came_inside_is_heard_once_after_the_block(heard) -> None:
    with hold_interrupts():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        assert heard == []
    assert heard == [signal.SIGTERM]


def test_the_listeners_are_back_whatever_happens_inside(heard) -> None:
    before = {number: signal.getsignal(number) for number in INTERRUPTS}
    with pytest.raises(ValueError, match="broken"), hold_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
        raise ValueError("broken")
    assert heard == [signal.SIGINT]
    assert {number: signal.getsignal(number) for number in INTERRUPTS} == before


def test_another_thread_is_let_through() -> None:
    """Only the main thread may set listeners; the others hear no signals anyway."""
    done = []

    def work() -> None:
        with hold_interrupts():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.parametrize("number", sorted(INTERRUPTS), ids=lambda number: number.name)
def test_an_interrupt_while_the_dump_starts_leaves_no_program_and_no_file(monkeypatch, tmp_path, number) -> None:
    """The program runs before Python knows it: an interrupt in between would leave it writing, with nobody to stop it."""
    started = []

    class Interrupted(subprocess.Popen):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)
            os.kill(os.getpid(), number)

    (tmp_path / "pg_dump").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setattr(subprocess, "Popen", Interrupted)

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(number, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            backup.write_dump(tmp_path / "before.dump", database="dbname=any", programs=tmp_path)
    finally:
        signal.signal(number, before)
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    assert [path.name for path in tmp_path.iterdir()] == ["pg_dump"]
