"""A clip that came finished: checked, stamped, brought down to size, frame by frame.

It is kept as it came where it can be (H.264, small enough) and only gets a new envelope: our
note, the index in front. Otherwise it is encoded again, smaller.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from video_service.engines.base import EngineError
from video_service.media import LABEL, MAX_BYTES, mp4_options, unwritten

LONGEST_S, LARGEST_SIDE = 60.0, 4096  # what no engine of ours is asked for
SAMPLE = (32, 32)  # how small frames are looked at
EVERY = 8  # of how many one is looked at
FLAT = 0.5  # standard deviation in grey levels
SHRINK = ((1.0, 0.9), (1.0, 0.7), (0.67, 0.7), (0.5, 0.6), (0.33, 0.5))  # sides, share of the limit
ONLY = "mp4"  # what may be opened: FFmpeg would guess, and some formats fetch what they name


@dataclass(frozen=True, slots=True)
class Seen:
    """What a clip really is, and a frame that stands for it."""

    width: int
    height: int
    frames: int
    fps: float
    seconds: float
    audio: bool
    plays: bool  # in the one format that every phone plays
    poster: Image.Image

    def facts(self) -> dict[str, Any]:
        """For the sidecar: what was delivered, in place of what was asked for."""
        return {
            "width": self.width, "height": self.height, "frames": self.frames,
            "fps": round(self.fps, 3), "duration_s": round(self.seconds, 3), "audio": self.audio,
        }  # fmt: skip


def look(content: bytes, who: str) -> Seen:
    """Decode all of it once; EngineError when it is no clip, or one of a flat colour."""
    try:
        with av.open(BytesIO(content), format=ONLY) as container:
            if not container.streams.video:
                raise EngineError("cloud_unavailable", f"{who} delivered no film")
            return _decode(container, container.streams.video[0], who)
    except av.FFmpegError as error:
        raise EngineError("cloud_unavailable", f"{who} delivered no film: {error}") from error


def _decode(container: Any, stream: VideoStream, who: str) -> Seen:
    codec = stream.codec_context
    fps = Fraction(stream.average_rate or 0)
    if max(codec.width, codec.height) > LARGEST_SIDE or not fps:
        raise EngineError("cloud_unavailable", f"{who} delivered {codec.width}x{codec.height}")
    plays = codec.name == "h264" and codec.pix_fmt == "yuv420p"
    count, small, poster = 0, [], None
    late = (stream.frames or int(LONGEST_S * fps)) * 2 // 3
    for frame in container.decode(stream):
        if count % EVERY == 0:
            small.append(frame.reformat(*SAMPLE, format="gray").to_ndarray())
        if count <= late and (count % EVERY == 0 or count == late):
            poster = frame
        count += 1
        if count > LONGEST_S * fps:
            raise EngineError("cloud_unavailable", f"{who} delivered more than {LONGEST_S:g} s")
    if poster is None:
        raise EngineError("cloud_unavailable", f"{who} delivered a film without pictures")
    if np.stack(small).std() < FLAT:
        raise EngineError("flat_video", f"{who} delivered one flat colour")
    return Seen(
        poster.width, poster.height, count, float(fps), float(count / fps),
        bool(container.streams.audio), plays, poster.to_image(),
    )  # fmt: skip


def write_footage(
    content: bytes, seen: Seen, to: Path, notes: Mapping[str, object], limit: int = MAX_BYTES
) -> None:
    """Write the clip with `notes` as its comment, at most `limit` bytes.

    EngineError leaves no file behind.
    """
    part, comment = to.with_name(f"{to.name}.part"), json.dumps(notes, ensure_ascii=False)
    try:
        for scale, share in _ways(seen, len(content), limit):
            rate = int(limit * 8 * share / seen.seconds) if scale else 0
            _rewrite(content, part, comment, _even(seen, scale), rate)
            if part.stat().st_size <= limit:
                part.replace(to)
                return
        raise EngineError("encode_failed", f"nothing brings the clip under {limit} bytes")
    except (av.FFmpegError, OSError) as error:
        raise unwritten(to, error) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _ways(seen: Seen, size: int, limit: int) -> Iterator[tuple[float, float]]:
    """Scale and share of the limit to try, in order; scale 0: as it came."""
    if seen.plays and size <= limit:
        yield 0.0, 0.0
    yield from SHRINK


def _even(seen: Seen, scale: float) -> tuple[int, int]:
    return int(seen.width * scale) // 2 * 2, int(seen.height * scale) // 2 * 2


def _rewrite(content: bytes, to: Path, comment: str, size: tuple[int, int], rate: int) -> None:
    """Copy every packet; with a `rate` (bits a second) encode the pictures again, at `size`."""
    origin: Any = av.open(BytesIO(content), format=ONLY)
    with (
        origin as source,
        av.open(str(to), "w", format="mp4", options=mp4_options(source.metadata)) as sink,
    ):
        sink.metadata.update({k: v for k, v in source.metadata.items() if k.upper() == LABEL})
        sink.metadata["comment"] = comment
        pictures: Any = source.streams.video[0]
        film = (
            _encoder(sink, pictures, size, rate)
            if rate
            else sink.add_stream_from_template(pictures)
        )
        lanes: dict[int, Any] = {pictures.index: film}
        for sound in source.streams.audio[:1]:
            lanes[sound.index] = sink.add_stream_from_template(sound)
        for packet in source.demux([s for s in source.streams if s.index in lanes]):
            lane = lanes[packet.stream.index]
            if rate and lane is film:
                for frame in packet.decode():
                    sink.mux(film.encode(_fit(frame, size)))
            elif packet.dts is not None:
                packet.stream = lane
                sink.mux(packet)
        if rate:
            sink.mux(film.encode(None))


def _encoder(sink: Any, pictures: Any, size: tuple[int, int], rate: int) -> Any:
    film = sink.add_stream("libx264", rate=pictures.average_rate)
    film.width, film.height, film.pix_fmt = *size, "yuv420p"
    film.options = {"crf": "20", "preset": "veryfast", "profile": "high",
                    "maxrate": str(rate), "bufsize": str(rate)}  # fmt: skip
    film.thread_type = "FRAME"
    for name in ("colorspace", "color_primaries", "color_trc", "color_range"):
        setattr(film.codec_context, name, getattr(pictures.codec_context, name))
    film.codec_context.time_base = pictures.time_base
    return film


def _fit(frame: VideoFrame, size: tuple[int, int]) -> VideoFrame:
    fitted = frame.reformat(*size, format="yuv420p")
    fitted.pts, fitted.time_base = frame.pts, frame.time_base
    return fitted
