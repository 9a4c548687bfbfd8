"""Getting a published folder: what is missing, whether it fits, all of it, and then its name.

A fresh one grows in `NAME.part`, which no engine looks at, and is renamed when it is whole. A
folder that lacks something is mended in place, file by file.
"""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from threading import Event
from typing import Protocol

from video_service.models import wording
from video_service.models.errors import ModelsError, NoRoom, Refused
from video_service.models.fetch import Download, adds_up, part_of, size_of, unwritable
from video_service.models.hubs import RemoteFile, Repo
from video_service.models.needed import INDEX, Wanted, needed
from video_service.premises import CannotRun, locked

AT_ONCE = 4  # both hubs throttle each connection
AIR = 1.05  # of the disk space: other things are written meanwhile
LOCK = ".pull.lock"


class Show(Protocol):
    """Who hears how it goes; calls come from several threads."""

    def begin(self, files: int, done: int, total: int) -> None:
        """So many files, so many bytes of all; `done` are here already."""

    def told(self, count: int) -> None:
        """So many bytes came; negative: they turned out wrong."""

    def checking(self, path: str) -> None:
        """A file that is here is being summed."""


def pull(repo: Repo, home: Path, show: Show, *, half: bool, sum_all: bool = False) -> None:
    """Get what is missing of `repo` at `home`; ModelsError, and what came stays for the next time.

    `half`: its weights are wanted in float16 where both are published. `sum_all`: sum what is
    here, too, and get what differs.
    """
    at = home if home.exists() else home.with_name(f"{home.name}.part")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with locked(home.with_name(LOCK), wait_s=0):
            _fill(repo, at, show, half, sum_all)
            if at != home:
                at.replace(home)
    except CannotRun as error:
        raise ModelsError(str(error), wording.TAKEN) from error
    except OSError as error:
        raise unwritable(home, error) from error


def _fill(repo: Repo, at: Path, show: Show, half: bool, sum_all: bool) -> None:
    stop = Event()
    with repo.open() as client:
        files = repo.files(client)
        download = Download(repo, client, show.told, stop)
        wanted = needed(files, _parts(_index(repo, files, download, at)), half=half)
        missing = [one for one in wanted if not _is_here(one, at, show, sum_all)]
        done = sum(size_of(part_of(at / one.path)) for one in missing)
        left = sum(one.file.size for one in missing) - done
        total = sum(one.file.size for one in wanted)
        _check_room(at, left)
        show.begin(len(wanted), total - left, total)
        _get_all([partial(download.get, one.file, at / one.path) for one in missing], stop)


def _index(repo: Repo, files: list[RemoteFile], download: Download, at: Path) -> Path:
    """The file that names the parts, got before all others."""
    listed = next((file for file in files if file.path == INDEX), None)
    if listed is None:
        what = f"{repo.id} holds no {INDEX}: it is no diffusers folder"
        raise Refused(what, wording.NOT_A_MODEL.format(id=repo.id))
    if size_of(at / INDEX) != listed.size or not adds_up(listed, at / INDEX):
        download.get(listed, at / INDEX)
    return at / INDEX


def _parts(index: Path) -> list[str]:
    """The folders it names; a part that is switched off is [null, null]."""
    told = json.loads(index.read_text("utf-8"))
    return [name for name, kind in told.items() if isinstance(kind, list) and kind[0] is not None]


def _is_here(one: Wanted, at: Path, show: Show, sum_all: bool) -> bool:
    """A file gets its name when its sum is right; it may have rotted since."""
    file = at / one.path
    if size_of(file) != one.file.size or not file.exists():
        return False
    if not sum_all:
        return True
    show.checking(one.path)
    return adds_up(one.file, file)


def _check_room(at: Path, left: int) -> None:
    folder = next(parent for parent in (at, *at.absolute().parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    if left * AIR > free:
        what = f"{left} bytes are missing, and {folder} has {free} left"
        told = {"need": wording.size(int(left * AIR)), "free": wording.size(free)}
        raise NoRoom(what, wording.NO_ROOM.format(folder=folder, **told))


def _get_all(gets: list[Callable[[], None]], stop: Event) -> None:
    """Some at once; the first that fails stops the others."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: list[Future[None]] = [pool.submit(get) for get in gets]
        try:
            finished, _ = wait(running, return_when=FIRST_EXCEPTION)
            failed = [error for one in finished if (error := one.exception()) is not None]
        finally:
            stop.set()
            for one in running:
                one.cancel()
    if failed:
        raise failed[0]
