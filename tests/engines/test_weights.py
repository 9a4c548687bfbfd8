"""Weights on disk: read whole or refused; quantized ones are kept, and read back bit by bit."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, Read, film
from tests.engines.shelves import entries, same
from tests.engines.tinies import Tinies
from video_service.engines.base import EngineError, Shot
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from video_service.engines import quantized
    from video_service.engines.families import open_family
    from video_service.engines.quantized import read_quantized
    from video_service.engines.readers import class_of
    from video_service.engines.weights import read_whole


def test_a_second_start_reads_the_kept_weights_and_not_the_original(
    read: Read, original: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read()
    assert original == ["transformer"]

    def never(*_: Any) -> None:
        raise AssertionError("quantized again")

    monkeypatch.setattr(quantized, "quantize", never)
    assert same(read(), first)
    assert original == ["transformer"]


@pytest.mark.parametrize("scheme", ["int8", "int8-dynamic"])
@pytest.mark.parametrize("floats", [torch.float32, torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize(
    ("kind", "part"),
    [("t2v", "text_encoder"), ("t2v", "transformer"), ("t2v5b", "transformer"),
     ("wan_t2v", "transformer"), ("i2vgenxl", "unet"), ("flux", "text_encoder"),
     ("qwen_image", "text_encoder"), ("qwen_image", "transformer")],
)  # fmt: skip
def test_what_is_read_back_is_equal_bit_by_bit_for_every_family(
    tinies: Tinies, shelf: Path, monkeypatch: pytest.MonkeyPatch,
    kind: Any, part: str, floats: Any, scheme: Any,
) -> None:  # fmt: skip
    folder = read_folder(tinies(kind))
    model = class_of(folder, part)
    family = open_family(folder.spec.family)
    how = {"torch_dtype" if hasattr(model, "load_config") else "dtype": floats}

    def prepare(module: Any) -> None:
        if part == family.network:
            family.prepare(module, fuse=True)

    def take() -> Any:
        with hushed():
            return read_quantized(model, folder.path / part, scheme, shelf, prepare, **how)

    first = take()
    monkeypatch.setattr(quantized, "read_whole", None)  # whoever calls it fails
    assert same(take(), first)


def test_an_engine_films_the_same_from_kept_weights(
    build: Build, tiny: Path, shot: Shot, tmp_path: Path, original: list[str]
) -> None:
    first = film(build(tiny, tmp_path, quantize="int8"), shot)
    assert sorted(original) == ["text_encoder", "transformer"]
    shutil.rmtree(tmp_path / "embeds")  # so that the second one reads the words as well
    assert np.array_equal(film(build(tiny, tmp_path, quantize="int8"), shot), first)
    assert sorted(original) == ["text_encoder", "transformer"]


@pytest.mark.parametrize("other", ["scheme", "floats", "prepared", "weights"])
def test_weights_for_something_else_are_kept_apart(
    tiny: Path, shelf: Path, tmp_path: Path, read: Read, original: list[str], other: str
) -> None:
    read()
    part = shutil.copytree(tiny / "transformer", tmp_path / "copy" / "transformer")
    kind = class_of(read_folder(tiny), "transformer")
    scheme: Any = "int8-dynamic" if other == "scheme" else "int8"
    floats = torch.bfloat16 if other == "floats" else torch.float32
    if other == "weights":
        file = part / "diffusion_pytorch_model.safetensors"
        file.write_bytes(file.read_bytes()[:-4] + b"\x00\x00\x00\x40")  # its last number is 2

    def fuse(module: Any) -> None:
        open_family("cogvideox").prepare(module, fuse=other == "prepared")

    read_quantized(kind, part, scheme, shelf, fuse, torch_dtype=floats)
    assert len(original) == 2
    assert len(entries(shelf)) == 2
    read_quantized(kind, part, scheme, shelf, fuse, torch_dtype=floats)
    assert len(original) == 2


def test_the_same_weights_in_another_folder_are_kept_once(
    tiny: Path, tmp_path: Path, read: Read, shelf: Path, original: list[str]
) -> None:
    read()
    part = shutil.copytree(tiny / "transformer", tmp_path / "other" / "transformer")
    kind = class_of(read_folder(tiny), "transformer")
    read_quantized(kind, part, "int8", shelf, torch_dtype=torch.float32)
    assert original == ["transformer"]


def test_without_a_shelf_nothing_is_kept(build: Build, tiny: Path, shot: Shot) -> None:
    engine = build(tiny, None, quantize="int8")
    assert film(engine, shot).shape == (9, 64, 64, 3)


def test_a_file_that_lacks_weights_is_refused_when_quantized_too(
    tiny: Path, tmp_path: Path, shelf: Path
) -> None:
    part = shutil.copytree(tiny / "transformer", tmp_path / "transformer")
    told = json.loads((part / "config.json").read_text())
    (part / "config.json").write_text(json.dumps({**told, "num_layers": 3}))
    kind = class_of(read_folder(tiny), "transformer")
    with pytest.raises(EngineError, match="lacks"), hushed():
        read_whole(kind, part)
    with pytest.raises(EngineError, match="lacks") as failed, hushed():
        read_quantized(kind, part, "int8", shelf)
    assert failed.value.code == "model_load_failed"
    assert not shelf.exists()


def test_the_network_is_asked_from_the_shelf_of_the_workshop(
    build: Build, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path | None] = []

    def look(kind: Any, part: Path, scheme: Any, shelf: Path | None, *rest: Any, **how: Any) -> Any:
        asked.append(shelf)
        return read_quantized(kind, part, scheme, shelf, *rest, **how)

    monkeypatch.setattr("video_service.engines.rig.read_quantized", look)
    build(tiny, tmp_path, quantize="int8").load()
    assert asked == [tmp_path / "quantized"]
