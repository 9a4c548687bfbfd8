"""Wan: Chinese is read, one folder of 2.2 films from words and from photos, in one engine."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.conftest import Build, film, quiet
from tests.engines.tinies import Tinies
from video_service.engines.base import Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")


@pytest.fixture
def shot() -> Shot:
    return Shot("wan2.2-ti2v-5b", "a panda plays guitar", 128, 128, 5, 24, 3, 5.0, seed=7)


@pytest.fixture
def folder(tinies: Tinies) -> Path:
    return tinies("wan22")


def photo(level: int) -> bytes:
    """A picture of one grey, as a phone would send it."""
    file = BytesIO()
    Image.new("RGB", (160, 120), (level,) * 3).save(file, "JPEG")
    return file.getvalue()


def test_chinese_words_are_read_as_words(build: Build, shot: Shot, folder: Path) -> None:
    engine = build(folder)
    one, other = [film(engine, shot, prompt=words) for words in ("熊猫弹吉他", "奶奶在海边跳舞")]
    assert not np.array_equal(one, other)


def test_words_and_photos_take_turns_in_one_engine_and_share_its_weights(
    build: Build, shot: Shot, folder: Path
) -> None:
    engine = build(folder)
    first = film(engine, shot)
    moving = engine.film(shot, photo(200), quiet)
    assert moving.shape == first.shape
    assert not np.array_equal(moving, first)
    assert not np.array_equal(moving, engine.film(shot, photo(20), quiet))
    assert np.array_equal(film(engine, shot), first)
    pipes = [engine._rig.pipe(mode) for mode in ("text", "photo")]
    assert pipes[0].transformer is pipes[1].transformer
    assert pipes[0].vae is pipes[1].vae


def test_a_decode_in_tiles_leaves_the_next_photo_whole(
    build: Build, shot: Shot, folder: Path
) -> None:
    """The VAE would read it in tiles too, and see something else."""
    engine = build(folder)
    clean = engine.film(shot, photo(200), quiet)
    engine._family.tile(engine._rig.pipe("photo"), (64, 64))
    assert np.array_equal(engine.film(shot, photo(200), quiet), clean)


def test_the_first_moment_of_the_film_is_the_photo_itself(
    build: Build, shot: Shot, folder: Path
) -> None:
    engine = build(folder)
    engine.load()
    words, pipe = engine._embed(shot, quiet), engine._rig.pipe("photo")
    picture = Image.new("RGB", (128, 128), (200,) * 3)
    with torch.no_grad():
        made = [
            engine._family.denoise(pipe, replace(shot, seed=seed), words, picture, lambda: None)
            for seed in (1, 2)
        ]
    assert torch.equal(made[0][:, :, 0], made[1][:, :, 0])
    assert not torch.equal(made[0][:, :, 1:], made[1][:, :, 1:])


def test_the_vae_computes_in_float32_whatever_the_network_does(
    build: Build, shot: Shot, folder: Path
) -> None:
    engine = build(folder, dtype="bfloat16")
    off = film(engine, shot).astype(float) - film(build(folder), shot)
    pipe: Any = engine._rig.pipe("text")
    assert (pipe.vae.dtype, pipe.transformer.dtype) == (torch.float32, torch.bfloat16)
    assert 0 < (off**2).mean() < 255**2 / 10**2.5


@pytest.mark.parametrize("kind", ["wan_t2v", "wan22"])
def test_what_is_understood_ends_with_the_words_and_is_filled_with_nothing(
    kind: str, build: Build, tinies: Tinies
) -> None:
    engine = build(tinies(kind))
    engine.load()
    with torch.no_grad():
        read = engine._readers.words("a panda", 512)["embeds"]
    assert read.shape == (1, 512, 32)
    assert read[0, 0].abs().sum() > 0
    assert read[0, 100:].abs().sum() == 0
