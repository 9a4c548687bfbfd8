"""Weights in published files bear the names of the library that wrote them; today's reads them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.engines.conftest import Build, film
from tests.engines.tinies import Tinies
from video_service.engines.base import Shot
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from safetensors.torch import load_file, save_file


@pytest.mark.parametrize(
    ("kind", "part", "now", "then"),
    [
        ("flux", "text_encoder", "", "text_model."),  # CLIP before transformers 5
        ("flux", "text_encoder_2", "shared.", "encoder.embed_tokens."),
        ("wan_t2v", "text_encoder", "shared.", "encoder.embed_tokens."),
    ],
)
def test_a_folder_with_older_names_makes_the_same(
    kind: str, part: str, now: str, then: str, build: Build, tinies: Tinies, tmp_path: Path
) -> None:
    folder = shutil.copytree(tinies(kind), tmp_path / "model")
    file = folder / part / "model.safetensors"
    weights = {
        then + name.removeprefix(now) if name.startswith(now) else name: weight
        for name, weight in load_file(file).items()
    }
    assert any(name.startswith(then) for name in weights)
    save_file(weights, file, {"format": "pt"})
    spec = read_folder(folder).spec
    shot = Shot(spec.name, "a panda", 64, 64, spec.frames[0], 1, 2, 4.0, seed=7, makes=spec.makes)
    assert np.array_equal(film(build(folder), shot), film(build(tinies(kind)), shot))
