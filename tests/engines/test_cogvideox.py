"""The real pipeline on tiny weights: right frames, reproducible, cancellable, cheap to repeat."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, film, quiet
from video_service import stages
from video_service.catalogue import Catalogue
from video_service.engines.base import Cancelled, Frames, Shot
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.probe import Probe
from video_service.schema import VideoRequest
from video_service.schema.settings import ServiceSettings


def monolith(folder: Path, shot: Shot) -> Frames:
    """What diffusers itself films when it is simply asked."""
    with hushed():
        import torch
        from diffusers import CogVideoXPipeline

        pipe = CogVideoXPipeline.from_pretrained(folder, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    video = pipe(
        prompt=shot.prompt,
        negative_prompt=shot.negative_prompt,
        width=shot.width,
        height=shot.height,
        num_frames=shot.frames,
        num_inference_steps=shot.steps,
        guidance_scale=shot.guidance,
        generator=torch.Generator().manual_seed(shot.seed),
        output_type="np",
    ).frames[0]
    frames: Frames = (video * 255).round().astype(np.uint8)
    return frames


@pytest.mark.parametrize("kind", ["tiny", "tiny_5b"])
def test_our_stages_film_what_diffusers_films_bit_for_bit(
    kind: str, build: Build, shot: Shot, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(kind)
    assert np.array_equal(film(build(folder), shot), monolith(folder, shot))


@pytest.mark.parametrize(("kind", "every"), [("tiny", 1), ("tiny_5b", 5)])
def test_every_allowed_count_is_delivered_as_asked(
    kind: str, every: int, build: Build, shot: Shot, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(kind)
    engine, allowed = build(folder), read_folder(folder).spec.frames[::every]
    assert {n: len(film(engine, shot, frames=n, steps=2)) for n in allowed} == {
        n: n for n in allowed
    }


def test_the_counts_we_refuse_are_those_the_pipeline_bends(
    build: Build, shot: Shot, tiny: Path
) -> None:
    engine, allowed = build(), read_folder(tiny).spec.frames
    bent = {n: len(film(engine, shot, frames=n, steps=2)) for n in (4, 7, 12, 13, 21)}
    assert bent == {4: 1, 7: 8, 12: 9, 13: 16, 21: 24}
    assert not set(bent) & set(allowed)


def test_the_same_seed_gives_identical_frames_in_any_engine(build: Build, shot: Shot) -> None:
    engine = build()
    first = film(engine, shot)
    assert np.array_equal(first, film(engine, shot))
    assert np.array_equal(first, film(build(), shot))
    assert not np.array_equal(first, film(engine, shot, seed=8))
    assert not np.array_equal(first, film(engine, shot, prompt="an orange cat"))
    assert not np.array_equal(first, film(engine, shot, negative_prompt="blurry"))


@pytest.mark.parametrize("guidance", [1.0, 12.0])
def test_the_ends_of_the_guidance_range_film(build: Build, shot: Shot, guidance: float) -> None:
    assert film(build(), shot, guidance=guidance).std() > 1


def test_a_cancelled_film_stops_within_a_step_and_spoils_nothing(build: Build, shot: Shot) -> None:
    engine = build()
    clean = film(engine, shot)
    seen: list[tuple[str, float]] = []

    def stop(stage: str, fraction: float) -> None:
        seen.append((stage, fraction))
        if (stage, fraction) == ("denoise", 3 / 5):
            raise Cancelled

    with pytest.raises(Cancelled):
        film(engine, shot, stop)
    assert seen[-1] == ("denoise", 3 / 5)
    assert np.array_equal(film(engine, shot), clean)


def test_every_stage_reports_from_beginning_to_end(build: Build, shot: Shot) -> None:
    seen: dict[str, list[float]] = {}
    film(build(), shot, lambda stage, fraction: seen.setdefault(stage, []).append(fraction))
    assert list(seen) == ["embed", "denoise", "decode"]
    assert all((f[0], f[-1], f == sorted(f)) == (0.0, 1.0, True) for f in seen.values())
    assert len(seen["denoise"]) == 6


def test_words_read_before_are_not_read_again(build: Build, shot: Shot, tmp_path: Path) -> None:
    first = film(build(shop=tmp_path), shot)
    again = build(shop=tmp_path)
    again.load()
    again._t5._encoder = None  # it would fail if it were asked
    assert np.array_equal(film(again, shot), first)
    assert len(list((tmp_path).iterdir())) == 2


def test_embeddings_of_other_weights_are_never_taken(
    build: Build, shot: Shot, tmp_path: Path, tiny_5b: Path
) -> None:
    film(build(shop=tmp_path), shot)
    film(build(tiny_5b, shop=tmp_path), shot)
    film(build(shop=tmp_path, quantize="int8"), shot)
    assert len(list(tmp_path.glob("embeds/*.safetensors"))) == 6


def test_int8_weights_film_almost_the_same_clip_from_smaller_weights(
    build: Build, shot: Shot
) -> None:
    plain, small = build(), build(quantize="int8")
    off = film(plain, shot).astype(float) - film(small, shot)
    assert 0 < (off**2).mean()
    assert 10 * np.log10(255**2 / (off**2).mean()) > 35
    assert "quantize=int8" in small.facts()["profile"]
    assert type(small._pipe.transformer.proj_out.weight).__name__ == "Int8Tensor"
    from video_service.engines.place import weigh  # torch, which `build` looked for

    # what decides whether it stays on the card
    assert weigh(small._pipe.transformer) < 0.5 * weigh(plain._pipe.transformer)


def test_half_precision_films_on_a_cpu_when_it_is_asked_for(build: Build, shot: Shot) -> None:
    engine = build(dtype="bfloat16")
    off = film(engine, shot).astype(float) - film(build(), shot)
    assert 10 * np.log10(255**2 / (off**2).mean()) > 25
    assert "bfloat16" in engine.facts()["profile"]


@pytest.mark.usefixtures("build")  # one thread, like the others
def test_the_sidecar_of_a_real_film_tells_how_to_make_it_again(tiny: Path, tmp_path: Path) -> None:
    catalogue = Catalogue(ServiceSettings(model=str(tiny)), Probe(), tmp_path)
    asked = VideoRequest(prompt="a panda", num_frames=17, num_inference_steps=20, seed=3)
    shot = catalogue.resolve(asked, has_photo=False)
    engine = catalogue.build(shot.model)
    (tmp_path / "a").mkdir()
    made = stages.film(engine, shot, None, tmp_path / "a", quiet)
    engine.close()
    told: dict[str, Any] = json.loads(made.files["sidecar"].read_text())
    assert (told["model"], told["seed"], told["frames"]) == ("cogvideox-2b", 3, 17)
    assert set(told["stage_seconds"]) == {"embed", "denoise", "decode", "encode", "poster"}
    assert told["weights"] == read_folder(tiny).fingerprint()
    assert set(told["versions"]) == {"torch", "diffusers", "transformers", "torchao", "av"}
    assert told["peak_bytes"] > 0
    assert (told["draft"], told["step_downs"]) == (False, [])
