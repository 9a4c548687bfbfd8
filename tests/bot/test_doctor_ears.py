"""The doctor lets whoever hears voice messages listen to a second of silence."""

import asyncio
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from bot import diagnoses as say
from bot.doctor_ears import examine_ears
from bot.findings import Finding
from bot.plainly import why
from bot.settings import load_settings
from tests.fake_speech import running_speech


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, no key."""
    monkeypatch.chdir(tmp_path)


async def found(**speech: str) -> list[Finding]:
    named = {f"QUNYING_INTENTS__SPEECH__{name.upper()}": it for name, it in speech.items()}
    with patch.dict(os.environ, named):
        settings = await asyncio.to_thread(load_settings)
    return [finding async for finding in examine_ears(settings)]


async def test_nobody_who_hears_is_no_fault() -> None:
    assert await found() == []


@pytest.mark.parametrize("words", ["嗯", " "])
async def test_whoever_is_set_to_hear_is_asked_and_may_hear_nothing(words: str) -> None:
    with running_speech() as speech:
        speech.says = words
        (finding,) = await found(base_url=speech.url, model="sense")
    assert finding == Finding("ok", say.EARS.format(it="compatible sense"))
    assert speech.heard[0].file.startswith(b"RIFF")


@pytest.mark.parametrize(
    ("fault", "meaning", "cure"),
    [
        ("auth", "密钥或者令牌不对", say.LLM_AUTH_CURE.format(keys="SPEECH_API_KEY")),
        ("busy", "对方那边出错了", say.EARS_CURE),
        ("html", "答非所问", say.EARS_CURE),
    ],
)
async def test_one_that_fails_is_told_in_plain_words_with_what_to_do(
    fault: str, meaning: str, cure: str
) -> None:
    with running_speech() as speech:
        speech.fault = fault
        (finding,) = await found(base_url=speech.url, model="sense")
    assert (finding.level, finding.cure) == ("warn", cure)
    assert meaning in finding.what


async def test_a_missing_key_is_named() -> None:
    (finding,) = await found(provider="siliconflow")
    assert (finding.level, finding.what) == ("bad", say.EARS_SETTINGS)
    assert "SILICONFLOW_API_KEY" in finding.cure


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("GET http://x/v1/models: ReadTimeout('')", "等了半天没有回音"),
        ("compatible: no answer within 10s", "等了半天没有回音"),
        ("open-meteo: ConnectError", "连不上"),
        ("HTTP 403: key sk-0123456789abcdef is blocked", "密钥或者令牌不对"),
        ("HTTP 502", "对方那边出错了"),
        ("http://127.0.0.1:9404/v1/models: not the answer we know", "答非所问"),
    ],
)
def test_what_programs_say_is_told_in_words_and_without_keys(text: str, meaning: str) -> None:
    told = why(text)
    assert told.startswith(meaning)
    assert "0123456789abcdef" not in told
