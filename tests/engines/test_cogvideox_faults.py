"""What goes wrong on a card: named, answered with a smaller try, never shown as a clip."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, film
from video_service.engines.base import CardLost, EngineError, Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")


def fails(times: int, then: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    """A stand-in that runs out of memory `times` times; and how often it was called."""
    calls: list[int] = []

    def call(*args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) <= times:
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return then(*args, **more)

    return call, calls


def test_a_decode_that_does_not_fit_is_tiled_and_the_denoise_is_not_repeated(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    decode, calls = fails(2, engine._pipe.decode_latents)
    monkeypatch.setattr(engine._pipe, "decode_latents", decode)
    steps: list[float] = []
    frames = film(engine, shot, lambda s, f: steps.append(f) if s == "denoise" else None)
    assert (len(calls), len(steps)) == (3, 6)
    assert np.array_equal(frames, clean)  # so small a film needs no tiles at that rung
    assert engine.facts()["step_downs"] == [
        "the decode did not fit in tiles of 360x240",
        "the decode did not fit in tiles of 200x144",
    ]
    film(engine, shot)
    assert engine.facts()["step_downs"] == []


def test_the_smallest_tiles_deliver_the_right_size(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    decode, _ = fails(3, engine._pipe.decode_latents)
    monkeypatch.setattr(engine._pipe, "decode_latents", decode)
    frames = film(engine, shot)
    assert frames.shape == clean.shape
    assert not np.array_equal(frames, clean)


def test_a_decode_that_never_fits_is_told(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    with monkeypatch.context() as patch:
        decode, calls = fails(99, engine._pipe.decode_latents)
        patch.setattr(engine._pipe, "decode_latents", decode)
        with pytest.raises(EngineError) as failed:
            film(engine, shot)
    assert (failed.value.code, len(calls)) == ("out_of_memory", 4)
    assert np.array_equal(film(engine, shot), clean)


def test_a_denoise_that_does_not_fit_makes_room_and_tries_once_more(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    clean = film(engine, shot)
    forward, calls = fails(1, engine._pipe.transformer.forward)
    monkeypatch.setattr(engine._pipe.transformer, "forward", forward)
    assert np.array_equal(film(engine, shot), clean)
    assert len(calls) == 6
    assert engine.facts()["step_downs"] == ["the denoise did not fit beside the VAE"]
    film(engine, shot)
    assert (engine.facts()["step_downs"], engine.facts()["profile"].split()[-1]) == ([], "offload")


def test_a_denoise_that_never_fits_is_told(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    engine.load()
    forward, calls = fails(99, engine._pipe.transformer.forward)
    monkeypatch.setattr(engine._pipe.transformer, "forward", forward)
    with pytest.raises(EngineError) as failed:
        film(engine, shot)
    assert (failed.value.code, len(calls)) == ("out_of_memory", 2)


def test_a_card_that_stopped_answering_is_not_taken_for_a_bad_film(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    engine.load()

    def fails(*_: Any, **__: Any) -> Any:
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(engine._pipe.transformer, "forward", fails)
    with pytest.raises(CardLost) as lost:
        film(engine, shot)
    assert (lost.value.code, lost.value.retry) == ("card_failed", True)


def test_broken_weights_make_no_black_video(build: Build, shot: Shot) -> None:
    engine = build()
    engine.load()
    engine._pipe.transformer.proj_out.weight.data[0, 0] = float("nan")
    with pytest.raises(EngineError) as failed:
        film(engine, shot)
    assert failed.value.code == "not_finite"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("transformer/diffusion_pytorch_model.safetensors", b""),
        ("transformer/diffusion_pytorch_model.safetensors", None),
        ("vae/diffusion_pytorch_model.safetensors", None),
        ("text_encoder/model.safetensors", None),
        ("scheduler/scheduler_config.json", b""),
        ("tokenizer/tokenizer.json", b"{"),
    ],
)
def test_a_corrupt_folder_is_told_in_one_plain_line(
    build: Build, tiny: Path, tmp_path: Path, file: str, content: bytes | None
) -> None:
    folder = shutil.copytree(tiny, tmp_path / "model")
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(EngineError) as failed:
        build(folder).load()
    assert failed.value.code == "model_load_failed"
    assert "cogvideox-2b (model): " in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    ("part", "was", "claimed"),
    [
        ("transformer", '"num_layers": 2', '"num_layers": 3'),
        ("text_encoder", '"num_layers": 2', '"num_layers": 3'),
        ("vae", '"layers_per_block": 1', '"layers_per_block": 2'),
        ("transformer", '"time_embed_dim": 16', '"time_embed_dim": 32'),
    ],
)
def test_weights_that_do_not_fill_the_model_are_refused_and_not_made_up(
    build: Build, tiny: Path, tmp_path: Path, part: str, was: str, claimed: str
) -> None:
    folder = shutil.copytree(tiny, tmp_path / "model")
    config = folder / part / "config.json"
    assert was in config.read_text()
    config.write_text(config.read_text().replace(was, claimed))
    with pytest.raises(EngineError) as failed:
        build(folder).load()
    assert failed.value.code == "model_load_failed"


def test_a_card_that_is_demanded_but_absent_is_told(build: Build) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a card here: nothing to refuse")
    with pytest.raises(EngineError, match="no CUDA card") as failed:
        build(device="cuda").load()
    assert failed.value.code == "model_load_failed"


def test_a_closed_engine_gives_its_memory_back_and_loads_again(build: Build, shot: Shot) -> None:
    engine = build()
    clean = film(engine, shot)
    engine.close()
    assert engine._pipe is None
    assert np.array_equal(film(engine, shot), clean)
