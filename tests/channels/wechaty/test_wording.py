"""What the owner reads of the gateway: Chinese, short, calm, and commands as they are typed."""

import re

import pytest

from bot.channels.wechaty import wording

LINES = {name: text for name, text in vars(wording).items() if name.isupper()}
TYPED = (  # what the owner copies, or knows under this name
    r"\.venv/bin/pip install -e '\.\[wechaty\]'|cd gateway && npm install && npm start"
    r"|(export )?WECHATY_PUPPET_SERVICE_TOKEN(=)?|_FILE|endpoint|\{\w+\}"
)


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_chinese_but_for_what_is_typed(name: str) -> None:
    left = re.sub(TYPED, "", LINES[name])
    assert not re.search("[A-Za-z!！]", left)
    assert len(left) <= 60


@pytest.mark.parametrize("name", ["AWAY", "RIVAL", "NO_WECHAT", "NOT_LOGGED_IN", "SCAN"])
def test_how_the_channel_is_fits_one_breath(name: str) -> None:
    assert LINES[name].endswith("。")
    assert len(LINES[name]) <= 40
