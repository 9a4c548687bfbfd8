"""Opening the channel, and what doctor finds: what is missing, and the line that mends it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.channels.base import ChannelBroken
from bot.channels.settings import WechatySettings
from bot.channels.wechaty import door, wording
from bot.findings import Finding
from bot.settings import BotSettings, Settings
from tests.channels.wechaty.chat import Chat
from tests.e2e.gateway.running import TOKEN, Gateway, gateway
from tests.e2e.qunying import free_port


def settings(port: int) -> Settings:
    bot = BotSettings(wechaty=WechatySettings(endpoint=f"127.0.0.1:{port}"))
    return Settings.model_construct(bot=bot)


async def finding(port: int = 9) -> Finding:
    (it,) = [found async for found in door.check(settings(port))]
    return it


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(door.TOKEN, TOKEN)


async def opened(port: int = 9) -> str:
    async with door.open_channel(settings(port)) as channel:
        return channel.name


async def test_with_extra_and_token_it_opens_whether_the_gateway_is_there_or_not() -> None:
    assert await opened() == "wechaty"


async def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "NEEDED", ("no_such_package_anywhere",))
    with pytest.raises(ChannelBroken) as broken:
        await opened()
    assert broken.value.say == wording.NO_EXTRA
    assert await finding() == Finding("bad", wording.CHECK_EXTRA, wording.CHECK_EXTRA_CURE)
    assert "[wechaty]" in wording.NO_EXTRA


async def test_without_a_token_it_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(door.TOKEN)
    with pytest.raises(ChannelBroken) as broken:
        await opened()
    assert door.TOKEN in broken.value.say
    assert await finding() == Finding("bad", wording.CHECK_NO_TOKEN, wording.CHECK_NO_TOKEN_CURE)


async def test_a_token_may_stand_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wechat: Gateway
) -> None:
    monkeypatch.delenv(door.TOKEN)
    monkeypatch.setenv(f"{door.TOKEN}_FILE", str(tmp_path / "token"))
    with pytest.raises(ChannelBroken):
        await opened()
    assert (await finding()).level == "bad"
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    await opened()
    assert (await finding(wechat.port)).level == "ok"


async def test_doctor_says_who_is_logged_in(wechat: Gateway) -> None:
    told = wording.CHECK_OK.format(where=wechat.endpoint, name="小爱")
    assert await finding(wechat.port) == Finding("ok", told)


async def test_doctor_finds_the_gateway_absent() -> None:
    port = free_port()
    told = wording.CHECK_AWAY.format(where=f"127.0.0.1:{port}")
    assert await finding(port) == Finding("bad", told, wording.CHECK_AWAY_CURE)
    assert "npm start" in wording.CHECK_AWAY_CURE


async def test_doctor_finds_the_token_wrong(
    wechat: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(door.TOKEN, "another")
    told = wording.CHECK_WRONG_TOKEN.format(where=wechat.endpoint)
    assert await finding(wechat.port) == Finding("bad", told, wording.CHECK_WRONG_TOKEN_CURE)


async def test_doctor_does_not_disturb_a_bot_that_is_connected(wechat: Gateway, chat: Chat) -> None:
    assert (await finding(wechat.port)).level == "ok"
    await wechat.says("还在吗")
    assert (await chat.turn()).text == "还在吗"
    assert [health.state for health in chat.beats] == ["up"]


async def test_doctor_says_that_nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.wechaty.look.LOGIN_S", 0.3)
    async with gateway(LOGGED_OUT="1") as wechat:
        told = wording.CHECK_NOT_LOGGED_IN.format(where=wechat.endpoint)
        found = await finding(wechat.port)
    assert found == Finding("warn", told, wording.CHECK_NOT_LOGGED_IN_CURE)


@pytest.mark.parametrize(
    "endpoint", ["", "here", "here:", ":1", "a:b", "http://a:1", "a:1/b", "me@a:1", "a:99999"]
)
def test_an_address_that_is_none_is_refused_by_the_settings(endpoint: str) -> None:
    with pytest.raises(ValidationError, match="must be a host and a port"):
        WechatySettings(endpoint=endpoint)


def test_host_and_port_are_read_from_the_address() -> None:
    assert WechatySettings().where == ("127.0.0.1", 18788)
    assert WechatySettings(endpoint="[::1]:80").where == ("::1", 80)
