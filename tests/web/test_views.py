"""The bar between the views: by finger, by keys, by link, and nothing is lost on the way."""

from pathlib import Path

import pytest
from playwright.async_api import ViewportSize, expect

from tests.web.conftest import DESK, PHONE, House, OpenTab
from tests.web.seeing import EXTENT, NAMELESS
from tests.web.stock import Stock, fill

pytestmark = pytest.mark.asyncio(loop_scope="module")
TINY = ViewportSize(width=320, height=568)


async def test_the_bar_is_under_the_thumb_on_a_phone_and_on_top_of_a_desk(
    open_tab: OpenTab,
) -> None:
    for size, low in ((PHONE, True), (DESK, False)):
        page = (await open_tab(size)).page
        box = await page.get_by_role("tablist", name="页面").bounding_box()
        assert box
        assert (box["y"] > size["height"] / 2) == low
        assert box["y"] + box["height"] <= size["height"]


async def test_a_view_is_reached_by_finger_by_key_by_link_and_left_by_back(
    open_tab: OpenTab, house: House
) -> None:
    page = (await open_tab(PHONE)).page
    chat, studio = page.get_by_role("tab", name="聊天"), page.get_by_role("tab", name="片场")
    library = page.get_by_role("tab", name="片库")
    await expect(chat).to_have_attribute("aria-selected", "true")
    await studio.click()
    await expect(page.get_by_role("tabpanel", name="片场")).to_be_visible()
    await expect(page.get_by_role("tabpanel", name="聊天")).to_be_hidden()
    await page.keyboard.press("ArrowRight")
    await expect(library).to_be_focused()
    await expect(library).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowRight")
    await expect(chat).to_be_focused()
    await page.keyboard.press("End")
    await expect(page.get_by_role("main", name="片库")).to_be_visible()
    await page.go_back()
    await expect(chat).to_have_attribute("aria-selected", "true")
    for link, name in (("#studio", "片场"), ("?view=library", "片库"), ("#nonsense", "聊天")):
        await page.goto("about:blank")
        await page.goto(f"{house.url}/{link}")
        await expect(page.get_by_role("tabpanel", name=name)).to_be_visible()


async def test_the_room_is_found_as_it_was_left(open_tab: OpenTab) -> None:
    tab = await open_tab(PHONE)
    page = tab.page
    for i in range(12):
        await tab.say(f"第{i}句\n\n\n话")
        await expect(page.locator("article.own")).to_have_count(i + 1)
    scroll = page.get_by_role("log")
    await scroll.hover()
    await page.mouse.wheel(0, -300)
    await expect(page.get_by_role("button", name="回到最新消息")).to_be_visible()
    at = await scroll.evaluate("it => it.scrollTop")
    box = page.get_by_label("消息", exact=True)
    await box.fill("写了一半")
    await page.get_by_role("tab", name="片库").click()
    await expect(box).to_be_hidden()
    await page.get_by_role("tab", name="聊天").click()
    await expect(box).to_have_value("写了一半")
    assert await scroll.evaluate("it => it.scrollTop") == at
    assert tab.complaints == []


async def test_nothing_sticks_out_of_studio_and_library_and_everything_has_a_name(
    open_tab: OpenTab, tmp_path: Path
) -> None:
    words = "小爱 拍" + "哈" * 80 + "w" * 80
    film = Stock(words, "video_1", room="other", wish="熊猫", draft=True, sidecar=True)
    fill(tmp_path / "bot", film, Stock("画一只猫", "image_1", room="other", makes="image"))
    for size in (PHONE, DESK, TINY):
        tab = await open_tab(size)
        page = tab.page
        for name, shown in (("片场", "用哪台机器"), ("片库", "一共2个")):
            await page.get_by_role("tab", name=name).click()
            await expect(page.get_by_text(shown)).to_be_visible()
            for more in await page.locator("summary:visible").all():
                await more.click()
            assert await page.evaluate(EXTENT) == [size["width"], size["height"]]
            wide = await page.get_by_role("tabpanel", name=name).evaluate(
                "it => it.scrollWidth - it.clientWidth"
            )
            assert wide == 0
        assert await page.evaluate(NAMELESS) == []
        assert tab.complaints == tab.strangers == []


async def test_three_hundred_clips_come_page_by_page(open_tab: OpenTab, tmp_path: Path) -> None:
    people = ("妈妈", "爸爸", "奶奶")
    many = [
        Stock(f"第{i}段熊猫", f"video_{i}", people[i % 3], days_ago=300 - i) for i in range(300)
    ]
    fill(tmp_path / "bot", *many)
    page = (await open_tab(PHONE)).page
    await page.get_by_role("tab", name="片库").click()
    await expect(page.get_by_text("一共300个")).to_be_visible()
    pieces, more = page.locator(".piece"), page.get_by_role("button", name="再看早一点的")
    await expect(pieces).to_have_count(24)
    await expect(pieces.first).to_contain_text("第299段熊猫")
    await more.scroll_into_view_if_needed()
    await expect(pieces).to_have_count(48)

    await page.get_by_label("谁要的").select_option("奶奶")
    await expect(page.get_by_text("找到100个")).to_be_visible()
    await page.get_by_label("找什么").fill("第29")
    await expect(page.get_by_text("找到5个")).to_be_visible()
    await page.get_by_role("button", name="看全部").click()
    await expect(page.get_by_text("一共300个")).to_be_visible()


async def test_a_service_that_is_away_is_said_in_the_studio(
    house: House, open_tab: OpenTab
) -> None:
    await house.stop()
    await house.start(film_s=0)
    page = (await open_tab(PHONE)).page
    await page.get_by_role("tab", name="片场").click()
    await expect(page.get_by_role("alert")).to_have_text("拍摄服务没连上，等它起来再试。")
    await expect(page.get_by_role("button", name="拍", exact=True)).to_be_disabled()
