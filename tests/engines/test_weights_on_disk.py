"""What may lie on the shelf of quantized weights: broken, half written, old; or no room."""

import errno
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.conftest import Read
from tests.engines.shelves import entries, same
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from video_service.engines import quantized
    from video_service.engines.quantized import read_quantized
    from video_service.engines.readers import class_of
    from video_service.engines.skeleton import state


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
