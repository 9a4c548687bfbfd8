"""Clips and pictures out: init, chunks, finish, as the official Node SDK does it."""

import asyncio
import base64
import hashlib
import math
from pathlib import Path
from typing import Literal

from bot.channels.wecom.frames import (
    UPLOAD_CHUNK,
    UPLOAD_FINISH,
    UPLOAD_INIT,
    Body,
    NoAnswer,
    Refused,
)
from bot.channels.wecom.link import Link

CHUNK = 512 * 1024
MOST_CHUNKS = 100
TRIES, PAUSE_S = 3, 0.5
CHUNK_S = 30  # half a megabyte up a family's line
Kind = Literal["image", "video"]


class TooLarge(Exception):
    """More than one upload takes."""


async def upload(link: Link, file: Path, kind: Kind) -> str:
    """The media_id of `file`, good for three days. Raises OSError, TooLarge or WecomError."""
    data = await asyncio.to_thread(file.read_bytes)
    chunks = math.ceil(len(data) / CHUNK)
    if chunks > MOST_CHUNKS:
        raise TooLarge(f"{file.name}: {len(data)} bytes are {chunks} chunks")
    begun = await link.ask(UPLOAD_INIT, await asyncio.to_thread(_announce, data, file, kind))
    upload_id = _named(begun, "upload_id")
    for index in range(chunks):  # one at a time: they answer many at once with a system error
        await _send(link, upload_id, index, data[index * CHUNK : (index + 1) * CHUNK])
    return _named(await link.ask(UPLOAD_FINISH, {"upload_id": upload_id}), "media_id")


def _announce(data: bytes, file: Path, kind: Kind) -> Body:
    return {
        "type": kind,
        "filename": file.name,
        "total_size": len(data),
        "total_chunks": math.ceil(len(data) / CHUNK),
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
    }


async def _send(link: Link, upload_id: str, index: int, piece: bytes) -> None:
    text = base64.b64encode(piece).decode()
    body = {"upload_id": upload_id, "chunk_index": index, "base64_data": text}
    for again in range(1, TRIES + 1):
        try:
            await link.ask(UPLOAD_CHUNK, body, within=CHUNK_S)
        except (NoAnswer, Refused):
            if again == TRIES:
                raise
            await asyncio.sleep(PAUSE_S * again)
        else:
            return


def _named(body: Body, name: str) -> str:
    if not isinstance(found := body.get(name), str) or not found:
        raise Refused(0, f"an answer without {name}")
    return found
