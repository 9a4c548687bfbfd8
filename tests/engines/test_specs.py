"""The registry: rules that contradict nothing, and the weights that were really published."""

import subprocess
import sys
from typing import Any

import pytest

from tests.engines.full_size import FULL, count
from video_service import orders
from video_service.engines.hush import hushed
from video_service.engines.layouts import LAYOUTS
from video_service.engines.specs import CLOUD, DRAFTS, ENGINES, LOCAL, EngineSpec
from video_service.orders import PREVIEW_STEPS, BadOrder
from video_service.schema import VideoRequest

every_engine = pytest.mark.parametrize("spec", ENGINES, ids=lambda spec: spec.name)
every_local = pytest.mark.parametrize("spec", LOCAL, ids=lambda spec: spec.name)
PIXELS_A_LATENT = {"wan2.2-ti2v-5b": 32}  # and its patch; 16 for all others, 8 for I2VGen-XL


def test_the_names_are_different_and_every_engine_stands_in_one_list() -> None:
    assert len({spec.name for spec in ENGINES}) == len(ENGINES)
    assert (*LOCAL, *CLOUD, *DRAFTS) == ENGINES
    places = [place for s in LOCAL for place in (s.source.modelscope, s.source.huggingface)]
    folders = {(spec.source.huggingface or "").split("/")[-1].lower() for spec in LOCAL}
    assert len(folders) == len(LOCAL)
    assert all(place is None or place.count("/") == 1 for place in places)


@every_engine
def test_what_is_left_out_of_an_order_is_filled_with_what_is_allowed(spec: EngineSpec) -> None:
    assert spec.default_frames in spec.frames
    assert (spec.default_steps in spec.steps) if spec.steps else spec.default_steps == 0
    if spec.guidance:
        low, high = spec.guidance
        assert 1 <= low <= spec.default_guidance <= high
    assert spec.frames == ((1,) if spec.makes == "image" else tuple(sorted(set(spec.frames))))
    assert spec.tiers[0] == "standard"
    assert "preview" not in spec.tiers or PREVIEW_STEPS in spec.steps
    assert spec.licence


@every_engine
def test_the_rules_are_whole_and_say_each_thing_once(spec: EngineSpec) -> None:
    assert spec.modes
    assert set(spec.languages) <= {"zh", "en"}
    assert len(set(spec.sizes)) == len(spec.sizes) > 0
    assert spec.makes == "video" or spec.modes == ("text",)
    assert (spec.lane == "cloud") == bool(spec.key)
    assert bool(spec.weights) == (spec in LOCAL)


@every_local
def test_every_size_is_one_the_network_has_places_for(spec: EngineSpec) -> None:
    unit = 8 if spec.family == "i2vgenxl" else PIXELS_A_LATENT.get(spec.name, 16)
    assert all(width % unit == 0 and height % unit == 0 for width, height in spec.sizes)


@every_local
def test_a_local_engine_is_known_by_the_class_of_its_folder(spec: EngineSpec) -> None:
    parts = LAYOUTS[spec.pipeline].weights
    assert {part.name for part in spec.weights} == set(parts)
    assert spec.prompt_tokens
    assert spec.dtype in ("float16", "bfloat16")


def test_only_what_is_legacy_is_marked_so() -> None:
    assert [spec.name for spec in ENGINES if spec.legacy] == ["i2vgen-xl"]


@every_local
def test_the_weights_are_counted_on_the_published_configurations(spec: EngineSpec) -> None:
    pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    for name, make in FULL[spec.name].items():
        with hushed():
            whole, linear = count(make)
        part = spec.part(name)
        exact = 2 if (spec.family, name) == ("wan", "vae") else 1  # it computes in float32
        assert part.bytes == whole * exact, name
        assert part.linear == (0 if name == "vae" else linear), name


def test_there_is_nothing_to_quantize_in_a_video_vae() -> None:
    """torchao touches Linear layers only, and these have none."""
    pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    for name in ("cogvideox-2b", "wan2.1-t2v-1.3b", "wan2.2-ti2v-5b", "qwen-image"):
        with hushed():
            assert count(FULL[name]["vae"])[1] == 0


def test_the_text_encoder_is_71_per_cent_of_the_2b() -> None:
    (spec,) = (spec for spec in LOCAL if spec.name == "cogvideox-2b")
    assert round(100 * spec.part("text_encoder").bytes / spec.bytes) == 71


def refused(spec: EngineSpec, **asked: Any) -> BadOrder:
    request = VideoRequest(**{"prompt": "a panda", **asked})
    with pytest.raises(BadOrder) as error:
        orders.resolve(request, spec, has_photo="text" not in spec.modes)
    return error.value


@every_engine
def test_what_an_engine_does_not_do_is_refused_with_what_it_does(spec: EngineSpec) -> None:
    size = refused(spec, size="78x98")
    assert (size.code, size.param) == ("invalid_value", "size")
    assert all(f"{width}x{height}" in size.message for width, height in spec.sizes)
    frames = refused(spec, num_frames=1000)
    assert all(str(count) in frames.message for count in spec.frames)
    steps = refused(spec, num_inference_steps=199)
    assert all(str(count) in steps.message for count in spec.steps)
    assert refused(spec, guidance_scale=29.0).param == "guidance_scale"


@every_engine
def test_chinese_words_are_refused_where_they_would_mean_nothing(spec: EngineSpec) -> None:
    if "zh" in spec.languages:
        photo = "text" not in spec.modes
        assert orders.resolve(VideoRequest(prompt="熊猫"), spec, photo).prompt == "熊猫"
    else:
        told = refused(spec, prompt="熊猫")
        assert (told.code, told.param) == ("prompt_language", "prompt")


HEAVY = {"torch", "diffusers", "transformers", "tokenizers"}


@pytest.mark.parametrize(("module", "heavy"), [("specs", {*HEAVY, "numpy"}), ("folder", HEAVY)])
def test_the_registry_is_read_without_anything_heavy(module: str, heavy: set[str]) -> None:
    code = f"import sys, video_service.engines.{module}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert not heavy & set(told.stdout.split()), told.stderr
    assert f"video_service.engines.{module}" in told.stdout
