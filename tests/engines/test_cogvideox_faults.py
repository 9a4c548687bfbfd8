"""A film that does not fit on its card is answered with a smaller try, and at last told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, film
from tests.engines.failing import OUT_OF_MEMORY, fails
from video_service.engines.base import EngineError, Shot
from video_service.engines.hush import hushed
from video_service.engines.specs import GIB
from video_service.needs import Card

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXPipeline, CogVideoXTransformer3DModel
    from diffusers.models.attention_dispatch import dispatch_attention_fn

    from video_service.engines import attention
    from video_service.engines.rig import Rig

TILES = ["tiles_360x240", "tiles_200x144", "tiles_120x96", "tiles_40x48"]


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A card of 24 GB whose work the CPU does: every rung is there. The settings for it."""
    from video_service.engines import place

    monkeypatch.setattr(place, "card_of", lambda _: Card(24 * GIB, 24 * GIB, (8, 9)))
    return {"dtype": "float32", "compile": "never"}


def test_a_decode_that_does_not_fit_is_tiled_and_the_denoise_is_not_repeated(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    decode, calls = fails(2, CogVideoXPipeline.decode_latents)
    monkeypatch.setattr(CogVideoXPipeline, "decode_latents", decode)
    steps: list[float] = []
    frames = film(engine, shot, lambda s, f: steps.append(f) if s == "denoise" else None)
    assert (len(calls), len(steps)) == (3, 6)
    assert np.array_equal(frames, clean)  # so small a film needs no tiles at that rung
    assert engine.facts()["step_downs"] == TILES[1:3]
    film(engine, shot)
    assert engine.facts()["step_downs"] == []


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda error: type(error).__name__)
def test_memory_that_ran_out_is_known_in_all_its_forms(
    error: BaseException, build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    decode, _ = fails(1, CogVideoXPipeline.decode_latents, error)
    monkeypatch.setattr(CogVideoXPipeline, "decode_latents", decode)
    film(engine, shot)
    assert engine.facts()["step_downs"] == TILES[1:2]


def test_the_smallest_tiles_deliver_the_right_size(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    decode, _ = fails(3, CogVideoXPipeline.decode_latents)
    monkeypatch.setattr(CogVideoXPipeline, "decode_latents", decode)
    frames = film(engine, shot)
    assert frames.shape == clean.shape
    assert not np.array_equal(frames, clean)


def test_a_decode_that_never_fits_is_told(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    with monkeypatch.context() as patch:
        decode, calls = fails(99, CogVideoXPipeline.decode_latents)
        patch.setattr(CogVideoXPipeline, "decode_latents", decode)
        with pytest.raises(EngineError) as failed:
            film(engine, shot)
    assert (failed.value.code, len(calls)) == ("out_of_memory", 4)
    assert np.array_equal(film(engine, shot), clean)


def test_on_a_card_a_decode_makes_room_then_shrinks_and_at_last_leaves_the_card(
    build: Build, shot: Shot, card: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build(**card)
    clean = film(engine, shot)
    with monkeypatch.context() as patch:
        decode, _ = fails(6, CogVideoXPipeline.decode_latents)
        patch.setattr(CogVideoXPipeline, "decode_latents", decode)
        frames = film(engine, shot)
    assert engine.facts()["step_downs"] == ["transformer_aside", *TILES, "decode_on_cpu"]
    assert np.array_equal(frames, clean)
    assert np.array_equal(film(engine, shot), clean)


def test_on_a_card_a_denoise_steps_down_to_blocks_and_then_to_fewer_frames(
    build: Build, shot: Shot, card: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = build(shop=tmp_path, **card)
    film(engine, shot, frames=25)
    assert (engine.facts()["text_encoder"], engine.facts()["placement"]) == (
        "gpu none",
        "resident",
    )
    forward, _ = fails(4, CogVideoXTransformer3DModel.forward)
    monkeypatch.setattr(CogVideoXTransformer3DModel, "forward", forward)
    frames = film(engine, shot, frames=25)
    told = engine.facts()
    assert told["step_downs"] == ["text_encoder_off_card", "int8", "streamed", "fewer_frames"]
    assert (told["placement"], told["quantize"], told["text_encoder"]) == (
        "stream",
        "int8",
        "cpu none",
    )
    assert (len(frames), told["frames"]) == (9, 9)


def test_a_film_like_the_one_that_did_not_fit_begins_lower_and_a_smaller_one_at_the_top(
    build: Build, shot: Shot, card: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = build(shop=tmp_path, **card)
    clean = film(engine, shot)
    with monkeypatch.context() as patch:
        forward, calls = fails(2, CogVideoXTransformer3DModel.forward)
        patch.setattr(CogVideoXTransformer3DModel, "forward", forward)
        in_int8 = film(engine, shot, frames=17)
    assert len(calls) == 2 + shot.steps
    for _ in range(2):
        assert engine.facts()["step_downs"] == ["text_encoder_off_card", "int8"]
        assert np.array_equal(film(engine, shot, frames=17), in_int8)
    assert np.array_equal(film(engine, shot), clean)
    assert engine.facts()["step_downs"] == []


def test_a_streamed_network_films_the_same_clip_block_by_block(
    build: Build, shot: Shot, card: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    small = {**card, "quantize": "int8"}
    clean = film(build(shop=tmp_path, **small), shot)
    engine = build(shop=tmp_path, **small)
    forward, _ = fails(2, CogVideoXTransformer3DModel.forward)
    monkeypatch.setattr(CogVideoXTransformer3DModel, "forward", forward)
    assert np.array_equal(film(engine, shot), clean)
    assert engine.facts()["step_downs"] == ["text_encoder_off_card", "streamed"]


def test_a_fast_film_that_does_not_fit_is_made_at_the_standard_tier(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    forward, _ = fails(1, CogVideoXTransformer3DModel.forward)
    monkeypatch.setattr(CogVideoXTransformer3DModel, "forward", forward)
    assert np.array_equal(film(engine, shot, tier="fast"), clean)
    told = engine.facts()
    assert (told["step_downs"], told["tier"]) == (["standard_tier"], "standard")


def test_a_streamed_network_that_broke_off_between_two_blocks_is_read_again(
    build: Build, shot: Shot, card: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reads, read = [], Rig._weights_of

    def counted(rig: Any, profile: Any) -> Any:
        reads.append(profile.placement)
        return read(rig, profile)

    monkeypatch.setattr(Rig, "_weights_of", counted)
    engine = build(shop=tmp_path, **{**card, "quantize": "int8", "memory_gb": 0.01})
    clean = film(engine, shot)
    assert engine.facts()["placement"] == "stream"
    attend, _ = fails(1, dispatch_attention_fn)
    monkeypatch.setattr(attention, "dispatch_attention_fn", attend)
    assert np.array_equal(film(engine, shot, tier="fast"), clean)
    assert engine.facts()["step_downs"] == ["standard_tier"]
    assert reads == ["stream"] * 2


def test_a_denoise_that_never_fits_is_told_and_spoils_nothing(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    with monkeypatch.context() as patch:
        forward, calls = fails(99, CogVideoXTransformer3DModel.forward)
        patch.setattr(CogVideoXTransformer3DModel, "forward", forward)
        with pytest.raises(EngineError) as failed:
            film(engine, shot, frames=49)
    assert (failed.value.code, len(calls)) == ("out_of_memory", 3)  # 49, 25 and 9 frames
    assert np.array_equal(film(engine, shot), clean)


def test_words_that_do_not_fit_on_the_card_are_read_beside_it(
    build: Build, shot: Shot, card: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import T5EncoderModel

    engine = build(**card)
    clean = film(engine, shot)
    forward, _ = fails(1, T5EncoderModel.forward)
    monkeypatch.setattr(T5EncoderModel, "forward", forward)
    assert np.array_equal(film(engine, shot), clean)
    assert engine.facts()["step_downs"] == ["text_encoder_off_card"]


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: …")]
)
def test_words_that_do_not_even_fit_into_host_memory_are_told(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from transformers import T5EncoderModel

    forward, calls = fails(99, T5EncoderModel.forward, error)
    monkeypatch.setattr(T5EncoderModel, "forward", forward)
    with pytest.raises(EngineError) as failed:
        film(build(), shot, frames=25)
    assert (failed.value.code, len(calls)) == ("out_of_memory", 1)
