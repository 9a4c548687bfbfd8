"""No key, token or password in a log: whatever prints it, the line is cleaned before it is written.

Two nets: every secret this process was given, wherever it turns up, and whatever looks like one.
"""

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, unquote

from video_service.schema.config import LOG_LINE

log = logging.getLogger(__name__)
MASK = "***"
NAMED = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|BOT_ID)$")
SHORTEST = 6  # shorter ones are words: they would blot out half the log
FILED = re.compile(rf"{NAMED.pattern}|_URL$")  # what may stand in a file
WITHIN = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")
SHAPES = (
    re.compile(r"(?i)(\bbearer\s+)[\w.~+/=-]{6,}"),
    re.compile(r"(?i)(\b(?:api_?key|key|token|access_token|secret|password|sig)=)[^&\s'\"]{6,}"),
    re.compile(r"(\bsk-)[\w-]{12,}"),
    re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)"),
)


def given_secrets(environ: Mapping[str, str] | None = None) -> frozenset[str]:
    """The values of every variable that is named like a secret, of the files they name, and the
    passwords within addresses; each also as it is written in a URL or in JSON.
    """
    found = set[str]()
    for name, value in (os.environ if environ is None else environ).items():
        named = name.upper().removesuffix("_FILE")
        if named != name.upper() and FILED.search(named):
            value = _read(value)
        if NAMED.search(named):
            found.add(value.strip())
        found.update(map(unquote, WITHIN.findall(value)))
    long = {value for value in found if len(value) >= SHORTEST}
    return frozenset(long.union(*((quote(it, ""), json.dumps(it)[1:-1]) for it in long)))


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError, ValueError):
        return ""  # whoever needs it says so


class Redactor:
    """Masks the `secrets`, and whatever looks like one, in any text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        longest_first = sorted(map(re.escape, secrets), key=len, reverse=True)
        self._known = re.compile("|".join(longest_first)) if longest_first else None

    def clean(self, text: str) -> str:
        if self._known:
            text = self._known.sub(MASK, text)
        for shape in SHAPES:
            text = shape.sub(rf"\g<1>{MASK}", text)
        return text


def log_crashes() -> None:
    """What nobody caught ends in the log as well, and as clean, and not on stderr as it is."""

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("nobody expected this", exc_info=(kind, error, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            told(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook = told, in_thread
    logging.raiseExceptions = False  # else a line without room on disk is shown as it is


class RedactingFormatter(logging.Formatter):
    """Writes a record, its traceback included, without the `secrets`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(LOG_LINE)
        self._redactor = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))
