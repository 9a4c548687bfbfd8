"""What docs/engines.md says of the libraries of today; when one is mended, a test says so.

Nothing here touches our engines: it is why they do some things themselves.
"""

import inspect
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.tinies import Tinies
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    import diffusers
    import torchao.quantization
    from diffusers.models.transformers import cogvideox_transformer_3d

EXPLICIT = [r"transformer_blocks\.\d+\.attn1", r"transformer_blocks\.\d+\.ff"]
STEPS = 20


class Stop(Exception):
    pass


@pytest.fixture
def pipe(tiny: Path) -> Iterator[Any]:
    with hushed():
        made: Any = diffusers.CogVideoXPipeline.from_pretrained(tiny)
    made.set_progress_bar_config(disable=True)
    yield made
    made.maybe_free_model_hooks()


def film(pipe: Any, stop_after: int | None = None) -> Any:
    def after(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if stop_after == step + 1:
            raise Stop
        return tensors

    with torch.no_grad():
        return pipe(
            "a panda",
            height=64,
            width=64,
            num_frames=9,
            num_inference_steps=STEPS,
            generator=torch.Generator().manual_seed(0),
            callback_on_step_end=after,
            output_type="np",
        ).frames


def attended(pipe: Any) -> list[int]:
    """Grows with every attention that is really computed."""
    calls: list[int] = []
    for block in pipe.transformer.transformer_blocks:
        block.attn1.to_q.register_forward_pre_hook(lambda *_: calls.append(1))
    return calls


def test_six_bit_floats_are_gone_from_torchao() -> None:
    names = dir(torchao.quantization)
    assert "Int8WeightOnlyConfig" in names
    assert not any("fpx" in name.lower() for name in names)


def test_cogvideox_asks_no_dispatcher_for_its_attention_and_lists_no_blocks() -> None:
    asks = inspect.getsource(cogvideox_transformer_3d)
    plain = inspect.getsource(diffusers.models.attention_processor.CogVideoXAttnProcessor2_0)
    assert "dispatch_attention_fn" not in asks + plain
    assert not diffusers.CogVideoXTransformer3DModel._repeated_blocks
    for other in (
        diffusers.WanTransformer3DModel,
        diffusers.FluxTransformer2DModel,
        diffusers.QwenImageTransformer2DModel,
    ):
        assert other._repeated_blocks


def test_taylorseer_skips_nothing_by_default_and_most_when_told_where(pipe: Any) -> None:
    calls = attended(pipe)
    clean = film(pipe)
    whole = len(calls)
    pipe.transformer.enable_cache(diffusers.TaylorSeerCacheConfig())
    assert np.array_equal(film(pipe), clean)
    assert len(calls) == 2 * whole
    pipe.transformer.disable_cache()
    pipe.transformer.enable_cache(diffusers.TaylorSeerCacheConfig(cache_identifiers=EXPLICIT))
    film(pipe)
    assert len(calls) < 2.8 * whole


def test_a_cancelled_film_leaves_its_cache_to_the_next_one_unless_hooks_are_freed(
    pipe: Any,
) -> None:
    pipe.transformer.enable_cache(diffusers.TaylorSeerCacheConfig(cache_identifiers=EXPLICIT))
    clean = film(pipe)
    with pytest.raises(Stop):
        film(pipe, stop_after=3)
    assert not np.array_equal(film(pipe), clean)
    with pytest.raises(Stop):
        film(pipe, stop_after=3)
    pipe.maybe_free_model_hooks()
    assert np.array_equal(film(pipe), clean)


@pytest.mark.skipif(find_spec("ftfy") is not None, reason="ftfy is installed: nothing fails")
def test_the_photo_pipeline_of_wan_reads_no_words_without_ftfy(tinies: Tinies) -> None:
    with hushed():
        pipe: Any = diffusers.WanImageToVideoPipeline.from_pretrained(tinies("wan22"))
    photo = Image.new("RGB", (64, 64))
    with pytest.raises(NameError, match="ftfy"), hushed():
        pipe(photo, "a panda", height=64, width=64, num_frames=5, num_inference_steps=1)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_a_seed_means_the_same_noise_in_every_precision(dtype: str) -> None:
    """For all real sizes: the latents' number divides by sixteen."""
    shape = (1, 13, 16, 60, 90)
    floats = getattr(torch, dtype)
    exact, rough = (
        torch.randn(shape, generator=torch.Generator().manual_seed(7), dtype=kind)
        for kind in (torch.float32, floats)
    )
    assert torch.equal(exact.to(floats), rough)
