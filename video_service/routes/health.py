"""GET /healthz: it lives, and whose data it owns. GET /readyz: it can film."""

from importlib.metadata import version

from fastapi import APIRouter

from video_service.problems import Refusal
from video_service.routes.given import GivenStudio
from video_service.schema import Health

router = APIRouter(tags=["health"])
VERSION = version("qunying")


@router.get("/healthz")
async def healthz(studio: GivenStudio) -> Health:
    """Alive; `instance` names the data folder."""
    queued, running = await studio.board.read(lambda store: store.counts())
    return Health(instance=studio.instance, version=VERSION, queued=queued, running=running)


@router.get("/readyz")
async def readyz(studio: GivenStudio) -> Health:
    """Ready when a worker is there and an engine can film; else 503 with the reason."""
    if not studio.crew.present:
        raise _not_yet("no worker has said hello yet")
    if not any(card.ready for card in (await studio.catalogue()).cards()):
        raise _not_yet("no engine is ready")
    return await healthz(studio)


def _not_yet(why: str) -> Refusal:
    return Refusal(503, "not_ready", why, headers={"Retry-After": "2"})
