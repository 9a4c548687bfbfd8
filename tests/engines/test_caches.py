"""The tier `fast` really skips attention and leaves nothing behind; `preview` is just short."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, film, quiet
from tests.engines.tinies import Tinies
from video_service import profiles
from video_service.engines.base import Cancelled, Shot
from video_service.engines.hush import hushed
from video_service.engines.specs import GIB, LOCAL, EngineSpec
from video_service.needs import Profile

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXPipeline, PyramidAttentionBroadcastConfig
    from diffusers.models.attention_dispatch import dispatch_attention_fn

    from video_service.engines import attention

LAYERS = 2


@pytest.fixture
def attended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every attention that is computed, of all blocks."""
    calls: list[int] = []

    def counted(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return dispatch_attention_fn(*args, **more)

    monkeypatch.setattr(attention, "dispatch_attention_fn", counted)
    return calls


@pytest.mark.parametrize(("kind", "steps", "computed"), [("t2v", 50, 33), ("t2v5b", 25, 16)])
def test_fast_computes_a_third_less_attention_and_films_nearly_the_same(
    kind: str,
    steps: int,
    computed: int,
    build: Build,
    shot: Shot,
    attended: list[int],
    tinies: Tinies,
) -> None:
    engine = build(tinies(kind))
    whole = film(engine, shot, steps=steps)
    assert len(attended) == steps * LAYERS
    attended.clear()
    fast = film(engine, shot, steps=steps, tier="fast")
    assert len(attended) == computed * LAYERS
    off = (whole.astype(float) - fast) ** 2
    assert 0 < off.mean() < 30
    assert engine.facts()["tier"] == "fast"


@pytest.mark.parametrize("kind", ["t2v", "t2v5b"])
def test_fast_is_diffusers_own_pyramid_attention_broadcast_bit_for_bit(
    kind: str, build: Build, shot: Shot, tinies: Tinies, monkeypatch: pytest.MonkeyPatch
) -> None:
    denoised = []
    decode = CogVideoXPipeline.decode_latents

    def kept(pipe: Any, latents: Any) -> Any:
        denoised.append(latents)
        return decode(pipe, latents)

    monkeypatch.setattr(CogVideoXPipeline, "decode_latents", kept)
    film(build(tinies(kind)), shot, steps=25, tier="fast")
    with hushed():
        theirs = CogVideoXPipeline.from_pretrained(tinies(kind))
    theirs.set_progress_bar_config(disable=True)
    theirs.transformer.enable_cache(
        PyramidAttentionBroadcastConfig(
            spatial_attention_block_skip_range=2,
            spatial_attention_timestep_skip_range=(100, 800),
            current_timestep_callback=lambda: theirs.current_timestep,
        )
    )
    latents = theirs(
        prompt=shot.prompt,
        negative_prompt="",
        width=64,
        height=64,
        num_frames=9,
        num_inference_steps=25,
        guidance_scale=6.0,
        generator=torch.Generator().manual_seed(shot.seed),
        output_type="latent",
    ).frames
    assert torch.equal(denoised[0], latents)


def test_nothing_is_skipped_where_nobody_asked_for_it(
    build: Build, shot: Shot, attended: list[int]
) -> None:
    engine = build()
    clean = film(engine, shot, steps=20)
    fast = film(engine, shot, steps=20, tier="fast")
    attended.clear()
    assert np.array_equal(film(engine, shot, steps=20), clean)
    assert len(attended) == 20 * LAYERS
    assert np.array_equal(film(engine, shot, steps=20, tier="fast"), fast)


def test_a_cancelled_fast_film_leaves_no_attention_behind(
    build: Build, shot: Shot, attended: list[int]
) -> None:
    engine = build()
    clean = film(engine, shot, steps=20, tier="fast")
    computed = len(attended)

    def stop(stage: str, fraction: float) -> None:
        if (stage, fraction) == ("denoise", 0.5):
            raise Cancelled

    with pytest.raises(Cancelled):
        film(engine, shot, stop, steps=20, tier="fast")
    attended.clear()
    assert np.array_equal(film(engine, shot, steps=20, tier="fast"), clean)
    assert len(attended) == computed


def test_preview_is_the_whole_attention_in_fewer_steps(
    build: Build, shot: Shot, attended: list[int]
) -> None:
    engine = build()
    clean = film(engine, shot, steps=25)
    attended.clear()
    assert np.array_equal(film(engine, shot, quiet, steps=25, tier="preview"), clean)
    assert len(attended) == 25 * LAYERS


@pytest.mark.parametrize("spec", [spec for spec in LOCAL if "fast" in spec.tiers])
def test_what_fast_keeps_is_planned_for(spec: EngineSpec) -> None:
    profile = Profile("80gb", "none", "cpu", "none", "resident", 0, compile=False)
    plain = profiles.longest(spec)
    need, more = (profiles.predict(spec, profile, s) for s in (plain, replace(plain, tier="fast")))
    assert 3 * GIB < more.denoise_bytes - need.denoise_bytes < 25 * GIB
    assert more.decode_bytes == need.decode_bytes
