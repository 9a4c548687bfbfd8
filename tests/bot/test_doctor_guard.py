"""The doctor asks the guard about a panda, and says that nothing is filmed while it is silent."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from bot import diagnoses as say
from bot import doctor_guard
from bot.doctor_guard import examine_guard
from bot.findings import Finding
from bot.settings import load_settings
from tests.fake_guard import FakeGuard, running_guard


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, no key."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def guard() -> Iterator[FakeGuard]:
    with running_guard() as guard:
        yield guard


async def found(**moderation: str) -> list[Finding]:
    named = {f"QUNYING_INTENTS__MODERATION__{n.upper()}": it for n, it in moderation.items()}
    with patch.dict(os.environ, named):
        settings = await asyncio.to_thread(load_settings)
    return [finding async for finding in examine_guard(settings)]


async def test_without_a_guard_there_is_nothing_to_say() -> None:
    assert await found() == []


@pytest.mark.parametrize(
    ("verdict", "finding"),
    [
        ("Safety: Safe", Finding("ok", say.GUARD.format(it="guard"))),
        ("Safety: Unsafe", Finding("bad", say.GUARD_STRICT, say.GUARD_STRICT_CURE)),
    ],
)
async def test_it_is_asked_about_a_panda(guard: FakeGuard, verdict: str, finding: Finding) -> None:
    guard.says(verdict)
    assert await found(provider="compatible", base_url=guard.url, model="guard") == [finding]
    assert "熊猫" in guard.read[0][0]


async def test_a_guard_that_does_not_answer_is_a_fault_with_a_cure(guard: FakeGuard) -> None:
    guard.fault = 500
    (finding,) = await found(provider="compatible", base_url=guard.url, model="guard")
    assert (finding.level, finding.cure) == ("bad", say.GUARD_CURE)


async def test_a_guard_that_is_too_slow_for_a_chat_is_asked_once_more_and_told(
    guard: FakeGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_guard, "MODERATION_S", 0.0)
    guard.says("Safety: Safe")
    (finding,) = await found(provider="compatible", base_url=guard.url, model="guard")
    assert (finding.level, finding.cure) == ("bad", say.GUARD_SLOW_CURE)
    assert len(guard.read) == 2


async def test_a_wrong_setting_is_named() -> None:
    (finding,) = await found(provider="zhipu")
    assert (finding.level, finding.what) == ("bad", say.GUARD_SETTINGS)
    assert "ZHIPUAI_API_KEY" in finding.cure
