"""What is printed for people and for scripts: as it was said, whoever said it."""

from dataclasses import replace

import pytest

from bot.channels.ask import Said
from bot.commands.run import _tell_of_vain
from bot.commands.show import show_reply
from tests.bot.owing import ASK


@pytest.mark.parametrize("quiet", [False, True])
def test_a_long_reply_is_one_line_and_steers_no_terminal(
    quiet: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    show_reply(quiet)(Said("text", f"{'好' * 100} :bear: [red]\x1b[2J"))
    shown = capsys.readouterr()
    assert (shown.err if quiet else shown.out) == f"{'好' * 100} :bear: [red] [2J\n"
    assert (shown.out if quiet else shown.err) == ""


def test_a_name_that_looks_like_markup_is_a_name_in_what_the_owner_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _tell_of_vain(replace(ASK, name=":bear:[/red]\x1b[2J", private=True))
    assert "给:bear:[/red] [2J的消息" in capsys.readouterr().err
