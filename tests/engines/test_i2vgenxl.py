"""I2VGen-XL: what is broken in it with the libraries of today, and that it films all the same."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.conftest import Build, quiet
from tests.engines.tinies import Tinies
from video_service.engines.base import Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")

SHOT = Shot("i2vgen-xl", "a panda", 64, 64, 8, 8, 2, 9.0, seed=7, negative_prompt="blurry")


def picture(seed: int = 0) -> Image.Image:
    levels = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8)
    return Image.fromarray(levels)


def sent(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def plain(tinies: Tinies) -> Any:
    with hushed():
        from diffusers import I2VGenXLPipeline

        pipe = I2VGenXLPipeline.from_pretrained(tinies("i2vgenxl"))
    pipe.set_progress_bar_config(disable=True)
    return pipe


def test_its_own_reading_of_words_breaks_with_todays_transformers(tinies: Tinies) -> None:
    """Once this fails, the words may be read by the pipeline again."""
    with pytest.raises(AttributeError, match="text_model"), hushed():
        plain(tinies)("a panda", picture(), 64, 64, num_frames=8, num_inference_steps=1)


def test_its_own_generator_does_not_decide_everything(tinies: Tinies) -> None:
    """The photo is read with noise from elsewhere: why our engine seeds that as well."""
    pipe = plain(tinies)
    wish = {"num_frames": 8, "num_inference_steps": 1, "clip_skip": None, "output_type": "np"}
    with torch.random.fork_rng(), hushed():
        torch.manual_seed(1)
        films = [
            pipe("a panda", picture(), 64, 64, generator=torch.Generator().manual_seed(7), **wish)
            for _ in range(2)
        ]
    assert not np.array_equal(films[0].frames, films[1].frames)


def test_a_film_leaves_the_worlds_dice_as_they_lay(build: Build, tinies: Tinies) -> None:
    engine = build(tinies("i2vgenxl"))
    with torch.random.fork_rng():
        torch.manual_seed(1)
        expected = torch.rand(3)
        torch.manual_seed(1)
        engine.film(SHOT, sent(picture()), quiet)
        assert torch.equal(torch.rand(3), expected)


def test_another_photo_is_another_film(build: Build, tinies: Tinies) -> None:
    engine = build(tinies("i2vgenxl"))
    one, other = [engine.film(SHOT, sent(picture(seed)), quiet) for seed in (0, 1)]
    assert not np.array_equal(one, other)


def test_words_are_read_from_the_last_layer_but_one(build: Build, tinies: Tinies) -> None:
    engine = build(tinies("i2vgenxl"))
    engine.load()
    pipe = plain(tinies)
    object.__setattr__(pipe.text_encoder, "text_model", pipe.text_encoder)
    pipe._guidance_scale = 1.0
    with torch.no_grad():
        ours = engine._readers.words("a panda", 77)["embeds"]
        theirs, _ = pipe.encode_prompt("a panda", "cpu", 1, clip_skip=1)
        last, _ = pipe.encode_prompt("a panda", "cpu", 1, clip_skip=None)
    assert torch.equal(ours, theirs)
    assert not torch.equal(ours, last)


def test_the_eye_computes_in_host_memory_and_answers_where_it_was_asked(
    build: Build, tinies: Tinies
) -> None:
    engine = build(tinies("i2vgenxl"))
    engine.load()
    eye = engine._rig.pipe("photo").image_encoder
    assert eye._hf_hook.execution_device == "cpu"
    assert eye._hf_hook.io_same_device
    with torch.no_grad():
        assert eye(torch.zeros(1, 3, 32, 32)).image_embeds.shape == (1, 32)
