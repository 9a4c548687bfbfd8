"""Every family beside CogVideoX: its stages make what diffusers makes, and its faults are ours."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.conftest import Build, quiet
from tests.engines.plain import film_plainly
from tests.engines.tinies import Tinies
from video_service import footprints
from video_service.engines.base import Cancelled, EngineError, Frames, Report, Shot
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")

CASES = [
    ("wan_t2v", "text"),
    ("wan22", "text"),
    ("wan22", "photo"),
    ("i2vgenxl", "photo"),
    ("flux", "text"),
    ("qwen_image", "text"),
]
STEPS = 4


@dataclass(frozen=True)
class Case:
    """A tiny engine, a short shot for it and the photo it starts from."""

    kind: str
    folder: Path
    shot: Shot
    photo: Image.Image | None
    make: Callable[..., Any]

    def film(self, engine: Any, report: Report = quiet, **changes: Any) -> Frames:
        frames: Frames = engine.film(replace(self.shot, **changes), self._bytes(), report)
        return frames

    def _bytes(self) -> bytes | None:
        if self.photo is None:
            return None
        file = BytesIO()
        self.photo.save(file, "PNG")
        return file.getvalue()


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest, tinies: Tinies, build: Build) -> Case:
    kind, mode = request.param
    folder = tinies(kind)
    spec = read_folder(folder).spec
    width, height = spec.sizes[0]
    shot = Shot(
        spec.name,
        "a panda plays guitar",
        width,
        height,
        spec.frames[0],
        spec.fps,
        STEPS,
        spec.default_guidance,
        seed=7,
        negative_prompt="blurry" if spec.negative else "",
        makes=spec.makes,
    )
    photo = None
    if mode == "photo":
        levels = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
        photo = Image.fromarray(levels)
    return Case(kind, folder, shot, photo, lambda **more: build(folder, **more))


@pytest.fixture(scope="module")
def filmed() -> dict[str, Frames]:
    """What fresh engines have made."""
    return {}


@pytest.fixture
def clean(request: pytest.FixtureRequest, case: Case, filmed: dict[str, Frames]) -> Frames:
    """What a fresh engine makes of the case, filmed once for all that compare with it."""
    name = request.node.callspec.id
    if name not in filmed:
        filmed[name] = case.film(case.make())
    return filmed[name]


def test_our_stages_make_what_diffusers_makes_bit_for_bit(case: Case, clean: Frames) -> None:
    assert clean.std() > 1
    assert np.array_equal(clean, film_plainly(case.kind, case.folder, case.shot, case.photo))


def test_the_same_seed_gives_the_same_frames_in_any_engine(
    case: Case, clean: Frames, tmp_path: Path
) -> None:
    engine = case.make(shop=tmp_path)
    first = case.film(engine)
    assert np.array_equal(first, clean)
    assert np.array_equal(first, case.film(engine))
    assert np.array_equal(first, case.film(case.make(shop=tmp_path)))  # words from the shelf
    assert not np.array_equal(first, case.film(engine, seed=8))
    assert not np.array_equal(first, case.film(engine, prompt="熊猫弹吉他"))


def test_no_guidance_films_too(case: Case) -> None:
    assert case.film(case.make(), guidance=1.0).std() > 1


def test_a_cancelled_film_stops_within_a_step_and_spoils_nothing(case: Case, clean: Frames) -> None:
    engine = case.make()
    seen: list[tuple[str, float]] = []

    def stop(stage: str, fraction: float) -> None:
        seen.append((stage, fraction))
        if (stage, fraction) == ("denoise", 3 / STEPS):
            raise Cancelled

    with pytest.raises(Cancelled):
        case.film(engine, stop)
    assert seen[-1] == ("denoise", 3 / STEPS)
    assert np.array_equal(case.film(engine), clean)


def test_every_stage_reports_from_beginning_to_end(case: Case) -> None:
    seen: dict[str, list[float]] = {}
    case.film(case.make(), lambda stage, fraction: seen.setdefault(stage, []).append(fraction))
    assert list(seen) == ["embed", "denoise", "decode"]
    assert all((f[0], f[-1], f == sorted(f)) == (0.0, 1.0, True) for f in seen.values())
    assert seen["denoise"] == [n / STEPS for n in range(STEPS + 1)]


def read_mode(case: Case) -> Any:
    return "photo" if case.photo else "text"


def runs_out(monkeypatch: pytest.MonkeyPatch, module: Any, times: int) -> list[int]:
    """Let calls of `module` run out of memory; how often it was called."""
    calls: list[int] = []
    forward = module.forward

    def call(*args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) <= times:
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return forward(*args, **more)

    monkeypatch.setattr(module, "forward", call)
    return calls


def test_a_decode_that_does_not_fit_is_made_smaller_and_the_denoise_is_not_repeated(
    case: Case, clean: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = case.make()
    engine.load()
    runs_out(monkeypatch, engine._rig.pipe(read_mode(case)).vae.decoder, times=1)
    steps: list[float] = []
    frames = case.film(
        engine, lambda stage, done: steps.append(done) if stage == "denoise" else None
    )
    assert len(steps) == STEPS + 1
    assert frames.shape == clean.shape
    assert engine.facts()["step_downs"][0].startswith("tiles_")
    assert np.array_equal(frames, clean)  # the tiles of a real size hold all of so small a film


def test_a_denoise_that_does_not_fit_is_tried_smaller_or_told(
    case: Case, clean: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = case.make()
    engine.load()
    with monkeypatch.context() as patch:
        runs_out(patch, engine._rig.network, times=10**6)
        with pytest.raises(EngineError) as failed:
            case.film(engine)
    assert failed.value.code == "out_of_memory"
    assert np.array_equal(case.film(engine), clean)


def test_broken_weights_make_nothing_black(case: Case) -> None:
    engine = case.make()
    engine.load()
    with torch.no_grad():
        next(engine._rig.network.parameters()).fill_(float("nan"))
    with pytest.raises(EngineError) as failed:
        case.film(engine)
    assert failed.value.code == "not_finite"


def test_a_corrupt_network_is_told_in_one_line(case: Case, tmp_path: Path, build: Build) -> None:
    folder = shutil.copytree(case.folder, tmp_path / "model")
    (weights,) = folder.glob("[tu]*/diffusion_pytorch_model.safetensors")
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(EngineError) as failed:
        build(folder).load()
    assert failed.value.code == "model_load_failed"
    assert "\n" not in str(failed.value)


def test_int8_weights_make_almost_the_same(case: Case, clean: Frames) -> None:
    off = clean.astype(float) - case.film(case.make(quantize="int8"))
    assert 0 < (off**2).mean() < 255**2 / 10**3  # 30 dB at least


def test_every_rung_of_the_tiled_decode_delivers_the_right_size(case: Case) -> None:
    """A tile and a half and a bit more, in both directions: three tiles, the last one cut."""
    engine = case.make()
    engine.load()
    pipe, family = engine._rig.pipe(read_mode(case)), engine._family
    with torch.no_grad():
        words = engine._embed(case.shot, quiet)
        made = family.denoise(pipe, case.shot, words, case.photo, lambda: None)
        first = made[:, :, :1] if made.ndim == 5 else made  # frames are decoded one by one
        scale = case.shot.width // made.shape[-1]
        for height, width in footprints.tiles(read_folder(case.folder).spec):
            down, across = (side * 3 // 2 // scale + 2 for side in (height, width))
            shape = *first.shape[:-2], down, across
            latents = torch.randn(shape, generator=torch.Generator().manual_seed(0))
            family.tile(pipe, (height, width))
            tiled = family.decode(pipe, latents)
            assert tiled.shape == (3, 1, down * scale, across * scale)
            family.tile(pipe, None)
            assert not torch.equal(tiled, family.decode(pipe, latents))
