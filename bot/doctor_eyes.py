"""Whether somebody looks at photos: asked about a small picture, as the bot would ask."""

import asyncio
import io

from PIL import Image
from pydantic import BaseModel

from bot import diagnoses as say
from bot.findings import Finding
from bot.settings import Settings
from intents.tools.failures import LlmAuth, LlmError, LlmNoMoney
from intents.tools.vision import build_vision
from video_service.schema.config import SettingsError

PATIENCE_S = 15.0  # nobody waits for it in a chat


class Colour(BaseModel):
    colour: str


async def examine_eyes(settings: Settings) -> Finding:
    """Asked for the colour of a blue square; no photo of the family's is sent."""
    try:
        async with build_vision(settings.intents.vision) as vision:
            if vision is None:
                return Finding("ok", say.NO_EYES)
            square = await asyncio.to_thread(_square)
            told, said = "Look at the picture.", "What colour is it?"
            await vision.look(Colour, told, said, square, deadline=PATIENCE_S)
            return Finding("ok", say.EYES.format(it=vision.chosen.model))
    except SettingsError as error:
        return Finding("bad", say.EYES_SETTINGS, str(error))
    except LlmAuth as error:
        return Finding("warn", say.EYES_BAD.format(why=error), say.LLM_AUTH_CURE)
    except LlmNoMoney as error:
        return Finding("warn", say.EYES_BAD.format(why=error), say.LLM_MONEY_CURE)
    except LlmError as error:
        return Finding("warn", say.EYES_BAD.format(why=error), say.EYES_CURE)


def _square() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "blue").save(out, "PNG")
    return out.getvalue()
