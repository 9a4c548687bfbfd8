"""The doctor asks whoever looks at photos, and says what to do when nobody answers."""

import asyncio
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from bot import diagnoses as say
from bot.doctor_eyes import examine_eyes
from bot.findings import Finding
from bot.settings import load_settings
from tests.fake_llm import FakeLlm
from tests.fake_vision import looked_at


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, no key."""
    monkeypatch.chdir(tmp_path)


async def found(**vision: str) -> Finding:
    named = {f"QUNYING_INTENTS__VISION__{name.upper()}": it for name, it in vision.items()}
    with patch.dict(os.environ, named):
        settings = await asyncio.to_thread(load_settings)
    (finding,) = [it async for it in examine_eyes(settings)]
    return finding


async def test_without_a_key_photos_move_gently_and_that_is_no_fault() -> None:
    assert await found() == Finding("ok", say.NO_EYES)


async def test_whoever_sees_is_shown_a_square_and_nothing_of_the_family(llm: FakeLlm) -> None:
    llm.script([{"colour": "blue"}])
    assert await found(base_url=llm.url, model="sees") == Finding("ok", say.EYES.format(it="sees"))
    assert looked_at(llm).size == (64, 64)


@pytest.mark.parametrize(
    ("fault", "cure"),
    [
        ("auth", say.LLM_AUTH_CURE.format(keys="OPENAI_API_KEY")),
        ("no_money", say.LLM_MONEY_CURE),
        ("english", say.EYES_CURE),
    ],
)
async def test_who_does_not_answer_is_told_with_what_to_do(
    llm: FakeLlm, fault: str, cure: str
) -> None:
    llm.fault = fault
    finding = await found(base_url=llm.url, model="sees")
    assert (finding.level, finding.cure) == ("warn", cure)


async def test_a_wrong_setting_is_named() -> None:
    finding = await found(provider="zhipu")
    assert (finding.level, finding.what) == ("bad", say.EYES_SETTINGS)
    assert "ZHIPUAI_API_KEY" in finding.cure
