"""Files through the gateway whole: phone photos in, clips of any size out, old gateways too."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from grpclib.client import Channel as Line
from grpclib.const import Cardinality, Handler, Status
from grpclib.exceptions import GRPCError
from grpclib.server import Server, Stream
from wechaty_grpc.wechaty.puppet import (
    FileBoxChunk,
    MessageFileRequest,
    MessageSendFileStreamRequest,
    MessageSendFileStreamResponse,
)

from bot.channels.base import SendError
from bot.channels.wechaty import boxes
from bot.channels.wechaty.boxes import Boxes
from bot.channels.wechaty.errors import GatewayAway, Refused
from tests.channels.wechaty.chat import Chat
from tests.e2e.gateway.running import FAMILY, VIDEO, Gateway, sha256
from tests.e2e.qunying import free_port

MIB = 2**20


@pytest.mark.parametrize("size", [1, 3 * MIB, 20 * MIB])
async def test_a_clip_of_any_size_arrives_as_a_video_and_whole(
    wechat: Gateway, chat: Chat, tmp_path: Path, size: int
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(os.urandom(size))
    await wechat.says("小爱 拍一段")
    await chat.channel.send_video(await chat.turn(), clip, poster=None, key="1")
    got = await wechat.hears()
    assert (got["to"], got["type"], got["name"]) == (FAMILY, VIDEO, "clip.mp4")
    assert (got["size"], got["sha256"]) == (size, sha256(clip.read_bytes()))


async def test_a_picture_arrives(wechat: Gateway, chat: Chat, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG a picture")
    await wechat.says("小爱 画一张", room=None)
    await chat.channel.send_image(await chat.turn(), picture, key="1")
    got = await wechat.hears()
    assert (got["to"], got["sha256"]) == ("wxid_mum", sha256(b"\x89PNG a picture"))


async def test_a_phone_photo_comes_in_whole(wechat: Gateway, chat: Chat) -> None:
    photo = b"\xff\xd8\xff\xe0" + os.urandom(3_500_000)
    await wechat.shows(photo)
    (shown,) = (await chat.turn()).photos
    assert sha256(await shown.read()) == sha256(photo)


async def test_a_photo_that_is_too_big_is_not_taken(
    wechat: Gateway, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "LARGEST", 300_000)
    await wechat.shows(os.urandom(400_000))
    (shown,) = (await chat.turn()).photos
    with pytest.raises(OSError, match="over 300000 bytes"):
        await shown.read()


async def test_a_photo_the_gateway_has_forgotten_is_an_os_error(chat: Chat) -> None:
    with pytest.raises(OSError, match="MessageFile"):
        await chat.channel.fetch('{"message": "gone", "as": "image"}')


async def test_puppets_that_give_no_id_for_what_they_sent_are_no_trouble(
    wechat: Gateway, chat: Chat, tmp_path: Path
) -> None:
    await wechat.tell("ids", give=False)
    await wechat.says("小爱 在吗")
    turn = await chat.turn()
    (clip := tmp_path / "clip.mp4").write_bytes(b"film")
    await chat.channel.send_text(turn, "在呢。", key="1")
    await chat.channel.send_video(turn, clip, poster=None, key="2")
    assert [(await wechat.hears())["kind"] for _ in range(2)] == ["text", "file"]


async def test_what_wechat_refuses_is_a_send_error(wechat: Gateway, chat: Chat) -> None:
    await wechat.says("小爱 在吗")
    nobody = replace(await chat.turn(), room="wxid_nobody")
    with pytest.raises(SendError, match="MessageSendText: "):
        await chat.channel.send_text(nobody, "在呢。", key="1")


class OldGateway:
    """A gateway of wechaty 0.x: it takes files in one stream, and knows no Upload."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, bytes]] = []

    async def send(self, stream: Stream[Any, Any]) -> None:
        to, name, data = "", "", b""
        async for part in stream:
            to, chunk = to or part.conversation_id, part.file_box_chunk
            name, data = name or chunk.name, data + chunk.data
        self.got.append((to, name, data))
        await stream.send_message(MessageSendFileStreamResponse())

    async def upload(self, stream: Stream[Any, Any]) -> None:
        raise GRPCError(Status.UNIMPLEMENTED)

    def __mapping__(self) -> dict[str, Handler]:
        ask, answer = MessageSendFileStreamRequest, MessageSendFileStreamResponse
        many = Cardinality.STREAM_UNARY
        return {
            "/wechaty.Puppet/MessageSendFileStream": Handler(self.send, many, ask, answer),
            "/wechaty.Puppet/Upload": Handler(self.upload, many, FileBoxChunk, MessageFileRequest),
        }


@asynccontextmanager
async def old_gateway() -> AsyncIterator[tuple[OldGateway, Boxes]]:
    old, port = OldGateway(), free_port()
    server, line = Server([old]), Line("127.0.0.1", port)
    await server.start("127.0.0.1", port)
    try:
        yield old, Boxes(line, None)
    finally:
        line.close()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def picture_server(status: str, body: bytes) -> AsyncIterator[str]:
    """An address that answers every request so."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.jpg"


async def test_a_photo_by_address_is_fetched_from_there() -> None:
    line = Line("127.0.0.1", 9)
    there = Boxes(line, None, near=("127.0.0.1",))
    try:
        async with picture_server("200 OK", b"a photo") as url:
            assert await there.open(json.dumps({"type": 2, "url": url})) == b"a photo"
        async with picture_server("404 Not Found", b"") as url:
            with pytest.raises(Refused, match="404"):
                await there.open(json.dumps({"type": 2, "url": url}))
    finally:
        line.close()


async def test_an_old_gateway_takes_the_clip_in_one_stream(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(os.urandom(5 * MIB))
    async with old_gateway() as (old, there):
        await there.send(FAMILY, clip)
    assert old.got == [(FAMILY, "clip.mp4", clip.read_bytes())]


async def test_an_old_gateway_hands_photos_over_in_the_message_or_by_address() -> None:
    line = Line("127.0.0.1", 9)
    there = Boxes(line, None, near=("127.0.0.1",))
    try:
        assert await there.open('{"boxType": 1, "base64": "aGk="}') == b"hi"
        by_address = json.dumps({"type": 2, "url": "http://127.0.0.1:9/a.jpg"})
        with pytest.raises(GatewayAway):
            await there.open(by_address)
        odd_headers = {"type": 2, "url": "http://127.0.0.1:9/a.jpg", "headers": {"Cookie": 1}}
        for box in ("no JSON", "[]", '{"type": 3}', '{"type": 1}', '{"type": 1, "base64": "a"}',
                    '{"type": 1, "base64": 5}', json.dumps(odd_headers)):  # fmt: skip
            with pytest.raises(Refused):
                await there.open(box)
    finally:
        line.close()
