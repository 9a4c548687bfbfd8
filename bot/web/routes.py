"""What the browser asks for beside the page: posting a message, and the media of the room."""

import logging
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response

from bot.channels.base import NotHeard
from bot.channels.web import NotOurPage, Overrun, WebChannel
from bot.web import wording
from bot.web.bubbles import MEDIA_URL
from bot.web.files import send_file
from bot.web.photos import MAX_BYTES, BadPhoto

SAY_URL = "/say"
log = logging.getLogger(__name__)


def build_routes(channel: WebChannel, media: Path) -> APIRouter:
    """Routes that post to `channel` and serve the files of the folder `media`."""
    routes = APIRouter()

    @routes.post(SAY_URL)
    async def say(
        id: Annotated[str, Form(max_length=64)],
        member: Annotated[str, Form(max_length=64)],
        text: Annotated[str, Form()] = "",
        quote: Annotated[str | None, Form(max_length=256)] = None,
        photo: Annotated[UploadFile | None, File()] = None,
        x_qunying: Annotated[str | None, Header()] = None,
    ) -> Response:
        # another site can make a browser post a form here, but not with a header of our own
        if x_qunying != "page":
            log.warning("message refused: no page of ours sent it")
            return _refused(403, wording.NOT_UNDERSTOOD)
        if len(text) > channel.limits.text_length:
            log.info("message %r refused: %d characters", id, len(text))
            return _refused(413, wording.TOO_LONG)
        photos = [await photo.read(MAX_BYTES + 1)] if photo else []
        if not photos and not text.strip():
            return _refused(422, wording.NOT_UNDERSTOOD)
        return await _post(channel, member, text, photos, quote, id)

    @routes.get(MEDIA_URL + "/{name}")
    async def media_file(name: str) -> FileResponse:
        return await send_file(media, name)

    return routes


async def _post(
    channel: WebChannel, member: str, text: str, photos: list[bytes], quote: str | None, id: str
) -> Response:
    try:
        new = await channel.post(member, text, photos, quote, id)
    except BadPhoto as error:
        log.info("message %s refused: %s", id, error)
        return _refused(415, error.say)
    except Overrun as error:
        log.warning("message %s refused: %s", id, error)
        return _refused(503, wording.TOO_MANY_MESSAGES)
    except NotHeard:  # the log has the reason already
        return _refused(507, wording.NOT_KEPT)
    except NotOurPage as error:
        log.warning("message refused: %s", error)
        return _refused(422, wording.NOT_UNDERSTOOD)
    return JSONResponse({"new": new})


def _refused(status: int, say: str) -> Response:
    return JSONResponse({"say": say}, status_code=status)
