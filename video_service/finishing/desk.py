"""What a worker does when a film is filmed, or instead of filming: fetch, join, finish, explain."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from video_service.client import Artefact
from video_service.engines.base import Report
from video_service.errand import Errand
from video_service.finishing.finish import Finishing, finish
from video_service.finishing.join import join
from video_service.media import unwritten
from video_service.stages import Film, Stopwatch

Fetch = Callable[[str, Path], Path]  # a file that the job works from, by its name, brought here


def prepared(errand: Errand, folder: Path, fetch: Fetch) -> Finishing:
    """What is to be done to the clip of `errand`, its sounds brought into `folder`."""
    return Finishing(
        errand.finish,
        fetch("music", folder / "music.m4a") if errand.music else None,
        fetch("voice", folder / "voice.m4a") if errand.voice else None,
    )


def finished(film: Film, work: Finishing, folder: Path, report: Report) -> Film:
    """The film with all of `work` done; it itself is kept beside, as the master."""
    if work.changes_nothing:
        return film
    told = json.loads(film.files["sidecar"].read_text("utf-8"))
    return _finish(film.files["video"], told, work, folder, report, film.step_downs)


def from_clips(errand: Errand, work: Finishing, folder: Path, fetch: Fetch, report: Report) -> Film:
    """Stored clips instead of a film: one to be finished anew, or several to be joined first."""
    clips = [fetch(f"clip{n}", folder / f"clip{n}.mp4") for n in range(errand.clips)]
    watch = Stopwatch(report)
    if len(clips) > 1:
        told = {**asdict(errand.shot), "joined": errand.joined, "ai_generated": True}
        return _finish(join(clips, folder, watch), told, work, folder, watch)
    told = json.loads(fetch("told", folder / "told.json").read_text("utf-8"))
    return _finish(clips[0], told, work, folder, watch)


def _finish(
    master: Path,
    told: Mapping[str, Any],
    work: Finishing,
    folder: Path,
    report: Report,
    step_downs: tuple[str, ...] = (),
) -> Film:
    watch = Stopwatch(report)
    done = finish(master, work, folder, watch)
    seconds = {**told.get("stage_seconds", {}), **watch.seconds}
    sidecar = folder / "finished.json"
    try:
        everything = {**told, **done.facts, "stage_seconds": seconds}
        sidecar.write_text(json.dumps(everything, ensure_ascii=False, indent=2), "utf-8")
    except OSError as error:
        raise unwritten(sidecar, error) from error
    files: dict[Artefact, Path] = {
        "sidecar": sidecar, "master": master, "thumbnail": done.thumbnail, "video": done.video,
    }  # fmt: skip
    return Film(files, step_downs)
