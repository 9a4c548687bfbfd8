"""Files of jobs: what came in, what came out. Blocking; call in a thread.

Every file is written beside its place and moved into it whole, so half a film is never found.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from video_service.client import Artefact

SUFFIXES: Final[dict[Artefact, str]] = {
    "video": ".mp4",
    "image": ".png",
    "thumbnail": ".jpg",
    "sidecar": ".json",
    "master": ".master.mp4",
}
TYPES: Final[dict[Artefact, str]] = {
    "video": "video/mp4",
    "image": "image/png",
    "thumbnail": "image/jpeg",
    "sidecar": "application/json",
    "master": "video/mp4",
}
PHOTO = "photo"
PART = ".part"


class Shelf:
    """One flat folder; names are job ids that the service made itself."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def artefact(self, job_id: str, variant: Artefact) -> Path:
        return self._folder / f"{job_id}{SUFFIXES[variant]}"

    def master(self, job_id: str) -> Path:
        """The clip as it was filmed; one that nothing was done to is that itself."""
        master = self.artefact(job_id, "master")
        return master if master.is_file() else self.artefact(job_id, "video")

    def part(self, job_id: str, variant: Artefact, token: int) -> Path:
        """Where this lease writes before it is moved into place."""
        return self._folder / f"{job_id}.{token}{SUFFIXES[variant]}{PART}"

    def given(self, job_id: str, name: str) -> Path:
        """What a job works from: `photo`, `music`, `voice`, `told` (a sidecar), `clip0`, …"""
        return self._folder / f"{job_id}.{name}"

    def photo(self, job_id: str) -> Path:
        return self.given(job_id, PHOTO)

    def keep(self, job_id: str, name: str, content: bytes | Path) -> None:
        """On disk before the job is: a worker never finds a job without its files.

        A file of another job is shared with it and stays when that one goes.
        """
        place = self.given(job_id, name)
        part = place.with_name(place.name + PART)
        try:
            if isinstance(content, Path):
                _share(content, part)
            else:
                _write(content, part)
            part.replace(place)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def drop(self, job_id: str, *names: str) -> None:
        for name in names:
            self.given(job_id, name).unlink(missing_ok=True)

    def remove(self, job_id: str) -> None:
        """Everything of this job."""
        for file in self._folder.glob(f"{job_id}.*"):
            file.unlink(missing_ok=True)

    def tidy(self, known: Iterable[str]) -> None:
        """At start: half-written files, and files whose job is unknown, go."""
        jobs = set(known)
        for file in self._folder.iterdir():
            if file.name.endswith(PART) or file.name.split(".")[0] not in jobs:
                file.unlink(missing_ok=True)


def _write(content: bytes, to: Path) -> None:
    with to.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _share(origin: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    try:
        os.link(origin, to)
    except FileNotFoundError:
        raise
    except OSError:  # a disk without links
        shutil.copyfile(origin, to)
