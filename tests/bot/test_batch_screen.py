"""What is seen of a batch: bars in a terminal, lines anywhere, words as they were written."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.batch.ledger import Entry, Ledger, Notes
from bot.batch.report import FILE, tell, write_failures
from bot.batch.screen import Screen
from bot.batch.table import Row, read_table
from bot.batch.wishes import Wish

ODD = Wish(Row(2, '猫[/bold]，逗号,引号"', name="{x}"), "odd")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_wish_is_shown_as_it_was_written_whatever_signs_are_in_it(terminal: bool) -> None:
    out = io.StringIO()
    screen = Screen(Console(file=out, force_terminal=terminal, width=100))
    with screen.over(2):
        with screen.of(ODD) as show:
            show(40)
            screen.failed(ODD, "没有[成]")
        screen.done(ODD, "[x].mp4")
    assert ("━" in out.getvalue()) is terminal
    for line in ('✗ 第 2 行 猫[/bold]，逗号,引号"：没有[成]', "✓ 第 2 行 [x].mp4"):
        assert line in out.getvalue()


def test_the_report_keeps_every_sign_and_is_gone_when_nothing_failed(tmp_path: Path) -> None:
    notes = Notes(wishes={"odd": Entry(name="x", state="failed", why="没有[/成]")})
    ledger = Ledger(tmp_path, notes)
    failed = write_failures(ledger, [ODD])
    out = io.StringIO()
    tell(Console(file=out, width=120), ledger, [ODD], failed)
    assert "猫[/bold]" in out.getvalue()
    assert "没有[/成]" in out.getvalue()
    (row,) = read_table(tmp_path / FILE).rows
    assert (row.text, row.name) == (ODD.row.text, "{x}")
    notes.wishes["odd"] = Entry(name="x", state="done")
    assert write_failures(ledger, [ODD]) == ()
    assert not (tmp_path / FILE).exists()
