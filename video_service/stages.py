"""From a shot to the files of a finished job: film → check → encode → poster → sidecar."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from PIL import Image

from video_service.client import Artefact
from video_service.engines.base import Code, Engine, EngineError, Footage, Frames, Report, Shot
from video_service.engines.specs import DRAFTS
from video_service.footage import look, write_footage
from video_service.media import unwritten, write_mp4, write_poster
from video_service.pictures import read_picture, write_png

# where each stage begins and ends in the whole, in per cent, from runs on a card
SHARES: dict[str, tuple[int, int]] = {
    "load": (0, 2),
    "embed": (2, 5),
    "denoise": (5, 80),
    "decode": (80, 92),
    "draw": (2, 92),
    "submit": (0, 3),
    "wait": (3, 88),
    "download": (88, 92),
    "encode": (92, 98),
    "poster": (98, 99),
    "join": (2, 60),
    "finish": (60, 99),  # after a film only its last per cent is seen
}
FLAT = 0.5  # standard deviation in grey levels: below it there is nothing to see
DRAFT_NAMES = tuple(spec.name for spec in DRAFTS)


@dataclass(frozen=True, slots=True)
class Film:
    """What one job became: its files, the one it is about last, and what was made smaller."""

    files: Mapping[Artefact, Path]
    step_downs: tuple[str, ...] = ()


class Stopwatch:
    """A `Report` that also measures how long each stage took."""

    def __init__(self, report: Report) -> None:
        self._report, self._stage, self._since = report, "", time.monotonic()
        self.seconds: dict[str, float] = {}

    def __call__(self, stage: str, fraction: float) -> None:
        now = time.monotonic()
        # the time up to the first word of a stage was spent on it, not on the one before
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - self._since, 3)
        self._since = now
        self._report(stage, fraction)


def percent(stage: str, fraction: float) -> int:
    """How far the whole job is, 0 to 99, when `fraction` of `stage` is done."""
    start, end = SHARES.get(stage, (0, 0))
    return int(start + (end - start) * min(max(fraction, 0.0), 1.0))


def film(engine: Engine, shot: Shot, photo: bytes | None, folder: Path, report: Report) -> Film:
    """Film `shot` into `folder`; raises EngineError, or Cancelled out of `report`."""
    watch = Stopwatch(report)
    made = engine.film(shot, photo, watch)
    facts = engine.facts()
    shot = replace(shot, frames=facts.get("frames", shot.frames))  # fewer, where memory ran out
    watch("encode", 0.0)
    if isinstance(made, Footage) and shot.makes == "video":
        files, real = _keep(made, shot, folder, watch)
    else:
        frames = read_picture(made.content, shot.model) if isinstance(made, Footage) else made
        _check(frames, shot, exact=not isinstance(made, Footage))
        files, real = _draw(frames, shot, folder, watch)
    notes = {"stage_seconds": watch.seconds, **_notes(shot), **real}
    sidecar = folder / "sidecar.json"
    _explain(sidecar, {**asdict(shot), **notes, **facts})
    return Film({"sidecar": sidecar, **files}, tuple(facts.get("step_downs", ())))


Files = tuple[dict[Artefact, Path], dict[str, Any]]  # smallest first, and what they really are


def _draw(frames: Frames, shot: Shot, folder: Path, watch: Report) -> Files:
    """The files of frames."""
    size = {"width": frames.shape[2], "height": frames.shape[1]}
    if shot.makes == "image":
        image = folder / "image.png"
        write_png(frames, image, _notes(shot))
        watch("encode", 1.0)
        return {"image": image}, size
    video, thumbnail = folder / "video.mp4", folder / "thumbnail.jpg"
    write_mp4(frames, shot.fps, video, _notes(shot))
    watch("encode", 1.0)
    write_poster(Image.fromarray(frames[len(frames) * 2 // 3]), thumbnail)
    watch("poster", 1.0)
    return {"thumbnail": thumbnail, "video": video}, size


def _keep(footage: Footage, shot: Shot, folder: Path, watch: Report) -> Files:
    """The files of a clip that came finished."""
    video, thumbnail = folder / "video.mp4", folder / "thumbnail.jpg"
    seen = look(footage.content, shot.model)
    write_footage(footage.content, seen, video, _notes(shot))
    watch("encode", 1.0)
    write_poster(seen.poster, thumbnail)
    watch("poster", 1.0)
    return {"thumbnail": thumbnail, "video": video}, seen.facts()


def _check(frames: Frames, shot: Shot, *, exact: bool) -> None:
    """Somebody else's machines may draw in another size (not `exact`); ours may not."""
    wanted = (shot.frames, shot.height, shot.width, 3)
    if exact and frames.shape != wanted:
        raise EngineError("wrong_shape", f"{shot.model} delivered {frames.shape}, not {wanted}")
    if frames[:: max(1, len(frames) // 8)].std() < FLAT:
        code: Code = "flat_video" if shot.makes == "video" else "flat_image"
        raise EngineError(code, f"{shot.model} delivered one flat colour")


def _explain(sidecar: Path, told: Mapping[str, Any]) -> None:
    try:
        sidecar.write_text(json.dumps(told, ensure_ascii=False, indent=2), "utf-8")
    except OSError as error:
        raise unwritten(sidecar, error) from error


def _notes(shot: Shot) -> dict[str, object]:
    """What the film or picture itself carries; never the family's words."""
    return {
        "ai_generated": True,
        "generator": f"qunying {version('qunying')}",
        "model": shot.model,
        "seed": shot.seed,
        "draft": shot.model in DRAFT_NAMES,
    }
