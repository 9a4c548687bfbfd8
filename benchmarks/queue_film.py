"""A film that is no film: tells when it began, takes its time, tells that it is done."""

import os
import time
from pathlib import Path

LOG = "QUEUE_LOG"


def film(name: str, seconds: float) -> None:
    """One job, as every queue in the comparison runs it."""
    note("start", name)
    time.sleep(seconds)
    note("end", name)


def note(what: str, name: str) -> None:
    """A line of $QUEUE_LOG: what, which job, when."""
    with Path(os.environ[LOG]).open("a") as log:
        log.write(f"{what} {name} {time.time()}\n")
