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
    """Ready when engines can film and workers are there for them; else 503 with the reason."""
    lanes = {card.lane for card in (await studio.catalogue()).cards() if card.ready}
    if not lanes:
        raise _not_yet("no engine is ready")
    if not studio.crew.callable:
        raise _not_yet("the broker is away")
    called = studio.settings.dispatch == "celery"  # they come when there is something to do
    for lane in sorted(lanes):
        if not called and not studio.crew.present(lane):
            raise _not_yet(f"no {lane} worker has said hello yet")
    return await healthz(studio)


def _not_yet(why: str) -> Refusal:
    return Refusal(503, "not_ready", why, headers={"Retry-After": "2"})
