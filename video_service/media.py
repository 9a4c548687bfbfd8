"""Frames to an mp4 that plays everywhere, and the picture that stands for it."""

import errno
import json
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from PIL import Image

from video_service.engines.base import Code, EngineError, Frames

MAX_BYTES = 10 * 2**20  # what a chat takes without fuss
QUALITIES = (18, 23, 28, 33, 38, 43, 51)  # x264's crf: 18 looks like the original
BT709 = 1  # so that no player guesses the colours of a small picture as BT.601


def write_mp4(
    frames: Frames, fps: int, to: Path, notes: Mapping[str, object], limit: int = MAX_BYTES
) -> None:
    """Write H.264 yuv420p with `notes` as its JSON comment; EngineError leaves no file behind.

    `frames` is [n, height, width, 3]; odd sizes are refused, for H.264 has none. The mp4 is at
    most `limit` bytes: quality falls until it fits.
    """
    height, width = frames.shape[1:3]
    if width % 2 or height % 2:
        raise EngineError("encode_failed", f"{width}x{height}: H.264 needs even sizes")
    part = to.with_name(f"{to.name}.part")
    try:
        for crf in QUALITIES:
            _encode(frames, fps, part, json.dumps(notes, ensure_ascii=False), crf)
            if part.stat().st_size <= limit:
                part.replace(to)
                return
        raise EngineError("encode_failed", f"no quality brings the clip under {limit} bytes")
    except (av.FFmpegError, OSError) as error:
        raise unwritten(to, error) from error
    finally:
        with suppress(OSError):  # gone already, or its folder is: the first error tells more
            part.unlink()


def unwritten(file: Path, error: OSError | av.FFmpegError) -> EngineError:
    """Why `file` could not be written; a full disk has a code of its own."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    code: Code = "disk_full" if full else "encode_failed"
    return EngineError(code, f"{file.name} could not be written: {error}")


def _encode(frames: Frames, fps: int, to: Path, comment: str, crf: int) -> None:
    # a real file: the muxer opens it again to move the index to the front (faststart)
    with av.open(str(to), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata["comment"] = comment
        stream = container.add_stream("libx264", rate=Fraction(fps))
        height, width = frames.shape[1:3]
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(crf), "preset": "veryfast", "profile": "high", **_steady()}
        stream.thread_type = "FRAME"  # PyAV's slices: a third slower, a third larger
        _tag_colours(stream)
        for pixels in frames:
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture = picture.reformat(
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


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
