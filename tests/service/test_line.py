"""A service that is there and never gets done: whoever asks it is not held for ever."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.serving import Answers, serving
from video_service import line
from video_service.client import (
    ServiceRefused,
    ServiceUnreachable,
    VideoClient,
    VideoServiceError,
    open_client,
)
from video_service.schema import VideoRequest

OFTEN_S = 0.01


class Dripping(Answers):
    """A byte now and then, so that no single read ever waits for long; until nobody reads."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b" ")
                time.sleep(OFTEN_S)

    def do_POST(self) -> None:
        self.body()
        self.do_GET()


@pytest.fixture
def dripping(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(line, "FETCH_S", 0.2)
    monkeypatch.setattr(line, "SLACK_S", 0.2)
    with serving(Dripping) as url:
        yield url


@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", ["look", "order", "order with a photo"])
async def test_an_answer_that_drips_is_given_up(
    dripping: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("video_service.client.FILES_S", 0.2)
    monkeypatch.setattr("video_service.client.SLACK_S", 0.2)

    async def ask(client: VideoClient) -> None:
        if what == "look":
            await client.get("video-1", wait=0.1)
            return
        photo = b"photo" if what == "order with a photo" else None
        await client.create(VideoRequest(prompt="熊猫"), key="1", photo=photo)

    async with open_client(dripping) as client:
        with pytest.raises(ServiceUnreachable):
            await ask(client)


@pytest.mark.timeout(60)
async def test_a_film_that_drips_is_given_up_and_leaves_no_file(
    dripping: str, tmp_path: Path
) -> None:
    async with open_client(dripping) as client:
        with pytest.raises(ServiceUnreachable):
            await client.download("video-1", tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


async def test_a_film_that_comes_slowly_but_comes_is_fetched_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FETCH_S", 0.5)
    began = asyncio.get_running_loop().time()

    async def slow() -> AsyncIterator[bytes]:
        yield bytes(10 * line.LEAST_BYTES_S)  # as much as may take ten seconds
        while asyncio.get_running_loop().time() < began + line.FETCH_S + 0.1:
            await asyncio.sleep(OFTEN_S)
            yield b"."
        yield b"the end"

    way = httpx.MockTransport(lambda request: httpx.Response(200, content=slow()))
    async with open_client("http://studio", transport=way) as client:
        await client.download("video-1", tmp_path / "film.mp4")
    film = await asyncio.to_thread((tmp_path / "film.mp4").read_bytes)
    assert film.endswith(b"the end")


async def test_a_film_that_never_ends_is_no_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "MOST_BYTES", 100)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b"frame"

    way = httpx.MockTransport(lambda request: httpx.Response(200, content=endless()))
    async with open_client("http://studio", transport=way) as client:
        with pytest.raises(VideoServiceError, match="more than 100 bytes"):
            await client.download("video-1", tmp_path / "film.mp4")


async def test_a_film_that_is_gone_says_so_as_before(tmp_path: Path) -> None:
    told = {"error": {"code": "not_found", "message": "no such video"}}
    way = httpx.MockTransport(lambda request: httpx.Response(404, json=told))
    async with open_client("http://studio", transport=way) as client:
        with pytest.raises(ServiceRefused, match="no such video"):
            await client.download("video-1", tmp_path / "film.mp4")
