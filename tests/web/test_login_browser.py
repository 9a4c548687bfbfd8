"""The password as a phone meets it: a real Chromium, a real server, a restart in between."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from bot.web.login import COOKIE
from tests.web.conftest import PHONE, House

PASSWORD = "open-sesame-please"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setenv("QUNYING_WEB_PASSWORD", PASSWORD)
    house = House(tmp_path / "bot")
    await house.start()
    yield house
    await house.stop()


async def enter(page: Page, password: str) -> None:
    await page.get_by_label("密码").fill(password)
    await page.get_by_role("button", name="进去").click()


async def test_a_phone_logs_in_talks_stays_over_a_restart_and_logs_out(
    locked: House, browser: Browser
) -> None:
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto(locked.url)
    await expect(page.get_by_role("heading")).to_have_text("群影要密码才能进")
    await expect(page.get_by_label("密码")).to_be_focused()
    assert await page.evaluate(FITS)
    await enter(page, "not-the-password")
    await expect(page.get_by_role("alert")).to_have_text("密码不对，再试一次。")
    await enter(page, PASSWORD)

    await page.get_by_label("消息", exact=True).fill("我进来了")
    await page.get_by_label("消息", exact=True).press("Enter")
    await expect(page.locator("article .words")).to_have_text("我进来了")
    assert COOKIE not in await page.evaluate("document.cookie")

    await locked.stop(signal.SIGKILL)
    await locked.start()
    await page.goto(locked.url)
    await expect(page.locator("article .words")).to_have_text("我进来了")

    other = await context.new_page()
    await other.goto(locked.url)
    await other.get_by_label("消息", exact=True).wait_for()
    await page.get_by_role("button", name="小助手和状态").click()
    await page.get_by_role("button", name="退出登录").click()
    await expect(page.get_by_role("heading")).to_have_text("群影要密码才能进")
    await other.reload()
    await expect(other.get_by_role("heading")).to_have_text("群影要密码才能进")
    await context.close()


async def test_a_link_on_another_site_leads_in_without_the_password_again(
    locked: House, browser: Browser
) -> None:
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto(locked.url)
    await enter(page, PASSWORD)
    await page.get_by_label("消息", exact=True).wait_for()
    link = f'<!doctype html><title>x</title><a href="{locked.url}/">群影</a>'

    async def elsewhere(route: Route) -> None:
        await route.fulfill(body=link, content_type="text/html")

    await page.route("http://elsewhere.example/**", elsewhere)
    await page.goto("http://elsewhere.example/")
    await page.get_by_role("link").click()
    await page.wait_for_url(f"{locked.url}/")
    await page.get_by_label("消息", exact=True).wait_for()
    assert await page.title() == "群影"
    await context.close()
