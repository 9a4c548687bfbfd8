"""The tiny folders of the engine tests, hubs that publish them, and the command to ask."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engines.conftest import tiny
from tests.models.hubs import Hub, open_hubs
from video_service.engines.specs import COGVIDEOX_2B
from video_service.models import fetch
from video_service.program import main

__all__ = ["tiny"]


@pytest.fixture
def published(tiny: Path, tmp_path: Path) -> Path:
    """The tiny model as hubs publish one: with pictures, pickles and an archive beside it."""
    folder = tmp_path / "published"
    shutil.copytree(tiny, folder)
    (folder / "README.md").write_text("# CogVideoX", "utf-8")
    (folder / "assets").mkdir()
    (folder / "assets" / "demo.gif").write_bytes(b"GIF" * 5000)
    (folder / "transformer" / "diffusion_pytorch_model.bin").write_bytes(b"pickle" * 5000)
    (folder / "cogvideox.safetensors").write_bytes(b"all in one" * 5000)
    (folder / "vae" / "diffusion_pytorch_model.fp16.safetensors").write_bytes(b"half" * 5000)
    return folder


@pytest.fixture
def hub(published: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Both hubs have CogVideoX-2b."""
    monkeypatch.setattr(fetch, "WAITS_S", (0.0, 0.0, 0.0))
    ids = COGVIDEOX_2B.source.modelscope, COGVIDEOX_2B.source.huggingface
    with open_hubs(Hub({str(id): published for id in ids})) as hub:
        monkeypatch.setenv("MODELSCOPE_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@dataclass
class Terminal:
    """`qunying models …` in a folder of its own: the exit code, and what was shown."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    code: int = -1
    out: str = ""
    errors: str = ""

    def run(self, *words: str) -> str:
        self.code = main(["models", *words])
        self.out, self.errors = self.capsys.readouterr()
        return self.out

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    @property
    def models(self) -> Path:
        return self.folder / "models"


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return Terminal(tmp_path, capsys)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "models" / "CogVideoX-2b"
