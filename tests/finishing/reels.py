"""Clips and sounds that tests know by heart, and how they look at what became of them."""

import json
import shutil
import subprocess
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from video_service.engines.base import Frames
from video_service.finishing.finish import Finished, Finishing, finish
from video_service.media import Cut, Picture, write_cut
from video_service.pcm import RATE, Sound
from video_service.schema import Finish
from video_service.sounds import Role, check_sound

STEP = 5  # grey levels from one picture to the next: enough to survive H.264
DARK = 30


def quiet(stage: str, fraction: float) -> None:
    """A report that nobody reads."""


def tone(seconds: float, hertz: float = 440.0, loud: float = 0.5) -> Sound:
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE) * loud
    return np.stack([wave, wave], 1).astype(np.float32)


def counted(frames: int = 24, size: tuple[int, int] = (320, 240)) -> Frames:
    """Grey pictures: number n is DARK + STEP * n bright, so that each is known again."""
    levels = DARK + STEP * np.arange(frames, dtype=np.uint8)
    return np.broadcast_to(levels[:, None, None, None], (frames, size[1], size[0], 3)).copy()


def painted(colour: tuple[int, int, int], frames: int, size: tuple[int, int]) -> Frames:
    return np.broadcast_to(np.array(colour, np.uint8), (frames, size[1], size[0], 3)).copy()


def master(
    folder: Path,
    frames: Frames,
    fps: int = 12,
    sound: Sound | None = None,
    name: str = "master.mp4",
    **notes: Any,
) -> Path:
    """The frames as a clip on disk, as if an engine had filmed them."""
    told = {"comment": json.dumps({"ai_generated": True, "model": "toy", **notes})}
    cut = Cut(frames.shape[2], frames.shape[1], Fraction(fps), lambda: frames, sound)
    write_cut(cut, folder / name, told)
    return folder / name


def finished(
    clip: Path, music: Path | None = None, voice: Path | None = None, **asked: Any
) -> Finished:
    """The clip with these options, in the folder where it lies; without the mark."""
    return done(clip, Finish(**{"mark": False, **asked}), music, voice)


def done(
    clip: Path, asked: Finish, music: Path | None = None, voice: Path | None = None
) -> Finished:
    return finish(clip, Finishing(asked, music, voice), clip.parent, quiet)


def pictures(file: Path) -> Frames:
    with av.open(str(file)) as container:
        return np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video=0)])


def numbers(file: Path) -> list[int]:
    """Which pictures of a `counted` clip are seen, in order."""
    means = pictures(file)[:, :, :, 1].mean(axis=(1, 2))
    return [round((mean - DARK) / STEP) for mean in means]


def heard(file: Path) -> Sound:
    with av.open(str(file)) as container:
        resampler = av.AudioResampler(format="flt", layout="stereo", rate=RATE)
        pieces = [r for f in container.decode(audio=0) for r in resampler.resample(f)]
        return np.concatenate([piece.to_ndarray().reshape(-1, 2) for piece in pieces])


def loudness(sound: Sound, start: float, end: float) -> float:
    """How loud it is between two seconds: 0 to about 0.7."""
    return float(np.sqrt((sound[int(start * RATE) : int(end * RATE)] ** 2).mean()))


def pitch(sound: Sound, start: float, end: float) -> float:
    """The strongest frequency between two seconds."""
    part = sound[int(start * RATE) : int(end * RATE), 0]
    return float(np.abs(np.fft.rfft(part)).argmax() * RATE / len(part))


def probed(file: Path) -> dict[str, Any]:
    """What ffprobe, which is not ours, says of a clip: its format, `video` and `audio`."""
    program = shutil.which("ffprobe")
    if program is None:
        pytest.skip("ffprobe is not installed: apt install ffmpeg")
    asked = (program, "-v", "error", "-show_streams", "-show_format", "-of", "json", str(file))
    told = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    lanes = {stream["codec_type"]: stream for stream in told["streams"]}
    assert len(lanes) == len(told["streams"])
    return {"format": told["format"], "video": lanes["video"], "audio": lanes.get("audio")}


def sound_file(
    sound: Sound, kind: str, codec: str, rate: int = RATE, layout: str = "stereo"
) -> bytes:
    """The sound in a format as people send it."""
    file = BytesIO()
    with av.open(file, "w", format=kind) as sink:
        lane: Any = sink.add_stream(codec, rate=rate, layout=layout)
        whole = av.AudioFrame.from_ndarray(sound.T.copy(), format="fltp", layout="stereo")
        whole.sample_rate, whole.pts = RATE, 0
        fitting = av.AudioResampler(
            format=lane.codec_context.format, layout=layout, rate=rate,
            frame_size=lane.codec_context.frame_size or 1024,
        )  # fmt: skip
        for piece in [*fitting.resample(whole), *fitting.resample(None)]:
            sink.mux(lane.encode(piece))
        sink.mux(lane.encode(None))
    return file.getvalue()


def clean(folder: Path, role: Role, sound: Sound) -> Path:
    """The sound as the service keeps it for its workers."""
    file = folder / f"{role}.m4a"
    file.write_bytes(check_sound(sound_file(sound, "wav", "pcm_s16le"), role))
    return file


def changed(before: Picture, after: Picture, over: int = 24) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) in which two pictures differ."""
    differ = np.abs(before.astype(int) - after.astype(int)).max(axis=2) > over
    rows, columns = np.flatnonzero(differ.any(axis=1)), np.flatnonzero(differ.any(axis=0))
    assert len(rows), "nothing changed"
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
