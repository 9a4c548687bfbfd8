"""Which way of writing the mp4? Time, size, likeness, and whether phones and chats play it.

    make bench     or     python -m benchmarks.encode

The sources write with diffusers' export_to_video: through imageio-ffmpeg with its own defaults,
and where that is missing through OpenCV. Packages that are not installed are said to be so.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.mp4 import likeness, look
from benchmarks.table import table
from video_service.engines.base import Frames
from video_service.media import write_mp4

FPS = 8
NOTES = {"ai_generated": True}
HEAD = ("way", "seconds", "KB", "PSNR dB", "codec", "pixels", "index first", "notes", "plays")
Write = Callable[[Frames, Path], None]


def clip(frames: int, height: int, width: int) -> Frames:
    """A moving wave with a grain of film over it, as RGB frames."""
    t, y, x = np.mgrid[0:frames, 0:height, 0:width].astype(np.float32)
    across = np.sin((x + 6 * t) / 60), np.cos((y - 3 * t) / 45), np.sin((x + y + 4 * t) / 80)
    grain = np.random.default_rng(0).normal(0, 5, (height, width, 3))
    moved = np.stack([np.roll(grain, 3 * n, axis=1) for n in range(frames)])
    lit: Frames = (127 + 100 * np.stack(across, -1) + moved).clip(0, 255).astype(np.uint8)
    return lit


def pyav(frames: Frames, to: Path) -> None:
    write_mp4(frames, FPS, to, NOTES)


def imageio_tuned(frames: Frames, to: Path) -> None:
    """Our own settings, through the program that imageio-ffmpeg brings."""
    told = ["-crf", "18", "-preset", "veryfast", "-movflags", "+faststart"]
    _imageio(frames, to, quality=None, output_params=[*told, "-metadata", "comment={}"])


def imageio_default(frames: Frames, to: Path) -> None:
    """What export_to_video asks of it."""
    _imageio(frames, to, quality=5)


def _imageio(frames: Frames, to: Path, **how: object) -> None:
    from imageio_ffmpeg import write_frames

    size = (frames.shape[2], frames.shape[1])
    writer = write_frames(str(to), size, fps=FPS, codec="libx264", **how)
    writer.send(None)
    for pixels in frames:
        writer.send(pixels)
    writer.close()


def opencv(frames: Frames, to: Path) -> None:
    """What export_to_video does where imageio is missing."""
    import cv2

    kind = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(to), kind, FPS, (frames.shape[2], frames.shape[1]))
    for pixels in frames:
        writer.write(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    writer.release()


WAYS: tuple[tuple[str, Write], ...] = (
    ("PyAV (ours)", pyav),
    ("imageio-ffmpeg, our settings", imageio_tuned),
    ("imageio-ffmpeg, the sources'", imageio_default),
    ("OpenCV, the sources'", opencv),
)


def measure(write: Write, frames: Frames, to: Path, times: int) -> tuple[object, ...]:
    """One row of the table, without its name."""
    try:
        seconds = statistics.median(_timed(write, frames, to) for _ in range(times))
    except ModuleNotFoundError as error:
        return (f"not installed: {error.name}", *[""] * (len(HEAD) - 2))
    seen = look(to)
    marks = (seen.codec, seen.pixels, "yes" if seen.index_first else "no", seen.notes or "none")
    alike = f"{likeness(to, frames):.1f}"
    return (f"{seconds:.2f}", to.stat().st_size // 1024, alike, *marks, seen.verdict)


def _timed(write: Write, frames: Frames, to: Path) -> float:
    to.unlink(missing_ok=True)
    since = time.perf_counter()
    write(frames, to)
    return time.perf_counter() - since


def main(arguments: list[str] | None = None) -> None:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--times", type=int, default=5, help="the median of so many")
    ask.add_argument("--size", default="720x480x49", help="width x height x frames")
    options = ask.parse_args(arguments)
    width, height, count = (int(n) for n in options.size.split("x"))
    frames = clip(count, height, width)
    with TemporaryDirectory() as folder:
        rows = [
            (name, *measure(write, frames, Path(folder) / f"{n}.mp4", options.times))
            for n, (name, write) in enumerate(WAYS)
        ]
    said = [f"{count} frames of {width}x{height}, the median of {options.times}", ""]
    sys.stdout.write("\n".join((*said, *table(HEAD, rows))) + "\n")


if __name__ == "__main__":
    main()
