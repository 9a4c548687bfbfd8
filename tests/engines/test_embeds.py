"""The shelf of prompts already read: right, bounded, and never in the way."""

import os
from pathlib import Path
from typing import Any

import pytest

from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from video_service.engines.embeds import Embeds


def read(tokens: int = 226) -> dict[str, Any]:
    return {"embeds": torch.zeros(1, tokens, 32)}


def test_what_was_put_comes_back_bit_for_bit(tmp_path: Path) -> None:
    shelf = Embeds(tmp_path / "embeds")
    whole = {
        "embeds": torch.randn(1, 226, 32).to(torch.bfloat16),
        "mask": torch.tensor([[1, 1, 0]]),
    }
    assert shelf.get("a panda") is None
    shelf.put("a panda", whole)
    back = shelf.get("a panda")
    assert back is not None
    assert set(back) == set(whole)
    assert all(torch.equal(back[name], whole[name]) for name in whole)
    assert shelf.get("a cat") is None


def test_what_is_only_a_view_is_kept_whole(tmp_path: Path) -> None:
    shelf = Embeds(tmp_path)
    wide = torch.randn(2, 32, 226)
    shelf.put("a panda", {"embeds": wide.mT, "pooled": wide.mT})
    back = shelf.get("a panda")
    assert back is not None
    assert torch.equal(back["embeds"], wide.mT)


def test_the_least_used_goes_when_the_shelf_is_full(tmp_path: Path) -> None:
    shelf = Embeds(tmp_path, most=3 * 30_000)
    for age, words in enumerate(("old", "older", "oldest")):
        shelf.put(words, read())
        os.utime(shelf._file(words), (1000 - age, 1000 - age))
    assert shelf.get("oldest") is not None  # used: now the newest
    shelf.put("new", read())
    assert [w for w in ("old", "older", "oldest", "new") if shelf.get(w) is None] == ["older"]


def test_a_broken_file_is_dropped_and_read_again(tmp_path: Path) -> None:
    shelf = Embeds(tmp_path)
    shelf.put("a panda", read(2))
    file = shelf._file("a panda")
    file.write_bytes(file.read_bytes()[:20])
    assert shelf.get("a panda") is None
    assert not file.exists()


def test_what_a_kill_left_half_written_is_not_kept_for_ever(tmp_path: Path) -> None:
    half = tmp_path / "half.part"
    half.write_bytes(b"x" * 30_000)
    os.utime(half, (1000, 1000))
    shelf = Embeds(tmp_path, most=40_000)
    shelf.put("a panda", read())
    assert not half.exists()
    assert shelf.get("a panda") is not None


def test_a_shelf_that_cannot_be_written_costs_nothing_but_itself(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    shelf = Embeds(tmp_path / "file" / "embeds")
    shelf.put("a panda", read(2))
    assert shelf.get("a panda") is None
