"""The gateway may be absent, die, come back, lose WeChat, or not be ours: the channel lives on."""

import logging

import pytest

from bot.channels.base import CannotSendNow
from bot.channels.pulse import Login
from bot.channels.wechaty import gateway as module
from bot.channels.wechaty import wording
from tests.channels.wechaty.chat import Chat, chatting
from tests.e2e.gateway.running import Gateway, gateway


async def test_an_absent_gateway_is_waited_for_and_that_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot")
    async with gateway(started=False) as wechat, chatting(wechat.port) as chat:
        assert (await chat.feels("away")).say == wording.AWAY
        await wechat.start()
        await chat.feels("up")
        await wechat.says("回来啦")
        assert (await chat.turn()).text == "回来啦"
    assert [health.state for health in chat.beats] == ["away", "up"]
    assert [r.getMessage().split(":")[0] for r in caplog.records] == [
        "wechaty is away",
        "wechaty is up",
    ]


async def test_it_dies_and_returns_again_and_again() -> None:
    async with gateway() as wechat, chatting(wechat.port) as chat:
        for life in ("一", "二", "三"):
            await chat.feels("up")
            await wechat.says(f"第{life}次")
            turn = await chat.turn()
            assert turn.text == f"第{life}次"
            await wechat.kill()
            await chat.feels("away")
            with pytest.raises(CannotSendNow):
                await chat.channel.send_text(turn, "在吗", key="1")
            with pytest.raises(ConnectionError):
                await chat.channel.fetch('{"message": "1", "as": "image"}')
            await wechat.start()
        await chat.feels("up")


def test_a_gateway_that_is_back_is_tried_within_two_seconds() -> None:
    assert module.LONGEST_PAUSE_S <= 2


async def test_a_wrong_token_ends_it_with_words_for_the_owner(wechat: Gateway) -> None:
    async with chatting(wechat.port, token="wrong") as chat:
        health = await chat.feels("broken")
    assert health.say == wording.WRONG_TOKEN
    assert "WECHATY_PUPPET_SERVICE_TOKEN" in health.say
    assert chat.broken
    assert "wrong token" in str(chat.broken)


async def test_an_error_of_the_puppet_is_logged_and_nothing_more(
    wechat: Gateway, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    await wechat.tell("error", text="getaddrinfo ENOTFOUND")
    await wechat.says("还在吗")
    assert (await chat.turn()).text == "还在吗"
    (line,) = [r.getMessage() for r in caplog.records if r.name.startswith("bot.")]
    assert line == "the puppet reports an error: Error: getaddrinfo ENOTFOUND"


async def test_a_login_by_qr_code_is_shown_until_it_is_done() -> None:
    async with gateway(LOGGED_OUT="1") as wechat, chatting(wechat.port) as chat:
        await chat.feels("login")
        await wechat.tell("scan", url="https://login.weixin.qq.com/l/abc")
        while not chat.channel.pulse.health.logins:
            await chat.moves()
        assert chat.channel.pulse.health.logins == (
            Login(wording.SCANNER, "https://login.weixin.qq.com/l/abc"),
        )
        await wechat.tell("login")
        await chat.feels("up")
        await wechat.tell("logout")
        assert (await chat.feels("login")).say == wording.NOT_LOGGED_IN


async def test_two_bots_at_one_gateway_do_not_throw_each_other_out(
    wechat: Gateway, chat: Chat
) -> None:
    async with chatting(wechat.port) as second:
        assert (await second.feels("away")).say == wording.RIVAL
        await wechat.says("谁在")
        assert (await chat.turn()).text == "谁在"
        assert second.heard.empty()


async def test_a_message_that_was_told_twice_is_told_on_under_one_id(
    wechat: Gateway, chat: Chat
) -> None:
    said = await wechat.says("一遍")
    await wechat.tell("again", id=said)
    assert (await chat.turn()).id == (await chat.turn()).id == said  # memory drops the second


async def test_what_the_gateway_no_longer_knows_does_not_hold_up_the_rest(
    wechat: Gateway, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wechaty.channel.PAUSES_S", (0.0, 0.0))
    await wechat.tell("again", id="never-said")
    await wechat.says("下一句")
    assert (await chat.turn()).text == "下一句"


async def test_a_line_that_went_dead_without_a_word_is_opened_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SETTLE_S", 0.01)
    monkeypatch.setattr(module, "LOOK_S", 0.05)
    monkeypatch.setattr("bot.channels.wechaty.wire.CALL_S", 0.2)
    async with gateway() as wechat, chatting(wechat.port) as chat:
        await chat.feels("up")
        wechat.freeze()
        await chat.feels("away")
        wechat.thaw()
        await chat.feels("up")
        await wechat.says("又通了")
        assert (await chat.turn()).text == "又通了"
