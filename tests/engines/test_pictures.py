"""The engines that draw: FLUX.1-schnell in four steps, Qwen-Image with words in Chinese."""

import numpy as np
import pytest

from tests.engines.conftest import Build, film
from tests.engines.tinies import Tinies
from video_service.engines.base import Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")

FLUX = Shot("flux.1-schnell", "a panda", 64, 64, 1, 1, 4, 0.0, seed=7, makes="image")
QWEN = Shot("qwen-image", "熊猫弹吉他", 64, 64, 1, 1, 3, 4.0, seed=7, makes="image")


@pytest.mark.parametrize(("kind", "shot"), [("flux", FLUX), ("qwen_image", QWEN)])
def test_a_picture_is_a_film_of_one_frame(
    kind: str, shot: Shot, build: Build, tinies: Tinies
) -> None:
    drawn = film(build(tinies(kind)), shot)
    assert drawn.shape == (1, 64, 64, 3)
    assert drawn.std() > 1


def test_flux_reads_on_where_its_first_reader_stops(build: Build, tinies: Tinies) -> None:
    """CLIP sees 77 tokens, T5 all of 256: the end of a long wish still counts."""
    engine = build(tinies("flux"))
    long = "a " * 150
    one, other = [film(engine, FLUX, prompt=f"{long}{end}") for end in ("panda", "cat")]
    assert not np.array_equal(one, other)


def test_flux_keeps_what_both_its_readers_understood(build: Build, tinies: Tinies) -> None:
    engine = build(tinies("flux"))
    engine.load()
    with torch.no_grad():
        read = engine._readers.words("a panda", 256)
    assert {name: tuple(one.shape) for name, one in read.items()} == {
        "embeds": (1, 256, 32),
        "pooled": (1, 32),
    }


def test_qwen_image_reads_a_long_chinese_wish_to_its_end(build: Build, tinies: Tinies) -> None:
    """The pipeline's own default would stop at the 512th token."""
    engine = build(tinies("qwen_image"))
    long = "熊猫" * 100  # six tokens each for so small a vocabulary
    one, other = [film(engine, QWEN, prompt=f"{long}{end}") for end in ("甲", "乙")]
    assert not np.array_equal(one, other)


def test_qwen_image_is_guided_away_from_a_blank_where_nothing_else_is_named(
    build: Build, tinies: Tinies
) -> None:
    engine = build(tinies("qwen_image"))
    guided = film(engine, QWEN)
    assert np.array_equal(guided, film(engine, QWEN, negative_prompt=" "))
    assert not np.array_equal(guided, film(engine, QWEN, negative_prompt="模糊"))
    assert not np.array_equal(guided, film(engine, QWEN, guidance=1.0))


def test_drawing_says_nothing_into_the_log(
    build: Build, tinies: Tinies, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = build(tinies("qwen_image"))
    engine.load()
    capfd.readouterr()
    film(engine, QWEN)
    assert capfd.readouterr() == ("", "")
