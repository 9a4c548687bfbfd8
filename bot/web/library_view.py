"""What the clip library in the browser is handed: pieces with words, poster, place and facts."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import BaseModel

from bot.channels.names import name_of
from bot.clip_library import Piece
from bot.clips import read_sidecar
from bot.records import Room
from bot.web import library_wording as wording
from bot.web.bubbles import media_url
from bot.web.clock import shown_time
from bot.web.making_of import Fact, making_of, seconds_of

LONGEST_NAME = 24
UNFIT = re.compile(r"[^\w-]+")
RoomNames = Callable[[Piece], str]


class SeenPiece(BaseModel):
    """One film or picture; `url` is empty when its file is no longer there."""

    n: int
    kind: str
    url: str
    poster: str | None
    draft: bool
    words: str
    wish: str
    note: str
    person: str
    when: str
    room: str
    channel: str
    on: bool
    duration: str
    file_name: str
    prompt: str
    settings: tuple[Fact, ...]
    times: tuple[Fact, ...]
    house: tuple[Fact, ...]


def room_names(own: Room, own_name: str) -> RoomNames:
    """How rooms are called; `own` is the page's own, which its settings name."""

    def name(piece: Piece) -> str:
        if piece.room == own:
            return own_name
        if piece.private:
            return wording.PRIVATE.format(name=piece.person or wording.SOMEBODY)
        return piece.room_name or wording.UNNAMED

    return name


async def seen_piece(piece: Piece, names: RoomNames, *, on: bool) -> SeenPiece:
    """The piece with what stands beside its file. `on`: its channel can be sent to."""
    return await asyncio.to_thread(_seen, piece, names, on)


def _seen(piece: Piece, names: RoomNames, on: bool) -> SeenPiece:
    told = read_sidecar(piece.sidecar)
    made, seconds = making_of(told), seconds_of(told)
    moving = piece.kind == "video" and seconds is not None
    words = piece.words or piece.wish
    return SeenPiece(
        n=piece.n,
        kind=piece.kind,
        url=media_url(piece.file) if piece.file.is_file() else "",
        poster=media_url(piece.poster) if piece.poster and piece.poster.is_file() else None,
        draft=piece.draft,
        words=words or (wording.FILMED if piece.kind == "video" else wording.DRAWN),
        wish=piece.wish if piece.wish and piece.wish not in words else "",
        note=piece.note,
        person=piece.person,
        when=shown_time(piece.at, datetime.now(UTC)),
        room=names(piece),
        channel=name_of(piece.room.channel),
        on=on,
        duration=wording.DURATION.format(seconds=f"{seconds:.0f}") if moving else "",
        file_name=_file_name(piece),
        prompt=made.prompt,
        settings=made.settings,
        times=made.times,
        house=made.house,
    )


def _file_name(piece: Piece) -> str:
    """What a download is called: its day and what was wished for."""
    words = UNFIT.sub("", piece.wish or piece.words)[:LONGEST_NAME]
    kind = wording.FILMED if piece.kind == "video" else wording.DRAWN
    day = f"{piece.at.astimezone():%Y%m%d-%H%M}"
    name = wording.FILE_NAME.format(day=day, words=words or kind)
    return f"{name}{piece.file.suffix}"
