"""The page's own header: another site can make a browser post here, but not with it.

Refused          answered as it stands: an HTTP status, and `say` for whoever looks at the page
"""

import logging
from typing import Annotated

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse

from bot.web import wording

log = logging.getLogger(__name__)


class Refused(Exception):
    def __init__(self, status: int, say: str) -> None:
        super().__init__(f"{status} {say}")
        self.status, self.say = status, say


async def ours(request: Request, x_qunying: Annotated[str | None, Header()] = None) -> None:
    """A dependency of every route that changes something."""
    if x_qunying != "page":
        log.warning("%r refused: no page of ours sent it", request.url.path[:80])
        raise Refused(403, wording.NOT_UNDERSTOOD)


def install(app: FastAPI) -> None:
    """Refusals leave as `{"say": …}`."""
    app.add_exception_handler(Refused, _tell)


async def _tell(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return JSONResponse({"say": error.say}, error.status)
