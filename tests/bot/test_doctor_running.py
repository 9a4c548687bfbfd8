"""The doctor beside a 群影 that runs: two processes, one of them telling how its channels are."""

from pathlib import Path

import pytest

from bot import diagnoses as say
from bot.channels.keeper import CHANNELS_FILE
from tests.e2e.qunying import NOBODY, Shell, free_port, until
from tests.fake_llm import FakeLlm

KEY = "sk-canarycanarycanarycanary"
START_S = 60.0
pytestmark = pytest.mark.timeout(300)


def test_what_the_page_shows_of_a_channel_is_what_the_doctor_says(tmp_path: Path) -> None:
    shell = Shell(
        tmp_path,
        {
            "PORT": str(free_port()),
            "QUNYING_VIDEO_SERVICE__PORT": "0",
            "QUNYING_BOT__CHANNELS": '["web", "wecom", "ilink"]',
            "QUNYING_BOT__ILINK__BASE_URL": NOBODY,
        },
    )
    process = shell.start("run")
    told = tmp_path / "data" / "bot" / CHANNELS_FILE
    try:
        assert until(lambda: told.exists() and "broken" in told.read_text("utf-8"), START_S)
        assert until(lambda: "away" in told.read_text("utf-8"), START_S)
        done = shell.run("doctor")
        assert process.poll() is None, "a channel that cannot be had does not end the others"
    finally:
        process.terminate()
        process.wait(30)
    lines = done.stdout.splitlines()
    seen = [line for line in lines if "正开着的群影说" in line]
    assert [line[:2] for line in seen] == ["✗ ", "! "]
    assert seen[0].startswith("✗ 企业微信：正开着的群影说：停下了")
    assert seen[1].startswith("! 微信私聊：正开着的群影说：没连上")
    assert done.stdout.count(say.CHANNEL_NOT_UP_CURE) == 2
    assert done.returncode == 1
    after = shell.run("doctor").stdout
    assert "正开着的群影" not in after, "nobody runs any more"
    assert "企业微信" in after


def test_everything_is_told_once_and_nothing_beside_it(tmp_path: Path, llm: FakeLlm) -> None:
    llm.fault = "auth"
    shell = Shell(tmp_path, {**llm.environ, "OPENAI_API_KEY": KEY})
    done = shell.run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert say.LLM_AUTH_CURE.format(keys="OPENAI_API_KEY") in done.stdout
    assert KEY not in done.stdout
    assert done.stdout.endswith(f"{say.WORKS}\n")
