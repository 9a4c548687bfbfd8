"""Words read aloud: what is asked of whom, what comes back, and every way it may fail."""

import sys
from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import Any

import pytest

from intents.settings import SpeakSettings
from intents.tools.tts import EDGE_VOICE, LONGEST, TtsError, open_speaker
from tests.fake_speech import FAULTS, FakeSpeech, a_sound, running_speech
from video_service.schema.config import SettingsError


@pytest.fixture
def voice() -> Iterator[FakeSpeech]:
    with running_speech() as voice:
        yield voice


def compatible(server: FakeSpeech, **more: Any) -> SpeakSettings:
    return SpeakSettings(provider="compatible", base_url=server.url, **more)


async def test_a_compatible_voice_reads_aloud(
    voice: FakeSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_API_KEY", "a-key")
    async with open_speaker(compatible(voice, model="cosy", voice="anna")) as speaker:
        assert speaker
        assert await speaker.speak("生日快乐", deadline=5) == a_sound()
    (asked,) = voice.asked
    assert (asked["path"], asked["auth"]) == ("/v1/audio/speech", "Bearer a-key")
    assert (asked["model"], asked["voice"], asked["input"]) == ("cosy", "anna", "生日快乐")


async def test_a_local_voice_needs_no_key_and_a_long_story_is_cut(voice: FakeSpeech) -> None:
    async with open_speaker(compatible(voice)) as speaker:
        assert speaker
        await speaker.speak("说" * 900, deadline=5)
    (asked,) = voice.asked
    assert asked["auth"] is None
    assert len(asked["input"]) == LONGEST


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "slow"])
async def test_whatever_it_answers_is_a_sound_or_an_error(voice: FakeSpeech, fault: str) -> None:
    voice.fault = fault
    async with open_speaker(compatible(voice)) as speaker:
        assert speaker
        with pytest.raises(TtsError):
            await speaker.speak("你好", deadline=5)


async def test_a_voice_that_is_slow_or_away_is_waited_for_no_longer_than_told(
    voice: FakeSpeech,
) -> None:
    voice.fault = "slow"
    async with open_speaker(compatible(voice)) as speaker:
        assert speaker
        with pytest.raises(TtsError, match="Timeout"):
            await speaker.speak("你好", deadline=0.1)
    nowhere = SpeakSettings(provider="compatible", base_url="http://127.0.0.1:9/v1")
    async with open_speaker(nowhere) as speaker:
        assert speaker
        with pytest.raises(TtsError, match="ConnectError"):
            await speaker.speak("你好", deadline=5)


async def test_nothing_set_is_no_voice() -> None:
    async with open_speaker(SpeakSettings()) as speaker:
        assert speaker is None


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        (SpeakSettings(provider="siliconflow"), "SILICONFLOW_API_KEY"),
        (SpeakSettings(provider="compatible"), "base_url"),
    ],
)
async def test_what_is_missing_is_named(settings: SpeakSettings, missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        async with open_speaker(settings):
            """It never opens."""


class Communicate:
    """edge-tts as it streams: words between sounds; `refuse` makes it fail as it does."""

    refuse = False

    def __init__(self, text: str, voice: str) -> None:
        self.text, self.voice = text, voice

    async def stream(self) -> AsyncIterator[dict[str, Any]]:
        if self.refuse:
            raise sys.modules["edge_tts"].exceptions.EdgeTTSException("no audio")
        yield {"type": "SentenceBoundary", "text": self.text}
        for part in (b"one", self.voice.encode()):
            yield {"type": "audio", "data": part}


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> type[Communicate]:
    made: Any = ModuleType("edge_tts")
    made.__spec__ = object()
    made.exceptions = ModuleType("edge_tts.exceptions")
    made.exceptions.EdgeTTSException = type("EdgeTTSException", (Exception,), {})
    made.Communicate = type("Communicate", (Communicate,), {})
    web: Any = ModuleType("aiohttp")
    web.ClientError = type("ClientError", (Exception,), {})
    monkeypatch.setitem(sys.modules, "edge_tts", made)
    monkeypatch.setitem(sys.modules, "aiohttp", web)
    kind: type[Communicate] = made.Communicate
    return kind


async def test_edge_speaks_without_a_key(edge: type[Communicate]) -> None:
    async with open_speaker(SpeakSettings(provider="edge")) as speaker:
        assert speaker
        assert await speaker.speak("你好", deadline=5) == b"one" + EDGE_VOICE.encode()
        edge.refuse = True
        with pytest.raises(TtsError, match="no audio"):
            await speaker.speak("你好", deadline=5)


async def test_without_the_package_edge_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intents.tools.tts.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match="speak"):
        async with open_speaker(SpeakSettings(provider="edge")):
            """It never opens."""
