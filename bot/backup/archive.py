"""Writing a backup: one tar.gz, moved into its place when it is whole, readable by its owner alone.

Blocking; call in a thread.
"""

import gzip
import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from bot.backup.manifest import NAME, Content, Manifest

FAST = 1  # films do not shrink; talk and tables do at any level


class Reads(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Archive:
    """Members are added one by one; the manifest follows when `written` is left."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._files: dict[str, Content] = {}

    def add(self, name: str, file: Path) -> bool:
        """`file` as `name`; False when it has gone meanwhile."""
        try:
            origin = file.open("rb")
        except FileNotFoundError:
            return False
        with origin:
            size = os.fstat(origin.fileno()).st_size
            counted = _Counted(origin)
            self._add(name, size, counted)
        self._files[name] = Content(size=size, sha256=counted.digest())
        return True

    def close(self) -> None:
        manifest = Manifest(
            version=version("qunying"), made_at=datetime.now(UTC), files=self._files
        )
        raw = manifest.model_dump_json().encode()
        self._add(NAME, len(raw), io.BytesIO(raw))

    def _add(self, name: str, size: int, content: Reads) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)


@contextmanager
def written(to: Path, beside: Path | None = None) -> Iterator[Archive]:
    """An archive that is at `to` when this is left well, and nowhere when it is not.

    `beside`: a folder on the same disk to write it in; that of `to` by default.
    """
    handle, name = tempfile.mkstemp(".part", ".", beside or to.parent)  # 0600
    part = Path(name)
    try:
        with (
            open(handle, "wb") as file,
            gzip.GzipFile("", "wb", FAST, file, 0) as packed,
        ):
            with tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                archive = Archive(tar)
                yield archive
                archive.close()
            packed.close()
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


class _Counted:
    """Reads on, and knows the SHA-256 of what was read."""

    def __init__(self, origin: Reads) -> None:
        self._origin, self._hash = origin, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        block = self._origin.read(size)
        self._hash.update(block)
        return block

    def digest(self) -> str:
        return self._hash.hexdigest()
