"""What is broken, missing or overflows: named in one plain line, never shown as a clip."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.engines.conftest import Build, film
from tests.engines.failing import fails
from video_service.engines.base import CardLost, EngineError, Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXPipeline, CogVideoXTransformer3DModel


def test_a_decoder_that_overflows_makes_no_black_video(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = CogVideoXPipeline.decode_latents
    monkeypatch.setattr(
        CogVideoXPipeline, "decode_latents", lambda *args: decode(*args) * float("nan")
    )
    with pytest.raises(EngineError) as failed:
        film(build(), shot)
    assert failed.value.code == "not_finite"


def test_broken_weights_make_no_black_video(build: Build, shot: Shot) -> None:
    engine = build()
    engine.load()
    engine._rig.network.proj_out.weight.data[0, 0] = float("nan")
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
        ("vae/config.json", b"{"),
        ("scheduler/scheduler_config.json", b""),
        ("tokenizer/tokenizer.json", b"{"),
    ],
)
def test_a_corrupt_folder_is_told_in_one_plain_line(
    build: Build, shot: Shot, tiny: Path, tmp_path: Path, file: str, content: bytes | None
) -> None:
    folder = shutil.copytree(tiny, tmp_path / "model")
    engine = build(folder)
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(EngineError) as failed:
        film(engine, shot)
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
    build: Build, shot: Shot, tiny: Path, tmp_path: Path, part: str, was: str, claimed: str
) -> None:
    folder = shutil.copytree(tiny, tmp_path / "model")
    config = folder / part / "config.json"
    assert was in config.read_text()
    config.write_text(config.read_text().replace(was, claimed))
    with pytest.raises(EngineError) as failed:
        film(build(folder), shot)
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
    assert engine._rig.network is None
    assert np.array_equal(film(engine, shot), clean)


def test_a_card_that_stopped_answering_is_not_taken_for_a_bad_film(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build()
    engine.load()
    gone = torch.AcceleratorError("CUDA error: an illegal memory access was encountered")
    forward, _ = fails(99, CogVideoXTransformer3DModel.forward, gone)
    monkeypatch.setattr(CogVideoXTransformer3DModel, "forward", forward)
    with pytest.raises(CardLost) as lost:
        film(engine, shot)
    assert (lost.value.code, lost.value.retry) == ("card_failed", True)
