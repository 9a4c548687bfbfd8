"""What 小爱 remembers of each room: who said what, and when. On disk before it counts."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot import history, rows, traces
from bot.admin.forgetting import Forgetting
from bot.admin.register import Register
from bot.aging import forget_old
from bot.album import RoomAlbum
from bot.asked import AskedQuestions, close
from bot.bells import Bells
from bot.clip_library import open_library
from bot.database import Database, open_database
from bot.keepsakes import Keepsakes
from bot.library import RoomLibrary
from bot.limits.ledger import Ledger
from bot.locks import require_whole
from bot.media import Shelf
from bot.notebook import SavedPlaces
from bot.outbox import Outbox
from bot.promises import owe
from bot.recent import dialogue
from bot.records import Answer, Chosen, Line, Room, Waiting
from bot.retention import Retention
from bot.settings import BotSettings
from bot.styles import RoomStyles
from bot.tables import MIGRATIONS
from bot.traces import Traces
from intents.dialogue import Dialogue, Turn

PHOTO_S = 30  # fetching one photo from its channel; a family's line is slow, not dead
log = logging.getLogger(__name__)


class Memory(Bells):
    """One bot's memory. Whatever changes a room rings the bells of that room."""

    def __init__(
        self,
        db: Database,
        shelf: Shelf,
        settings: BotSettings,
        abandoned: timedelta | None = None,
    ) -> None:
        super().__init__()
        self._db, self._settings = db, settings.memory
        self.shelf = shelf
        self.keepsakes = Keepsakes(db, shelf)
        self.outbox = Outbox(db, self, settings.name, self.keepsakes)
        self.asked = AskedQuestions(db, self, self.keepsakes)
        self.notebook = SavedPlaces(db)
        self.library = RoomLibrary(db, shelf.folder)
        self.album = RoomAlbum(db, self.keepsakes)
        self.styles, self.traces = RoomStyles(db), Traces(db)
        self.ledger, self.register = Ledger(db), Register(db)
        self.forgetting = Forgetting(db, shelf)
        self.retention = Retention(db, shelf, settings.memory, abandoned)
        self.clips = open_library(db, shelf.folder, self, self.outbox)

    async def complete(self, turn: Turn) -> Turn:
        """The turn with everything known of the message that it quotes."""
        if not (quote := turn.quote):
            return turn
        room, keepsakes = Room.of(turn), self.keepsakes
        whole = await self._db.run(lambda it: rows.complete(it, room, quote, keepsakes))
        return replace(turn, quote=whole)

    async def hear(self, turn: Turn, addressed: bool, chosen: Chosen | None = None) -> bool:
        """Write the turn down, open when it wants an answer; False when it was heard before."""
        sent = await self._db.run(lambda it: rows.came_with(it, turn))
        if sent is None:
            return False
        files = await self._keep_now(turn, sent)
        sent = [(kind, it) for kind, it in sent if it.ref or it.id in files]

        def work(it: sqlite3.Connection) -> bool:
            n = rows.add_turn(it, turn, "open" if addressed else "heard")
            if n is None:
                return False
            rows.add_media(it, n, sent, files)
            if addressed:
                traces.begin(it, n)
            if chosen:
                close(it, n, chosen)
            return True

        try:
            new = await self._db.run(work)
        except sqlite3.Error:
            await self.shelf.discard(files.values())
            raise
        if new:
            self.ring(Room.of(turn))
        else:
            await self.shelf.discard(files.values())
        return new

    async def open_turns(self) -> list[Turn]:
        """Turns that wait for an answer, oldest first."""

        def work(it: sqlite3.Connection) -> list[Turn]:
            found = it.execute("SELECT * FROM turns WHERE state = 'open' ORDER BY n").fetchall()
            return [rows.to_turn(it, row, self.keepsakes) for row in found]

        return await self._db.run(work)

    async def put_into_words(self, turn: Turn, text: str, said: str) -> Turn:
        """What was spoken, as if it had been typed; from now on it is never listened to again.

        `said` is `text` without 小爱's name.
        """

        def work(it: sqlite3.Connection) -> None:
            n = rows.number(it, turn)
            it.execute("UPDATE turns SET text = ?, said = ? WHERE n = ?", (text, said, n))

        await self._db.run(work)
        self.ring(Room.of(turn))
        return replace(turn, text=text, said=said, voice=None)

    async def take(self, turn: Turn) -> int:
        """Begin to answer; how often that was begun for this turn."""

        def work(it: sqlite3.Connection) -> int:
            n = rows.number(it, turn)
            it.execute("UPDATE turns SET takes = takes + 1 WHERE n = ?", (n,))
            return int(it.execute("SELECT takes FROM turns WHERE n = ?", (n,)).fetchone()["takes"])

        return await self._db.run(work)

    async def understood(self, turn: Turn) -> tuple[str, str] | None:
        """The intent and slots that an earlier take of this turn came to."""

        def work(it: sqlite3.Connection) -> tuple[str, str] | None:
            row = it.execute("SELECT * FROM turns WHERE n = ?", (rows.number(it, turn),)).fetchone()
            return (row["intent"], row["slots"]) if row["slots"] else None

        return await self._db.run(work)

    async def understand(self, turn: Turn, intent: str, slots: str, by: str = "") -> None:
        """Note what is wanted before anything is ordered: a language model may not say it twice."""

        def work(it: sqlite3.Connection) -> None:
            n = rows.number(it, turn)
            it.execute("UPDATE turns SET intent = ?, slots = ? WHERE n = ?", (intent, slots, n))
            traces.understood(it, n, by)

        await self._db.run(work)

    async def dialogue(self, turn: Turn) -> Dialogue:
        """The room's recent turns and the asker's recent photos, ending with `turn`."""
        look = partial(dialogue, turn=turn, settings=self._settings, keepsakes=self.keepsakes)
        return await self._db.run(look)

    async def answered(self, turn: Turn, answer: Answer) -> None:
        """Owe the answer: the turn is closed, its parts and its question stored, all or nothing."""
        await self._db.run(partial(owe, turn=turn, answer=answer))
        self.ring(Room.of(turn))

    async def history(self, room: Room, limit: int = 50, before: int | None = None) -> list[Line]:
        """The last lines of a room, oldest first; `before` is the `n` of the first line shown."""
        keepsakes = self.keepsakes
        return await self._db.run(lambda it: history.lines(it, room, limit, before, keepsakes))

    async def waiting(self, room: Room) -> list[Waiting]:
        """Clips that are promised to the room and not there yet, oldest first."""
        return await self._db.run(lambda it: history.waiting(it, room))

    async def forget_before(self, at: datetime) -> int:
        """Delete what is older than `at`, files included; what is still owed stays."""
        count, files = await self._db.run(lambda it: forget_old(it, at))
        await self.shelf.discard(files)
        return count

    async def _keep_now(self, turn: Turn, sent: list[rows.Sent]) -> dict[str, str]:
        """The files, by id, of what cannot be fetched later; what is lost is logged."""
        files: dict[str, str] = {}
        for it in (it for _, it in sent if not it.ref):
            try:
                async with asyncio.timeout(PHOTO_S):
                    files[it.id] = (await self.shelf.keep(await it.read())).name
            except OSError as error:  # a TimeoutError is one, too
                log.warning("%s of %s is lost: %r", it.id, turn.key, error)
        return files


@asynccontextmanager
async def open_memory(
    folder: Path, settings: BotSettings, abandoned: timedelta | None = None
) -> AsyncIterator[Memory]:
    """The memory kept in `folder`: bot.db and media/. What is older than its days is forgotten.

    `abandoned`: after so long nobody waits any more for what is owed there; None: for ever.
    """
    await asyncio.to_thread(require_whole, folder.parent)
    async with open_database(folder / "bot.db", MIGRATIONS) as db:
        memory = Memory(db, Shelf(folder / "media"), settings, abandoned)
        await memory.retention.sweep()
        yield memory
