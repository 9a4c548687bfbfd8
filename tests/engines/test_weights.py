"""Weights on disk: read whole or refused; quantized ones are kept, and read back bit by bit."""

import errno
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, film
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
    from video_service.engines.skeleton import state
    from video_service.engines.weights import read_whole

Read = Callable[[], Any]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "quantized"


@pytest.fixture
def read(tiny: Path, shelf: Path) -> Read:
    """Reads the tiny network in int8, kept on the shelf."""
    kind = class_of(read_folder(tiny), "transformer")
    floats = torch.float32

    def call() -> Any:
        with hushed():
            return read_quantized(kind, tiny / "transformer", "int8", shelf, torch_dtype=floats)

    return call


@pytest.fixture
def original(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every time that original weights are read."""
    seen: list[str] = []
    whole = read_whole

    def look(kind: Any, part: Path, **how: Any) -> Any:
        seen.append(part.name)
        return whole(kind, part, **how)

    monkeypatch.setattr("video_service.engines.quantized.read_whole", look)
    return seen


def entries(shelf: Path) -> list[str]:
    return sorted(entry.name for entry in shelf.iterdir())


def equal(left: Any, right: Any) -> bool:
    """Bit by bit, whatever kind of tensor."""
    if type(left) is not type(right) or left.dtype != right.dtype:
        return False
    if type(left) is torch.Tensor:
        return bool(torch.equal(left, right))
    names, told = left.__tensor_flatten__()
    pairs = [(getattr(left, name), getattr(right, name)) for name in names]
    return told == right.__tensor_flatten__()[1] and all(equal(a, b) for a, b in pairs)


def same(left: Any, right: Any) -> bool:
    first, second = dict(state(left)), dict(state(right))
    return first.keys() == second.keys() and all(equal(first[n], second[n]) for n in first)


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


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _gone(file: Path) -> None:
    file.unlink()


def _noise(file: Path) -> None:
    file.write_bytes(os.urandom(4000))


def _another(file: Path) -> None:
    from safetensors.torch import save_file

    save_file({"a.b": torch.zeros(2)}, file, {"tensor_names": json.dumps(["a.b"])})


@pytest.mark.parametrize("harm", [_cut, _empty, _gone, _noise, _another])
def test_kept_weights_that_are_broken_are_made_again_with_one_warning(
    read: Read, shelf: Path, original: list[str], caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
) -> None:  # fmt: skip
    first = read()
    (file,) = shelf.rglob("*.safetensors")
    harm(file)
    with caplog.at_level(logging.WARNING):
        assert same(read(), first)
    (told,) = [record.getMessage() for record in caplog.records]
    assert "are broken, quantizing again" in told
    assert len(original) == 2
    read()
    assert len(original) == 2
    assert len(entries(shelf)) == 1


def test_a_full_disk_costs_the_entry_and_not_the_film(
    tiny: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(quantized, "save_file", full)
    kind = class_of(read_folder(tiny), "transformer")
    with hushed():  # as engines call it: libraries are to be quiet, we are not
        module = read_quantized(
            kind, tiny / "transformer", "int8", shelf, torch_dtype=torch.float32
        )
    assert any(type(weight) is not torch.Tensor for _, weight in state(module))
    assert entries(shelf) == []
    (told,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "could not be kept" in told.getMessage()


def test_what_a_killed_process_left_is_cleared_away(read: Read, shelf: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    left = shelf / f"transformer-int8-0.18-abc.{dead.pid}.part"
    ours = shelf / f"transformer-int8-0.18-def.{os.getppid()}.part"
    for folder in (left, ours):
        folder.mkdir(parents=True)
    read()
    assert left.name not in entries(shelf)
    assert ours.name in entries(shelf)  # that process is still writing


def test_entries_of_another_torchao_and_those_nobody_reads_are_cleared_away(
    read: Read, shelf: Path
) -> None:
    old = shelf / "transformer-int8-0.1.0-aaaa"
    unread = shelf / f"vae-int8-{quantized._version()}-bbbb"
    fresh = shelf / f"unet-int8-{quantized._version()}-cccc"
    for folder in (old, unread, fresh):
        folder.mkdir(parents=True)
    os.utime(unread, (1, 1))
    read()
    assert entries(shelf)[-1] == fresh.name
    assert len(entries(shelf)) == 2


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
