"""Where the service's processes log: stderr, and a file of their own that is turned over."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FILE_BYTES = 5 * 2**20
FILES = 3
QUIET = ("httpx", "httpcore", "uvicorn", "PIL")


def set_up(data_dir: Path, name: str) -> None:
    """Log to stderr and to `<data_dir>/logs/<name>.log`."""
    folder = data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format=LINE,
        handlers=[
            logging.StreamHandler(sys.stderr),
            RotatingFileHandler(folder / f"{name}.log", "a", FILE_BYTES, FILES, encoding="utf-8"),
        ],
    )
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
