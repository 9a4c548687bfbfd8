"""What belongs into a backup: the folders of the bot, the files in them, and what stays out."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("bot", "ask", "agents")  # each with a bot.db of its own
SERVICE = "service"
DATABASE = "bot.db"
LOCK = "lock"
NOT_KEPT = (LOCK, "endpoint.json", "channels.json")  # of a process, not of the family
NOT_ENDINGS = (".part", "-wal", "-shm", "-journal", ".lock", ".spare")
NOT_FOLDERS = ("errands",)
DEEPEST = 6
# one step of a name: no dot first (so no .., no hidden file), no separator, no control character
STEP = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]{0,199}")


def files(data_dir: Path, name: str) -> Iterator[str]:
    """The files of the bot's folder `name`, relative to `data_dir`; no databases, no links."""
    root = data_dir / name
    for place, folders, found in os.walk(root):
        folders[:] = sorted(it for it in folders if it not in NOT_FOLDERS)
        for file in sorted(found):
            path = Path(place, file)
            relative = path.relative_to(data_dir).as_posix()
            ours = file != DATABASE and is_ours(relative)
            if ours and path.is_file() and not path.is_symlink():
                yield relative


def databases(data_dir: Path) -> Iterator[str]:
    """The bot's databases that are there, relative to `data_dir`."""
    for name in FOLDERS:
        if (data_dir / name / DATABASE).is_file():
            yield f"{name}/{DATABASE}"


def is_ours(name: str) -> bool:
    """Whether a backup holds files of this name: the family's, no process's that has ended."""
    first, *steps = name.split("/")
    known = first in (*FOLDERS, SERVICE) and 1 <= len(steps) < DEEPEST
    if not known or not all(STEP.fullmatch(step) for step in steps):
        return False
    *folders, file = steps
    return not (file in NOT_KEPT or file.endswith(NOT_ENDINGS) or {*folders} & {*NOT_FOLDERS})
