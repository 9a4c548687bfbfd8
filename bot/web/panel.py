"""The side panel: what she can do, for the family; how things are, for the owner."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nicegui import ui
from nicegui.element import Element

from bot.web import wording
from bot.web.channels import ChannelWatch, open_board
from bot.web.markup import box, words
from bot.web.people import Family
from bot.web.trace_box import TraceBox
from bot.web.viewers import Viewers
from intents.sentences import Ability
from video_service.client import VideoClient, VideoServiceError
from video_service.schema import EngineCard

LOOK_S = 15.0
# where it has slid in over the chat, the keys follow it, and go back when it leaves
OURS = 'event.target === event.currentTarget && event.propertyName === "transform"'
ENTERED = f"""(event) => {{
  const open = {OURS} && event.target.classList.contains("open");
  if (open) event.target.querySelector(".close").focus();
}}"""
LEAVING = f"""(event) => {{
  const shut = {OURS} && !event.target.classList.contains("open");
  if (!shut || !event.target.contains(document.activeElement)) return;
  document.querySelector(".more").focus();
}}"""


@dataclass(frozen=True, slots=True)
class State:
    """Where the house stands; `up` while the service answers."""

    up: bool = False
    engines: tuple[EngineCard, ...] = ()


class HouseWatch:
    """Asks the service how it is, for all tabs at once, while one is open."""

    def __init__(self, client: VideoClient) -> None:
        self._client = client
        self._joined = asyncio.Event()
        self._viewers = Viewers[State](self._joined.set)
        self.state = State()

    def join(self, show: Callable[[State], None]) -> Callable[[], None]:
        """Call `show` with every state until the returned function is called."""
        return self._viewers.join(show)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._joined.wait()
            self._joined.clear()
            while self._viewers:
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._joined.wait()
                self._joined.clear()

    async def _look(self) -> None:
        try:
            state = State(up=True, engines=tuple(await self._client.engines()))
        except VideoServiceError:  # the panel says so; the log line is the delivery's to write
            state = State()
        if state != self.state:
            self.state = state
            self._viewers.tell(state)


class Panel:
    """Beside the chat where there is room, else behind the button in the title bar."""

    def __init__(
        self,
        family: Family,
        able: Sequence[Ability],
        writer: str | None,
        channels: ChannelWatch,
    ) -> None:
        self._writer = writer
        with box("aside", "panel", aria_label="小助手和状态") as self._root:
            close = words("button", "close", "×", type="button", aria_label="关上")
            close.on("click", self.close)
            words("h2", "", wording.ABILITIES_TITLE.format(name=family.her))
            with box("ul", "abilities"):
                for ability in able:
                    with box("li"):
                        words("b", "", ability.title)
                        said = wording.ABILITY.format(name=family.her, example=ability.example)
                        words("span", "", said)
            open_board(channels)
            words("h2", "", wording.STATE_TITLE)
            self._board = box("dl", "board")
        self._root.on("transitionend", js_handler=ENTERED)
        self._root.on("transitionstart", js_handler=LEAVING)
        self._root.on("keydown.escape", self.close)
        box("div", "veil").on("click", self.close)
        self._button: Element | None = None

    def open_by(self, button: Element) -> None:
        """`button` opens it, and tells whether it is open."""
        self._button = button
        button.on("click", self.open)
        self.close()

    def open(self) -> None:
        self._root.classes("open")
        self._tell("true")

    def close(self) -> None:
        self._root.classes(remove="open")
        self._tell("false")

    def _tell(self, expanded: str) -> None:
        if self._button:
            self._button.props["aria-expanded"] = expanded

    def add_traces(self, file: Path) -> None:
        """What is behind her answers; `file` is bot.db."""
        with self._root:
            TraceBox(file)

    def add_way_out(self, url: str) -> None:
        """A button that ends the session; where a password is asked for."""
        with self._root, box("form", "way-out", method="post", action=url):
            words("button", "", wording.LOGOUT, type="submit")

    def show(self, state: State) -> None:
        self._board.clear()
        with self._board:
            how = wording.SERVICE_UP if state.up else wording.SERVICE_DOWN
            self._row(wording.SERVICE, how, state.up)
            for engine in (e for e in state.engines if e.ready or e.named or e.here):
                self._row(wording.ENGINES.get(engine.id, engine.id), *_engine(engine))
            writer = self._writer
            self._row(wording.WRITER, writer or wording.WRITER_MISSING, good=writer is not None)

    def _row(self, what: str, how: str, good: bool) -> None:
        with box("div", "good" if good else "poor"):
            words("dt", "", what)
            words("dd", "", how)


def _engine(engine: EngineCard) -> tuple[str, bool]:
    if not engine.ready:
        return wording.ENGINE_NOT_READY, False
    return (wording.ENGINE_DRAFT if engine.draft else wording.ENGINE_READY), True


def open_panel(
    family: Family,
    watch: HouseWatch,
    able: Sequence[Ability],
    writer: str | None,
    channels: ChannelWatch,
) -> Panel:
    """Build the panel in the client that is being built, and keep it fresh until that is gone."""
    panel = Panel(family, able, writer, channels)
    panel.show(watch.state)
    ui.context.client.on_delete(watch.join(panel.show))
    return panel
