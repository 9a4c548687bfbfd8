"""A clip as it was filmed becomes the clip that is sent: order → canvas → words → sound → mp4."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from PIL import Image

from video_service.engines.base import EngineError, Report
from video_service.finishing.canvas import PORTRAIT, Canvas, canvas
from video_service.finishing.mixing import Bed, mixed, spoken_s
from video_service.finishing.order import Showing, arranged
from video_service.finishing.reel import Reel, open_reel
from video_service.finishing.rules import LONGEST_S
from video_service.finishing.words import Layer, caption, mark, title
from video_service.media import Cut, Picture, write_cut, write_poster
from video_service.pcm import Sound, decode
from video_service.schema import Finish

COVER = 2 / 3  # movement is under way there


@dataclass(frozen=True, slots=True)
class Finishing:
    """What is to be done: the options and the sounds that came with them, cleaned."""

    finish: Finish
    music: Path | None = None
    voice: Path | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether the clip is fine as it was filmed, cover included."""
        return self.finish == Finish(mark=False) and not (self.music or self.voice)

    def told(self) -> dict[str, Any]:
        """For the sidecar."""
        options = self.finish.model_dump(mode="json", exclude_defaults=True)
        sounds = {"music": self.music is not None, "voice": self.voice is not None}
        return {**options, "mark": self.finish.mark, **sounds}


@dataclass(frozen=True, slots=True)
class Finished:
    """The clip, its cover, and what it really is."""

    video: Path
    thumbnail: Path
    facts: Mapping[str, Any]


def finish(master: Path, work: Finishing, folder: Path, report: Report) -> Finished:
    """Finish the clip in `master` into `folder`; EngineError, or Cancelled out of `report`."""
    report("finish", 0.0)
    reel, options = open_reel(master), work.finish
    voice = _sound(work.voice)
    showing = arranged(reel, options.loop, 0.0 if voice is None else spoken_s(voice))
    seconds = float(showing.frames / reel.fps)
    if seconds > LONGEST_S:
        raise EngineError("finish_failed", f"{seconds:.0f} s are too long, at most {LONGEST_S:g}")
    sheet = _canvas(reel, options)
    sound = mixed(_bed(reel, work), voice, seconds)
    stage = _Stage(reel, showing, sheet, options, report)
    video, thumbnail = folder / "finished.mp4", folder / "cover.jpg"
    write_cut(Cut(*sheet.size, reel.fps, stage.play, sound), video, reel.metadata)
    write_poster(stage.cover(), thumbnail)
    report("finish", 1.0)
    facts = {
        "width": sheet.width, "height": sheet.height, "frames": showing.frames,
        "fps": round(float(reel.fps), 3), "duration_s": round(seconds, 3),
        "audio": sound is not None,
    }  # fmt: skip
    return Finished(video, thumbnail, {"finish": work.told(), "finished": facts})


@dataclass(frozen=True, slots=True)
class _Stage:
    """Pictures on their canvas, with what lies over them."""

    reel: Reel
    showing: Showing
    canvas: Canvas
    options: Finish
    report: Report

    def play(self) -> Iterator[Picture]:
        layers = self._layers(caption)
        for number, picture in enumerate(self.showing.play(), 1):
            yield self._laid(picture, layers)
            self.report("finish", number / (self.showing.frames + 1))

    def cover(self) -> Image.Image:
        """One picture of the clip as it was filmed, the caption large on it."""
        at = self.options.cover_at
        number = self.reel.frames * COVER if at is None else at * self.reel.fps
        still = self.reel.still(min(int(number), self.reel.frames - 1))
        return Image.fromarray(self._laid(still, self._layers(title)))

    def _layers(self, write: Callable[[str, Canvas], Layer | None]) -> list[Layer]:
        """The mark, and the caption as `write` writes it."""
        words = self.options.caption and write(self.options.caption, self.canvas)
        return [*([mark(self.canvas)] if self.options.mark else []), *([words] if words else [])]

    def _laid(self, picture: Picture, layers: Sequence[Layer]) -> Picture:
        painted = self.canvas.paint(picture)
        for layer in layers:
            painted = layer.over(painted)
        return painted


def _canvas(reel: Reel, options: Finish) -> Canvas:
    own = (reel.width, reel.height)
    return canvas(PORTRAIT if options.canvas == "portrait" else own, own)


def _bed(reel: Reel, work: Finishing) -> Bed | None:
    """Music, else what the clip was filmed with."""
    music = _sound(work.music)
    if music is not None:
        volume = work.finish.music_volume
        return Bed(music, 1.0 if volume is None else volume, fades=True)
    own = None if work.finish.silent or not reel.has_sound else reel.sound(LONGEST_S)
    return None if own is None else Bed(own)


def _sound(file: Path | None) -> Sound | None:
    if file is None:
        return None
    try:
        with av.open(str(file), format="mp4") as container:
            heard = decode(container, LONGEST_S)
    except av.FFmpegError as error:
        raise EngineError("finish_failed", f"{file.name} is no sound: {error}") from error
    if heard is None:
        raise EngineError("finish_failed", f"{file.name} has no sound")
    return heard
