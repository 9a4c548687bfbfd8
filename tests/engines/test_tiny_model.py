"""The tiny model anyone can write: the real layout, small, the same every time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tiny_others
from tests.engines.tinies import Tinies
from tests.tiny_model import write
from video_service.engines.folder import read_folder

LAYOUT = {
    "model_index.json",
    "scheduler/scheduler_config.json",
    "text_encoder/config.json",
    "text_encoder/model.safetensors",
    "tokenizer/tokenizer.json",
    "tokenizer/tokenizer_config.json",
    "transformer/config.json",
    "transformer/diffusion_pytorch_model.safetensors",
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
}


def listing(folder: Path) -> dict[str, int]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def test_the_layout_is_that_of_the_published_folders_and_small(tiny: Path) -> None:
    assert set(listing(tiny)) == LAYOUT
    assert sum(listing(tiny).values()) < 3 * 2**20
    assert json.loads((tiny / "model_index.json").read_text())["_class_name"] == "CogVideoXPipeline"


def test_the_same_call_writes_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    again = write(tmp_path / "again")
    assert all((again / name).read_bytes() == (tiny / name).read_bytes() for name in LAYOUT)


@pytest.mark.usefixtures("tiny")  # skips without torch
def test_the_command_writes_a_5b_folder_and_says_nothing(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "tests.tiny_model", str(tmp_path / "m"), "--kind", "t2v5b"]
    told = subprocess.run([*call, "--frames", "17"], capture_output=True, text=True, timeout=100)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    spec = read_folder(tmp_path / "m").spec
    assert (spec.name, spec.frames, spec.sizes) == ("cogvideox-5b", (9, 17), ((64, 64),))


@pytest.mark.parametrize("kind", tiny_others.OTHERS)
def test_the_other_families_are_small_too_and_the_same_every_time(
    kind: str, tinies: Tinies, tmp_path: Path
) -> None:
    sizes = listing(tinies(kind))
    assert sum(sizes.values()) < 6 * 2**20
    again = tiny_others.write(tmp_path / "again", kind)
    assert listing(again) == sizes
    assert all((again / name).read_bytes() == (tinies(kind) / name).read_bytes() for name in sizes)


@pytest.mark.usefixtures("tiny")  # skips without torch
def test_the_command_writes_every_other_kind(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "tests.tiny_model", str(tmp_path / "m"), "--kind", "wan22"]
    told = subprocess.run(call, capture_output=True, text=True, timeout=100)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    assert read_folder(tmp_path / "m").spec.modes == ("text", "photo")
