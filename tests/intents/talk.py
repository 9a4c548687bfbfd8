"""Short ways to say things in tests: turns, dialogues, tools."""

from datetime import UTC, datetime, timedelta

from intents.base import Llm, Tools
from intents.dialogue import Dialogue, Photo, Quote, Turn
from intents.settings import IntentsSettings, LlmSettings
from tests import scenes
from video_service.client import VideoClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def settings(url: str, model: str = "fake") -> IntentsSettings:
    return IntentsSettings(llm=LlmSettings(provider="compatible", base_url=url, model=model))


SHOWN = scenes.photo()


def photo(name: str = "p1", data: bytes = SHOWN) -> Photo:
    async def read() -> bytes:
        return data

    return Photo(name, read)


def turn(
    text: str,
    *,
    who: str = "妈妈",
    id: str = "m1",
    minutes: float = 0,
    photos: tuple[Photo, ...] = (),
    quote: Quote | None = None,
    mine: bool = False,
) -> Turn:
    at = NOON + timedelta(minutes=minutes)
    return Turn(
        id, "web", "family", who, who, text, at, photos=photos, quote=quote, mine=mine, said=text
    )


def dialogue(*turns: Turn | str) -> Dialogue:
    return Dialogue(tuple(turn(t) if isinstance(t, str) else t for t in turns))


def tools(llm: Llm | None, video: VideoClient | None = None) -> Tools:
    return Tools("小爱", llm, video)  # type: ignore[arg-type]
