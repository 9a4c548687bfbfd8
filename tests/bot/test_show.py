"""What `qunying ask` prints: each reply as it was said, for people and for scripts."""

import pytest

from bot.channels.ask import Said
from bot.commands.show import show_reply


@pytest.mark.parametrize("quiet", [False, True])
def test_a_long_reply_is_one_line_and_steers_no_terminal(
    quiet: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    show_reply(quiet)(Said("text", f"{'好' * 100} :bear: [red]\x1b[2J"))
    shown = capsys.readouterr()
    assert (shown.err if quiet else shown.out) == f"{'好' * 100} :bear: [red] [2J\n"
    assert (shown.out if quiet else shown.err) == ""
