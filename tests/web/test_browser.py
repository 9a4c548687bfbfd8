"""The page as a family meets it: a real Chromium, a real server, real memory."""

import signal

import pytest
from playwright.async_api import ViewportSize, expect

from tests.web.conftest import DESK, PHONE, House, OpenTab, Tab
from tests.web.house import WAY
from tests.web.pictures import jpeg, phone_jpeg
from tests.web.seeing import CUT_OFF, EXTENT, LOADED, NAMELESS, PLAYS, WINDS, can_play

WISH = "@小爱 生成一个熊猫吃竹子的视频"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_sentence_becomes_a_clip_that_plays(open_tab: OpenTab) -> None:
    tab = await open_tab(PHONE)
    page = tab.page
    await can_play(page)
    assert await page.title() == "群影"
    await expect(page.get_by_role("heading", name="一家人（5）")).to_be_visible()

    await tab.say(WISH)
    await expect(page.locator("article.own .words")).to_have_text(WISH)
    await expect(page.locator(".waiting .detail")).to_contain_text("在给妈妈拍")
    await expect(page.get_by_role("progressbar", name="拍摄进度")).to_be_visible()
    await expect(page.locator(".waiting .percent")).to_have_text("", timeout=2_000)
    await expect(page.locator(".waiting .percent")).to_contain_text("%")

    film = page.locator("article.video video")
    await expect(film).to_be_visible()
    await expect(page.locator(".waiting")).to_have_count(0)
    current, width, height = await film.evaluate(PLAYS)
    assert current > 0
    assert (width, height) == (480, 320)
    assert await film.evaluate(WINDS) == pytest.approx(2, abs=0.1)

    other = await open_tab(DESK)
    await page.reload()
    for seen in (page, other.page):
        await expect(seen.locator("article .words").first).to_have_text(WISH)
        await expect(seen.locator("article.video video")).to_have_count(1)
    assert tab.strangers == other.strangers == []


async def test_a_photo_is_sent_opened_quoted_and_brought_to_life(open_tab: OpenTab) -> None:
    tab, other = await open_tab(), await open_tab(PHONE)
    page = tab.page
    await page.get_by_label("发照片").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": phone_jpeg()}
    )
    await expect(page.get_by_alt_text("要发的照片")).to_be_visible()
    await page.get_by_role("button", name="发送").click()
    photo = other.page.locator("article img.photo")
    await expect(photo).to_be_visible()
    assert await photo.evaluate(LOADED) == [48, 64]

    await other.page.get_by_role("button", name="妈妈发的照片，点开看大图").click()
    await expect(other.page.get_by_alt_text("照片大图")).to_be_visible()
    await other.page.keyboard.press("Escape")
    await expect(other.page.get_by_alt_text("照片大图")).to_be_hidden()

    await page.locator("article.photo").hover()
    await page.get_by_role("button", name="引用").click()
    await expect(page.locator(".quoted")).to_contain_text("妈妈：[照片]")
    await tab.say("@小爱 让它动起来")
    await expect(page.locator("article .answers")).to_contain_text("妈妈")
    for seen in (page, other.page):
        await expect(seen.locator("article.video video")).to_be_in_viewport()


async def test_a_picture_is_shown_whole_so_that_the_word_in_its_corner_is_read(
    open_tab: OpenTab,
) -> None:
    tabs = [await open_tab(size) for size in (PHONE, ViewportSize(width=320, height=568), DESK)]
    page, sizes = tabs[0].page, [(1024, 1024), (1280, 720), (720, 1280)]
    for size in sizes:
        await page.get_by_label("发照片").set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(size)}
        )
        await page.get_by_role("button", name="发送").click()
        await expect(page.get_by_alt_text("要发的照片")).to_be_hidden()
    await tabs[1].page.get_by_role("radio", name="爸爸").click()  # so that it stands on the left
    for tab in tabs:
        photos = tab.page.locator("article img.photo")
        await expect(photos).to_have_count(len(sizes))
        for photo in await photos.all():
            await photo.evaluate(LOADED)
        assert await tab.page.evaluate(CUT_OFF) == []


async def test_the_composer_refuses_what_is_no_photo_and_waits_for_whole_words(
    open_tab: OpenTab,
) -> None:
    tab = await open_tab()
    page = tab.page
    await page.get_by_label("发照片").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"junk"}
    )
    await expect(page.get_by_role("alert")).to_have_text("这个文件我打不开，换一张照片试试。")
    await expect(page.get_by_role("button", name="发送")).to_be_disabled()

    box = tab.page.get_by_label("消息", exact=True)
    await box.fill("nihao")
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        await box.dispatch_event("keydown", {"key": "Enter", "bubbles": True, **composing})
    await box.press("Shift+Enter")
    await box.press_sequentially("second")
    await expect(box).to_have_value("nihao\nsecond")
    await box.press("Enter")
    await expect(box).to_have_value("")
    await expect(tab.page.locator("article.own .words")).to_have_text("nihao\nsecond")


async def test_whoever_speaks_is_on_the_right_also_after_a_reload(open_tab: OpenTab) -> None:
    tab = await open_tab()
    page = tab.page
    await tab.say("我是妈妈")
    await page.get_by_role("radio", name="爸爸").click()
    await tab.say("我是爸爸")
    own = page.locator("article.own .words")
    await expect(own).to_have_text(["我是爸爸"])
    await page.reload()
    await expect(own).to_have_text(["我是爸爸"])
    await expect(page.get_by_role("radio", name="爸爸")).to_be_checked()
    await page.get_by_role("radio", name="妈妈").click()
    await expect(own).to_have_text(["我是妈妈"])


async def test_an_empty_room_offers_something_to_say(open_tab: OpenTab) -> None:
    page = (await open_tab(PHONE)).page
    await page.get_by_role("button", name="@小爱 你会什么").click()
    await expect(page.locator("article.own .words")).to_have_text("@小爱 你会什么")
    await expect(page.locator("article:not(.own) .words")).to_have_text("叫我拍一段小视频试试。")
    await expect(page.locator(".welcome")).to_be_hidden()
    await page.get_by_role("button", name="@小爱", exact=True).click()
    await expect(page.get_by_label("消息", exact=True)).to_have_value("@小爱 ")


async def test_a_way_ends_in_a_link_to_the_map_and_only_her_words_hold_links(
    open_tab: OpenTab,
) -> None:
    tab = await open_tab(PHONE)
    await tab.say(f"小爱 去西湖怎么走，是 {WAY} 吗")
    link = tab.page.locator("article a")
    await expect(link).to_have_text("打开地图")
    await expect(link).to_have_attribute("href", WAY)
    await expect(tab.page.locator("article:not(.own) .words")).to_have_text(
        "走路约10分钟。\n打开地图"
    )
    assert await tab.page.evaluate(EXTENT) == [PHONE["width"], PHONE["height"]]


async def test_nothing_sticks_out_and_everything_has_a_name(open_tab: OpenTab) -> None:
    await (await open_tab()).say("哈" * 300 + "w" * 300 + "\n<b>不是粗体</b>")
    for size in (PHONE, DESK, ViewportSize(width=320, height=568)):
        page = (await open_tab(size)).page
        await expect(page.locator("article.own .words")).to_contain_text("<b>不是粗体</b>")
        assert await page.evaluate(EXTENT) == [size["width"], size["height"]]
        await expect(page.get_by_role("button", name="发送")).to_be_in_viewport(ratio=1)
        assert await page.evaluate(NAMELESS) == []


async def test_the_owner_sees_how_things_are_and_can_stop_it_at_once(
    house: House, open_tab: OpenTab
) -> None:
    page = (await open_tab(PHONE)).page
    await page.get_by_role("button", name="小助手和状态").click()
    board = page.locator(".panel > .board")
    await expect(board).to_contain_text("拍摄服务正常")
    await expect(board).to_contain_text("草稿动画可以用")
    await expect(board).to_contain_text("写提示词的模型还没接上")
    await page.get_by_role("button", name="关上").click()
    await expect(board).to_be_hidden()

    assert await house.stop() == 0, "though a tab is open"


async def test_older_lines_come_when_the_reader_scrolls_up(house: House, open_tab: OpenTab) -> None:
    tab = await open_tab(PHONE)
    await _post_many(tab, 55)
    page = (await open_tab(PHONE)).page
    first, last = page.get_by_text("第0句", exact=True), page.get_by_text("第54句", exact=True)
    await expect(last).to_be_in_viewport()
    await expect(first).to_have_count(0)
    await page.get_by_role("log").evaluate("(it) => it.scrollTo(0, 0)")
    await expect(first).to_have_count(1)
    await expect(last).not_to_be_in_viewport()

    await tab.say("新的一句")
    await expect(page.get_by_text("新的一句")).not_to_be_in_viewport()
    await page.get_by_role("button", name="回到最新消息").click()
    await expect(page.get_by_text("新的一句")).to_be_in_viewport()


async def test_after_a_kill_the_open_page_comes_back_with_its_draft(
    house: House, open_tab: OpenTab
) -> None:
    tab = await open_tab()
    await tab.say("还在吗")
    await expect(tab.page.locator("article.own")).to_have_count(1)
    box = tab.page.get_by_label("消息", exact=True)
    await box.fill("写了一半")
    await house.stop(signal.SIGKILL)
    await box.press("Enter")
    await expect(tab.page.get_by_role("alert")).to_contain_text("没连上")

    async with tab.page.expect_navigation():
        await house.start()
    await tab.settled()
    await expect(box).to_have_value("写了一半")
    await box.press("Enter")
    await expect(tab.page.locator("article.own .words")).to_have_text(["还在吗", "写了一半"])


async def _post_many(tab: Tab, count: int) -> None:
    post = """async (count) => {
        for (let i = 0; i < count; i++) {
            const form = new FormData();
            form.append("id", crypto.randomUUID());
            form.append("member", "奶奶");
            form.append("text", `第${i}句`);
            await fetch("/say", { method: "POST", body: form, headers: { "X-Qunying": "page" } });
        }
    }"""
    await tab.page.evaluate(post, count)
