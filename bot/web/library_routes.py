"""What the clip library in the browser asks for: pages of pieces, and one sent once more."""

import logging
import sqlite3
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query
from pydantic import BaseModel

from bot.channels.names import name_of
from bot.clip_library import ClipLibrary, Piece, Search
from bot.locks import DataUnusable
from bot.web import library_wording as wording
from bot.web.library_view import RoomNames, SeenPiece, seen_piece
from bot.web.ours import Refused, ours

URL = "/library"
log = logging.getLogger(__name__)
Text = Annotated[str, Query(max_length=100)]
MOST = 2**62  # SQLite counts as far
Before = Annotated[int | None, Query(ge=1, le=MOST)]
Number = Annotated[int, Path(ge=1, le=MOST)]
Day = Annotated[date | None, Query(ge=date(1970, 1, 2), le=date(9000, 1, 1))]


@dataclass(frozen=True, slots=True)
class Archive:
    """What the library needs: what was sent, how its rooms are called, which ways are open."""

    clips: ClipLibrary
    names: RoomNames
    open_channels: Callable[[], Collection[str]]


class Named(BaseModel):
    value: str
    label: str


class Pieces(BaseModel):
    """A page of the search, newest first. `found` counts all of it."""

    pieces: list[SeenPiece]
    found: int
    people: list[str]
    channels: list[Named]


class Sent(BaseModel):
    say: str


def build_library(archive: Archive) -> APIRouter:
    """The routes of the library."""
    routes = APIRouter(prefix=URL)

    @routes.get("")
    async def browse(
        words: Text = "",
        person: Text = "",
        channel: Text = "",
        since: Day = None,
        until: Day = None,
        before: Before = None,
    ) -> Pieces:
        search = Search(words, person, channel, _midnight(since), _midnight(until, days=1))
        try:
            page = await archive.clips.page(search, before)
            shelves = await archive.clips.shelves()
        except (sqlite3.Error, DataUnusable) as error:
            log.warning("the library cannot be read: %r", error)
            raise Refused(507, wording.DISK) from error
        on = archive.open_channels()
        shown = [
            await seen_piece(piece, archive.names, on=piece.room.channel in on)
            for piece in page.pieces
        ]
        named = [Named(value=name, label=name_of(name)) for name in shelves.channels]
        return Pieces(pieces=shown, found=page.found, people=[*shelves.people], channels=named)

    @routes.post("/{n}/again", dependencies=[Depends(ours)])
    async def again(n: Number, once: Annotated[uuid.UUID, Form()]) -> Sent:
        try:
            piece = await archive.clips.piece(n)
            room = await _send(archive, piece, str(once))
        except (sqlite3.Error, DataUnusable) as error:
            log.warning("piece %d cannot be sent again: %r", n, error)
            raise Refused(507, wording.DISK) from error
        return Sent(say=wording.SENT_AGAIN.format(room=room))

    return routes


async def _send(archive: Archive, piece: Piece | None, once: str) -> str:
    """The name of the room that gets it."""
    if piece is None:
        raise Refused(404, wording.GONE)
    channel = piece.room.channel
    if channel not in archive.open_channels():
        raise Refused(409, wording.CHANNEL_OFF.format(channel=name_of(channel)))
    if not await archive.clips.again.send(piece.room, piece.job, once):
        raise Refused(409, wording.EMPTY_ROOM)
    log.info("piece %d is sent again into a room of %s", piece.n, channel)
    return archive.names(piece)


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of that day here, or of the one `days` later."""
    return datetime.combine(day + timedelta(days), time()).astimezone() if day else None
