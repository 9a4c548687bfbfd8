"""One file from a hub: continued where a killed run left it, checked, then put in its place."""

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx

from video_service.models import wording
from video_service.models.errors import Broken, ModelsError, NoRoom, Refused
from video_service.models.hubs import RemoteFile, Repo

WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # after so many failures in a row without a byte
CHUNK = 2**20
COPIES = 3  # how often bytes that do not add up are fetched again
PASSING = (408, 425, 429, 500, 502, 503, 504)  # statuses that a later try may cure


class Stopped(Exception):
    """Told to leave off; what came so far stays for the next time."""


@dataclass(frozen=True, slots=True)
class Download:
    """What all files of one model share; `told` hears of bytes that came (or, negative, went)."""

    repo: Repo
    client: httpx.Client
    told: Callable[[int], None]
    stop: Event

    def get(self, file: RemoteFile, to: Path) -> None:
        """Leave `file`, whole and checked, at `to`; ModelsError, or Stopped."""
        part = part_of(to)
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(COPIES):
                self._complete(file, part)
                if adds_up(file, part):
                    part.replace(to)
                    return
                self.told(-part.stat().st_size)
                part.unlink()
        except OSError as error:
            raise unwritable(to, error) from error
        what = f"{file.path} of {self.repo.id} does not match its checksum {file.digest}"
        raise Broken(what, wording.CORRUPT.format(file=file.path, times=COPIES))

    def _complete(self, file: RemoteFile, part: Path) -> None:
        """Ask on until `part` is as long as the file, or longer: then its sum will tell."""
        failures = 0
        while (have := size_of(part)) < file.size or not part.exists():
            try:
                self._continue(file, part, have)
                failure: ModelsError | None = None
            except httpx.TransportError as error:
                failure = self.repo.silent(error)
            except _Busy as error:
                failure = self.repo.no(error.response)
            failures = 0 if size_of(part) > have else failures + 1
            if failures > len(WAITS_S):
                raise failure or self._cut(file)
            if failures and self.stop.wait(WAITS_S[failures - 1]):
                raise Stopped

    def _continue(self, file: RemoteFile, part: Path, have: int) -> None:
        """Append what one answer brings; a cache that knows no ranges begins from the start."""
        ranged = {"Range": f"bytes={have}-"} if have else {}
        with self.client.stream("GET", self.repo.address(file.path), headers=ranged) as answer:
            if answer.status_code in PASSING:
                raise _Busy(answer)
            if not answer.is_success:
                raise self.repo.no(answer)
            if have and answer.status_code != httpx.codes.PARTIAL_CONTENT:
                self._forget(part, have)
            with part.open("ab", buffering=0) as opened:  # what came is kept, whatever kills us
                for some in answer.iter_bytes():  # as they come: what waits would be lost
                    if self.stop.is_set():
                        raise Stopped
                    opened.write(some)
                    self.told(len(some))
                    if opened.tell() > file.size:  # whatever this is, it is not the file
                        break
                os.fsync(opened.fileno())  # a power cut must not leave a hole behind a name

    def _forget(self, part: Path, have: int) -> None:
        part.unlink()
        self.told(-have)

    def _cut(self, file: RemoteFile) -> Refused:
        what = f"{self.repo.base} ends {file.path} before its {file.size} bytes are told"
        return Refused(what, wording.CUT.format(hub=wording.HUBS[self.repo.hub], file=file.path))


class _Busy(Exception):
    """The hub answered, but not now."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def part_of(to: Path) -> Path:
    """Where a file grows before it is whole."""
    return to.with_name(f"{to.name}.part")


def size_of(file: Path) -> int:
    """Its bytes; 0 where it is not."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def adds_up(file: RemoteFile, at: Path) -> bool:
    """Whether what lies at `at` is what the hub lists; reads all of it."""
    kind, _, wanted = file.digest.partition(":")
    if kind == "git":  # how git names a file: its length is summed with it
        digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    else:
        digest = hashlib.sha256()
    with at.open("rb") as opened:
        while some := opened.read(CHUNK):
            digest.update(some)
    return digest.hexdigest() == wanted


def unwritable(file: Path, error: OSError) -> ModelsError:
    """Why nothing can be written there; a full disk is the usual reason."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom(f"{file}: {error.strerror}", wording.DISK_FULL)
    why = error.strerror or str(error)
    return NoRoom(f"{file}: {why}", wording.UNWRITABLE.format(folder=file.parent, why=why))
