"""Clips one after the other: the first one's size, the fastest one's pace, sound where it is."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from video_service.engines.base import EngineError, Report
from video_service.finishing.canvas import canvas
from video_service.finishing.reel import Reel, open_reel, rgb
from video_service.finishing.rules import LONGEST_S
from video_service.media import LABEL, Cut, Picture, write_cut
from video_service.pcm import RATE, Sound, silence


def join(clips: Sequence[Path], folder: Path, report: Report) -> Path:
    """The clips as one master in `folder`; EngineError, or Cancelled out of `report`."""
    report("join", 0.0)
    reels = [open_reel(clip) for clip in clips]
    row = _Row(tuple(reels), max(reel.fps for reel in reels), report)
    if row.frames / row.fps > LONGEST_S:
        raise EngineError("finish_failed", f"together they are longer than {LONGEST_S:g} s")
    joined, (width, height) = folder / "joined.mp4", row.size
    write_cut(Cut(width, height, row.fps, row.play, row.sound()), joined, _metadata(reels))
    report("join", 1.0)
    return joined


@dataclass(frozen=True, slots=True)
class _Row:
    reels: tuple[Reel, ...]
    fps: Fraction
    report: Report

    @property
    def size(self) -> tuple[int, int]:
        first = self.reels[0]
        return canvas((first.width, first.height), (first.width, first.height)).size

    @property
    def frames(self) -> int:
        return sum(self._frames(reel) for reel in self.reels)

    def play(self) -> Iterator[Picture]:
        number, frames = 0, self.frames
        for reel in self.reels:
            sheet = canvas(self.size, (reel.width, reel.height))
            for frame in reel.shown(self.fps):
                yield sheet.paint(rgb(frame))
                number += 1
                self.report("join", number / (frames + 1))

    def sound(self) -> Sound | None:
        """Each clip's own, silence for those without; None when none has any."""
        if not any(reel.has_sound for reel in self.reels):
            return None
        return np.concatenate([self._heard(reel) for reel in self.reels])

    def _heard(self, reel: Reel) -> Sound:
        length = round(self._frames(reel) / self.fps * RATE)
        own = reel.sound(LONGEST_S) if reel.has_sound else None
        heard = silence(length)
        if own is not None:
            heard[: len(own)] = own[:length]
        return heard

    def _frames(self, reel: Reel) -> int:
        return round(reel.frames / reel.fps * self.fps)


def _metadata(reels: Sequence[Reel]) -> dict[str, str]:
    """What the parts say of themselves, together; a label that a maker put in stays."""
    models = dict.fromkeys(str(reel.notes.get("model", "unknown")) for reel in reels)
    notes: dict[str, Any] = {
        "ai_generated": True,
        "generator": f"qunying {version('qunying')}",
        "models": list(models),
        "draft": any(reel.notes.get("draft") for reel in reels),
    }
    labels = {k: v for reel in reels for k, v in reel.metadata.items() if k.upper() == LABEL}
    return {**labels, "comment": json.dumps(notes, ensure_ascii=False)}
