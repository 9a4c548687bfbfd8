"""`qunying models pull` and `check`, as typed: what is said, and the exit code."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest
from rich.console import Console

from tests.models.conftest import Terminal
from tests.models.hubs import Hub
from video_service import stages
from video_service.engines.base import EngineError
from video_service.engines.specs import COGVIDEOX_5B, FLUX_SCHNELL, I2VGENXL
from video_service.models import show_check, trial
from video_service.probe import Probe
from video_service.schema.settings import ServiceSettings

WEIGHTS = "CogVideoX-2b/transformer/diffusion_pytorch_model.safetensors"


def test_a_model_is_pulled_by_the_name_of_its_engine_and_then_it_is_here(
    terminal: Terminal, hub: Hub
) -> None:
    said = terminal.run("pull", "CogVideoX-2B")
    assert terminal.code == 0
    assert "从魔搭下载 ZhipuAI/CogVideoX-2b" in said
    assert "已有 100 %" in said
    assert "下载好了" in said
    assert (terminal.models / WEIGHTS).is_file()

    hub.asked.clear()
    assert "已经在" in terminal.run("pull", "cogvideox-2b")
    assert (terminal.code, hub.asked) == (0, {})


def test_force_sums_what_is_here_and_mends_it(terminal: Terminal, hub: Hub, tiny: Path) -> None:
    terminal.run("pull", "cogvideox-2b")
    content = (terminal.models / WEIGHTS).read_bytes()
    (terminal.models / WEIGHTS).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    said = terminal.run("pull", "cogvideox-2b", "--force", "--from", "huggingface")
    assert "核对 transformer/diffusion_pytorch_model.safetensors" in said
    assert (terminal.models / WEIGHTS).read_bytes() == content


def test_a_model_that_one_hub_lacks_comes_from_the_other_unless_told_otherwise(
    terminal: Terminal, hub: Hub, published: Path
) -> None:
    assert I2VGENXL.source.huggingface
    terminal.run("pull", "i2vgen-xl", "--from", "modelscope")
    assert terminal.code == 1
    assert "--from huggingface" in terminal.errors
    hub.folders[I2VGENXL.source.huggingface] = published
    assert "Hugging Face" in terminal.run("pull", "i2vgen-xl")
    assert terminal.code == 0


def test_what_cannot_be_pulled_is_said_plainly(terminal: Terminal, hub: Hub) -> None:
    terminal.run("pull", "cogvideox-9b")
    assert terminal.code == 1
    assert "没有叫 cogvideox-9b 的引擎；有" in terminal.errors
    assert COGVIDEOX_5B.name in terminal.errors
    assert "不用下载" in terminal.run("pull", "zhipu-cogvideox-flash")
    assert terminal.code == 0
    hub.gated[str(FLUX_SCHNELL.source.huggingface)] = "token"
    hub.folders[str(FLUX_SCHNELL.source.huggingface)] = next(iter(hub.folders.values()))
    terminal.run("pull", "flux.1-schnell", "--from", "huggingface")
    assert terminal.code == 1
    assert "export HF_TOKEN=" in terminal.errors


def test_a_check_films_the_smallest_legal_job_in_a_process_of_its_own(
    terminal: Terminal, tiny: Path
) -> None:
    shutil.copytree(tiny, terminal.models / "CogVideoX-2b")
    (told,) = terminal.json("check", "cogvideox-2b")
    assert terminal.code == 0
    assert told["ok"]
    assert (told["frames"], told["steps"]) == (9, 20)
    assert {"load", "embed", "denoise", "decode", "encode"} <= set(told["seconds"])
    assert told["peak_bytes"] > 0
    with av.open(told["file"]) as film:
        assert film.streams.video[0].frames == 9
    assert Path(told["file"]).is_relative_to(terminal.folder / "data")
    for words in ("没问题", "去噪：", "内存最多用到", "档位：", told["file"]):
        assert words in terminal.errors


def test_what_is_not_here_is_not_tried(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("check")
    assert terminal.code == 1
    assert "没有能试的模型" in terminal.errors
    assert "现在不能用" in terminal.run("check", "cogvideox-5b")
    assert terminal.code == 1
    assert "ZHIPUAI_API_KEY" in terminal.run("check", "zhipu-cogvideox-flash")
    assert terminal.code == 1
    monkeypatch.setenv("ZHIPUAI_API_KEY", "zhipu")
    assert "--yes" in terminal.run("check", "zhipu-cogvideox-flash")
    assert terminal.code == 0


def test_a_draft_can_be_checked_too(terminal: Terminal) -> None:
    assert "draft 没问题" in terminal.run("check", "draft")
    assert "draft-picture 没问题" in terminal.run("check", "draft-picture")
    assert terminal.code == 0


def test_a_child_that_the_system_kills_is_not_taken_for_a_result(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    suicide = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    run = subprocess.run

    def instead(_: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        return run([sys.executable, "-c", suicide], **how)

    monkeypatch.setattr(subprocess, "run", instead)
    said = terminal.run("check", "draft")
    assert terminal.code == 1
    assert f"信号 {int(signal.SIGKILL)}" in said
    assert "内存不够" in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (EngineError("out_of_memory", "9 GiB"), "内存或显存不够（9 GiB）"),
        (EngineError("not_finite", "nan"), "--force"),
        (ImportError("No module named 'torchao'"), "No module named 'torchao'"),
        (OSError("disk"), "disk"),
    ],
)
def test_each_failure_has_its_reason(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(stages, "film", fail)
    told = attempt("draft", terminal)
    assert not told["ok"]
    show_check.show(told, Console(width=200))
    assert words in terminal.capsys.readouterr().out


def test_broken_weights_fail_the_check_with_a_plain_reason(terminal: Terminal, tiny: Path) -> None:
    shutil.copytree(tiny, terminal.models / "CogVideoX-2b")
    (terminal.models / WEIGHTS).write_bytes(b"no weights at all")
    show_check.show(attempt("cogvideox-2b", terminal), Console(width=200))
    said = terminal.capsys.readouterr().out
    assert "cogvideox-2b 没通过：权重或配置读不出来" in said


def attempt(name: str, terminal: Terminal) -> dict[str, Any]:
    """What the child would do, in this process."""
    settings = ServiceSettings(model=name, models_dir=terminal.models)
    here = trial.Trial(name, settings, terminal.folder / "made", terminal.folder / "shop")
    return trial.attempt(here, Probe())
