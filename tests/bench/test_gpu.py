"""The card's benchmark runs anywhere on tiny weights; one row that fails costs only itself."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks import card, gpu, gpu_row
from benchmarks.gpu_film import Watch
from benchmarks.gpu_plan import PROFILES, Row, rows
from benchmarks.gpu_tables import tables
from video_service.engines.specs import GIB

Told = dict[str, Any]


def lines(shown: str) -> list[Told]:
    return [json.loads(line) for line in shown.splitlines() if line.startswith("{")]


def test_a_smoke_run_measures_every_group_and_ends_with_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"films", "tiers", "decode"}  # one row of each is enough of what takes whole films
    chosen = [row for row in rows(smoke=True) if row.group not in few]
    for group in sorted(few):
        chosen += [row for row in rows(smoke=True) if row.group == group][-1:]
    chosen.append(next(rows(smoke=True)))
    monkeypatch.setattr(gpu, "rows", lambda smoke: iter(chosen))
    out = tmp_path / "gpu.jsonl"
    assert gpu.main(["--smoke", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    told = lines(shown)
    assert told == lines(out.read_text("utf-8"))
    measured = {one["row"]: one for one in told if "error" not in one}
    assert measured["ours, 4 GB card"]["steps"] == 2
    assert measured["ours, 4 GB card"]["clip_scaled"]
    assert measured["diffusers, sources-int8"]["decode_s"] > 0
    assert measured["eager"]["flops"] > 0
    assert measured["float32"]["drift"] == 0
    assert 0 < measured["int8"]["drift"] < 0.1
    for group in ("card", "films", "tiers", "decode", "steps", "drift"):
        assert f"### {group}" in shown
    assert "- steps, attention flash: RuntimeError: attention flash is not to be had" in shown


def test_every_profile_and_every_way_of_the_sources_has_its_row() -> None:
    names = [row.name for row in rows(smoke=False)]
    assert {f"ours, {gib} GB card" for gib in PROFILES} < set(names)
    assert "diffusers, sources" in names
    assert "fp8-dynamic, compiled" in names
    assert len(names) == len({(row.group, row.name) for row in rows(smoke=False)})


@pytest.mark.parametrize(
    ("work", "error"),
    [
        ("raise RuntimeError('CUDA error: out of memory')", "CUDA error"),
        ("import os; os.kill(os.getpid(), 9)", "exit code -9"),
        ("print('no JSON at all')", "exit code 0"),
        ("import time; time.sleep(60)", "longer than"),
    ],
)
def test_a_row_that_fails_in_any_way_is_a_line_and_not_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str, error: str
) -> None:
    (tmp_path / "broken.py").write_text(work, "utf-8")
    run = subprocess.run

    def instead(_: list[str], **how: Any) -> Any:
        limit = min(how.pop("timeout"), 1.0)
        return run([sys.executable, str(tmp_path / "broken.py")], timeout=limit, **how)

    monkeypatch.setattr(subprocess, "run", instead)
    bench = gpu.Bench(tmp_path, tmp_path, time.monotonic() + 100, here=False)
    assert error in bench.run(Row("films", "x", "film"))["error"]


def test_nothing_is_begun_when_time_is_up(tmp_path: Path) -> None:
    bench = gpu.Bench(tmp_path, tmp_path, time.monotonic() + 1, here=False)
    assert bench.run(Row("films", "x", "film")) == {"error": "no time left"}


def test_what_a_row_raises_is_its_result(tmp_path: Path) -> None:
    told = gpu_row.attempt("decode", {"folder": str(tmp_path), "shop": str(tmp_path), "rung": 0})
    assert "model_index.json" in told["error"]


def test_a_small_card_is_a_large_one_that_is_held_to_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: list[float] = []
    for name, told in {
        "mem_get_info": lambda *_: (130 * GIB, 140 * GIB),
        "set_per_process_memory_fraction": held.append,
        "memory_reserved": lambda: GIB,
    }.items():
        monkeypatch.setattr(torch.cuda, name, told)
    monkeypatch.setattr(card, "device", lambda: torch.device("cuda"))
    assert card.shrink(8) == 8 * GIB - card.CONTEXT
    assert held == [pytest.approx(7.5 / 140)]
    assert torch.cuda.mem_get_info() == (8 * GIB - card.CONTEXT - GIB, 8 * GIB)


def test_a_clip_is_counted_up_from_the_steps_that_were_filmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter([0, 0, 3, 3 + 20, 3 + 22, 3 + 24, 27, 27, 30.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    watch = Watch()
    for stage, fraction in (
        ("embed", 0), ("denoise", 0), ("denoise", 1 / 3), ("denoise", 2 / 3), ("denoise", 1),
        ("decode", 0), ("decode", 1),
    ):  # fmt: skip
        watch(stage, fraction)
    told = watch.told()
    assert (told["first_step_s"], told["step_s"]) == (20, 2)  # the first compiles
    assert told["clip_s"] == 3 + 50 * 2 + 3
    assert told["clip_scaled"]


def test_the_tables_tell_what_failed_and_what_share_of_the_ceiling_was_reached() -> None:
    told = [
        {"group": "card", "row": "card", "row_s": 1, "bfloat16_tflops": 800},
        step("eager", step_s=0.5, flops=0.24e15),
        step("compiled", step_s=0.4, first_s=40.4),
        {"group": "steps", "row": "sage", "row_s": 1, "error": "ImportError: no"},
    ]
    shown = list(tables(told))
    compiled = next(line for line in shown if line.startswith("| compiled"))
    assert "1.25x" in compiled
    assert "75%" in compiled
    assert " 40.0 " in compiled
    assert "- steps, sage: ImportError: no" in shown


def step(name: str, **more: Any) -> Told:
    return {"group": "steps", "row": name, "row_s": 1, "first_s": 0.5, **more}
