"""Voice messages as words: any OpenAI-compatible transcription, in time or with a reason.

Facts of SiliconFlow were read on its page "创建语音转文本请求" in November 2026: at most 50 MB and
one hour a file, answered with {"text"}.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import openai

from intents.settings import SpeechSettings
from intents.tools.failures import LlmBlank, LlmUnreachable, explain
from video_service.schema.config import SettingsError, secret

LOOPBACK = ("127.0.0.1", "::1", "localhost")
KEYLESS = "none"  # the SDK refuses an empty key
TIMEOUT_S = 30.0
# SenseVoice marks language, mood and noises: "<|zh|><|HAPPY|>", "🎼", "😊"
MARKS = re.compile("<\\|[^|]*\\|>|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """One place to ask."""

    key_name: str
    key_needed: bool = True
    base_url: str = ""
    model: str = ""


LISTENERS = {
    "siliconflow": Listener(
        key_name="SILICONFLOW_API_KEY",
        base_url="https://api.siliconflow.cn/v1",
        model="FunAudioLLM/SenseVoiceSmall",
    ),
    "compatible": Listener(key_name="SPEECH_API_KEY", key_needed=False),
}


@dataclass(frozen=True, slots=True)
class ChosenListener:
    """The place in use, with nothing left open. The key never shows itself."""

    name: str
    base_url: str
    model: str
    key: str = field(repr=False)


class OpenAiSpeech:
    """Any OpenAI-compatible `audio/transcriptions`."""

    def __init__(self, chosen: ChosenListener, client: openai.AsyncOpenAI) -> None:
        self.chosen = chosen
        self._client = client

    async def words(self, sound: bytes, kind: str, *, deadline: float) -> str:
        """What is said in `sound`, a file with the ending `kind`, or LlmError."""
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


@asynccontextmanager
async def build_speech(settings: SpeechSettings) -> AsyncIterator[OpenAiSpeech | None]:
    """The transcription these settings mean, or None; its connections close with the block."""
    chosen = await asyncio.to_thread(choose, settings)  # a key may stand in a file
    if chosen is None:
        yield None
        return
    client = await asyncio.to_thread(_client, chosen)  # certificates are read from disk
    async with client:
        yield OpenAiSpeech(chosen, client)


def choose(settings: SpeechSettings) -> ChosenListener | None:
    """The place these settings and this environment mean; None = voices are not heard.

    Raises SettingsError, naming what to set, when the named one cannot be used.
    """
    name = settings.provider if settings.provider != "auto" else _found(settings)
    if name == "none":
        return None
    listener = LISTENERS[name]
    key = secret(listener.key_name)
    if key is None and listener.key_needed:
        raise SettingsError(f"intents.speech.provider: {name} needs {listener.key_name}")
    base_url = settings.base_url or listener.base_url
    model = settings.model or listener.model
    missing = [n for n, value in (("base_url", base_url), ("model", model)) if not value]
    if missing:
        lines = (
            f"intents.speech.{n}: a compatible transcription needs it; set it in config.yaml"
            f" or as QUNYING_INTENTS__SPEECH__{n.upper()}"
            for n in missing
        )
        raise SettingsError("\n".join(lines))
    return ChosenListener(name, base_url, model, key or KEYLESS)


def _found(settings: SpeechSettings) -> str:
    """What `auto` means here: a given address, else the first place with a key."""
    if settings.base_url:
        return "compatible"
    for name, listener in LISTENERS.items():
        if listener.key_needed and secret(listener.key_name):
            return name
    return "none"


def _client(chosen: ChosenListener) -> openai.AsyncOpenAI:
    near = urlsplit(chosen.base_url).hostname in LOOPBACK  # a proxy would not find it
    client = openai.AsyncOpenAI(
        base_url=chosen.base_url,
        api_key=chosen.key,
        max_retries=0,
        timeout=TIMEOUT_S,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=not near),
    )
    _ = client.audio.transcriptions  # the SDK reads this part of itself from disk at first use
    return client
