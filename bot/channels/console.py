"""A chat in the terminal: one person, one private room, photos by path."""

import asyncio
import shutil
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from bot import messages
from bot.channels.base import Channel, Hear, Limits, NotHeard, SendError
from bot.channels.pulse import Pulse
from bot.lines import harmless
from bot.web.photos import BadPhoto, clean_photo
from intents.dialogue import Photo, Turn

PHOTO = ("图片", "照片")
LEAVE = ("退出", "再见", "exit", "quit")


class ConsoleChannel(Channel):
    """`until` is awaited for every turn before the channel ends with the input."""

    name = "console"
    limits = Limits()

    def __init__(
        self,
        me: str,
        clips: Path,
        until: Callable[[Turn], Awaitable[object]],
        console: Console | None = None,
        read: Callable[[], str] = input,
    ) -> None:
        self._me, self._clips, self._until = me, clips, until
        self._console, self._read = console or Console(), read
        self.pulse = Pulse(self.name)
        self.pulse.up()

    async def run(self, hear: Hear) -> None:
        self._console.print(messages.CONSOLE_HELLO.format(name=self._me), style="dim")
        turns = []
        async for line in self._lines():
            if line in LEAVE:
                break
            if turn := await self._turn(line):
                try:
                    await hear(turn)
                except NotHeard:
                    self._console.print(messages.NOT_HEARD)
                else:
                    turns.append(turn)
        for turn in turns:
            await self._until(turn)

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        self._console.print(f"[bold green]{self._me}[/]：", end="")
        said = harmless(text)
        self._console.print(said, markup=False, emoji=False, highlight=False, soft_wrap=True)

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        await self._save(image)

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        await self._save(video)

    async def typing(self, to: Turn) -> None:  # the last line belongs to whoever types there
        """Show nothing."""

    async def _save(self, file: Path) -> None:
        try:
            await asyncio.to_thread(self._clips.mkdir, parents=True, exist_ok=True)
            saved = await asyncio.to_thread(shutil.copy2, file, self._clips / file.name)
        except OSError as error:
            raise SendError(f"{file} cannot be saved in {self._clips}: {error}") from error
        self._console.print(f"[bold green]{self._me}[/]：", end="")
        self._console.print(messages.CONSOLE_SAVED.format(path=saved), markup=False)

    async def _lines(self) -> AsyncIterator[str]:
        """Lines as they are typed. The thread that reads is a daemon: it never holds up the end."""
        loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

        def pump() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                while (line := self._next()) is not None:
                    loop.call_soon_threadsafe(lines.put_nowait, line)
                    if line.strip() in LEAVE:  # a thread that goes on reading a pipe breaks the end
                        return
                loop.call_soon_threadsafe(lines.put_nowait, None)

        threading.Thread(target=pump, daemon=True, name="console").start()
        while (line := await lines.get()) is not None:
            if line.strip():
                yield line.strip()

    def _next(self) -> str | None:
        """What is typed next; None at the end, also where there is no input at all."""
        try:
            return self._read()
        except (EOFError, OSError, RuntimeError, ValueError):
            return None

    async def _turn(self, line: str) -> Turn | None:
        """What was typed, as a turn; a photo that is not there is said so at once."""
        word, _, rest = line.partition(" ")
        plain = Turn(
            id=uuid.uuid4().hex,
            channel=self.name,
            room="terminal",
            sender="owner",
            name=messages.CONSOLE_YOU,
            text=line,
            at=datetime.now(UTC),
            private=True,
        )
        if word not in PHOTO or not rest.strip():
            return plain
        named = rest.strip().strip("'\"")
        try:
            photo = await asyncio.to_thread(_clean, named)
        except OSError:
            self._console.print(messages.NO_PHOTO.format(path=named), markup=False)
            return None
        except BadPhoto as error:
            bad = messages.BAD_PHOTO.format(path=named, why=error.say)
            self._console.print(bad, markup=False)
            return None
        return replace(plain, text="", photos=(Photo(plain.id, partial(_given, photo)),))


def _clean(named: str) -> bytes:
    return clean_photo(Path(named).expanduser().read_bytes())


async def _given(photo: bytes) -> bytes:
    return photo
