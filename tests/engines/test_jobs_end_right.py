"""Whatever goes wrong under a real worker: the job ends with a code, and the next one is clean."""

import errno
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot import wording
from tests.service.test_worker import Wire
from video_service.client import Artefact
from video_service.engines.base import Engine, Frames, Shot
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.errand import Errand
from video_service.link import Link
from video_service.media import write_mp4
from video_service.schema.settings import ServiceSettings
from video_service.worker import Worker

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import AutoencoderKLCogVideoX

    from video_service.engines.local import LocalEngine
    from video_service.engines.workshop import Workshop

Break = Callable[["Bench", pytest.MonkeyPatch], None]


class Bench:
    """A worker over a copy of the tiny folder, which may be harmed."""

    def __init__(self, tiny: Path, folder: Path, shot: Shot) -> None:
        self.model = shutil.copytree(tiny, folder / "CogVideoX-2b")
        self.folder = read_folder(self.model)  # as the service does, when it starts
        self.whole = self.network.read_bytes()
        self.shop, self.shot = folder / "shop", shot
        self.scratch = folder / "scratch"
        self.wire = Wire()
        self.worker = self.fresh(self.wire)

    @property
    def network(self) -> Path:
        return self.model / "transformer" / "diffusion_pytorch_model.safetensors"

    def fresh(self, wire: Link) -> Worker:
        workshop = Workshop.at(self.shop)

        def build(model: str) -> Engine:
            settings = ServiceSettings(quantize="int8")
            return LocalEngine(self.folder, settings, workshop)

        return Worker(wire, build, self.scratch)

    def film(self, worker: Worker | None = None) -> None:
        (worker or self.worker).serve(
            Errand(
                id="video_1", token=1, attempt=1, shot=self.shot, photo=False, lease_s=9, beat_s=9
            )
        )


@pytest.fixture
def bench(tiny: Path, tmp_path: Path, shot: Shot) -> Bench:
    torch.set_num_threads(1)
    return Bench(tiny, tmp_path, shot)


@pytest.fixture
def films(monkeypatch: pytest.MonkeyPatch) -> list[Frames]:
    """The frames of every film that was encoded."""
    seen: list[Frames] = []

    def look(frames: Frames, *rest: Any) -> None:
        seen.append(frames)
        write_mp4(frames, *rest)

    monkeypatch.setattr("video_service.stages.write_mp4", look)
    return seen


def corrupt(bench: Bench, patch: pytest.MonkeyPatch) -> None:
    bench.network.write_bytes(bench.whole[: len(bench.whole) // 2])


def lacking(bench: Bench, patch: pytest.MonkeyPatch) -> None:
    bench.network.unlink()


def full(bench: Bench, patch: pytest.MonkeyPatch) -> None:
    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    patch.setattr("video_service.media._encode", no_room)


def too_large(bench: Bench, patch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory (injected)")

    patch.setattr("diffusers.CogVideoXTransformer3DModel.forward", no_memory)


def not_finite(bench: Bench, patch: pytest.MonkeyPatch) -> None:
    real = torch.isfinite
    patch.setattr(torch, "isfinite", lambda found: real(found) & False)


def falls_over(bench: Bench, patch: pytest.MonkeyPatch) -> None:
    def stumble(*_: Any, **__: Any) -> None:
        raise RuntimeError("a shape that nobody foresaw")

    patch.setattr("diffusers.CogVideoXTransformer3DModel.forward", stumble)


@pytest.mark.parametrize(
    ("harm", "code", "retry"),
    [
        (corrupt, "model_load_failed", False),
        (lacking, "model_load_failed", False),
        (full, "disk_full", False),
        (too_large, "out_of_memory", False),
        (not_finite, "not_finite", False),
        (falls_over, "film_failed", False),
    ],
    ids=lambda told: getattr(told, "__name__", str(told)),
)
def test_a_job_that_fails_says_why_and_the_next_film_is_as_if_nothing_had_been(
    bench: Bench,
    films: list[Frames],
    monkeypatch: pytest.MonkeyPatch,
    harm: Break,
    code: str,
    retry: bool,
) -> None:
    with monkeypatch.context() as patch:
        harm(bench, patch)
        bench.film()
    assert bench.wire.told == [f"fail {code} {retry}"]
    assert wording.failed(code).endswith("。")
    assert not bench.scratch.exists()
    bench.network.write_bytes(bench.whole)
    bench.film()
    assert bench.wire.told[-1] == "complete"
    assert not bench.scratch.exists()
    assert not list(bench.shop.rglob("*.part"))
    shutil.rmtree(bench.shop)
    bench.film(bench.fresh(Wire()))
    assert np.array_equal(films[-1], films[-2])


class Noting(Wire):
    """Keeps what was told of the film beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.step_downs: list[str] = []
        self.sidecar: dict[str, Any] = {}

    def upload(self, errand: Errand, variant: Artefact, file: Path) -> None:
        super().upload(errand, variant, file)
        if variant == "sidecar":
            self.sidecar = json.loads(file.read_text("utf-8"))

    def complete(self, errand: Errand, step_downs: Sequence[str] = ()) -> None:
        super().complete(errand, step_downs)
        self.step_downs = list(step_downs)


def test_a_film_that_was_made_smaller_is_delivered_and_every_step_down_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode, tries = AutoencoderKLCogVideoX.decode, iter((1, 2))

    def small_only(*args: Any, **more: Any) -> Any:
        if next(tries, None):
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return decode(*args, **more)

    monkeypatch.setattr(AutoencoderKLCogVideoX, "decode", small_only)
    wire = Noting()
    bench.film(bench.fresh(wire))
    assert wire.told[-1] == "complete"
    assert wire.step_downs == wire.sidecar["step_downs"] == ["tiles_200x144", "tiles_120x96"]
    assert "接缝" in wording.smaller(wire.step_downs)


def test_where_memory_ran_out_nothing_stays_loaded(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.film()
    assert bench.worker._warm.has("cogvideox-2b")
    with monkeypatch.context() as patch:
        too_large(bench, patch)
        bench.film()
    assert not bench.worker._warm.has("cogvideox-2b")
