"""What a batch shows while it films: one bar for all, one for each film, a line for each end."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.batch import wording
from bot.batch.camera import Show
from bot.batch.wishes import Wish

LONGEST = 18  # of a wish beside its bar


class Screen:
    """Bars in a terminal, plain lines anywhere; `console` is where they go."""

    def __init__(self, console: Console) -> None:
        self._console = console
        words = TextColumn("{task.description}", markup=False)  # a wish may hold brackets
        columns = (words, BarColumn(), MofNCompleteColumn())
        self._bars = Progress(
            *columns,
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    @contextmanager
    def over(self, count: int) -> Iterator[None]:
        """The bar of a whole batch of `count` films."""
        with self._bars:
            self._all = self._bars.add_task(wording.ALL_PROGRESS, total=count)
            yield

    @contextmanager
    def of(self, wish: Wish) -> Iterator[Show]:
        """The bar of one film, while it is made."""
        task = self._bars.add_task(wish.row.text[:LONGEST], total=100)
        try:
            yield lambda percent: self._bars.update(task, completed=percent)
        finally:
            self._bars.remove_task(task)

    def note(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def done(self, wish: Wish, file: str) -> None:
        self._end(wording.DONE.format(line=wish.row.line, file=file), "green")

    def failed(self, wish: Wish, why: str) -> None:
        text = wish.row.text[:LONGEST]
        self._end(wording.NOT_DONE.format(line=wish.row.line, text=text, why=why), "red")

    def _end(self, line: str, style: str) -> None:
        self._bars.advance(self._all)
        self._console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
