"""What belongs into a backup: the folders of the bot, the files in them, and what stays out."""

import os
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("bot", "ask", "agents")  # each with a bot.db of its own
SERVICE = "service"
DATABASE = "bot.db"
LOCK = "lock"
NOT_KEPT = (LOCK, "endpoint.json", "channels.json")  # of a process, not of the family
NOT_ENDINGS = (".part", "-wal", "-shm", "-journal", ".lock", ".spare")
NOT_FOLDERS = ("errands",)


def files(data_dir: Path, name: str) -> Iterator[str]:
    """The files of the bot's folder `name`, relative to `data_dir`; no databases, no links."""
    root = data_dir / name
    for place, folders, found in os.walk(root):
        folders[:] = sorted(it for it in folders if it not in NOT_FOLDERS)
        for file in sorted(found):
            path = Path(place, file)
            if _belongs(file) and path.is_file() and not path.is_symlink():
                yield path.relative_to(data_dir).as_posix()


def databases(data_dir: Path) -> Iterator[str]:
    """The bot's databases that are there, relative to `data_dir`."""
    for name in FOLDERS:
        if (data_dir / name / DATABASE).is_file():
            yield f"{name}/{DATABASE}"


def _belongs(file: str) -> bool:
    hidden = file.startswith(".")
    return not (hidden or file == DATABASE or file in NOT_KEPT or file.endswith(NOT_ENDINGS))
