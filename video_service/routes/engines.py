"""GET /v1/models: the engines, their limits, and whether they are ready."""

from typing import Annotated

from fastapi import APIRouter, Path

from video_service.problems import not_found
from video_service.routes.given import FOR_CALLERS, GivenStudio
from video_service.schema import EngineCard, EngineList

router = APIRouter(prefix="/v1/models", dependencies=FOR_CALLERS, tags=["models"])


@router.get("")
async def engines(studio: GivenStudio) -> EngineList:
    """All engines, in the order `auto` prefers them."""
    return EngineList(data=(await studio.catalogue()).cards())


@router.get("/{model}")
async def engine(studio: GivenStudio, model: Annotated[str, Path(max_length=200)]) -> EngineCard:
    """One engine."""
    for card in (await studio.catalogue()).cards():
        if card.id == model:
            return card
    raise not_found("such model")
