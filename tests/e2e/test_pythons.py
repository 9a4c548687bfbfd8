"""The wechaty channel under each Python there is: a throw-away environment, the real gateway."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.gateway.running import HERE
from tests.e2e.npm import install

REPO = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
TESTS = ("pytest", "pytest-asyncio", "pytest-socket", "pytest-timeout", "blockbuster", "psutil")
WHAT = ("tests/channels/wechaty/test_turns.py", "tests/channels/wechaty/test_files.py")
INSTALL_S, RUN_S = 900, 300
pytestmark = [pytest.mark.slow, pytest.mark.timeout(INSTALL_S + RUN_S)]


def interpreter(version: str) -> str | None:
    """A Python that starts; pyenv puts names on the path that do not."""
    for found in (shutil.which(f"python{version}"), *_of_pyenv(version)):
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return found
    return None


def _of_pyenv(version: str) -> list[str]:
    kept = Path.home() / ".pyenv" / "versions"
    return [str(it / "bin" / "python") for it in sorted(kept.glob(f"{version}.*"))]


@pytest.mark.parametrize("version", VERSIONS)
def test_it_imports_and_runs(version: str, tmp_path: Path) -> None:
    install(HERE)
    if (found := interpreter(version)) is None:
        pytest.skip(f"there is no python{version} here")
    subprocess.run([found, "-m", "venv", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "-q", "-c", str(REPO / "constraints.txt")]
    done = subprocess.run(
        [*pip, f"{REPO}[wechaty]", *TESTS], capture_output=True, text=True, timeout=INSTALL_S
    )
    assert done.returncode == 0, done.stderr[-2000:]
    shims = (
        "import warnings; warnings.simplefilter('ignore');"
        "from bot.channels.wechaty import shims; shims.install(); import wechaty;"
        "from bot.channels.wechaty.plugin import QunyingPlugin; print(wechaty.__name__)"
    )
    said = subprocess.run(
        [python, "-c", shims], cwd=tmp_path, capture_output=True, text=True, timeout=RUN_S
    )
    assert said.stdout.strip().endswith("wechaty"), said.stderr[-2000:]
    ran = subprocess.run(
        [python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *WHAT],
        cwd=REPO, capture_output=True, text=True, timeout=RUN_S,
    )  # fmt: skip
    sys.stdout.write(ran.stdout[-300:])
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
