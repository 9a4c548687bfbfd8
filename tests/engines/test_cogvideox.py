"""The five CogVideoX on tiny weights: what diffusers films, bit for bit, and cheap to repeat."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.conftest import Build, film, quiet
from tests.engines.tinies import Tinies
from video_service import stages
from video_service.catalogue import Catalogue
from video_service.engines.base import Cancelled, Frames, Shot
from video_service.engines.folder import read_folder
from video_service.engines.framing import frame
from video_service.engines.hush import hushed
from video_service.probe import Probe
from video_service.schema import VideoRequest
from video_service.schema.settings import ServiceSettings

WORDS, PHOTOS = ("t2v", "t2v5b", "t2v15"), ("i2v", "i2v15")
KINDS = (*WORDS, *PHOTOS)


@pytest.fixture
def photo() -> bytes:
    """A noisy picture a little wider than a film of 64x64."""
    jpeg = BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (70, 90, 3), np.uint8)
    Image.fromarray(noise).save(jpeg, "JPEG")
    return jpeg.getvalue()


def monolith(folder: Path, shot: Shot, photo: bytes | None) -> Frames:
    """What diffusers itself films when it is simply asked."""
    with hushed():
        import torch
        from diffusers import CogVideoXImageToVideoPipeline, CogVideoXPipeline

        kind: Any = CogVideoXImageToVideoPipeline if photo else CogVideoXPipeline
        pipe = kind.from_pretrained(folder, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    video = pipe(
        **({"image": frame(photo, shot.width, shot.height)} if photo else {}),
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


def for_kind(kind: str, shot: Shot, photo: bytes) -> tuple[Shot, bytes | None]:
    """The shortest film of this kind, and its photo where it takes one."""
    shortest = {"t2v15": 17, "i2v15": 17}.get(kind, 9)
    return replace(shot, frames=shortest), photo if kind in PHOTOS else None


@pytest.mark.parametrize("kind", KINDS)
def test_our_stages_film_what_diffusers_films_bit_for_bit(
    kind: str, build: Build, shot: Shot, photo: bytes, tinies: Tinies
) -> None:
    mine, given = for_kind(kind, shot, photo)
    folder = tinies(kind)
    assert np.array_equal(build(folder).film(mine, given, quiet), monolith(folder, mine, given))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_identical_frames_in_any_engine(
    kind: str, build: Build, shot: Shot, photo: bytes, tinies: Tinies
) -> None:
    mine, given = for_kind(kind, shot, photo)
    engine = build(tinies(kind))
    first = engine.film(mine, given, quiet)
    assert np.array_equal(first, engine.film(mine, given, quiet))
    assert np.array_equal(first, build(tinies(kind)).film(mine, given, quiet))
    assert not np.array_equal(first, engine.film(replace(mine, seed=8), given, quiet))


def test_other_words_make_another_film(build: Build, shot: Shot) -> None:
    engine = build()
    first = film(engine, shot)
    assert not np.array_equal(first, film(engine, shot, prompt="an orange cat"))
    assert not np.array_equal(first, film(engine, shot, negative_prompt="blurry"))


@pytest.mark.parametrize("kind", PHOTOS)
def test_another_photo_makes_another_film(
    kind: str, build: Build, shot: Shot, photo: bytes, tinies: Tinies
) -> None:
    mine, _ = for_kind(kind, shot, photo)
    white = BytesIO()
    Image.new("RGB", (64, 64), "white").save(white, "JPEG")
    engine = build(tinies(kind))
    first = engine.film(mine, photo, quiet)
    assert not np.array_equal(first, engine.film(mine, white.getvalue(), quiet))


@pytest.mark.parametrize(("kind", "every"), [("t2v", 1), ("t2v5b", 5), ("t2v15", 2)])
def test_every_allowed_count_is_delivered_as_asked(
    kind: str, every: int, build: Build, shot: Shot, tinies: Tinies
) -> None:
    folder = tinies(kind)
    engine, allowed = build(folder), read_folder(folder).spec.frames[::every]
    assert {n: len(film(engine, shot, frames=n, steps=1)) for n in allowed} == {
        n: n for n in allowed
    }


def test_the_counts_we_refuse_are_those_the_pipeline_bends(shot: Shot, tiny: Path) -> None:
    asked = (4, 7, 12, 13, 21)
    bent = {n: len(monolith(tiny, replace(shot, frames=n, steps=1), None)) for n in asked}
    assert bent == {4: 1, 7: 8, 12: 9, 13: 16, 21: 24}
    assert not set(asked) & set(read_folder(tiny).spec.frames)


@pytest.mark.parametrize("guidance", [1.0, 12.0])
def test_the_ends_of_the_guidance_range_film(build: Build, shot: Shot, guidance: float) -> None:
    assert film(build(), shot, guidance=guidance).std() > 1


@pytest.mark.parametrize("kind", ["t2v", "i2v15"])
@pytest.mark.parametrize("tier", ["standard", "fast", "preview"])
def test_a_film_cancelled_at_its_third_step_leaves_the_next_one_as_a_fresh_engine_makes_it(
    kind: str, tier: Any, build: Build, shot: Shot, photo: bytes, tinies: Tinies
) -> None:
    mine, given = for_kind(kind, replace(shot, tier=tier, steps=8), photo)
    engine = build(tinies(kind))
    seen: list[tuple[str, float]] = []

    def stop(stage: str, fraction: float) -> None:
        seen.append((stage, fraction))
        if (stage, fraction) == ("denoise", 3 / 8):
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.film(mine, given, stop)
    assert seen[-1] == ("denoise", 3 / 8)
    fresh = build(tinies(kind))
    for again in (mine, replace(mine, tier="standard")):
        assert np.array_equal(engine.film(again, given, quiet), fresh.film(again, given, quiet))


def test_a_decode_is_cancelled_before_its_next_piece(build: Build, shot: Shot) -> None:
    engine = build()
    clean = film(engine, shot, frames=17)
    pieces: list[str] = []

    def stop(stage: str, fraction: float) -> None:
        pieces.extend([stage] if stage == "decode" else [])
        if len(pieces) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        film(engine, shot, stop, frames=17)
    assert np.array_equal(film(engine, shot, frames=17), clean)


def test_every_stage_reports_from_beginning_to_end(build: Build, shot: Shot) -> None:
    seen: dict[str, list[float]] = {}
    film(build(), shot, lambda stage, fraction: seen.setdefault(stage, []).append(fraction))
    assert list(seen) == ["embed", "denoise", "decode"]
    assert all((f[0], f[-1], f == sorted(f)) == (0.0, 1.0, True) for f in seen.values())
    assert len(seen["denoise"]) == 6


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
    assert (told["profile"], told["precision"], told["tier"]) == ("cpu", "float32", "standard")
    assert (told["draft"], told["step_downs"]) == (False, [])
