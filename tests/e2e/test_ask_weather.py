"""`qunying ask` about the weather: with a map key, without any key, and without a network."""

import json
from pathlib import Path

import pytest

from tests.e2e.qunying import Shell
from tests.fake_maps import running_maps

pytestmark = pytest.mark.timeout(400)
ASK = "杭州明天天气怎么样"


def heard(shell: Shell) -> tuple[str, str]:
    """The intent, and everything 小爱 says."""
    done = shell.run("ask", ASK, "--out", str(shell.folder / "out"), "--json")
    result = json.loads(done.stdout)
    return result["intent"], "\n".join(reply["text"] for reply in result["replies"])


@pytest.mark.parametrize(("key", "line"), [(True, "小雨转阴"), (False, "小雨，")])
def test_the_weather_comes_with_a_key_and_without(key: bool, line: str, tmp_path: Path) -> None:
    with running_maps() as world:
        env = {k: v for k, v in world.environ.items() if key or not k.startswith("AMAP")}
        intent, said = heard(Shell(tmp_path, env))
    assert intent == "天气"
    assert said.startswith(f"杭州明天{line}")
    assert not (tmp_path / "data" / "service").exists(), "a service was started to no purpose"


def test_without_a_network_she_says_so_politely(tmp_path: Path) -> None:
    _, said = heard(Shell(tmp_path))
    assert said.endswith("。")
    assert said.isascii() is False
    assert not any(letter.isascii() and letter.isalpha() for letter in said)
    assert not list((tmp_path / "data").rglob("*.log")) or "Traceback" not in "".join(
        path.read_text("utf-8") for path in (tmp_path / "data").rglob("*.log")
    )
