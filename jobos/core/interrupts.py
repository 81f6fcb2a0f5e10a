"""Interrupts that wait while something is made whole: a commit, or a program that somebody has to stop again."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INTERRUPTS = {signal.SIGINT, signal.SIGTERM}


@contextmanager
def hold_interrupts() -> Iterator[None]:
    """Have the signals that ask for an end wait until the block is over; the first that came is then raised again.

    They are caught and not blocked: a signal that is blocked in this thread reaches another one of the process, and a
    program started here would be deaf to it.
    """
    if threading.current_thread() is not threading.main_thread():  # Nobody else hears signals.
        yield
        return
    heard: list[int] = []
    before: dict[int, Any] = {
        number: signal.signal(number, lambda number, _: heard.append(number)) for number in INTERRUPTS
    }
    try:
        yield
    finally:
        for number, listener in before.items():
            signal.signal(number, listener)
        if heard:
            signal.raise_signal(heard[0])
