"""Voice messages as words: any OpenAI-compatible transcription, in time or with a reason.

Facts of SiliconFlow were read on its page "创建语音转文本请求" in November 2026: at most 50 MB and
one hour a file, answered with {"text"}.
"""

import asyncio
import logging
import re
import time
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING

from intents.settings import SpeechSettings
from intents.tools import endpoint
from intents.tools.endpoint import Chosen, Endpoint, built, open_sdk
from intents.tools.failures import LlmBlank, LlmUnreachable, explain

if TYPE_CHECKING:
    import openai

# SenseVoice marks language, mood and noises: "<|zh|><|HAPPY|>", "🎼", "😊"
MARKS = re.compile("<\\|[^|]*\\|>|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
log = logging.getLogger(__name__)


LISTENERS = {
    "siliconflow": Endpoint(
        base_url="https://api.siliconflow.cn/v1",
        model="FunAudioLLM/SenseVoiceSmall",
        keys=("SILICONFLOW_API_KEY",),
    ),
    "compatible": Endpoint(keys=("SPEECH_API_KEY",), key_needed=False),
}


class OpenAiSpeech:
    """Any OpenAI-compatible `audio/transcriptions`."""

    def __init__(self, chosen: Chosen[Endpoint], client: "openai.AsyncOpenAI") -> None:
        self.chosen = chosen
        self._client = client

    async def words(self, sound: bytes, kind: str, *, deadline: float) -> str:
        """What is said in `sound`, a file with the ending `kind`, or LlmError."""
        import openai

        start = time.monotonic()
        try:
            async with asyncio.timeout(deadline):
                heard = await self._client.audio.transcriptions.create(
                    # with a type: to guess one, tables are read from disk
                    file=(f"voice.{kind}", sound, f"audio/{kind}"),
                    model=self.chosen.model,
                )
        except TimeoutError:
            raise LlmUnreachable(f"{self.chosen.name}: no words within {deadline:g}s") from None
        except (openai.OpenAIError, ValueError) as error:
            raise explain(error, self.chosen.key) from None  # the SDK's own holds the key
        took = time.monotonic() - start
        log.info("speech %s %s: %.0f ms", self.chosen.name, self.chosen.model, took * 1000)
        return self._plain(heard)

    def _plain(self, heard: object) -> str:
        """The SDK checks nothing of what it parses, and hands a page through as a string."""
        text = getattr(heard, "text", None)
        if not isinstance(text, str):
            raise LlmUnreachable(f"{self.chosen.name}: the answer is no transcription")
        words = " ".join(MARKS.sub("", text).split())
        if not re.search(r"\w", words):
            raise LlmBlank(f"{self.chosen.name}: no words were heard")
        return words


def build_speech(
    settings: SpeechSettings,
) -> AbstractAsyncContextManager[OpenAiSpeech | None]:
    """The transcription these settings mean, or None; its connections close with the block."""
    return built(partial(choose, settings), open_sdk, OpenAiSpeech)


def choose(settings: SpeechSettings) -> Chosen[Endpoint] | None:
    """The place these settings and this environment mean; None = voices are not heard.

    Blocking. Raises SettingsError, naming what to set, when the named one cannot be used.
    """
    return endpoint.choose("speech", settings, LISTENERS)
