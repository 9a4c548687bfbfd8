"""The page people try first: a simulated family group, served inside the caller's TaskGroup."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from nicegui import ui

from bot.channels.base import Channel
from bot.channels.web import ROOM, WebChannel
from bot.limits.gate import guarded
from bot.memory import Memory
from bot.records import Room
from bot.settings import BotSettings
from bot.web import ours, wording
from bot.web.channels import ChannelWatch
from bot.web.doorman import Doorman
from bot.web.library_routes import Archive, build_library
from bot.web.library_view import room_names
from bot.web.login import LOGOUT, Lock
from bot.web.markup import box, words
from bot.web.metrics import build_metrics
from bot.web.panel import HouseWatch, open_panel
from bot.web.people import Family
from bot.web.photos import MAX_BYTES
from bot.web.room import RoomWatch
from bot.web.routes import SAY_URL, build_routes
from bot.web.server import listen, serve, url_of
from bot.web.sessions import Sessions
from bot.web.studio import Studio
from bot.web.studio_routes import build_studio
from bot.web.tab import open_tab
from bot.web.takes import TakeShelf
from bot.web.views import CHAT, open_views
from intents.base import Tools
from intents.sentences import Ability
from video_service.client import VideoClient
from video_service.schema.config import WEB_PASSWORD, secret

HOME = "/"
MAX_BODY = MAX_BYTES + 2**16  # a photo, and what is said about it
SESSIONS = "web_sessions.json"
ASSETS = Path(__file__).parent / "assets"
ICON = (ASSETS / "icon.svg").read_text("utf-8")
SHEETS = ("page", "channels", "views", "studio", "library", "traces")
STYLE = "\n".join((ASSETS / f"{name}.css").read_text("utf-8") for name in SHEETS)
VIEWPORT = (
    "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
)
RECONNECT_S = 15  # a phone that slept no longer than this finds its page as it left it


@dataclass(frozen=True, slots=True)
class Watches:
    """What all tabs look at: room, house, ways in, what she can do, who writes, and bot.db."""

    room: RoomWatch
    house: HouseWatch
    channels: ChannelWatch
    able: tuple[Ability, ...]
    writer: str | None
    traces: Path


@dataclass(frozen=True, slots=True)
class Desks:
    """What the views beside the room work with."""

    studio: Studio
    archive: Archive


def create_page(
    settings: BotSettings,
    channel: WebChannel,
    memory: Memory,
    watches: Watches,
    desks: Desks,
    sessions: Sessions | None = None,
) -> FastAPI:
    """The app behind the page. Once a process: NiceGUI keeps its state in module globals."""
    web = settings.web
    family = Family(web.room_name, web.members, settings.name)
    app = FastAPI(openapi_url=None, max_body_size=MAX_BODY)
    if sessions:
        app.add_middleware(Lock, sessions)
    app.add_middleware(Doorman, locked=sessions is not None)  # the last one stands at the front
    ours.install(app)
    app.include_router(build_routes(channel, memory.shelf.folder))
    app.include_router(build_studio(desks.studio, watches.writer))
    app.include_router(build_library(desks.archive))
    app.include_router(build_metrics(watches.traces))
    _show(app, partial(_open_room, family, watches, locked=sessions is not None))
    return app


def _show(app: FastAPI, open_chat: Callable[[], None]) -> None:
    """NiceGUI's part of `app`: one page, the chat in the first of its views."""

    def build(request: Request) -> RedirectResponse | None:
        if request.url.path != HOME:  # NiceGUI shows its root page for whatever nobody else serves
            return RedirectResponse(HOME)
        ui.add_head_html(f"<style>{STYLE}</style>")
        ui.context.client.content.classes("page shell")
        with open_views().add_slot(CHAT):
            open_chat()
        return None

    ui.run_with(
        app,
        root=build,
        title=wording.PRODUCT,
        favicon=ICON,
        viewport=VIEWPORT,
        language="zh-CN",
        dark=None,
        reconnect_timeout=RECONNECT_S,
        binding_refresh_interval=None,
        tailwind=False,
        show_welcome_message=False,
    )


def _open_room(family: Family, watches: Watches, *, locked: bool) -> None:
    with box("main", "chat"):
        with box("header", "title"):
            words("h1", "", f"{family.room_name}（{family.size}）")
            more = words("button", "more", "⋯", type="button", aria_label=wording.MORE)
        open_tab(family, watches.room, SAY_URL)
    panel = open_panel(family, watches.house, watches.able, watches.writer, watches.channels)
    panel.add_traces(watches.traces)
    if locked:
        panel.add_way_out(LOGOUT)
    panel.open_by(more)


def open_desks(
    settings: BotSettings,
    memory: Memory,
    tools: Tools,
    channels: Sequence[Channel],
) -> Desks:
    takes = TakeShelf(memory.shelf.folder.with_name("studio"))
    names = room_names(Room(WebChannel.name, ROOM), settings.web.room_name)
    archive = Archive(memory.clips, names, lambda: _open(channels))
    studio = Studio(guarded(tools, memory.ledger, settings), takes, settings.web.members)
    return Desks(studio, archive)


def _open(channels: Sequence[Channel]) -> set[str]:
    """The channels that can be sent through; one that is only away is waited for."""
    return {it.name for it in channels if it.pulse.health.state != "broken"}


async def serve_page(
    settings: BotSettings,
    channel: WebChannel,
    memory: Memory,
    client: VideoClient,
    ready: Callable[[str], None],
    *,
    able: tuple[Ability, ...] = (),
    writer: str | None = None,
    tools: Tools | None = None,
    channels: Sequence[Channel] = (),
) -> None:
    """Serve the page until cancelled; `ready` is told its address once it answers.

    `able` is what people are told she can do, `writer` the name of the language model that writes
    prompts, None while there is none, `tools` what the studio works with, `channels` the other
    ways in, shown with how they are.
    Raises OSError when the port is taken.
    """
    web = settings.web
    room = RoomWatch(Room(channel.name, ROOM), memory, client, lambda: channel.is_typing)
    channel.on_typing(room.stir)
    traces = memory.shelf.folder.with_name("bot.db")
    watches = Watches(room, HouseWatch(client), ChannelWatch(channels), able, writer, traces)
    tools = tools or Tools(settings.name, None, client)
    desks = open_desks(settings, memory, tools, (channel, *channels))
    sessions = await asyncio.to_thread(_sessions, memory.shelf.folder.with_name(SESSIONS))
    with contextlib.closing(listen(web.host, web.port)) as door:
        app = create_page(settings, channel, memory, watches, desks, sessions)
        async with asyncio.TaskGroup() as group:
            watching = [group.create_task(watch.run()) for watch in (room, watches.house)]
            try:
                await serve(app, door, lambda: ready(url_of(door)))
            finally:
                for task in watching:
                    task.cancel()


def _sessions(file: Path) -> Sessions | None:
    """Who is logged in; None where no password is set. Blocking."""
    password = secret(WEB_PASSWORD)
    return Sessions(file, password) if password else None
