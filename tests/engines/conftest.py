"""Tiny models written once a run, and small shots for them."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.engines.tinies import Tinies
from tests.tiny_model import write
from video_service.engines.base import Frames, Report, Shot
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.schema.settings import ServiceSettings

Build = Callable[..., Any]
Read = Callable[[], Any]


@pytest.fixture(autouse=True, scope="module")
def what_stands_already_is_no_garbage() -> None:
    """Every engine that is closed looks for garbage; not in all that other files have imported."""
    gc.freeze()


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny folder laid out like CogVideoX-2b."""
    if find_spec("torch") is None:
        pytest.skip("torch is not installed: pip install 'qunying[video]'")
    folder = write(tmp_path_factory.mktemp("models") / "CogVideoX-2b")
    gc.freeze()  # else every engine that is closed looks through all of torch again
    return folder


@pytest.fixture(scope="session")
def tiny_5b(tiny: Path) -> Path:
    """A tiny folder laid out like CogVideoX-5b, beside the 2b, in a place of their own."""
    both = tiny.parent / "both"
    both.mkdir()
    (both / tiny.name).symlink_to(tiny)
    return write(both / "CogVideoX-5b", "t2v5b")


@pytest.fixture(scope="session")
def tinies(tiny: Path) -> Tinies:
    """Tiny folders of every kind, in a place of their own."""
    models = tiny.parent / "all"
    models.mkdir()
    (models / tiny.name).symlink_to(tiny)
    return Tinies(models)


@pytest.fixture
def build(tiny: Path) -> Iterator[Build]:
    """Makes an engine for a folder (the tiny 2B) under some settings; closes them all."""
    with hushed():
        import torch

        from video_service.engines.local import LocalEngine
        from video_service.engines.workshop import Workshop
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a model only waits for its threads on a busy machine
    made = []

    def make(folder: Path = tiny, shop: Path | None = None, **settings: Any) -> LocalEngine:
        model = read_folder(folder)
        made.append(LocalEngine(model, ServiceSettings(**settings), Workshop.at(shop)))
        return made[-1]

    yield make
    for engine in made:
        engine.close()
    torch.set_num_threads(threads)


@pytest.fixture
def shot() -> Shot:
    """Nine frames in five steps: a tenth of a second on a CPU."""
    return Shot("cogvideox-2b", "a panda plays guitar", 64, 64, 9, 8, 5, 6.0, seed=7)


def quiet(stage: str, fraction: float) -> None:
    """A `Report` that nobody reads."""


def film(engine: Any, shot: Shot, report: Report = quiet, **changes: Any) -> Frames:
    frames: Frames = engine.film(replace(shot, **changes), None, report)
    return frames


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "quantized"


@pytest.fixture
def read(tiny: Path, shelf: Path) -> Read:
    """Reads the tiny network in int8, kept on the shelf."""
    with hushed():
        import torch

        from video_service.engines.quantized import read_quantized
        from video_service.engines.readers import class_of
    kind = class_of(read_folder(tiny), "transformer")
    floats = torch.float32

    def call() -> Any:
        with hushed():
            return read_quantized(kind, tiny / "transformer", "int8", shelf, torch_dtype=floats)

    return call


@pytest.fixture
def original(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every time that original weights are read."""
    from video_service.engines.weights import read_whole

    seen: list[str] = []
    whole = read_whole

    def look(kind: Any, part: Path, **how: Any) -> Any:
        seen.append(part.name)
        return whole(kind, part, **how)

    monkeypatch.setattr("video_service.engines.quantized.read_whole", look)
    return seen


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder
