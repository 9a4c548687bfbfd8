"""Whether voice messages become words: whoever is set to hear is sent a second of silence."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator

from bot import diagnoses as say
from bot.doctor_words import of_llm
from bot.findings import Finding
from bot.settings import Settings
from intents.tools.failures import LlmBlank, LlmError
from intents.tools.speech import OpenAiSpeech, build_speech
from video_service.schema.config import SettingsError

PATIENCE_S = 15.0  # nobody waits for it in a chat
RATE = 16_000


async def examine_ears(settings: Settings) -> AsyncIterator[Finding]:
    """One finding; none where nobody is set to hear, which is no fault."""
    try:
        async with build_speech(settings.intents.speech) as speech:
            if speech is not None:
                yield await _ask(speech)
    except SettingsError as error:
        yield Finding("bad", say.EARS_SETTINGS, str(error))


async def _ask(speech: OpenAiSpeech) -> Finding:
    chosen, sound = speech.chosen, await asyncio.to_thread(_silence)
    try:
        await speech.words(sound, "wav", deadline=PATIENCE_S)
    except LlmBlank:  # as it should: nothing was said
        pass
    except LlmError as error:
        return of_llm(error, say.EARS_BAD, say.EARS_CURE, chosen.provider.keys)
    return Finding("ok", say.EARS.format(it=f"{chosen.name} {chosen.model}"))


def _silence() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * RATE))
    return out.getvalue()
