"""How the bot and `doctor` come to the WeCom channel, with and without what it needs."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import ChannelBroken
from bot.channels.registry import door
from bot.channels.wecom import wording
from bot.channels.wecom.door import check, open_channel
from bot.findings import Finding
from bot.locks import locked
from bot.settings import Settings, load_settings
from tests.channels.wecom.conftest import QUICK, Ears, living
from tests.fake_wecom import BOT_ID, SECRET, Wecom
from video_service.schema.config import SettingsError

SAYS = {name: value for name, value in vars(wording).items() if name.isupper()}


@pytest.fixture
def settings(tmp_path: Path, wecom: Wecom, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QUNYING_BOT__WECOM__WS_URL", wecom.url)
    monkeypatch.setenv("WECOM_BOT_ID", BOT_ID)
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("WECOM_BOT_SECRET_FILE", str(tmp_path / "secret"))
    return load_settings()


async def found(settings: Settings) -> Finding:
    (only,) = [finding async for finding in check(settings, QUICK)]
    return only


async def test_the_channel_opens_with_the_secrets_of_the_environment(settings: Settings) -> None:
    async with open_channel(settings) as channel:
        assert channel.name == "wecom"
        assert channel.limits.video_bytes == 10 * 2**20


def test_it_stands_in_the_registry() -> None:
    assert door("wecom").open_channel is open_channel


@pytest.mark.parametrize("name", ["WECOM_BOT_ID", "WECOM_BOT_SECRET_FILE"])
async def test_without_id_or_secret_it_does_not_open_and_doctor_tells_the_cure(
    name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(ChannelBroken) as caught:
        async with open_channel(settings):
            pass
    assert "WECOM_BOT_ID 和 WECOM_BOT_SECRET" in caught.value.say
    finding = await found(settings)
    assert finding.level == "bad"
    assert "WECOM_BOT_SECRET" in finding.cure


async def test_a_secret_file_that_is_not_there_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECOM_BOT_SECRET_FILE", "nowhere")
    with pytest.raises(ChannelBroken, match="cannot read nowhere"):
        async with open_channel(settings):
            pass
    assert "cannot read nowhere" in (await found(settings)).cure


async def test_doctor_subscribes_and_hangs_up(settings: Settings, wecom: Wecom) -> None:
    assert await found(settings) == Finding("ok", "企业微信：连上了，机器人认得")
    assert wecom.commands == ["aibot_subscribe"]


async def test_doctor_leaves_a_running_bot_its_line(
    settings: Settings, wecom: Wecom, ears: Ears
) -> None:
    async with locked(settings.bot_dir / "lock", 1), living(wecom, ears.hear):
        await wecom.connected()
        finding = await found(settings)
        assert finding.level == "ok"
        assert "正在运行" in finding.what
    assert wecom.links == 1


async def test_doctor_tells_a_wrong_secret_from_a_dead_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECOM_BOT_SECRET", "another-secret")
    wrong = await found(settings)
    assert (wrong.level, "853000" in wrong.what) == ("bad", True)
    monkeypatch.setenv("QUNYING_BOT__WECOM__WS_URL", "ws://127.0.0.1:9")
    dead = await found(await asyncio.to_thread(load_settings))
    assert (dead.level, "连不上" in dead.what) == ("bad", True)
    assert "another-secret" not in f"{wrong}{dead}"


async def test_doctor_waits_no_longer_than_it_must(settings: Settings, wecom: Wecom) -> None:
    wecom.mute.add("aibot_subscribe")
    findings = [finding async for finding in check(settings, replace(QUICK, answer=0.1))]
    assert [finding.level for finding in findings] == ["bad"]


@pytest.mark.parametrize("url", ["http://a.example", "ws://a.example", "ws://127.0.0.1.a.example"])
def test_the_secret_never_travels_in_the_open(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNYING_BOT__WECOM__WS_URL", url)
    with pytest.raises(SettingsError, match="QUNYING_BOT__WECOM__WS_URL"):
        load_settings()


@pytest.mark.parametrize("name", [n for n in SAYS if not n.endswith("_CURE")])
def test_what_the_owner_reads_is_short_chinese_and_calm(name: str) -> None:
    shown = SAYS[name].format(code=853000, url="")
    assert not re.search(r"[A-Za-z!！_]", shown)
    assert len(shown) <= 45
