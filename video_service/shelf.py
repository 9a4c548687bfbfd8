"""Files of jobs: the photo that came in, the artefacts that came out. Blocking; call in a thread.

Every file is written beside its place and moved into it whole, so half a film is never found.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from video_service.client import Artefact

SUFFIXES: Final[dict[Artefact, str]] = {
    "video": ".mp4",
    "image": ".png",
    "thumbnail": ".jpg",
    "sidecar": ".json",
}
TYPES: Final[dict[Artefact, str]] = {
    "video": "video/mp4",
    "image": "image/png",
    "thumbnail": "image/jpeg",
    "sidecar": "application/json",
}
PHOTO = ".photo"
PART = ".part"


class Shelf:
    """One flat folder; names are job ids that the service made itself."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def artefact(self, job_id: str, variant: Artefact) -> Path:
        return self._folder / f"{job_id}{SUFFIXES[variant]}"

    def part(self, job_id: str, variant: Artefact, token: int) -> Path:
        """Where this lease writes before it is moved into place."""
        return self._folder / f"{job_id}.{token}{SUFFIXES[variant]}{PART}"

    def photo(self, job_id: str) -> Path:
        return self._folder / f"{job_id}{PHOTO}"

    def keep_photo(self, job_id: str, photo: bytes) -> None:
        """On disk before the job is: a worker never finds a job without its photo."""
        place = self.photo(job_id)
        part = place.with_name(place.name + PART)
        try:
            with part.open("wb") as file:
                file.write(photo)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def drop_photo(self, job_id: str) -> None:
        self.photo(job_id).unlink(missing_ok=True)

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
