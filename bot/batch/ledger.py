"""How far a batch has come: one small file beside the clips, whole at every moment."""

import asyncio
import os
import re
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.batch import wording
from bot.batch.table import BadTable
from bot.batch.wishes import Wish

FILE = ".qunying-batch.json"
ENDINGS = (".mp4", ".json", ".png")  # the clip, what the service told of it, what was drawn first
LONGEST_NAME = 40
FORBIDDEN = {"con", "prn", "aux", "nul"}  # no file may be called so on Windows


class Entry(BaseModel):
    """One wish. `takes`: how often it was ordered, anew where the order before was `spent`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    state: Literal["open", "done", "failed"] = "open"
    takes: int = 1
    why: str = ""
    spent: bool = False


class Notes(BaseModel):
    """`batch` sets the orders of this folder apart from those of any other."""

    model_config = ConfigDict(extra="forbid")
    batch: str = Field(default_factory=lambda: uuid.uuid4().hex)
    wishes: dict[str, Entry] = Field(default_factory=dict)


class Ledger:
    """The notes of the folder `out`."""

    def __init__(self, out: Path, notes: Notes) -> None:
        self.out, self._notes = out, notes
        self._writing = asyncio.Lock()

    @property
    def batch(self) -> str:
        return self._notes.batch

    def entry(self, wish: Wish) -> Entry:
        return self._notes.wishes[wish.key]

    async def note(self, wish: Wish, entry: Entry) -> None:
        """On disk when this returns."""
        self._notes.wishes[wish.key] = entry
        await self.save()

    async def save(self) -> None:
        async with self._writing:
            text = self._notes.model_dump_json(indent=1)
            await asyncio.to_thread(_write, self.out / FILE, text)


def open_ledger(out: Path, wishes: Iterable[Wish]) -> Ledger:
    """The notes of `out`, with an open entry for each wish that is still to be filmed.

    Names are given once and for all, before anything is filmed. Blocking. Raises BadTable when
    the notes cannot be read.
    """
    notes = _read(out / FILE)
    taken = {entry.name.casefold() for entry in notes.wishes.values()}
    taken |= {file.stem.casefold() for file in out.iterdir() if file.suffix in ENDINGS}
    for wish in wishes:
        entry = notes.wishes.get(wish.key)
        if entry is None:
            entry = Entry(name=_free_name(wish.row.name or wish.row.text, taken))
        elif entry.state == "failed":
            entry = Entry(name=entry.name, takes=entry.takes + entry.spent)
        elif not (out / f"{entry.name}.mp4").is_file():  # deleted: the service may still have it
            entry = Entry(name=entry.name, takes=entry.takes)
        notes.wishes[wish.key] = entry
    return Ledger(out, notes)


def _free_name(wanted: str, taken: set[str]) -> str:
    """A file name that every system takes, numbered where another has it; it is now taken."""
    stem = re.sub(r"[^\w]+", "-", wanted.removesuffix(".mp4")).strip("-_")[:LONGEST_NAME]
    stem = stem.strip("-_") or "clip"
    if stem.casefold() in FORBIDDEN:
        stem = f"{stem}-clip"
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.casefold())
    return name


def _read(path: Path) -> Notes:
    try:
        return Notes.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Notes()
    except (OSError, ValidationError) as error:
        raise BadTable(wording.NOTES_BROKEN.format(path=path)) from error


def _write(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
