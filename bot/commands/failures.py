"""Why a command ended early, in one Chinese line for the owner, with the exit code.

CommandFailed        could not run here (1)
└── CommandMisused   what was asked for cannot be (2)
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from bot import messages
from bot.house import ServiceDown
from bot.locks import DataUnusable, HalfRestored, NewerData, Taken
from bot.plainly import why
from video_service.schema.config import SettingsError


class CommandFailed(Exception):
    code = 1


class CommandMisused(CommandFailed):
    code = 2


@contextmanager
def foreseen() -> Iterator[None]:
    """Tell a foreseen failure on stderr and exit with its code; others keep their traceback."""
    problem: BaseException | None = None
    try:
        yield
    except* (CommandFailed, SettingsError, ServiceDown, Taken, DataUnusable) as group:
        problem = _first(group)
    if problem:
        code, line = _told(problem)
        Console(stderr=True).print(line, style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(code)


def _told(problem: BaseException) -> tuple[int, str]:
    match problem:
        case CommandFailed():
            return problem.code, str(problem)
        case SettingsError():
            return 2, f"{messages.SETTINGS_WRONG}\n{problem}"
        case ServiceDown():
            return 1, messages.SERVICE_DOWN.format(why=why(str(problem)))
        case HalfRestored():
            return 1, messages.HALF_RESTORED
        case NewerData():
            return 1, messages.DATA_NEWER.format(why=problem)
        case DataUnusable():
            return 1, messages.DATA_BAD.format(why=problem)
        case _:
            return 1, messages.DATA_TAKEN.format(why=problem)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
