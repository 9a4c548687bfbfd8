"""The logins on disk: one file for each member, for its owner's eyes only, whole or not there."""

import asyncio
import logging
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.ilink.doors import Door

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
MOST_SAID = 300  # messages of ours that can still be recognized in a quote
log = logging.getLogger(__name__)


class Account(BaseModel):
    """One member's login, how far was heard, and which doors are open.

    `said`: ids under which the server knows what was said here, each with the id memory has.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    member: str
    token: str = Field("", repr=False)
    bot_id: str = ""
    user_id: str = ""
    base_url: str = ""
    cursor: str = Field("", repr=False)
    doors: dict[str, Door] = {}
    said: dict[str, str] = Field({}, repr=False)

    def note_said(self, message_id: str, line: str) -> None:
        self.said[message_id] = line
        while len(self.said) > MOST_SAID:
            del self.said[next(iter(self.said))]


class Accounts:
    """The folder of all logins. Nothing of it blocks the event loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writing = asyncio.Lock()

    async def open(self) -> None:
        """Make the folder; OSError when that cannot be done."""
        await asyncio.to_thread(_open_folder, self.folder)

    async def load(self, member: str) -> Account:
        """The member's login; an empty one when there is none that can be read."""
        try:
            raw = await asyncio.to_thread(self._path(member).read_bytes)
            account = Account.model_validate_json(raw)
        except FileNotFoundError:
            return Account(member=member)
        except (OSError, ValidationError) as error:
            log.warning("a stored login cannot be read: %s", type(error).__name__)
            return Account(member=member)
        return account if account.member == member else Account(member=member)

    async def save(self, account: Account) -> None:
        """Write it whole; a full disk costs a new login after the next start, and is logged."""
        async with self._writing:  # an older state never overwrites a newer one
            raw = account.model_dump_json().encode()
            try:
                await asyncio.to_thread(_write, self._path(account.member), raw)
            except OSError as error:
                log.error("a login cannot be stored: %s", error.strerror)  # noqa: TRY400 why is said

    def code_file(self, member: str) -> Path:
        """Where the member's number is written when the phone shows one."""
        return self.folder / f"{member}.txt"

    async def take_code(self, member: str) -> str:
        """The number that somebody has written there, and nobody will read again; else empty."""
        return await asyncio.to_thread(_take, self.code_file(member))

    def _path(self, member: str) -> Path:
        return self.folder / f"{member}.json"


def _open_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    folder.chmod(PRIVATE_FOLDER)


def _write(path: Path, raw: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, PRIVATE_FILE), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _take(path: Path) -> str:
    try:
        code = path.read_text("utf-8").strip()
        if not (code.isalnum() and code.isascii()):  # nothing yet: somebody is still writing
            return ""
        path.unlink()
    except (OSError, UnicodeDecodeError):
        return ""
    return code
