"""The page is for a grandmother, too: large enough to hit, plain enough to read, day and night."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.web.conftest import DESK, PHONE, OpenTab
from tests.web.grandmother import FAINT_LETTERS, NARROW_TARGETS, SMALL_LETTERS
from tests.web.pictures import jpeg
from tests.web.stock import Stock, fill

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIZE = "(it) => parseFloat(getComputedStyle(it).fontSize)"


async def check(page: Page, where: str) -> None:
    for wanted in (NARROW_TARGETS, SMALL_LETTERS, FAINT_LETTERS):
        assert await page.evaluate(wanted) == [], where


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_everything_can_be_hit_and_read(
    open_tab: OpenTab, tmp_path: Path, size: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    fill(tmp_path / "bot", Stock("拍一段熊猫吃竹子", "video_1", draft=True, sidecar=True))
    tab = await open_tab(size)
    page = tab.page
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await tab.say("@小爱 你会什么")
    await expect(page.locator("article .words", has_text="叫我拍")).to_be_visible()
    await page.get_by_label("发照片").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg((64, 48))}
    )
    await expect(page.get_by_alt_text("要发的照片")).to_be_visible()
    await page.locator("article.text").last.hover()
    await page.locator("article.text").last.get_by_role("button", name="引用").click()
    await expect(page.get_by_role("button", name="取消引用")).to_be_visible()
    await check(page, "chat")
    if size is PHONE:
        await page.get_by_role("button", name="小助手和状态").click()
    await page.get_by_text("她刚才怎么想的").click()
    await expect(page.locator("details.trace").first).to_be_visible()
    await check(page, "panel")
    await page.keyboard.press("Escape")
    for name, shown in (("片场", "用哪台机器"), ("片库", "一共1个")):
        await page.get_by_role("tab", name=name).click()
        await expect(page.get_by_text(shown)).to_be_visible()
        for more in await page.locator("summary:visible").all():
            await more.click()
        await check(page, name)


async def test_letters_grow_with_those_that_the_browser_is_set_to(open_tab: OpenTab) -> None:
    tab = await open_tab(PHONE)
    page = tab.page
    await tab.say("大一点")
    for part in (".words", ".name", ".tab span", ".member"):
        one = page.locator(part).last
        before = await one.evaluate(SIZE)
        await page.add_style_tag(content="html { font-size: 150% }")
        assert await one.evaluate(SIZE) == pytest.approx(1.5 * before), part
        await page.evaluate("document.head.lastElementChild.remove()")


async def test_the_keys_go_into_the_panel_and_back_again(open_tab: OpenTab) -> None:
    page = (await open_tab(PHONE)).page
    more = page.get_by_role("button", name="小助手和状态")
    await expect(more).to_have_attribute("aria-expanded", "false")
    await more.press("Enter")
    await expect(page.get_by_role("button", name="关上")).to_be_focused()
    await expect(more).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await expect(more).to_have_attribute("aria-expanded", "false")
