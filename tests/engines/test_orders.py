"""Requests become shots or refusals; nothing is ever bent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_service.engines.specs import COGVIDEOX_2B, COGVIDEOX_5B, DRAFT, ENGINES, EngineSpec
from video_service.orders import BadOrder, resolve
from video_service.schema import VideoRequest


def order(spec: EngineSpec = COGVIDEOX_2B, photo: bool = False, **asked: Any) -> Any:
    words = {"prompt": "a panda eats bamboo", **asked}
    return resolve(VideoRequest(**words), spec, photo, lambda text: len(text.split()) + 1)


@pytest.mark.parametrize("spec", [COGVIDEOX_2B, COGVIDEOX_5B])
def test_what_is_left_out_is_the_engines_own_default(spec: EngineSpec) -> None:
    shot = order(spec, seed=3)
    assert (shot.width, shot.height, shot.frames, shot.fps) == (720, 480, 49, 8)
    assert (shot.steps, shot.guidance, shot.seed, shot.negative_prompt) == (50, 6.0, 3, "")
    assert shot.model == spec.name


@pytest.mark.parametrize("spec", [COGVIDEOX_2B, COGVIDEOX_5B, DRAFT])
def test_every_default_is_itself_allowed(spec: EngineSpec) -> None:
    assert spec.default_frames in spec.frames
    assert spec.default_steps in spec.steps or not spec.steps
    assert all(side % 16 == 0 for size in spec.sizes for side in size)
    assert spec.seconds(spec.default_frames) > 2


@pytest.mark.parametrize(
    ("asked", "code", "param", "says"),
    [
        ({"num_frames": 12}, "invalid_value", "num_frames", "9, 17, 25, 33, 41 or 49 frames"),
        ({"num_frames": 48}, "invalid_value", "num_frames", "49"),
        ({"num_frames": 57}, "invalid_value", "num_frames", "49"),
        ({"seconds": "4.5"}, "invalid_value", "seconds", "1, 2, 3, 4, 5 or 6 seconds"),
        ({"seconds": "7"}, "invalid_value", "seconds", "6 seconds"),
        ({"seconds": "6", "num_frames": 9}, "invalid_value", "seconds", "contradict"),
        ({"size": "480x720"}, "invalid_value", "size", "720x480"),
        ({"size": "1280x720"}, "invalid_value", "size", "720x480"),
        ({"fps": 24}, "invalid_value", "fps", "exactly 8"),
        ({"num_inference_steps": 30}, "invalid_value", "num_inference_steps", "20, 25, 40 or 50"),
        ({"guidance_scale": 12.5}, "invalid_value", "guidance_scale", "1 to 12"),
        ({"prompt": "熊猫 eats"}, "prompt_language", "prompt", "English"),
        ({"prompt": "パンダ"}, "prompt_language", "prompt", "English"),
        ({"negative_prompt": "模糊"}, "prompt_language", "negative_prompt", "English"),
        ({"prompt": "panda " * 226}, "prompt_too_long", "prompt", "227 tokens"),
        ({"negative_prompt": "no " * 300}, "prompt_too_long", "negative_prompt", "301 tokens"),
        ({"photo": True}, "photo_not_supported", "input_reference", "text"),
    ],
)
def test_a_request_outside_the_rules_is_refused_by_name(
    asked: dict[str, Any], code: str, param: str, says: str
) -> None:
    with pytest.raises(BadOrder) as refused:
        order(**asked)
    assert (refused.value.code, refused.value.param) == (code, param)
    assert says in refused.value.message


@pytest.mark.parametrize(("seconds", "frames"), [("1", 9), ("2", 17), ("6", 49), ("6.0", 49)])
def test_seconds_mean_an_exact_frame_count(seconds: str, frames: int) -> None:
    assert order(seconds=seconds).frames == frames
    assert order(seconds=seconds, num_frames=frames).frames == frames


@pytest.mark.parametrize("spec", ENGINES, ids=lambda spec: spec.name)
def test_every_length_that_a_refusal_names_is_taken_and_means_its_own_film(
    spec: EngineSpec,
) -> None:
    photo = "text" not in spec.modes
    with pytest.raises(BadOrder, match="seconds") as refused:
        order(spec, photo, seconds="99.5")
    named = refused.value.message.removesuffix(" seconds").partition(" takes ")[2]
    lengths = named.replace(" or ", ", ").split(", ")
    assert [order(spec, photo, seconds=one).frames for one in lengths] == list(spec.frames)


def test_a_prompt_of_exactly_the_limit_is_taken() -> None:
    assert order(prompt="panda " * 225).prompt.startswith("panda")


def test_the_draft_reads_chinese_takes_photos_and_refuses_what_it_has_no_use_for() -> None:
    assert order(DRAFT, prompt="熊猫吃竹子", photo=True).frames == 81
    assert order(DRAFT, size="480x720", seconds="4", fps=16).frames == 65
    for asked in ({"num_inference_steps": 50}, {"guidance_scale": 6.0}, {"negative_prompt": "x"}):
        with pytest.raises(BadOrder, match="draft"):
            order(DRAFT, **asked)


def test_a_seed_that_is_left_out_is_drawn_anew_for_every_shot() -> None:
    assert len({order().seed for _ in range(8)}) > 1


@given(frames=st.integers(1, 200))
def test_a_frame_count_is_taken_as_it_is_or_refused(frames: int) -> None:
    try:
        assert order(num_frames=frames).frames == frames
    except BadOrder:
        assert frames % 8 != 1 or frames > 49 or frames < 9


def test_an_upright_photo_is_filmed_upright_where_the_engine_can() -> None:
    wish = VideoRequest(prompt="动起来")
    tall = resolve(wish, DRAFT, True, upright=True)
    assert (tall.width, tall.height) == (480, 720)
    asked = resolve(wish.model_copy(update={"size": "720x480"}), DRAFT, True, upright=True)
    assert (asked.width, asked.height) == (720, 480)
    only = resolve(VideoRequest(prompt="a cat"), COGVIDEOX_2B, False, upright=True)
    assert (only.width, only.height) == (720, 480)
