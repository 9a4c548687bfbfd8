"""A child holds its parent's stdin pipe: the kernel closes it however the parent ends."""

import os
import threading
from collections.abc import Callable

STDIN = 0


def on_stdin_end(act: Callable[[], object]) -> None:
    """Call `act`, in a thread of its own, when stdin ends."""

    def watch() -> None:
        while os.read(STDIN, 1024):
            continue
        act()

    threading.Thread(target=watch, name="stdin", daemon=True).start()
