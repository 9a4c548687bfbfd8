"""The list tells of every engine: size, licence, whether it is here and whether it fits."""

import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.models.conftest import Terminal
from video_service.engines.specs import DRAFTS, ENGINES, GIB
from video_service.models import show_list
from video_service.models.common import offers_of
from video_service.models.listing import Row, row_of
from video_service.probe import Probe
from video_service.schema.settings import ServiceSettings


def rows(gib: int, **settings: str) -> dict[str, Row]:
    """What a machine with a card of so many GiB is told."""
    here, chosen = Probe((), "a card", gib * GIB), ServiceSettings.model_validate(settings)
    return {o.spec.name: row_of(o, chosen, here) for o in offers_of(chosen, here)}


def shown(width: int, capsys: pytest.CaptureFixture[str], gib: int = 24) -> str:
    here = Probe((), "a card", gib * GIB)
    wanted = [row for row in rows(gib).values() if not row.spec.draft]
    show_list.show(wanted, here, Console(width=width))
    return capsys.readouterr().out


def test_every_engine_but_the_drafts_is_told_of(terminal: Terminal) -> None:
    told = {row["id"]: row for row in terminal.json("list")}
    assert terminal.code == 0
    assert set(told) == {spec.name for spec in ENGINES if spec not in DRAFTS}
    large = told["cogvideox-5b"]
    assert (large["state"], large["licence"]) == ("absent", "CogVideoX License")
    assert large["bytes"] > 20e9
    assert large["huggingface"] == "zai-org/CogVideoX-5b"
    assert told["zhipu-cogvideox-flash"]["state"] == "no_key"


def test_a_key_makes_a_cloud_engine_ready(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIPUAI_API_KEY", "zhipu")
    told = {row["id"]: row["state"] for row in terminal.json("list")}
    assert told["zhipu-cogvideox-flash"] == "ready"
    assert told["dashscope-wan"] == "no_key"


def test_a_folder_that_lacks_something_is_told_from_a_whole_one(
    terminal: Terminal, tiny: Path
) -> None:
    shutil.copytree(tiny, terminal.models / "CogVideoX-2b")
    whole = terminal.json("list")
    assert next(row for row in whole if row["id"] == "cogvideox-2b")["folder"]
    (terminal.models / "CogVideoX-2b/vae/diffusion_pytorch_model.safetensors").unlink()
    told = next(row for row in terminal.json("list") if row["id"] == "cogvideox-2b")
    assert (told["state"], told["folder"]) == ("incomplete", None)
    assert "vae/" in told["reason"]
    assert "不完整" in terminal.run("list")


def test_what_fits_depends_on_the_card() -> None:
    small, large = rows(4), rows(24)
    assert small["cogvideox-2b"].fit
    assert large["cogvideox-2b"].fit
    assert small["cogvideox-2b"].fit.fits
    assert small["cogvideox-2b"].fit.quantize == "int8"
    assert large["cogvideox-2b"].fit.quantize == "none"
    fits = {name for name, row in small.items() if row.fit and row.fit.fits}
    assert fits < {name for name, row in large.items() if row.fit and row.fit.fits}
    assert small["zhipu-cogvideox-flash"].fit is None


@pytest.mark.parametrize("width", [24, 40, 60, 80, 109, 110, 140, 200])
def test_no_terminal_is_too_narrow(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(width, capsys).splitlines()
    names = [spec.name for spec in ENGINES if spec not in DRAFTS]
    assert all(any(line.startswith(name) for line in lines) for name in names if len(name) < 24)
    free = [line for line in lines if not line.startswith(("显卡：", "下载："))]  # never broken
    assert max(map(cell_len, free)) <= width


def test_a_machine_without_a_card_says_so_and_has_no_column_for_it(terminal: Terminal) -> None:
    told = terminal.run("list")
    assert "没有显卡" in told
    assert "这块显卡" not in told
