"""Who is logged in: browsers that once told the password, remembered over restarts.

A browser holds a random token; the file holds its HMAC under the password, and until when. So the
file opens no door, a changed password ends every session, and a logged-out token is gone for good.
"""

import asyncio
import hmac
import logging
import os
import secrets
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

KEPT_S = 30 * 86400
MOST = 100  # browsers; the oldest has to log in again
Until = TypeAdapter(dict[str, float])  # HMAC → Unix seconds
log = logging.getLogger(__name__)


class Sessions:
    """The sessions kept in `file`, under `password`. Reading them is a look into memory."""

    def __init__(self, file: Path, password: str, now: Callable[[], float] = time.time) -> None:
        self._file, self._password, self._now = file, password.encode(), now
        self._until = _load(file)
        self._writing = asyncio.Lock()

    def admits(self, password: bytes) -> bool:
        """Whether this is the password; compared in constant time."""
        told, ours = sha256(password).digest(), sha256(self._password).digest()
        return hmac.compare_digest(told, ours)

    def holds(self, token: str) -> bool:
        return bool(token) and self._until.get(self._mark(token), 0) > self._now()

    async def open(self) -> str:
        """A new token."""
        token, now = secrets.token_urlsafe(32), self._now()
        self._until = {mark: until for mark, until in self._until.items() if until > now}
        self._until[self._mark(token)] = now + KEPT_S
        for mark in sorted(self._until, key=self._until.__getitem__)[:-MOST]:
            del self._until[mark]
        await self._keep()
        return token

    async def close(self, token: str) -> None:
        if self._until.pop(self._mark(token), None):
            await self._keep()

    def _mark(self, token: str) -> str:
        return hmac.new(self._password, token.encode(), sha256).hexdigest()

    async def _keep(self) -> None:
        async with self._writing:
            try:
                await asyncio.to_thread(_save, self._file, Until.dump_json(self._until))
            except OSError as error:  # whoever logs in now logs in again after a restart
                log.warning("sessions cannot be kept: %s", error)


def _load(file: Path) -> dict[str, float]:
    try:
        return Until.validate_json(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        log.warning("%s cannot be read, everybody logs in again: %s", file, type(error).__name__)
        return {}


def _save(file: Path, content: bytes) -> None:
    part = file.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    part.replace(file)
