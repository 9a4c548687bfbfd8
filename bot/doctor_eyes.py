"""Whether somebody looks at photos: asked about a small picture, as the bot would ask."""

import asyncio
import io
from collections.abc import AsyncIterator

from PIL import Image
from pydantic import BaseModel

from bot import diagnoses as say
from bot.doctor_words import of_llm
from bot.findings import Finding
from bot.settings import Settings
from intents.tools.failures import LlmError
from intents.tools.vision import OpenAiVision, build_vision
from video_service.schema.config import SettingsError

PATIENCE_S = 15.0  # nobody waits for it in a chat


class Colour(BaseModel):
    colour: str


async def examine_eyes(settings: Settings) -> AsyncIterator[Finding]:
    """Asked for the colour of a blue square; no photo of the family's is sent."""
    try:
        async with build_vision(settings.intents.vision) as vision:
            yield await _ask(vision) if vision else Finding("ok", say.NO_EYES)
    except SettingsError as error:
        yield Finding("bad", say.EYES_SETTINGS, str(error))


async def _ask(vision: OpenAiVision) -> Finding:
    square, told = await asyncio.to_thread(_square), "Look at the picture."
    try:
        await vision.look(Colour, told, "What colour is it?", square, deadline=PATIENCE_S)
    except LlmError as error:
        return of_llm(error, say.EYES_BAD, say.EYES_CURE, vision.chosen.provider.keys)
    return Finding("ok", say.EYES.format(it=vision.chosen.model))


def _square() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "blue").save(out, "PNG")
    return out.getvalue()
