"""Frames, and sound where there is some, to an mp4 that plays everywhere; and its picture."""

import errno
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from numpy import uint8
from numpy.typing import NDArray
from PIL import Image

from video_service.engines.base import Code, EngineError, Frames
from video_service.pcm import RATE, Sound

MAX_BYTES = 10 * 2**20  # what a chat takes without fuss
QUALITIES = (18, 23, 28, 33, 38, 43, 51)  # x264's crf: 18 looks like the original
BT709 = 1  # so that no player guesses the colours of a small picture as BT.601
AUDIO_BITS = 128_000  # a second; AAC, stereo
LABEL = "AIGC"  # the label that China's rules have a maker put in; it stays

Picture = NDArray[uint8]  # [height, width, 3], RGB


@dataclass(frozen=True, slots=True)
class Cut:
    """What becomes an mp4. `play` begins its pictures anew: a clip too large is written again."""

    width: int
    height: int
    fps: Fraction
    play: Callable[[], Iterable[Picture]]
    sound: Sound | None = None


def write_mp4(
    frames: Frames, fps: int, to: Path, notes: Mapping[str, object], limit: int = MAX_BYTES
) -> None:
    """Write `frames` [n, height, width, 3] as `write_cut` does."""
    height, width = frames.shape[1:3]
    cut = Cut(width, height, Fraction(fps), lambda: frames)
    write_cut(cut, to, {"comment": json.dumps(notes, ensure_ascii=False)}, limit)


def write_cut(cut: Cut, to: Path, metadata: Mapping[str, str], limit: int = MAX_BYTES) -> None:
    """Write H.264 yuv420p, and AAC where there is sound; EngineError leaves no file behind.

    `metadata`: `comment`, our notes as JSON. Odd sizes are refused, for H.264 has none. The mp4
    is at most `limit` bytes: quality falls until it fits.
    """
    if cut.width % 2 or cut.height % 2:
        raise EngineError("encode_failed", f"{cut.width}x{cut.height}: H.264 needs even sizes")
    part = to.with_name(f"{to.name}.part")
    try:
        for crf in QUALITIES:
            _encode(cut, part, metadata, crf)
            if part.stat().st_size <= limit:
                part.replace(to)
                return
        raise EngineError("encode_failed", f"no quality brings the clip under {limit} bytes")
    except (av.FFmpegError, OSError) as error:
        raise unwritten(to, error) from error
    finally:
        with suppress(OSError):  # gone already, or its folder is: the first error tells more
            part.unlink()


def is_full(error: BaseException) -> bool:
    """Whether the disk, or one's share of it, has no room left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def unwritten(file: Path, error: OSError | av.FFmpegError) -> EngineError:
    """Why `file` could not be written; a full disk has a code of its own."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    code: Code = "disk_full" if full else "encode_failed"
    return EngineError(code, f"{file.name} could not be written: {error}")


def mp4_options(metadata: Mapping[str, str]) -> dict[str, str]:
    """How the muxer writes: the index in front, and tags of other names where there are some."""
    label = "+use_metadata_tags" if any(key.upper() == LABEL for key in metadata) else ""
    return {"movflags": f"+faststart{label}"}


def _encode(cut: Cut, to: Path, metadata: Mapping[str, str], crf: int) -> None:
    # a real file: the muxer opens it again to move the index to the front (faststart)
    options = mp4_options(metadata)
    with av.open(str(to), "w", format="mp4", options=options) as container:
        container.metadata.update(metadata)
        stream = container.add_stream("libx264", rate=cut.fps)
        stream.width, stream.height, stream.pix_fmt = cut.width, cut.height, "yuv420p"
        stream.options = {"crf": str(crf), "preset": "veryfast", "profile": "high", **_steady()}
        stream.thread_type = "FRAME"  # PyAV's slices: a third slower, a third larger
        _tag_colours(stream)
        track = None if cut.sound is None else _Track(container, cut.sound)
        for number, pixels in enumerate(cut.play(), 1):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture = picture.reformat(
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
            container.mux(stream.encode(picture))
            if track:
                track.play(until=int(number / cut.fps * RATE))
        container.mux(stream.encode(None))
        if track:
            track.end()


class _Track:
    """The sound beside the pictures, handed over as they go on."""

    def __init__(self, container: Any, sound: Sound) -> None:
        self._container, self._sound, self._at = container, sound, 0
        self._stream = container.add_stream("aac", rate=RATE, layout="stereo")
        self._stream.bit_rate = AUDIO_BITS

    def play(self, until: int) -> None:
        """Encode up to sample number `until`."""
        samples = self._sound[self._at : until]
        if not len(samples):
            return
        chunk = av.AudioFrame.from_ndarray(samples.T.copy(), format="fltp", layout="stereo")
        chunk.sample_rate, chunk.pts, chunk.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += len(samples)
        self._container.mux(self._stream.encode(chunk))

    def end(self) -> None:
        self._container.mux(self._stream.encode(None))


@cache
def _steady() -> Mapping[str, str]:
    """Options with which the same frames always become the same bytes.

    x264's AVX-512 code for the macroblock tree reads memory that nobody has written (seen with
    glibc's MALLOC_PERTURB_). A processor that knows AVX-512 knows AVX2, which does not.
    """
    try:
        wide = " avx512f " in Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:  # not Linux
        wide = False
    return {"x264-params": "asm=AVX2"} if wide else {}


def _tag_colours(stream: VideoStream) -> None:
    codec = stream.codec_context
    codec.colorspace = codec.color_primaries = codec.color_trc = BT709
    codec.color_range = ColorRange.MPEG


def write_poster(picture: Image.Image, to: Path) -> None:
    """One frame of a clip as a JPEG; the one at two thirds, where movement is under way."""
    try:
        picture.save(to, "JPEG", quality=88)
    except OSError as error:
        raise unwritten(to, error) from error
