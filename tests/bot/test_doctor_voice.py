"""The doctor lets a voice that is set say hello, and tells what to do when it does not."""

import asyncio
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from bot import diagnoses as say
from bot.doctor_voice import WORDS, examine_voice
from bot.findings import Finding
from bot.settings import load_settings
from tests.fake_speech import running_speech


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, no key."""
    monkeypatch.chdir(tmp_path)


async def found(**speak: str) -> list[Finding]:
    named = {f"QUNYING_INTENTS__SPEAK__{name.upper()}": it for name, it in speak.items()}
    with patch.dict(os.environ, named):
        settings = await asyncio.to_thread(load_settings)
    return [finding async for finding in examine_voice(settings)]


async def test_no_voice_is_no_fault() -> None:
    assert await found() == []


async def test_a_voice_that_is_set_says_hello() -> None:
    with running_speech() as voice:
        (finding,) = await found(provider="compatible", base_url=voice.url)
    assert finding == Finding("ok", say.VOICE.format(it="compatible"))
    assert [asked["input"] for asked in voice.asked] == [WORDS]


async def test_one_that_fails_is_told_with_what_to_do() -> None:
    with running_speech() as voice:
        voice.fault = "auth"
        (finding,) = await found(provider="compatible", base_url=voice.url)
    assert (finding.level, finding.cure) == ("warn", say.VOICE_CURE)
    assert "401" in finding.what


async def test_a_missing_key_is_named() -> None:
    (finding,) = await found(provider="siliconflow")
    assert (finding.level, finding.what) == ("bad", say.VOICE_SETTINGS)
    assert "SILICONFLOW_API_KEY" in finding.cure
