"""How a batch ended: in the terminal, and as a table that can be filmed as it stands."""

import csv
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.batch import wording
from bot.batch.ledger import Ledger
from bot.batch.table import COLUMNS, REASON
from bot.batch.wishes import Wish

FILE = "failures.csv"
TITLES = {column: names[1] for column, names in COLUMNS.items()} | {"language": "字幕语言"}


def write_failures(ledger: Ledger, wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """What was not filmed, and why, as a CSV beside the clips; none when all was. Blocking."""
    failed = tuple(wish for wish in wishes if ledger.entry(wish).state == "failed")
    path = ledger.out / FILE
    if not failed:
        path.unlink(missing_ok=True)
        return ()
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # spreadsheets look for the mark
        lines = csv.writer(file)
        lines.writerow([*TITLES.values(), REASON])
        for wish in failed:
            lines.writerow([*_cells(wish), ledger.entry(wish).why])
    return failed


def tell(console: Console, ledger: Ledger, wishes: Sequence[Wish], failed: Sequence[Wish]) -> None:
    """The end in a line or two, with a table of what is missing."""
    if not failed:
        line = wording.ALL_DONE.format(count=len(wishes), out=ledger.out)
        console.print(line, style="green", markup=False, highlight=False, soft_wrap=True)
        return
    table = Table(*wording.FAILED_COLUMNS)
    for wish in failed:
        table.add_row(str(wish.row.line), wish.row.text, ledger.entry(wish).why)
    console.print(table, markup=False, highlight=False)
    done = len(wishes) - len(failed)
    for line in (
        wording.SOME_FAILED.format(done=done, failed=len(failed)),
        wording.FAILURES.format(path=ledger.out / FILE),
    ):
        console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _cells(wish: Wish) -> list[str]:
    row, photo = wish.row, wish.photo
    cells = {column: str(getattr(row, column)) for column in TITLES}
    cells["photo"] = str(Path(photo).absolute()) if photo else ""  # from wherever it is filmed
    return list(cells.values())
