"""The first minutes with 群影: Ctrl-C too early, a full disk, a machine without what it needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import house
from bot.house import ServiceDown, open_house
from tests.bot.test_house import settings
from tests.e2e.qunying import Shell

MAKE = Path(__file__).parents[2] / "Makefile"


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        ("typer", ("-c", "from bot.start import main; main()")),
        ("pydantic", ("-m", "video_service", "models", "list")),
    ],
    ids=["qunying", "qunying models"],
)
def test_ctrl_c_before_the_program_has_read_itself_is_no_traceback(
    tmp_path: Path, needed: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / f"{needed}.py").write_text("raise KeyboardInterrupt\n", "utf-8")
    env = {**Shell(tmp_path).environ, "PYTHONPATH": str(tmp_path / "hidden")}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=env, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize(("room", "why"), [(0, "it said nothing"), (2**62, "the disk is full")])
async def test_a_service_that_could_not_even_say_why_found_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, why: str
) -> None:
    monkeypatch.setattr(house, "NO_ROOM", room)
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(ServiceDown, match=why):
        async with open_house(await settings(tmp_path)):
            raise AssertionError("nothing runs")


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """`make setup` in a folder of its own with a Python that is not all there."""
    shutil.copy(MAKE, folder)
    for name in ("pyproject.toml", "constraints.txt"):
        (folder / name).touch()
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{python}\n", "utf-8")
    program.chmod(0o755)
    return subprocess.run(
        ["make", "setup", f"PYTHON={program}"],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        timeout=60,
    )


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(
    ("python", "told"),
    [
        ("exit 1", "需要 Python 3.11"),
        ('[ "$1" = -c ]', "python3-venv"),
        (
            '[ "$1" = -c ] || { mkdir -p .venv/bin; echo "exit 1" > .venv/bin/python;'
            " chmod +x .venv/bin/python; }",
            "PIP_INDEX_URL",
        ),
    ],
)
def test_what_a_machine_lacks_is_told_by_make_with_the_cure(
    tmp_path: Path, python: str, told: str
) -> None:
    done = make(tmp_path, python)
    assert done.returncode != 0
    assert told in done.stdout
    assert not (tmp_path / ".venv" / "core").exists()
