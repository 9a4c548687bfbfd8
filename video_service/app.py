"""The HTTP face: OpenAI-style /v1/videos and /v1/images for callers, /internal for workers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI

from video_service import problems
from video_service.body_cap import BodyCap
from video_service.routes import (
    changes,
    content,
    engines,
    events,
    health,
    images,
    internal,
    metrics,
    videos,
)
from video_service.studio import State, Studio

ROUTERS = (videos.router, changes.router, images.router, content.router, events.router,
           engines.router, health.router, metrics.router, internal.router)  # fmt: skip
Opening = Callable[[], AbstractAsyncContextManager[Studio]]


def create_app(opening: Opening) -> FastAPI:
    """The application over the studio that `opening` opens for as long as the app lives."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        async with opening() as studio:
            yield State(studio=studio)

    app = FastAPI(
        title="qunying video service",
        lifespan=lifespan,
        docs_url=None,  # the pages would load their scripts from the outside
        redoc_url=None,
    )
    app.add_middleware(BodyCap)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
