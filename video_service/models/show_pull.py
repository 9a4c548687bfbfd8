"""How a download goes: a bar in a terminal, a line for every tenth elsewhere."""

from threading import Lock
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from video_service.models import wording


class Bar:
    """A bar that grows with the bytes; open it with `with`."""

    def __init__(self, console: Console) -> None:
        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        self._progress = Progress(
            TextColumn("{task.description}"), *columns, console=console, expand=False
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def begin(self, files: int, done: int, total: int) -> None:
        words = wording.BAR.format(files=files)
        self._task = self._progress.add_task(words, total=total, completed=done)

    def told(self, count: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, count)

    def checking(self, path: str) -> None:
        words = wording.CHECKING.format(path=path)
        self._progress.console.print(words, markup=False, highlight=False)


class Lines:
    """For a log file or a pipe."""

    def __init__(self, console: Console) -> None:
        self._console, self._lock = console, Lock()
        self._done, self._total, self._tenth = 0, 0, 0

    def begin(self, files: int, done: int, total: int) -> None:
        self._done, self._total = done, total
        self._tenth = 10 * done // total if total else 10
        told = {"total": wording.size(total), "done": wording.size(done)}
        self._print(wording.GONE_ON.format(files=files, **told))

    def told(self, count: int) -> None:
        with self._lock:
            self._done += count
            tenth = 10 * self._done // self._total if self._total else 0
            if tenth > self._tenth:
                self._tenth = tenth
                self._print(wording.TENTH.format(percent=10 * tenth))

    def checking(self, path: str) -> None:
        self._print(wording.CHECKING.format(path=path))

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False)
