"""How a command lives: until it is done, until Ctrl-C or SIGTERM, or until its parent is gone."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from bot.locks import PRIVATE, DataUnusable
from video_service.schema.redact import RedactingFormatter, given_secrets, log_crashes

FILE_BYTES, FILES = 5 * 2**20, 3
QUIET = ("httpx", "httpcore", "openai", "uvicorn", "nicegui", "PIL", "asyncio")
PARENT_LOOK_S = 1.0
INTERRUPTED = 130


def live(work: Coroutine[Any, Any, int], *, with_parent: bool = False) -> int:
    """Run `work` to its end. Signals cancel it; then it cleans up, and the code is 130."""

    async def main() -> int:
        loop, me = asyncio.get_running_loop(), asyncio.current_task()
        stop = me.cancel if me else loop.stop
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means what it says
                loop.add_signal_handler(number, stop)
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(_when_orphaned(stop)) if with_parent else None
            code = await work
            if watch:
                watch.cancel()
            return code

    try:
        return asyncio.run(main())
    except (asyncio.CancelledError, KeyboardInterrupt):
        return INTERRUPTED


async def _when_orphaned(stop: Callable[[], object]) -> None:
    """`make` cannot pass on a kill -9 of itself: its end is seen by looking."""
    parent = os.getppid()
    while True:
        await asyncio.sleep(PARENT_LOOK_S)
        if os.getppid() != parent:
            stop()
            return


def log_to(data_dir: Path, name: str, *, aloud: bool) -> None:
    """Log to `<data_dir>/logs/<name>.log`, and what is worrying `aloud` in the terminal."""
    path = data_dir / "logs" / f"{name}.log"
    try:
        if not data_dir.exists():
            data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True)
        file = RotatingFileHandler(path, "a", FILE_BYTES, FILES, encoding="utf-8")
    except OSError as error:
        raise DataUnusable(f"{path}: {error.strerror}") from error
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING if aloud else logging.CRITICAL)
    clean = RedactingFormatter(given_secrets())
    for handler in (file, terminal):
        handler.setFormatter(clean)
    logging.basicConfig(level=logging.INFO, handlers=[file, terminal])
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    log_crashes()
