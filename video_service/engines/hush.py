"""Keep torch's family quiet while it is imported and loaded: its chatter would bury our log."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hushed() -> Iterator[None]:
    """Only errors pass: what these libraries say on import was looked at and is not about us.

    torchao, for one, tries to load CUDA libraries that int8 weights do not need, and reports each.
    They make and configure their loggers as they are imported, so no level set before would hold.
    """
    os.environ.setdefault("TORCHAO_FORCE_SKIP_LOADING_SO_FILES", "1")
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def aloud() -> Iterator[None]:
    """For a line of our own that is to be heard although the libraries around it are hushed."""
    before = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    try:
        yield
    finally:
        logging.disable(before)
