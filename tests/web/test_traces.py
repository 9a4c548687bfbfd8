"""The owner opens the list of what became of each turn, and one of it; none of it is markup."""

import pytest
from playwright.async_api import expect

from tests.web.conftest import DESK, PHONE, OpenTab

pytestmark = pytest.mark.asyncio(loop_scope="module")
OPEN_ALL = "她刚才怎么想的"


async def test_the_newest_turn_stands_first_and_opens(open_tab: OpenTab) -> None:
    tab = await open_tab(DESK)
    page = tab.page
    await tab.settled()
    for said in ("小爱 你会什么", "小爱 <b>熊猫</b> 怎么走"):
        await tab.say(said)
        await expect(page.locator("article.own").filter(has_text=said)).to_be_visible()
    await expect(page.get_by_text("走路约10分钟")).to_be_visible()
    await page.get_by_text(OPEN_ALL).click()
    turns = page.locator(".trace")
    await expect(turns).to_have_count(2)
    newest = turns.first
    await expect(newest.locator("summary")).to_contain_text("妈妈：小爱 <b>熊猫</b> 怎么走")
    await expect(newest.locator("dl")).to_be_hidden()
    await newest.locator("summary").click()
    await expect(newest.locator("dl")).to_contain_text("网页")
    await expect(newest.locator("dl")).to_contain_text("答好了")
    await expect(newest.locator("dd b")).to_have_count(0)
    assert tab.complaints == tab.strangers == []


async def test_with_nothing_said_it_says_so_and_looks_again_when_it_is_opened_again(
    open_tab: OpenTab,
) -> None:
    tab = await open_tab(PHONE)
    page = tab.page
    await tab.settled()
    await page.get_by_role("button", name="小助手和状态").click()
    behind = page.get_by_text(OPEN_ALL)
    await behind.click()
    await expect(page.get_by_text("还没有记下什么")).to_be_visible()
    await behind.click()
    await page.get_by_role("button", name="关上").click()
    await tab.say("小爱 你会什么")
    await expect(page.get_by_text("叫我拍一段小视频试试。")).to_be_visible()
    await page.get_by_role("button", name="小助手和状态").click()
    await behind.click()
    await expect(page.locator(".trace")).to_have_count(1)
    wide = await page.locator("aside.panel").evaluate("it => it.scrollWidth - it.clientWidth")
    assert wide == 0
