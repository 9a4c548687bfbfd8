"""What the browser posts and fetches: refused in Chinese, served in ranges, never out of bounds."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.channels import web
from bot.channels.base import NotHeard
from bot.channels.web import WebChannel
from bot.web import wording
from bot.web.routes import build_routes
from intents.dialogue import Turn
from tests.web.pictures import jpeg

OURS = {"X-Qunying": "page"}


class Page:
    """The routes without the page, and what the bot hears."""

    def __init__(self, media: Path) -> None:
        self.channel = WebChannel(("妈妈",))
        self.heard: list[Turn] = []
        self.disk_full = False
        app = FastAPI()
        app.include_router(build_routes(self.channel, media))
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://page", headers=OURS
        )

    async def hear(self, turn: Turn) -> None:
        if self.disk_full:
            raise NotHeard(turn.key)
        self.heard.append(turn)

    async def say(
        self, text: str = "你好", photo: bytes | None = None, **more: str
    ) -> httpx.Response:
        form = {"id": str(uuid.uuid4()), "member": "妈妈", "text": text, **more}
        files = {"photo": ("a.jpg", photo, "image/jpeg")} if photo is not None else None
        return await self.http.post("/say", data=form, files=files)


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    (tmp_path / "media").mkdir()
    (tmp_path / "bot.db").write_text("secret")
    (tmp_path / "media" / "clip-1.mp4").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "media" / ".clip-2.mp4.part").write_bytes(b"half")
    page = Page(tmp_path / "media")
    listening = asyncio.ensure_future(page.channel.run(page.hear))
    async with page.http:
        yield page
    listening.cancel()
    await asyncio.wait({listening})


async def test_words_and_a_photo_are_heard(page: Page) -> None:
    answer = await page.say("看看这个", jpeg(), quote="earlier")
    assert (answer.status_code, answer.json()) == (200, {"new": True})
    (turn,) = page.heard
    assert (turn.text, len(turn.photos)) == ("看看这个", 1)
    assert turn.quote is not None
    assert turn.quote.id == "earlier"


async def test_the_same_message_is_taken_once(page: Page) -> None:
    message_id = str(uuid.uuid4())
    answers = [(await page.say("你好", id=message_id)).json() for _ in range(2)]
    assert answers == [{"new": True}, {"new": False}]
    assert len(page.heard) == 1


@pytest.mark.parametrize(
    ("text", "photo", "status"),
    [("", None, 422), ("  ", None, 422), ("长" * 1001, None, 413), ("看", b"junk", 415)],
)
async def test_what_cannot_be_taken_is_refused_in_chinese(
    page: Page, text: str, photo: bytes | None, status: int
) -> None:
    answer = await page.say(text, photo)
    assert answer.status_code == status
    assert answer.json()["say"].endswith("。")
    assert page.heard == []


async def test_a_stranger_in_the_form_is_refused(page: Page) -> None:
    answer = await page.say("你好", member="路人")
    assert (answer.status_code, page.heard) == (422, [])


async def test_a_form_on_another_site_cannot_speak_here(page: Page) -> None:
    del page.http.headers["X-Qunying"]
    assert (await page.say("你好")).status_code == 403
    assert page.heard == []


async def test_a_crowd_is_asked_to_wait(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "HEARD_S", 0)
    answer = await page.say("你好")
    assert answer.status_code == 503
    assert answer.json()["say"] == "消息太多了，等几秒再发一次。"


async def test_what_could_not_be_kept_is_said_so_and_taken_when_it_comes_again(page: Page) -> None:
    message_id = str(uuid.uuid4())
    page.disk_full = True
    refused = await page.say("你好", id=message_id)
    assert (refused.status_code, refused.json()["say"]) == (507, wording.NOT_KEPT)
    page.disk_full = False
    assert (await page.say("你好", id=message_id)).json() == {"new": True}
    assert len(page.heard) == 1


async def test_a_film_is_served_in_parts_so_that_it_can_be_wound(page: Page) -> None:
    answer = await page.http.get("/media/clip-1.mp4", headers={"Range": "bytes=256-265"})
    assert answer.status_code == 206
    assert answer.content == bytes(range(10))
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "../bot.db",
        "..%2fbot.db",
        "%2e%2e%2fbot.db",
        ".clip-2.mp4.part",
        "none.mp4",
        "clip-1.mp4%00",
        "a/b.mp4",
    ],
)
async def test_nothing_else_can_be_fetched(page: Page, path: str) -> None:
    assert (await page.http.get(f"/media/{path}")).status_code == 404
