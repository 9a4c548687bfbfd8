"""A service for one message: opened once, by whoever first needs it, or not at all."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.house import House, ServiceDown, open_service
from bot.late_house import ANYWHERE, LateHouse
from bot.settings import Settings, load_settings
from tests.service.running import Running
from video_service.client import ServiceUnreachable
from video_service.schema.settings import ServiceSettings


class Rooms:
    """Counts how often a house is asked for; `reason` is why there is none."""

    def __init__(self, url: str = "", reason: str = "") -> None:
        self.url, self.reason = url, reason
        self.opened = 0

    async def open(self, stack: AsyncExitStack) -> House:
        self.opened += 1
        await asyncio.sleep(0)
        if self.reason:
            raise ServiceDown(self.reason)
        plain: Settings = await asyncio.to_thread(load_settings)
        told = ServiceSettings.model_validate({"url": self.url})
        return House(plain.model_copy(update={"video_service": told}))


async def test_nobody_asks_and_nothing_is_opened() -> None:
    rooms = Rooms()
    async with AsyncExitStack() as stack:
        house = LateHouse(rooms.open, stack)
        async with open_service(ANYWHERE, house), asyncio.TaskGroup() as tasks:
            keeper = tasks.create_task(house.keep())
            await asyncio.sleep(0)
            keeper.cancel()
    assert rooms.opened == 0


@pytest.mark.parametrize("ending", ["", "/"])
async def test_the_first_who_asks_opens_it_for_all(service: Running, ending: str) -> None:
    rooms = Rooms(service.url + ending)
    async with AsyncExitStack() as stack:
        house = LateHouse(rooms.open, stack)
        async with open_service(ANYWHERE, house) as client:
            both = await asyncio.gather(client.health(), client.engines())
    assert both[0].status == "ok"
    assert "draft" in [card.id for card in both[1]]
    assert rooms.opened == 1


async def test_a_service_that_does_not_start_is_out_of_reach() -> None:
    async with AsyncExitStack() as stack:
        house = LateHouse(Rooms(reason="cannot listen").open, stack)
        async with open_service(ANYWHERE, house) as client:
            with pytest.raises(ServiceUnreachable, match="cannot listen"):
                await client.engines()


async def test_what_is_written_before_the_path_stays_before_it() -> None:
    seen: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.extend((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[:2])
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{"object":"list","data":[]}')
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(hear, "127.0.0.1", 0) as server,
        AsyncExitStack() as stack,
    ):
        port = server.sockets[0].getsockname()[1]
        house = LateHouse(Rooms(f"http://127.0.0.1:{port}/films").open, stack)
        async with open_service(ANYWHERE, house) as client:
            assert await client.engines() == []
    assert seen == [b"GET /films/v1/models HTTP/1.1", f"Host: 127.0.0.1:{port}".encode()]
