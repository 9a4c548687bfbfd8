"""The shelf of prompts already read: right, bounded, and never in the way."""

import os
from pathlib import Path

import pytest

from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from video_service.engines.embeds import Embeds


def test_what_was_put_comes_back_bit_for_bit(tmp_path: Path) -> None:
    shelf = Embeds(tmp_path / "embeds")
    read = torch.randn(1, 226, 32).to(torch.bfloat16)
    assert shelf.get("a panda") is None
    shelf.put("a panda", read)
    assert torch.equal(shelf.get("a panda"), read)
    assert shelf.get("a cat") is None


def test_the_least_used_goes_when_the_shelf_is_full(tmp_path: Path) -> None:
    read = torch.zeros(1, 226, 32)
    shelf = Embeds(tmp_path, most=3 * 30_000)
    for age, words in enumerate(("old", "older", "oldest")):
        shelf.put(words, read)
        os.utime(shelf._file(words), (1000 - age, 1000 - age))
    assert shelf.get("oldest") is not None  # used: now the newest
    shelf.put("new", read)
    assert [w for w in ("old", "older", "oldest", "new") if shelf.get(w) is None] == ["older"]


def test_a_broken_file_is_dropped_and_read_again(tmp_path: Path) -> None:
    shelf = Embeds(tmp_path)
    shelf.put("a panda", torch.zeros(1, 2, 3))
    file = shelf._file("a panda")
    file.write_bytes(file.read_bytes()[:20])
    assert shelf.get("a panda") is None
    assert not file.exists()


def test_what_a_kill_left_half_written_is_not_kept_for_ever(tmp_path: Path) -> None:
    half = tmp_path / "half.part"
    half.write_bytes(b"x" * 30_000)
    os.utime(half, (1000, 1000))
    shelf = Embeds(tmp_path, most=40_000)
    shelf.put("a panda", torch.zeros(1, 226, 32))
    assert not half.exists()
    assert shelf.get("a panda") is not None


def test_a_shelf_that_cannot_be_written_costs_nothing_but_itself(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    shelf = Embeds(tmp_path / "file" / "embeds")
    shelf.put("a panda", torch.zeros(1, 2, 3))
    assert shelf.get("a panda") is None
