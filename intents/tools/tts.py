"""A voice that reads words aloud: any OpenAI-compatible audio/speech, or Edge's free voices.

Addresses and names were read in public programs that use them, November 2026; no key was at hand.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import httpx

from intents.settings import SpeakSettings
from intents.shots import Speaker
from intents.tools.endpoint import Endpoint, built, choose, open_http
from video_service.schema.config import SettingsError

LONGEST = 300  # characters: about a minute
EDGE_VOICE = "zh-CN-XiaoxiaoNeural"
LEAST_BYTES = 100  # a shorter answer is no sound


@dataclass(frozen=True, slots=True)
class Place(Endpoint):
    """One that reads aloud; `voice`: whose, where nobody chose."""

    voice: str = ""


PLACES = {
    "siliconflow": Place(
        base_url="https://api.siliconflow.cn/v1",
        model="FunAudioLLM/CosyVoice2-0.5B",
        keys=("SILICONFLOW_API_KEY",),
        voice="FunAudioLLM/CosyVoice2-0.5B:anna",
    ),
    "compatible": Place(model="tts-1", keys=("SPEECH_API_KEY",), key_needed=False, voice="alloy"),
}


class TtsError(Exception):
    """Nothing was read aloud; the text says why, without the key."""


class CompatibleSpeaker:
    """POST {base_url}/audio/speech: what OpenAI, SiliconFlow and most local servers speak."""

    def __init__(self, http: httpx.AsyncClient, model: str, voice: str) -> None:
        self._http, self._model, self._voice = http, model, voice

    async def speak(self, words: str, *, deadline: float) -> bytes:
        """The sound as mp3, or TtsError."""
        body = {
            "model": self._model,
            "voice": self._voice,
            "input": words[:LONGEST],
            "response_format": "mp3",
        }
        try:
            async with asyncio.timeout(deadline):
                answer = await self._http.post("audio/speech", json=body)
        except (httpx.HTTPError, TimeoutError) as error:
            raise TtsError(f"speech: {type(error).__name__}") from error
        kind = answer.headers.get("content-type", "")
        words_came = kind.startswith(("text/", "application/json"))
        if not answer.is_success or words_came or len(answer.content) < LEAST_BYTES:
            raise TtsError(f"speech: {answer.status_code}, {len(answer.content)} bytes")
        return answer.content


class EdgeSpeaker:
    """Microsoft Edge's read-aloud voices through the package edge-tts: no key, and no promise."""

    def __init__(self, edge: ModuleType, http: ModuleType, voice: str) -> None:
        self._edge, self._voice = edge, voice
        self._failures = (OSError, edge.exceptions.EdgeTTSException, http.ClientError)

    async def speak(self, words: str, *, deadline: float) -> bytes:
        """The sound as mp3, or TtsError."""
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(deadline):
                async for part in self._edge.Communicate(words[:LONGEST], self._voice).stream():
                    if part["type"] == "audio":
                        parts.append(part["data"])
        except self._failures as error:  # a time-out is an OSError
            raise TtsError(f"edge: {error!r}") from error
        if not parts:
            raise TtsError("edge: no sound came")
        return b"".join(parts)


def open_speaker(settings: SpeakSettings) -> AbstractAsyncContextManager[Speaker | None]:
    """The voice these settings mean; None when none is set. SettingsError says what is missing."""
    if settings.provider == "edge":
        return _open_edge(settings.voice or EDGE_VOICE)
    return built(
        partial(choose, "speak", settings, PLACES),
        open_http,
        lambda it, http: CompatibleSpeaker(http, it.model, settings.voice or it.provider.voice),
    )


@asynccontextmanager
async def _open_edge(voice: str) -> AsyncIterator[Speaker]:
    yield await asyncio.to_thread(_edge, voice)  # modules are read from disk


def _edge(voice: str) -> Speaker:
    if find_spec("edge_tts") is None:
        raise SettingsError("intents.speak.provider：用 edge 要先安装 pip install 'qunying[speak]'")
    return EdgeSpeaker(import_module("edge_tts"), import_module("aiohttp"), voice)
