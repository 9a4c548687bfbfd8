"""A film or picture over a channel's limit becomes a smaller copy that still plays."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from bot import sizes
from bot.sizes import TooLarge, fit_film, fit_picture


def noise(count: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 255, (count, height, width, 3), dtype=np.uint8)


def write_film(to: Path, *, sound: bool) -> Path:
    """Two seconds of noise, 320x240, with a tone of 440 Hz when there is `sound`."""
    with av.open(str(to), "w", "mp4") as film:
        film.metadata["comment"] = '{"ai_generated": true}'
        pictures = film.add_stream("libx264", rate=Fraction(8))
        pictures.width, pictures.height, pictures.pix_fmt = 320, 240, "yuv420p"
        pictures.options = {"crf": "10"}
        tone = film.add_stream("aac", rate=44100) if sound else None
        for pixels in noise(16, 240, 320):
            film.mux(pictures.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(pictures.encode(None))
        if tone:
            wave = np.sin(np.arange(88200) * 440 * 2 * np.pi / 44100).astype(np.float32)
            heard = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
            heard.rate = 44100
            film.mux([*tone.encode(heard), *tone.encode(None)])
    return to


def look(film: Path) -> tuple[int, float, int, str]:
    """Frames, seconds, samples of sound, the note inside."""
    with av.open(str(film)) as it:
        frames = [*it.decode(video=0)]
        assert it.streams.video[0].codec_context.name == "h264"
        seconds = float(it.duration or 0) / 1_000_000
        note = it.metadata.get("comment", "")
    with av.open(str(film)) as it:
        samples = sum(a.samples for a in it.decode(audio=0)) if it.streams.audio else 0
    return len(frames), seconds, samples, note


@pytest.mark.parametrize("sound", [True, False])
async def test_a_film_that_is_too_large_is_written_smaller_and_keeps_its_sound(
    tmp_path: Path, sound: bool
) -> None:
    film = await asyncio.to_thread(write_film, tmp_path / "f.mp4", sound=sound)
    limit = film.stat().st_size // 3
    small = await fit_film(film, limit)
    assert small != film
    assert small.stat().st_size <= limit
    before, after = [await asyncio.to_thread(look, it) for it in (film, small)]
    assert after[0] == before[0]
    assert after[1] == pytest.approx(before[1], abs=0.15)
    assert after[2:] == before[2:]
    assert await fit_film(film, limit) == small


async def test_a_film_that_fits_stays_what_it_is(tmp_path: Path) -> None:
    film = await asyncio.to_thread(write_film, tmp_path / "f.mp4", sound=False)
    assert await fit_film(film, film.stat().st_size) == film


async def test_what_nothing_makes_small_enough_is_said_so_and_leaves_no_file(
    tmp_path: Path,
) -> None:
    film = await asyncio.to_thread(write_film, tmp_path / "f.mp4", sound=True)
    with pytest.raises(TooLarge):
        await fit_film(film, 2000)
    assert [*tmp_path.iterdir()] == [film]


async def test_what_is_no_film_is_an_os_error(tmp_path: Path) -> None:
    film = tmp_path / "f.mp4"
    film.write_bytes(b"the film" * 100)
    with pytest.raises(OSError, match="cannot be made smaller"):
        await fit_film(film, 100)


async def test_a_picture_that_is_too_large_becomes_a_jpeg(tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    Image.fromarray(noise(1, 300, 400)[0]).save(picture)
    small = await fit_picture(picture, 100_000)
    assert small.stat().st_size <= 100_000
    with Image.open(small) as seen:
        assert (seen.format, seen.size) == ("JPEG", (400, 300))


def test_two_who_need_the_same_copy_at_once_do_not_write_into_one_file(tmp_path: Path) -> None:
    large, small = tmp_path / "a.mp4", tmp_path / "a.10.mp4"
    large.write_bytes(b"a large film")
    parts, both = list[Path](), threading.Barrier(2, timeout=10)

    def write(large: Path, to: Path, quality: int, share: float) -> None:
        parts.append(to)
        both.wait()
        to.write_bytes(b"small")

    with ThreadPoolExecutor(2) as pool:
        fits = [pool.submit(sizes._fit, large, small, 10, write, ((1, 1.0),)) for _ in range(2)]
    assert [fit.result() for fit in fits] == [small, small]
    assert len({*parts}) == 2
    assert {path.name for path in tmp_path.iterdir()} == {large.name, small.name}
