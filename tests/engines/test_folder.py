"""A model folder is understood from its own files, and its faults are told in plain English."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from video_service.engines.folder import BadFolder, read_folder


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny, tmp_path / "model")


def change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_the_published_geometry_is_read_as_720x480_with_49_frames(copy: Path) -> None:
    change(
        copy / "transformer" / "config.json", sample_width=90, sample_height=60, sample_frames=49
    )
    spec = read_folder(copy).spec
    assert (spec.sizes, spec.default_frames) == (((720, 480),), 49)
    assert spec.frames == (9, 17, 25, 33, 41, 49)


def test_a_shorter_model_allows_fewer_frames(copy: Path) -> None:
    change(copy / "transformer" / "config.json", sample_frames=25)
    assert read_folder(copy).spec.frames == (9, 17, 25)


def test_2b_and_5b_are_told_apart(tiny: Path, tiny_5b: Path) -> None:
    assert read_folder(tiny).spec.name == "cogvideox-2b"
    assert read_folder(tiny_5b).spec.name == "cogvideox-5b"


@pytest.mark.parametrize(
    ("file", "values", "says"),
    [
        ("model_index.json", {"_class_name": "CogVideoXImageToVideoPipeline"}, "ImageToVideo"),
        ("transformer/config.json", {"patch_size_t": 2}, "1.5"),
        ("transformer/config.json", {"sample_frames": 5}, "5 frames"),
        ("transformer/config.json", {"sample_width": 9}, "72x64"),
        ("transformer/config.json", {"sample_height": None}, "config.json"),
    ],
)
def test_a_folder_of_another_kind_is_refused(
    copy: Path, file: str, values: dict[str, Any], says: str
) -> None:
    change(copy / file, **values)
    with pytest.raises(BadFolder, match=says):
        read_folder(copy)


@pytest.mark.parametrize("part", ["scheduler", "tokenizer", "text_encoder", "transformer", "vae"])
def test_a_missing_part_is_named(copy: Path, part: str) -> None:
    shutil.rmtree(copy / part)
    with pytest.raises(BadFolder, match=f"{part}/ is missing"):
        read_folder(copy)


def test_a_download_that_broke_off_is_seen(copy: Path) -> None:
    (copy / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(BadFolder, match="vae/ holds no weights"):
        read_folder(copy)
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model.safetensors"}}
    (copy / "text_encoder" / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(BadFolder, match="text_encoder/model-00001-of-00002"):
        read_folder(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00"])
def test_a_broken_index_is_named(copy: Path, text: str) -> None:
    (copy / "model_index.json").write_text(text)
    with pytest.raises(BadFolder, match=r"model_index\.json"):
        read_folder(copy)


def test_the_fingerprint_names_the_weights_and_not_the_place(copy: Path, tiny: Path) -> None:
    assert read_folder(copy).fingerprint() == read_folder(tiny).fingerprint()
    weights = copy / "vae" / "diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert read_folder(copy).fingerprint() != read_folder(tiny).fingerprint()
