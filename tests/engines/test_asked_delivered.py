"""What is asked of a real pipeline and what it delivers: why each rule of the registry is there.

Everything here is done by diffusers alone; our engines never come so far, orders are refused first.
"""

from importlib import import_module
from unittest.mock import Mock, patch

import numpy as np
import pytest

from tests.engines.pipelines import ask, default, opened, spec_of
from tests.engines.tinies import Tinies
from video_service.engines.hush import hushed
from video_service.engines.specs import LOCAL

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")

FILMS = {"wan_t2v": 64, "wan22": 128, "t2v": 64, "t2v5b": 64, "t2v15": 64, "i2v15": 64}


@pytest.mark.parametrize("kind", FILMS)
def test_the_counts_we_allow_are_delivered(kind: str, tinies: Tinies) -> None:
    pipe, spec = opened(tinies(kind)), spec_of(kind, tinies)
    some = [n for n in spec.frames if n <= 33]
    side = FILMS[kind]
    assert some
    assert [len(ask(pipe, num_frames=n, width=side, height=side)) for n in some] == some


@pytest.mark.parametrize(
    ("kind", "bent"),
    [
        *((k, {4: 1, 7: 8, 12: 9, 13: 16, 21: 24}) for k in ("t2v", "t2v5b", "t2v15", "i2v15")),
        ("wan_t2v", {4: 5, 6: 5, 8: 9, 11: 9, 12: 13}),
        ("wan22", {4: 5, 8: 9, 12: 13}),
    ],
)
def test_other_counts_are_silently_bent(kind: str, bent: dict[int, int], tinies: Tinies) -> None:
    pipe, side = opened(tinies(kind)), FILMS[kind]
    made = {n: len(ask(pipe, num_frames=n, width=side, height=side)) for n in bent}
    assert made == bent
    assert not set(bent) & set(spec_of(kind, tinies).frames)


def test_a_wan_has_no_places_for_more_frames_than_its_folder_notes(tinies: Tinies) -> None:
    longest = spec_of("wan_t2v", tinies).frames[-1]
    with pytest.raises(RuntimeError, match="shape"):
        ask(opened(tinies("wan_t2v")), num_frames=longest + 4, width=64, height=64)
    with pytest.raises(RuntimeError, match="shape"):
        ask(opened(tinies("wan_t2v")), num_frames=5, width=80, height=64)


@pytest.mark.parametrize("frames", [3, 8, 11])
def test_i2vgen_xl_delivers_any_count(frames: int, tinies: Tinies) -> None:
    """Its three are those it was trained around."""
    assert len(ask(opened(tinies("i2vgenxl")), num_frames=frames, width=64, height=64)) == frames


def test_a_1_5_fails_beyond_the_places_its_folder_notes(tinies: Tinies) -> None:
    pipe = opened(tinies("i2v15"))
    assert ask(pipe, num_frames=17, width=48, height=64).shape == (17, 64, 48, 3)
    with pytest.raises(RuntimeError):
        ask(pipe, num_frames=17, width=80, height=64)


@pytest.mark.parametrize("kind", ["t2v", "t2v5b"])
def test_cogvideox_fails_deep_inside_at_sides_that_16_does_not_divide(
    kind: str, tinies: Tinies
) -> None:
    """It checks for 8 only; what it says then helps nobody."""
    pipe = opened(tinies(kind))
    assert ask(pipe, num_frames=9, width=80, height=64).shape == (9, 64, 80, 3)
    with pytest.raises((RuntimeError, ValueError)):
        ask(pipe, num_frames=9, width=72, height=64)


def test_the_5b_i2v_films_in_the_one_size_it_was_trained_with(tinies: Tinies) -> None:
    with pytest.raises(ValueError, match="different resolution"):
        ask(opened(tinies("i2v")), num_frames=9, width=80, height=64)


@pytest.mark.parametrize("name", [None, "WanImageToVideoPipeline"])
def test_wan_2_2_cuts_sides_that_32_does_not_divide(name: str | None, tinies: Tinies) -> None:
    pipe = opened(tinies("wan22"), name)
    with patch.object(
        import_module(type(pipe).__module__), "ftfy", Mock(fix_text=str), create=True
    ):
        made = ask(pipe, num_frames=5, width=64, height=48)
        whole = ask(pipe, num_frames=5, width=64, height=96)
    assert (made.shape, whole.shape) == ((5, 32, 64, 3), (5, 96, 64, 3))


def test_wan_2_1_asks_for_sides_that_16_divides(tinies: Tinies) -> None:
    pipe = opened(tinies("wan_t2v"))
    assert ask(pipe, num_frames=5, width=64, height=48).shape == (5, 48, 64, 3)
    with pytest.raises(ValueError, match="divisible by 16"):
        ask(pipe, num_frames=5, width=64, height=40)


@pytest.mark.parametrize("kind", ["flux", "qwen_image"])
def test_pictures_of_other_sides_come_out_smaller_than_asked(kind: str, tinies: Tinies) -> None:
    pipe = opened(tinies(kind))
    assert ask(pipe, width=64, height=40).shape == (1, 32, 64, 3)
    assert ask(pipe, width=64, height=48).shape == (1, 48, 64, 3)


@pytest.mark.parametrize("kind", ["t2v", "t2v5b", "i2vgenxl"])
def test_only_steps_that_divide_1000_land_where_they_should(kind: str, tinies: Tinies) -> None:
    """The scheduler believes the next moment to be 1000 // steps earlier; else it is not."""
    spec, scheduler = spec_of(kind, tinies), opened(tinies(kind)).scheduler

    def off(steps: int) -> int:
        scheduler.set_timesteps(steps)
        moments = scheduler.timesteps.tolist()
        believed = [moment - 1000 // steps for moment in moments]
        return sum(a != b for a, b in zip(believed, moments[1:], strict=False))

    assert [off(steps) for steps in spec.steps] == [0] * len(spec.steps)
    if kind != "i2vgenxl":  # whose moments are multiples of that, and so never reach the first
        assert all(off(steps) > 0 for steps in (15, 30, 45))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("t2v", "guidance_scale"),
        ("wan_t2v", "guidance_scale"),
        ("i2vgenxl", "guidance_scale"),
        ("qwen_image", "true_cfg_scale"),
    ],
)
def test_a_guidance_of_one_is_no_guidance(kind: str, told: str, tinies: Tinies) -> None:
    """That is where every range begins: below it nothing changes any more."""
    low, _ = spec_of(kind, tinies).guidance or (0, 0)
    more = {"negative_prompt": "blurry", "width": 64, "height": 64}
    more |= {} if kind == "qwen_image" else {"num_frames": 9}
    made = [ask(opened(tinies(kind)), **more, **{told: g}) for g in (low, low / 2, low * 2)]
    assert low == 1
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_flux_schnell_takes_no_heed_of_guidance(tinies: Tinies) -> None:
    assert spec_of("flux", tinies).guidance is None
    pipe = opened(tinies("flux"))
    made = [ask(pipe, width=64, height=64, guidance_scale=g) for g in (0.0, 9.0)]
    assert np.array_equal(*made)


def test_every_published_default_is_the_pipelines_own() -> None:
    names = {spec.name: spec for spec in LOCAL}
    assert names["cogvideox-2b"].default_guidance == default("CogVideoXPipeline", "guidance_scale")
    assert names["i2vgen-xl"].default_guidance == default("I2VGenXLPipeline", "guidance_scale")
    assert names["i2vgen-xl"].default_frames == default("I2VGenXLPipeline", "num_frames")
    assert names["wan2.1-t2v-1.3b"].default_guidance == default("WanPipeline", "guidance_scale")
    assert names["wan2.1-t2v-1.3b"].default_frames == default("WanPipeline", "num_frames")
    assert names["wan2.1-t2v-1.3b"].prompt_tokens == default("WanPipeline", "max_sequence_length")
    assert names["qwen-image"].default_guidance == default("QwenImagePipeline", "true_cfg_scale")
    assert default("QwenImagePipeline", "max_sequence_length") == 512  # half of what it can read
