"""A local engine of any family: words read once, profiles kept, everything told afterwards."""

import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, film, quiet
from tests.engines.tinies import Tinies
from video_service import profiles, stages
from video_service.engines.base import Frames, Shot
from video_service.engines.hush import hushed
from video_service.needs import Profile

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXPipeline, CogVideoXTransformer3DModel
    from transformers import T5EncoderModel


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every text that T5 reads."""
    calls: list[int] = []
    forward = T5EncoderModel.forward

    def counted(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return forward(*args, **more)

    monkeypatch.setattr(T5EncoderModel, "forward", counted)
    return calls


def likeness(one: Frames, other: Frames) -> float:
    """Peak signal-to-noise ratio of two films in dB."""
    off = (one.astype(float) - other) ** 2
    return float(10 * np.log10(255**2 / off.mean()))


def test_words_read_before_need_no_text_encoder_at_all(
    build: Build, shot: Shot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = film(build(shop=tmp_path), shot)

    def read_again(*_: Any, **__: Any) -> Any:
        raise AssertionError("the text encoder was loaded")

    monkeypatch.setattr(T5EncoderModel, "from_pretrained", read_again)
    assert np.array_equal(film(build(shop=tmp_path), shot), first)
    assert len(list((tmp_path / "embeds").iterdir())) == 2


def test_new_words_are_read_and_the_negative_ones_are_not_read_again(
    build: Build, shot: Shot, tmp_path: Path, reads: list[int]
) -> None:
    engine = build(shop=tmp_path)
    film(engine, shot)
    assert len(reads) == 2
    film(engine, shot, prompt="an orange cat")
    assert len(reads) == 3


def test_without_guidance_there_is_nothing_to_steer_away_from(
    build: Build, shot: Shot, reads: list[int]
) -> None:
    film(build(), shot, guidance=1.0)
    assert len(reads) == 1


def test_two_models_with_the_same_text_encoder_share_what_it_read_and_others_do_not(
    build: Build, shot: Shot, tmp_path: Path, reads: list[int], tinies: Tinies
) -> None:
    film(build(tinies("t2v"), shop=tmp_path), shot)
    film(build(tinies("t2v5b"), shop=tmp_path), shot)
    assert len(reads) == 2
    film(build(tinies("t2v"), shop=tmp_path, quantize="int8"), shot)
    assert len(reads) == 4
    other = shutil.copytree(tinies("t2v"), tmp_path / "other")
    weights = other / "text_encoder" / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    film(build(other, shop=tmp_path), shot)
    assert len(reads) == 6


def test_int8_weights_film_almost_the_same_clip_from_smaller_weights(
    build: Build, shot: Shot
) -> None:
    from video_service.engines.place import weigh

    plain, small = build(), build(quantize="int8")
    assert 35 < likeness(film(plain, shot), film(small, shot)) < np.inf
    told = small.facts()
    assert (told["quantize"], told["text_encoder"]) == ("int8", "cpu int8")
    assert weigh(small._rig.network) < 0.5 * weigh(plain._rig.network)


def test_half_precision_films_on_a_cpu_when_it_is_asked_for(build: Build, shot: Shot) -> None:
    engine = build(dtype="bfloat16")
    assert 25 < likeness(film(engine, shot), film(build(), shot)) < np.inf
    assert engine.facts()["precision"] == "bfloat16"


@pytest.mark.parametrize("placement", ["resident", "aside", "stream"])
@pytest.mark.parametrize("tiles", [0, 1])
def test_wherever_the_weights_lie_the_clip_is_the_same(
    placement: Any,
    tiles: int,
    build: Build,
    shot: Shot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clean = film(build(), shot)
    chosen = Profile("8gb", "none", "cpu", "none", placement, tiles, False, "float32")
    monkeypatch.setattr(profiles, "choose", lambda *_: chosen)
    engine = build()
    for _ in range(2):
        assert np.array_equal(film(engine, shot), clean)
    told = engine.facts()
    assert (told["profile"], told["placement"], told["step_downs"]) == ("8gb", placement, [])


def test_what_a_film_will_take_is_predicted_before_it_is_made(
    build: Build, shot: Shot, caplog: pytest.LogCaptureFixture
) -> None:
    engine = build()
    said: list[str] = []

    def listen(stage: str, fraction: float) -> None:
        if (stage, fraction) == ("embed", 0.0):
            said.extend(record.getMessage() for record in caplog.records)

    with caplog.at_level(logging.INFO, "video_service"):
        film(engine, shot, listen)
    assert any("GiB planned to denoise" in line and "64x64x9" in line for line in said)


def test_a_film_with_fewer_frames_is_delivered_and_says_so(
    build: Build, shot: Shot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward, calls = CogVideoXTransformer3DModel.forward, []

    def tight(*args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return forward(*args, **more)

    monkeypatch.setattr(CogVideoXTransformer3DModel, "forward", tight)
    made = stages.film(build(), replace(shot, frames=25), None, tmp_path, quiet)
    told = json.loads(made.files["sidecar"].read_text())
    assert (told["frames"], told["step_downs"]) == (9, ["fewer_frames"])
    assert made.step_downs == ("fewer_frames",)


def test_the_shelf_of_words_lies_beside_the_quantized_weights(
    build: Build, shot: Shot, tmp_path: Path
) -> None:
    film(build(shop=tmp_path, quantize="int8"), shot)
    assert {folder.name for folder in tmp_path.iterdir()} == {"embeds", "quantized"}


def test_engines_that_only_wait_leave_before_a_decode_is_made_smaller(
    build: Build, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, tries, waiting = build(), [], ["another engine"]
    clean = film(engine, shot)
    decode = CogVideoXPipeline.decode_latents

    def tight(*args: Any) -> Any:
        tries.append(1)
        if waiting:
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return decode(*args)

    monkeypatch.setattr(CogVideoXPipeline, "decode_latents", tight)
    engine.inherit(lambda: bool(waiting) and bool(waiting.pop()))
    assert np.array_equal(film(engine, shot), clean)
    assert engine.facts()["step_downs"] == []
    assert len(tries) == 2
