"""What a channel takes in one message: a large film or picture becomes a smaller copy."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer, OutputContainer
from PIL import Image

from bot.channels.base import Limits
from bot.records import Clip

log = logging.getLogger(__name__)
Write = Callable[[Path, Path, int, float], None]  # from, to, quality, share of width and height
# x264's crf, then JPEG's quality; what a phone shows least is given up first
FILM_RUNGS = ((28, 1.0), (33, 1.0), (33, 0.75), (38, 0.5), (45, 0.35))
PICTURE_RUNGS = ((88, 1.0), (75, 1.0), (75, 0.5), (60, 0.25))


class TooLarge(Exception):
    """Nothing brings it under the limit."""


async def fit(film: Clip, limits: Limits, pauses: Iterator[float]) -> Path:
    """The file as the channel takes it, TooLarge; a disk that is full is waited for."""
    for pause in pauses:
        try:
            if film.makes == "image":
                return await fit_picture(film.file, limits.picture_bytes)
            return await fit_film(film.file, limits.video_bytes)
        except FileNotFoundError as error:  # forgotten, or deleted by hand
            raise TooLarge(str(error)) from error
        except OSError as error:
            log.warning("%s cannot be made smaller yet: %s", film.file.name, error)
        await asyncio.sleep(pause)
    raise AssertionError("pauses never end")


async def fit_film(film: Path, limit: int) -> Path:
    """`film`, or a copy beside it of at most `limit` bytes, its sound untouched.

    Raises TooLarge when no copy is small enough, OSError when none can be read or written.
    """
    small = film.with_name(f"{film.stem}.{limit}.mp4")
    return await asyncio.to_thread(_fit, film, small, limit, _write_film, FILM_RUNGS)


async def fit_picture(picture: Path, limit: int) -> Path:
    """`picture`, or a JPEG beside it of at most `limit` bytes; raises as `fit_film` does."""
    small = picture.with_name(f"{picture.stem}.{limit}.jpg")
    return await asyncio.to_thread(_fit, picture, small, limit, _write_picture, PICTURE_RUNGS)


def _fit(
    large: Path, small: Path, limit: int, write: Write, rungs: tuple[tuple[int, float], ...]
) -> Path:
    if large.stat().st_size <= limit:
        return large
    if small.is_file():
        return small
    part = small.with_name(f".{small.name}.{uuid.uuid4().hex}.part")  # two may need it at once
    try:
        for quality, share in rungs:
            write(large, part, quality, share)
            if part.stat().st_size <= limit:
                part.replace(small)
                return small
    except (av.FFmpegError, ValueError) as error:
        raise OSError(f"{large.name} cannot be made smaller: {error}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    raise TooLarge(f"{large.name}: no copy is under {limit} bytes")


def _write_picture(large: Path, to: Path, quality: int, share: float) -> None:
    with Image.open(large) as picture:
        size = (max(1, int(picture.width * share)), max(1, int(picture.height * share)))
        picture.convert("RGB").resize(size).save(to, "JPEG", quality=quality)


def _write_film(large: Path, to: Path, quality: int, share: float) -> None:
    faststart = {"movflags": "+faststart"}
    with av.open(str(large)) as source, av.open(str(to), "w", "mp4", options=faststart) as film:
        film.metadata.update(source.metadata)
        _copy(source, film, quality, share)


def _copy(source: InputContainer, film: OutputContainer, quality: int, share: float) -> None:
    seen = source.streams.video[0]
    heard = source.streams.audio[0] if source.streams.audio else None
    rate = seen.average_rate or Fraction(8)
    pictures = film.add_stream("libx264", rate=rate)
    pictures.width, pictures.height = (
        int(side * share) // 2 * 2 for side in (seen.width, seen.height)
    )
    pictures.pix_fmt = "yuv420p"
    pictures.options = {"crf": str(quality), "preset": "veryfast", "profile": "high"}
    sound = film.add_stream_from_template(heard) if heard else None
    for packet in source.demux(*(it for it in (seen, heard) if it)):
        if packet.stream is heard:
            if sound and packet.dts is not None:
                packet.stream = sound
                film.mux(packet)
            continue
        for picture in packet.decode():
            film.mux(
                pictures.encode(
                    cast("av.VideoFrame", picture).reformat(
                        pictures.width, pictures.height, "yuv420p"
                    )
                )
            )
    film.mux(pictures.encode(None))
