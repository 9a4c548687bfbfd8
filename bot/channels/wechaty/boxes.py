"""Files to and from a gateway, in small pieces: one gRPC message holds 4 MiB at most.

A gateway of wechaty 1.x keeps files itself and names them by UUID (Upload, Download); one of 0.x
takes a file within the message (MessageSendFileStream). `wechaty-grpc` 0.20 for Python does not
know Upload and Download, but has messages of the same shape on the wire.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from grpclib.client import Channel, StreamUnaryMethod, UnaryStreamMethod
from grpclib.const import Status
from grpclib.exceptions import GRPCError
from wechaty_grpc.wechaty import PuppetStub
from wechaty_grpc.wechaty.puppet import (
    FileBoxChunk,
    MessageFileRequest,
    MessageSendFileStreamRequest,
    MessageSendFileStreamResponse,
)

from bot.channels.wechaty.errors import GatewayAway, Refused, asked
from bot.fetching import NotFetched, Reach, Unreachable, fetch

CHUNK = 256 * 2**10
LARGEST = 20 * 2**20
FILE_S = 110.0  # a big clip up a family's line
INLINE, BY_URL, BY_UUID = 1, 2, 7  # kinds of boxes (file-box 1.x, file-box.type)
# UploadRequest and DownloadResponse are `bytes chunk = 1`, the other two are `string id = 1`
Piece, Name = FileBoxChunk, MessageFileRequest


class Boxes:
    """Reads and sends over one connection; all raise GatewayError.

    Files by address are fetched from the open internet, and from `near` hosts in the house.
    """

    def __init__(
        self, line: Channel, told: dict[str, str] | None, near: Iterable[str] = ()
    ) -> None:
        self._line, self._told = line, told
        self._reach = Reach(frozenset(near), plain=True, most=LARGEST, within_s=FILE_S, hops=3)
        self._stub = PuppetStub(line, timeout=FILE_S, metadata=told)

    async def send(self, conversation: str, file: Path) -> None:
        """Send a file of any size."""
        await asked("MessageSendFile", self._send(conversation, file))

    async def open(self, box: str) -> bytes:
        """What a box holds, up to LARGEST bytes."""
        try:
            told = json.loads(box)
            return await self._content(told, told.get("type") or told.get("boxType"))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise Refused(f"a box that cannot be opened: {type(error).__name__}") from None

    async def _content(self, box: dict[str, Any], kind: int | None) -> bytes:
        if kind == BY_UUID:
            return await asked("Download", self._download(box["uuid"]))
        if kind == BY_URL:
            return await self._get(box["url"], box.get("headers") or {})
        if kind == INLINE:
            whole = base64.b64decode(box["base64"])
            _within(whole)
            return whole
        raise Refused(f"a box of kind {kind}")

    async def _get(self, url: str, headers: dict[str, str]) -> bytes:
        try:
            return await fetch(url, self._reach, headers)
        except Unreachable as error:
            raise GatewayAway(f"a picture's address: {error}") from None
        except NotFetched as error:
            raise Refused(f"a picture's address: {error}") from None

    async def _send(self, conversation: str, file: Path) -> None:
        try:
            uuid = await self._upload(file)
        except GRPCError as error:
            if error.status is not Status.UNIMPLEMENTED:
                raise
            return await self._send_old(conversation, file)
        size = (await asyncio.to_thread(file.stat)).st_size
        kind = {"type": BY_UUID, "boxType": BY_UUID}  # the newer and the older name of it
        box = {**kind, "uuid": uuid, "name": file.name, "size": size, "metadata": {}}
        await self._stub.message_send_file(conversation_id=conversation, filebox=json.dumps(box))

    async def _upload(self, file: Path) -> str:
        method = StreamUnaryMethod(self._line, "/wechaty.Puppet/Upload", Piece, Name)
        async with method.open(timeout=FILE_S, metadata=self._told) as stream:
            async for part in _parts(file):
                await stream.send_message(Piece(data=part))
            await stream.end()
            reply = await stream.recv_message()
        return str(reply.id) if reply else ""

    async def _download(self, uuid: str) -> bytes:
        method = UnaryStreamMethod(self._line, "/wechaty.Puppet/Download", Name, Piece)
        whole = bytearray()
        async with method.open(timeout=FILE_S, metadata=self._told) as stream:
            await stream.send_message(Name(id=uuid), end=True)
            async for part in stream:
                whole += part.data
                _within(whole)
        return bytes(whole)

    async def _send_old(self, conversation: str, file: Path) -> None:
        ask, answer = MessageSendFileStreamRequest, MessageSendFileStreamResponse
        route = "/wechaty.Puppet/MessageSendFileStream"
        method = StreamUnaryMethod(self._line, route, ask, answer)
        async with method.open(timeout=FILE_S, metadata=self._told) as stream:
            await stream.send_message(ask(conversation_id=conversation))
            await stream.send_message(ask(file_box_chunk=FileBoxChunk(name=file.name)))
            async for part in _parts(file):
                await stream.send_message(ask(file_box_chunk=FileBoxChunk(data=part)))
            await stream.end()
            await stream.recv_message()


async def _parts(file: Path) -> AsyncIterator[bytes]:
    handle = await asyncio.to_thread(file.open, "rb")
    try:
        while part := await asyncio.to_thread(handle.read, CHUNK):
            yield part
    finally:
        await asyncio.to_thread(handle.close)


def _within(data: bytes | bytearray) -> None:
    if len(data) > LARGEST:
        raise Refused(f"a file over {LARGEST} bytes")
