"""What the studio in the browser asks for: engines, takes, a new film, an end."""

import logging
import sqlite3
from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, File, Form, Path, Query, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel, ValidationError

from bot.locks import DataUnusable
from bot.web import studio_wording as wording
from bot.web.files import send_file
from bot.web.ours import Refused, ours
from bot.web.photos import MAX_BYTES, BadPhoto
from bot.web.studio import Look, Studio
from bot.web.studio_view import MEDIA_URL, Engine, Seen, engine, seen
from bot.web.takes import ID, Wanted
from intents.errors import IntentError, Unreachable

URL = "/studio"
T = TypeVar("T")
log = logging.getLogger(__name__)
TakeId = Annotated[str, Path(pattern=f"^{ID}$")]
FROM_OUR_PAGE = [Depends(ours)]


class Stage(BaseModel):
    """What one can film with; `writer`: who writes English prompts, None while nobody does."""

    engines: list[Engine]
    writer: str | None


class Takes(BaseModel):
    takes: list[Seen]
    more: bool


def build_studio(studio: Studio, writer: str | None) -> APIRouter:
    """The routes of `studio`; those that change something want the page's own header."""
    routes = APIRouter(prefix=URL)

    @routes.get("/engines")
    async def engines() -> Stage:
        cards = await _said(studio.engines())
        return Stage(engines=[engine(card) for card in cards], writer=writer)

    @routes.get("/takes")
    async def takes(before: Annotated[str | None, Query(pattern=f"^{ID}$")] = None) -> Takes:
        found, more = await _said(studio.looks(before))
        return Takes(takes=[await seen(look, studio.shelf) for look in found], more=more)

    @routes.get("/takes/{take_id}")
    async def take(take_id: TakeId) -> Seen:
        return await _shown(studio, studio.look(await _said(studio.take(take_id))))

    @routes.post("/takes", dependencies=FROM_OUR_PAGE)
    async def film(
        wanted: Annotated[str, Form(max_length=10_000)],
        photo: Annotated[UploadFile | None, File()] = None,
    ) -> Seen:
        raw = await photo.read(MAX_BYTES + 1) if photo else None
        return await _shown(studio, studio.look(await _said(studio.film(_read(wanted), raw))))

    @routes.post("/takes/{take_id}/cancel", dependencies=FROM_OUR_PAGE)
    async def cancel(take_id: TakeId) -> Seen:
        return await _shown(studio, studio.cancel(await _said(studio.take(take_id))))

    @routes.delete("/takes/{take_id}", dependencies=FROM_OUR_PAGE)
    async def remove(take_id: TakeId) -> Response:
        await _said(studio.remove(await _said(studio.take(take_id))))
        return JSONResponse({})

    @routes.get(MEDIA_URL.removeprefix(URL) + "/{name}")
    async def file(name: str) -> FileResponse:
        return await send_file(studio.shelf.folder, name)

    return routes


def _read(wanted: str) -> Wanted:
    try:
        return Wanted.model_validate_json(wanted)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][-1:] and error.errors()[0]["loc"][-1])
        log.info("a take was refused: %s", error)
        if label := wording.FIELDS.get(field):
            raise Refused(422, wording.BAD_FIELD.format(field=label)) from error
        raise Refused(422, wording.NOT_OURS) from error


async def _shown(studio: Studio, look: Awaitable[Look]) -> Seen:
    return await seen(await _said(look), studio.shelf)


async def _said(work: Awaitable[T]) -> T:
    """What `work` comes to, or its trouble as an answer with words for the owner."""
    try:
        return await work
    except BadPhoto as error:
        log.info("a photo was refused: %s", error)
        raise Refused(415, error.say) from error
    except Unreachable as error:
        log.warning("the studio waits: %s", error)
        raise Refused(503, error.say) from error
    except IntentError as error:
        log.info("a take was refused: %s", error)
        raise Refused(422, error.say) from error
    except (OSError, sqlite3.Error, DataUnusable) as error:
        log.warning("the studio cannot use its disk: %r", error)
        raise Refused(507, wording.DISK) from error
