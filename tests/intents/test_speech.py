"""Voice to words: any OpenAI-compatible transcription, and every way in which it fails."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from intents.settings import IntentsSettings, SpeechSettings
from intents.tools.failures import (
    LlmAuth,
    LlmBlank,
    LlmError,
    LlmNeedsOwner,
    LlmRejected,
    LlmUnreachable,
)
from intents.tools.kit import open_kit
from intents.tools.speech import OpenAiSpeech, build_speech, choose
from tests.fake_speech import FAULTS, FakeSpeech, running_speech
from video_service.schema.config import SettingsError

CANARY = "sk-canarycanarycanarycanary"
SOUND = b"ID3 a sound"


@pytest.fixture
def server() -> Iterator[FakeSpeech]:
    with running_speech() as fake:
        yield fake


@pytest.fixture
async def speech(
    server: FakeSpeech, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenAiSpeech]:
    monkeypatch.setenv("SPEECH_API_KEY", CANARY)
    settings = SpeechSettings(provider="compatible", base_url=server.url, model="sense")
    async with build_speech(settings) as built:
        assert built
        yield built


async def test_the_file_goes_out_under_its_ending_and_the_words_come_back(
    speech: OpenAiSpeech, server: FakeSpeech
) -> None:
    assert await speech.words(SOUND, "mp3", deadline=5) == "今天天气怎么样"
    (heard,) = server.heard
    assert (heard.model, heard.name, heard.file) == ("sense", "voice.mp3", SOUND)
    assert heard.auth == f"Bearer {CANARY}"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("拍一段熊猫吃竹子的视频。", "拍一段熊猫吃竹子的视频。"),
        ("<|zh|><|HAPPY|><|Speech|>明天会下雨吗？😊", "明天会下雨吗？"),
        (" 🎼 外婆桥 \n 怎么走 ", "外婆桥 怎么走"),
    ],
)
async def test_marks_of_mood_and_noise_are_no_words(
    said: str, words: str, speech: OpenAiSpeech, server: FakeSpeech
) -> None:
    server.says = said
    assert await speech.words(SOUND, "wav", deadline=5) == words


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("auth", LlmAuth),
        ("gone", LlmNeedsOwner),
        ("rate", LlmUnreachable),
        ("busy", LlmUnreachable),
        ("bad", LlmRejected),
        ("html", LlmUnreachable),
        ("strange", LlmUnreachable),
        ("reset", LlmUnreachable),
        ("blank", LlmBlank),
    ],
)
async def test_each_failure_has_its_reason(
    fault: str, kind: type[LlmError], speech: OpenAiSpeech, server: FakeSpeech
) -> None:
    server.fault = fault
    with pytest.raises(kind):
        await speech.words(SOUND, "mp3", deadline=5)


async def test_only_noise_is_no_words(speech: OpenAiSpeech, server: FakeSpeech) -> None:
    server.says = "<|nospeech|> 🎼。"
    with pytest.raises(LlmBlank):
        await speech.words(SOUND, "mp3", deadline=5)


async def test_the_deadline_cuts_a_slow_server(speech: OpenAiSpeech, server: FakeSpeech) -> None:
    server.fault = "slow"
    with pytest.raises(LlmUnreachable, match=r"no words within 0\.2s"):
        await speech.words(SOUND, "mp3", deadline=0.2)


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_failure_tells_the_key(
    fault: str, speech: OpenAiSpeech, server: FakeSpeech, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "intents")
    server.fault = fault
    with pytest.raises(LlmError) as caught:
        await speech.words(SOUND, "mp3", deadline=1)
    assert CANARY not in str(caught.value) + caplog.text + repr(speech.chosen)
    assert caught.value.__cause__ is None


def test_auto_hears_where_a_key_is_and_nowhere_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert choose(SpeechSettings()) is None
    (tmp_path / "key").write_text("sk-from-a-file\n")
    monkeypatch.setenv("SILICONFLOW_API_KEY_FILE", str(tmp_path / "key"))
    found = choose(SpeechSettings())
    assert found
    assert (found.name, found.key) == ("siliconflow", "sk-from-a-file")
    assert found.base_url == "https://api.siliconflow.cn/v1"
    assert found.model == "FunAudioLLM/SenseVoiceSmall"
    assert choose(SpeechSettings(provider="none")) is None


def test_an_address_of_ones_own_needs_no_key_and_gets_none_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SILICONFLOW_API_KEY", CANARY)
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    found = choose(SpeechSettings(base_url="http://127.0.0.1:9/v1", model="whisper"))
    assert found
    assert (found.name, found.key) == ("compatible", "")


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (SpeechSettings(provider="siliconflow"), "siliconflow needs SILICONFLOW_API_KEY"),
        (SpeechSettings(provider="compatible"), "intents.speech.base_url: "),
        (SpeechSettings(base_url="http://127.0.0.1:9/v1"), "intents.speech.model: "),
    ],
)
def test_what_is_missing_is_named(settings: SpeechSettings, line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        choose(settings)


async def test_the_kit_holds_it_for_the_bot(server: FakeSpeech) -> None:
    chosen = SpeechSettings(provider="compatible", base_url=server.url, model="sense")
    async with open_kit(IntentsSettings(speech=chosen)) as kit:
        assert kit.speech
        assert await kit.speech.words(SOUND, "mp3", deadline=5) == "今天天气怎么样"
    async with open_kit(IntentsSettings()) as kit:
        assert kit.speech is None
