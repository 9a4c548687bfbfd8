"""The providers these settings and this environment allow, open for as long as the bot lives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from intents.base import Tools
from intents.settings import HomeSettings, IntentsSettings
from intents.shots import Speaker
from intents.tools import towns
from intents.tools.amap import amap_key, open_amap
from intents.tools.amap_maps import AmapMaps
from intents.tools.amap_weather import AmapForecaster
from intents.tools.forecast import Forecaster
from intents.tools.llm import OpenAiLlm, build_llm
from intents.tools.maps import Maps
from intents.tools.moderation import HttpModerator, build_moderator
from intents.tools.open_meteo import open_meteo
from intents.tools.speech import OpenAiSpeech, build_speech
from intents.tools.tts import open_speaker
from intents.tools.vision import OpenAiVision, build_vision
from video_service.client import VideoClient


@dataclass(frozen=True, slots=True)
class Kit:
    """All but forecasters and home are None where nothing is set up.

    The first forecaster is asked first.
    """

    llm: OpenAiLlm | None
    maps: Maps | None
    forecasters: tuple[Forecaster, ...]
    home: HomeSettings
    speech: OpenAiSpeech | None = None
    vision: OpenAiVision | None = None
    speaker: Speaker | None = None
    moderator: HttpModerator | None = None

    def tools(self, name: str, video: VideoClient) -> Tools:
        """What the handlers of the bot called `name` may touch."""
        return Tools(
            name,
            self.llm,
            video,
            maps=self.maps,
            forecasters=self.forecasters,
            home=self.home,
            speech=self.speech,
            vision=self.vision,
            speaker=self.speaker,
            moderator=self.moderator,
        )


@asynccontextmanager
async def open_kit(settings: IntentsSettings) -> AsyncIterator[Kit]:
    """Everything a handler may ask; nothing is asked yet. Raises SettingsError for a bad key."""
    key = await asyncio.to_thread(amap_key)  # it may stand in a file
    await asyncio.to_thread(towns.preload)
    async with AsyncExitStack() as stack:
        llm = await stack.enter_async_context(build_llm(settings))
        speech = await stack.enter_async_context(build_speech(settings.speech))
        vision = await stack.enter_async_context(build_vision(settings.vision))
        speaker = await stack.enter_async_context(open_speaker(settings.speak))
        guard = await stack.enter_async_context(build_moderator(settings.moderation))
        meteo = await stack.enter_async_context(open_meteo(settings.weather))
        if key is None:
            yield Kit(llm, None, (meteo,), settings.home, speech, vision, speaker, guard)
            return
        amap = await stack.enter_async_context(open_amap(settings.maps, key))
        forecasters = (AmapForecaster(amap), meteo)
        maps = AmapMaps(amap)
        yield Kit(llm, maps, forecasters, settings.home, speech, vision, speaker, guard)
