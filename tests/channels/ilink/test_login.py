"""Logging in: a code that expires, a phone that shows a number, one that is taken, another host."""

import asyncio
import io

import pytest
from rich.console import Console

from bot.channels.ilink.qr import MOST_CODES, TerminalCodes
from bot.channels.pulse import Login
from tests.channels.ilink.home import Home
from tests.channels.ilink.listening import listening
from tests.ilink_people import text


async def test_a_code_that_expires_is_followed_by_another(house: Home) -> None:
    async with listening(house, log_in=False):
        first = await house.code()
        await house.fake.expire(first.url)
        second = await house.code()
        assert second.url != first.url
        health = await house.until("login")
        assert [login.who for login in health.logins] == ["妈妈"]
        await house.fake.scan(second.url, "妈妈")
        await house.until("up")


async def test_a_scan_in_another_data_centre_is_followed_there(house: Home) -> None:
    house.fake.person("妈妈").host = house.fake.url.replace("http://127.0.0.1", "localhost")
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        assert (await ear.next()).text == "在吗"


async def test_the_number_on_the_phone_is_read_from_a_file(house: Home) -> None:
    house.fake.person("妈妈").number = "271828"
    async with listening(house, log_in=False):
        await house.fake.scan((await house.code()).url, "妈妈")
        health = await house.until("login", "妈妈.txt")
        note = house.folder / "bot" / "ilink" / "妈妈.txt"
        assert str(note) in health.say
        note.write_text(" 271828\n", "utf-8")
        await house.until("up")
        assert not note.exists()


async def test_a_wrong_number_too_often_costs_a_new_scan(house: Home) -> None:
    house.fake.person("妈妈").number = "271828"
    async with listening(house, log_in=False):
        await house.fake.scan((await house.code()).url, "妈妈")
        note = house.folder / "bot" / "ilink" / "妈妈.txt"
        for _ in range(3):
            await house.until("login", "妈妈.txt")
            while await asyncio.to_thread(note.exists):
                pass
            note.write_text("1", "utf-8")
        await house.code()
        assert "数字错了" in (await house.until("login", "重新扫码")).say


async def test_a_phone_that_is_logged_in_already_is_told_to_be_somebody_elses(house: Home) -> None:
    house.members = ("妈妈", "爸爸")
    async with listening(house, log_in=False):
        codes = {login.who: login for login in (await house.code(), await house.code())}
        await house.fake.scan(codes["妈妈"].url, "妈妈")
        await house.until("login", "请爸爸用微信扫码", logins=1)
        await house.fake.expire(codes["爸爸"].url)  # the next one is made knowing of 妈妈's login
        await house.fake.scan((await house.code()).url, "妈妈")
        again = await house.code()
        assert house.said[-1] == "刚才那个微信已经连着了，请爸爸换自己的扫"
        await house.fake.scan(again.url, "爸爸")
        await house.until("up")


@pytest.mark.parametrize("fault", ["error500", "html", "list", "gone"])
async def test_a_server_that_fails_while_somebody_scans_is_asked_again(
    house: Home, fault: str
) -> None:
    house.fake.fail("get_bot_qrcode", fault)
    house.fake.fail("get_qrcode_status", fault)
    async with listening(house):
        assert house.channel


def test_the_code_in_the_terminal_is_as_wide_as_high_and_comes_with_its_address() -> None:
    paper = io.StringIO()
    codes = TerminalCodes(Console(file=paper, width=40))
    url = "https://liteapp.weixin.qq.com/q/7GiQu1?qrcode=0123456789abcdef&bot_type=3"
    codes.show(Login("妈妈", url), "请妈妈用微信扫码")
    *picture, told = paper.getvalue().splitlines()
    assert told == f"请妈妈用微信扫码。扫不了就用手机打开：{url}"
    assert {*"".join(picture)} == {*"█▀▄ "}
    assert {len(line) for line in picture} == {2 * len(picture) - 1}


def test_the_terminal_is_not_flooded_with_codes() -> None:
    paper = io.StringIO()
    codes = TerminalCodes(Console(file=paper))
    for n in range(MOST_CODES + 3):
        codes.show(Login("妈妈", f"https://example.org/{n}"), "请妈妈用微信扫码")
    assert paper.getvalue().count("扫不了就用手机打开") == MOST_CODES
    assert paper.getvalue().count("新的二维码在网页上") == 1
