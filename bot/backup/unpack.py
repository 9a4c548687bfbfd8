"""Reading a backup that anybody may have written: strict names, plain files, nothing half.

NotABackup           it cannot be used; the text says why, in English
Blocking; call in a thread.
"""

import hashlib
import os
import shutil
import tarfile
import zlib
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from bot.backup.manifest import MOST_BYTES, NAME, Content, Manifest
from bot.backup.parts import is_ours
from bot.backup.patient import Look, always

BLOCK = 2**20
ROOM_LEFT = 64 * 2**20  # what a disk must still have when all is unpacked
MOST_FILES = 200_000


class NotABackup(Exception):
    """The archive is refused."""


def unpack(archive: Path, into: Path, look: Look = always) -> Manifest:
    """The files of `archive` in the empty folder `into`, each as the manifest has it."""
    try:
        with tarfile.open(archive, "r|gz") as tar:
            return _unpack(tar, into, look)
    except (tarfile.TarError, EOFError, zlib.error, UnicodeError) as error:
        raise NotABackup(f"it is no archive, or it is cut off: {error}") from error
    except OSError as error:
        if type(error).__name__ == "BadGzipFile":
            raise NotABackup(f"it is no archive: {error}") from error
        raise


def _unpack(tar: tarfile.TarFile, into: Path, look: Look) -> Manifest:
    found: dict[str, Content] = {}
    manifest: Manifest | None = None
    for member in tar:
        look()
        if manifest is not None:
            raise NotABackup(f"{member.name!r} stands after the manifest")
        content = _content(tar, member)
        if member.name == NAME:
            manifest = _manifest(content.read(MOST_BYTES))
        elif member.name in found or len(found) >= MOST_FILES:
            raise NotABackup(f"{member.name!r} is in it twice, or one of too many")
        else:
            found[member.name] = _keep(content, member.size, _place(member.name, into))
    if manifest is None:
        raise NotABackup("the manifest is missing: it was not finished")
    if manifest.files != found:
        strange = {name for name in {*found, *manifest.files} if _differs(name, found, manifest)}
        raise NotABackup(f"{sorted(strange)[:3]} are not as they were written")
    return manifest


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member) if member.isreg() and not member.issparse() else None
    if content is None:
        raise NotABackup(f"{member.name!r} is no plain file")
    return content


def _differs(name: str, found: dict[str, Content], manifest: Manifest) -> bool:
    return found.get(name) != manifest.files.get(name)


def _place(name: str, into: Path) -> Path:
    """Where `name` goes, below `into` whatever it says; NotABackup for a name we never write."""
    if not is_ours(name):
        raise NotABackup(f"{name!r} is no name of ours")
    return into / name


def _keep(content: IO[bytes], size: int, to: Path) -> Content:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(to.parent).free < size + ROOM_LEFT:
        raise NotABackup(f"the disk is too small for it: {to.name} has {size} bytes")
    known, wrote = hashlib.sha256(), 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(to, flags, 0o600), "wb") as file:
        while block := content.read(BLOCK):
            known.update(block)
            wrote += file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return Content(size=wrote, sha256=known.hexdigest())


def _manifest(raw: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(raw)
    except ValidationError as error:
        raise NotABackup(f"the manifest cannot be read: {error.errors()[0]['msg']}") from error
