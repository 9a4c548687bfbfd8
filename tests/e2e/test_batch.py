"""`qunying batch` as a shell runs it: killed in the middle, stopped, misused."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.qunying import QUNYING, Shell, until
from tests.service.running import Running, running_service

WITHIN_S = 200  # a limit for what hangs: a busy machine starts three processes slowly
TABLE = "文字\n" + "".join(f"第{n}只企鹅\n" for n in "一二三四")
pytestmark = pytest.mark.timeout(400)


def clips(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out").glob("*.mp4"))


def jobs(service: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.http.get("/v1/videos", params={"limit": 100}).json()[
        "data"
    ]
    return found


def test_killed_in_the_middle_the_next_run_goes_on_and_films_nothing_twice(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "table.csv").write_text(TABLE, "utf-8")
    with running_service(tmp_path / "data") as service:  # of the same folder: it is found and used
        process = shell.start("batch", "table.csv", "--out", "out")
        assert until(lambda: bool(clips(tmp_path)), WITHIN_S)
        process.kill()
        process.wait()
        assert len(clips(tmp_path)) < 4, "it was killed too late to show anything"
        done = shell.run("batch", "table.csv", "--out", "out")
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(clips(tmp_path)) == 4
        assert sorted(job["prompt"] for job in jobs(service)) == sorted(TABLE.split()[1:])
    assert not [*(tmp_path / "out").glob("*.part")]


def test_stopped_by_hand_it_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "table.csv").write_text(TABLE, "utf-8")
    process = subprocess.Popen(
        [QUNYING, "batch", "table.csv", "--out", "out", "--parallel", "1"],
        cwd=tmp_path, env=shell.environ, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    begun = until(lambda: bool(clips(tmp_path)) or process.poll() is not None, WITHIN_S)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=60)
    assert begun, errors
    assert process.returncode == 130, errors
    assert "再运行一次同样的命令就接着拍" in said
    assert "Traceback" not in errors
    assert 1 <= len(clips(tmp_path)) < 4
    first = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in clips(tmp_path)}
    assert shell.run("batch", "table.csv", "--out", "out").returncode == 0
    assert len(clips(tmp_path)) == 4
    assert all((tmp_path / "out" / name).stat().st_mtime_ns == at for name, at in first.items())
    with running_service(tmp_path / "data") as service:
        assert sorted(job["prompt"] for job in jobs(service)) == sorted(TABLE.split()[1:])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gone.csv", "--out", "out"), "找不到表格"),
        ((".", "--out", "out"), "是文件夹"),
        (("good.csv", "--out", "good.csv"), "不能往"),
        (("bad.csv", "--out", "out"), "第一行要是表头"),
    ],
    ids=["no such table", "a folder", "nowhere to write", "no header"],
)
def test_a_misused_batch_says_so_in_one_line_and_exits_2(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "good.csv").write_text("文字\n熊猫\n", "utf-8")
    (tmp_path / "bad.csv").write_text("熊猫吃竹子\n", "utf-8")
    done = Shell(tmp_path).run("batch", *words)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
