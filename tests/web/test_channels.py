"""The owner sees how each way into WeChat is, and scans what has to be scanned, as it changes."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import segno
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.web.channels import draw
from tests.web.conftest import DESK, PHONE

MUM = "https://liteapp.weixin.qq.com/q/7Gi?qrcode=mum&bot_type=3"
DAD = "https://liteapp.weixin.qq.com/q/7Gi?qrcode=dad&bot_type=3"
START_S, END_S = 30, 30
PATHS = "it => [...it.querySelectorAll('path')].map(p => p.getAttribute('d'))"
loop = pytest.mark.asyncio(loop_scope="module")


class Ways:
    """The process, told line by line how its channels are."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process, self.url = process, url

    async def tell(self, channel: str, state: str, say: str = "", **more: object) -> None:
        assert self._process.stdin
        line = {"channel": channel, "state": state, "say": say, **more}
        self._process.stdin.write(f"{json.dumps(line)}\n".encode())
        await self._process.stdin.drain()


@pytest_asyncio.fixture(loop_scope="module")
async def ways(tmp_path: Path) -> AsyncIterator[Ways]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.web.ways", str(tmp_path / "bot")), stdin=pipe, stdout=pipe
    )
    assert process.stdout
    assert process.stdin
    async with asyncio.timeout(START_S):
        url = (await process.stdout.readline()).decode().strip()
    yield Ways(process, url)
    process.stdin.close()
    async with asyncio.timeout(END_S):
        assert await process.wait() == 0


async def open_page(browser: Browser, ways: Ways, size: ViewportSize = DESK) -> Page:
    page = await browser.new_page(viewport=size, locale="zh-CN")
    page.set_default_timeout(15_000)
    await page.goto(ways.url)
    await page.wait_for_function("window.did_handshake")
    return page


@loop
async def test_every_way_in_is_named_and_its_changes_are_seen_at_once(
    ways: Ways, browser: Browser
) -> None:
    page = await open_page(browser, ways)
    rows = page.locator(".channels .board > div")
    assert await rows.locator("dt").all_inner_texts() == [
        "网页",
        "微信群网关",
        "微信私聊",
        "企业微信",
    ]
    await expect(rows.nth(0).locator("dd")).to_have_text("正常")
    await expect(rows.nth(1).locator("dd")).to_have_text("正在连")

    await ways.tell("wechaty", "up")
    await expect(rows.nth(1).locator("dd")).to_have_text("正常")
    await expect(rows.nth(1)).to_have_class("good")
    await ways.tell("wechaty", "away", "网关没有开，开了就会自己连上。")
    await expect(rows.nth(1).locator("dd").first).to_have_text(re.compile(r"没连上（\d\d:\d\d起）"))
    await expect(rows.nth(1).locator(".note")).to_have_text("网关没有开，开了就会自己连上。")
    await ways.tell("wecom", "broken", "机器人的密钥不对。")
    await expect(rows.nth(3)).to_have_class("poor")
    await expect(rows.nth(3)).to_contain_text("停下了")
    await expect(rows.nth(3).locator(".note")).to_have_text("机器人的密钥不对。")

    await ways.tell("wechaty", "up")
    await expect(rows.nth(1).locator("dd")).to_have_count(1)
    await expect(rows.nth(1).locator("dd")).to_have_text("正常")
    await page.close()


@loop
async def test_a_code_to_scan_stands_on_top_with_a_name_until_it_is_scanned(
    ways: Ways, browser: Browser
) -> None:
    page = await open_page(browser, ways)
    codes = page.locator(".channels figure")
    await expect(codes).to_have_count(0)
    await ways.tell("ilink", "login", "请扫码", logins=[["妈妈", MUM], ["爸爸", DAD]])
    await expect(codes).to_have_count(2)
    assert await codes.locator("figcaption").all_inner_texts() == [
        "请妈妈用微信扫一扫", "请爸爸用微信扫一扫"
    ]  # fmt: skip
    assert await codes.nth(0).evaluate(PATHS) == drawn(MUM)
    assert await codes.nth(1).evaluate(PATHS) == drawn(DAD)
    await expect(codes.nth(0).locator("svg")).to_be_in_viewport(ratio=1)
    size = await codes.nth(0).locator("svg").bounding_box()
    assert size
    assert size["width"] >= 180

    fresh = MUM.replace("mum", "mum-again")
    await ways.tell("ilink", "login", "请扫码", logins=[["妈妈", fresh]])
    await expect(codes).to_have_count(1)
    assert await codes.evaluate(PATHS) == drawn(fresh)
    late = await open_page(browser, ways)
    assert await late.locator(".channels figure").evaluate(PATHS) == drawn(fresh)

    await ways.tell("ilink", "up")
    await expect(codes).to_have_count(0)
    await expect(late.locator(".channels figure")).to_have_count(0)
    await page.close()
    await late.close()


@loop
async def test_a_telephone_shows_a_sign_that_somebody_has_to_scan(
    ways: Ways, browser: Browser
) -> None:
    page = await open_page(browser, ways, PHONE)
    mark = "getComputedStyle(document.querySelector('.more'), '::after').content"
    assert await page.evaluate(mark) == "none"
    await ways.tell("ilink", "login", "请扫码", logins=[["", MUM]])
    await page.wait_for_function(f"{mark} !== 'none'")
    await page.get_by_role("button", name="小助手和状态").click()
    await expect(page.locator(".channels figure svg")).to_be_in_viewport(ratio=1)
    await expect(page.locator(".channels figcaption")).to_have_text("请家人用微信扫一扫")
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await page.close()


@loop
async def test_what_is_drawn_can_be_read_by_a_machine(
    ways: Ways, browser: Browser, tmp_path: Path
) -> None:
    cv2 = pytest.importorskip("cv2", reason="reads codes; it is in the bench extra")
    page = await open_page(browser, ways)
    await ways.tell("ilink", "login", "请扫码", logins=[["妈妈", MUM]])
    figure = page.locator(".channels figure")
    await expect(figure).to_be_visible()
    await figure.screenshot(path=tmp_path / "code.png")
    read, *_ = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(tmp_path / "code.png")))
    assert read == MUM
    await page.close()


def drawn(url: str) -> list[str]:
    """The paths of segno's own drawing: the paper, then the ink."""
    svg = segno.make(url, micro=False, boost_error=False).svg_inline(
        border=4, dark="#000", light="#fff"
    )
    return re.findall(r' d="([^"]+)"', svg)


def test_an_address_that_no_code_can_hold_is_not_drawn() -> None:
    assert draw("https://example.invalid/" + "长" * 3000) == ""


def test_nothing_of_the_address_stands_in_the_drawing() -> None:
    assert "script" not in draw("https://x/<script>alert(1)</script>")
