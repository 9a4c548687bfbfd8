"""What a family notices when something goes wrong on the way: as little as can be, and nothing
is lost or said twice."""

import asyncio
import logging

import pytest

from tests.channels.ilink.home import Home
from tests.ilink_people import text

WISH = text("拍一段熊猫吃竹子的视频")


async def refused(home: Home) -> None:
    """Until the server has refused something."""
    async with asyncio.timeout(30):
        await home.fake.refused.get()


async def test_a_clip_that_is_ready_after_the_window_comes_with_her_next_message(
    studio: Home,
) -> None:
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", WISH)
        await home.gets("妈妈")
        home.fake.pass_time(hours=25)
        await refused(home)
        assert home.fake.person("妈妈").screen.empty()
        await home.says("妈妈", text("你会什么"))
        kinds = {(await home.gets("妈妈")).kind for _ in range(2)}
        await home.quiet()
    assert kinds == {"text", "video"}
    assert home.fake.person("妈妈").screen.empty()


async def test_a_restart_keeps_login_cursor_and_what_is_owed(studio: Home) -> None:
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", text("你会什么"))
        await home.gets("妈妈")
        await home.says("妈妈", WISH)
        await home.gets("妈妈")
        home.fake.pass_time(hours=25)
        await refused(home)
    bot = home.fake.person("妈妈").bot
    assert bot
    assert bot.notified == ["notifystart", "notifystop"]
    async with studio.living() as home:
        await home.until("up")
        assert home.codes.empty()
        await refused(home)  # it tried again by itself
        await home.says("妈妈", text("你会什么"))
        kinds = [(await home.gets("妈妈")).kind for _ in range(2)]
        await home.quiet()
    assert sorted(kinds) == ["text", "video"]
    assert home.fake.person("妈妈").screen.empty()  # nothing was answered twice
    assert bot.cursors == sorted(bot.cursors)


async def test_a_login_that_ends_is_asked_for_again_and_the_others_go_on(
    studio: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    studio.members = ("妈妈", "爸爸")
    async with studio.living() as home:
        await home.log_in("妈妈", "爸爸")
        await home.says("妈妈", WISH)
        await home.gets("妈妈")
        await home.fake.end_login("妈妈")
        health = await home.until("login", "失效")
        assert [login.who for login in health.logins] == ["妈妈"]
        await home.says("爸爸", text("你会什么"))
        assert (await home.gets("爸爸")).kind == "text"
        await home.fake.scan((await home.code()).url, "妈妈")
        await home.until("up")
        await home.says("妈妈", text("你会什么"))
        kinds = [(await home.gets("妈妈")).kind for _ in range(2)]
        await home.quiet()
    assert sorted(kinds) == ["text", "video"]
    assert home.said[-1] == "妈妈的微信登录失效了，请再扫一次"
    assert [r.levelname for r in caplog.records if "scan again" in r.getMessage()] == ["WARNING"]


async def test_a_network_that_drops_is_told_once_and_nothing_is_lost(
    studio: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", WISH)
        await home.gets("妈妈")
        await home.fake.stop()
        await home.until("away")
        await home.fake.says("妈妈", text("你会什么"))
        await home.fake.start()
        await home.until("up")
        kinds = [(await home.gets("妈妈")).kind for _ in range(2)]
        await home.quiet()
    assert sorted(kinds) == ["text", "video"]
    states = [r.getMessage() for r in caplog.records if r.name == "bot.channels.pulse"]
    assert [line.split(":")[0] for line in states] == [
        "ilink is login", "ilink is up", "ilink is away", "ilink is up",
    ]  # fmt: skip


async def test_a_burst_that_is_refused_goes_out_slower_and_in_order(studio: Home) -> None:
    studio.fake.gap_s = 0.2
    async with studio.living() as home:
        await home.log_in("妈妈")
        for _ in range(3):
            await home.says("妈妈", text("你会什么"))
        said = [(await home.gets("妈妈")).text for _ in range(3)]
        await home.quiet()
    assert len(said) == 3
    assert home.fake.person("妈妈").screen.empty()


async def test_a_cdn_that_fails_delays_the_clip_and_no_more(studio: Home) -> None:
    studio.fake.fail("upload", "error500", "html")
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", WISH)
        await home.gets("妈妈")
        assert (await home.gets("妈妈")).kind == "video"
        await home.quiet()
    assert home.fake.person("妈妈").screen.empty()
