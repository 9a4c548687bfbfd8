"""Whether somebody reads words aloud over clips: asked to say two syllables, where one is set."""

from collections.abc import AsyncIterator

from bot import diagnoses as say
from bot.findings import Finding
from bot.plainly import why
from bot.settings import Settings
from intents.tools.tts import TtsError, open_speaker
from video_service.schema.config import SettingsError

PATIENCE_S = 15.0  # nobody waits for it in a chat
WORDS = "你好"


async def examine_voice(settings: Settings) -> AsyncIterator[Finding]:
    """One finding; none where no voice is set, which is no fault."""
    speak = settings.intents.speak
    try:
        async with open_speaker(speak) as speaker:
            if speaker is None:
                return
            await speaker.speak(WORDS, deadline=PATIENCE_S)
    except SettingsError as error:
        yield Finding("bad", say.VOICE_SETTINGS, str(error))
    except TtsError as error:
        yield Finding("warn", say.VOICE_BAD.format(why=why(error)), say.VOICE_CURE)
    else:
        yield Finding("ok", say.VOICE.format(it=speak.provider))
