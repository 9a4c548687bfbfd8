"""The doctor tries every key that is set: films may be paid with one that no chat uses."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot import diagnoses as say
from bot.doctor_llm import examine_llm
from bot.doctor_pictures import examine_pictures
from bot.findings import Finding
from bot.settings import load_settings
from intents.tools.providers import PROVIDERS
from tests.fake_llm import FakeLlm, running_llm

NOBODY = "http://127.0.0.1:9"
KEY = "sk-canarycanarycanarycanary"


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, no key."""
    monkeypatch.chdir(tmp_path)


async def found() -> list[Finding]:
    settings = await asyncio.to_thread(load_settings)
    return [it async for it in examine_llm(settings)]


@pytest.fixture
def two_keys(llm: FakeLlm, monkeypatch: pytest.MonkeyPatch) -> None:
    """One model that talks, and a key of 硅基流动 beside it."""
    for name, value in llm.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SILICONFLOW_API_KEY", KEY)


def lives_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, "siliconflow", replace(PROVIDERS["siliconflow"], base_url=url))


@pytest.mark.usefixtures("two_keys")
async def test_a_key_beside_the_one_in_use_is_tried_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_llm() as other:
        lives_at(other.url, monkeypatch)
        good = await found()
        other.fault = "auth"
        bad = await found()
    assert [it.level for it in good] == ["ok", "ok"]
    assert good[1].what.startswith(say.KEY.split("{")[0])
    assert bad[0].level == "ok"
    assert bad[1].cure == say.LLM_AUTH_CURE.format(keys="SILICONFLOW_API_KEY")
    assert KEY not in str(bad)


@pytest.mark.usefixtures("two_keys")
async def test_one_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SILICONFLOW_API_KEY")
    monkeypatch.setenv("SILICONFLOW_API_KEY_FILE", "/nowhere/at/all")
    _, finding = await found()
    assert (finding.level, finding.cure) == ("warn", say.KEY_CURE)
    assert "SILICONFLOW_API_KEY_FILE" in finding.what


async def test_a_server_that_draws_is_asked_only_where_one_is_named(
    llm: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drawing(url: str) -> list[Finding]:
        monkeypatch.setenv("QUNYING_VIDEO_SERVICE__IMAGES_URL", url)
        monkeypatch.setenv("QUNYING_VIDEO_SERVICE__IMAGES_MODEL", "flux")
        settings = await asyncio.to_thread(load_settings)
        return [it async for it in examine_pictures(settings)]

    settings = await asyncio.to_thread(load_settings)
    assert [it async for it in examine_pictures(settings)] == []
    assert [it.level for it in await drawing(llm.url)] == ["ok"]
    (away,) = await drawing(NOBODY)
    assert (away.level, away.cure) == ("warn", say.PICTURES_CURE)
    assert "连不上" in away.what
