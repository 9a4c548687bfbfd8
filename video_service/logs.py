"""Where the service's processes log: stderr, and a file of their own that is turned over."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from video_service.premises import CannotRun
from video_service.schema.redact import RedactingFormatter, given_secrets, log_crashes

FILE_BYTES = 5 * 2**20
FILES = 3
PRIVATE = 0o700  # films and photos are nobody else's on this machine
QUIET = ("httpx", "httpcore", "uvicorn", "PIL")


def set_up(data_dir: Path, name: str) -> None:
    """Log to stderr and to `<data_dir>/logs/<name>.log`; CannotRun when nothing can be written."""
    file = data_dir / "logs" / f"{name}.log"
    try:
        if not data_dir.exists():
            data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        file.parent.mkdir(exist_ok=True)
        kept = RotatingFileHandler(file, "a", FILE_BYTES, FILES, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"data_dir: {file} cannot be written: {error.strerror}") from error
    clean, aloud = RedactingFormatter(given_secrets()), logging.StreamHandler(sys.stderr)
    for handler in (kept, aloud):
        handler.setFormatter(clean)
    logging.basicConfig(level=logging.INFO, handlers=[aloud, kept])
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    log_crashes()
