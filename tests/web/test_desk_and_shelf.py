"""Studio and library as the owner meets them: `qunying run`, its real service, a real Chromium."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.qunying import Shell, free_port, until
from tests.web.conftest import DESK, PHONE, Tab
from tests.web.seeing import PLAYS, can_play

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(400)]
START_S, FILM_MS = 90, 90_000  # other tests share the cores
FITS = """([width, height]) => document.documentElement.scrollWidth === width
    && document.documentElement.scrollHeight === height"""
WISH = "小猫在窗台上看雨"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, folder = free_port(), tmp_path_factory.mktemp("home")
    env = {"PORT": str(port), "QUNYING_VIDEO_SERVICE__PORT": "0"}
    shell = Shell(folder, env | {"QUNYING_VIDEO_SERVICE__MODEL": "draft"})
    process = shell.start("run")
    home = f"http://127.0.0.1:{port}"
    try:
        assert until(lambda: _answers(home), START_S), (folder / "stderr").read_text()
        yield home
    finally:
        process.terminate()
        process.wait(30)


def _answers(home: str) -> bool:
    try:
        return httpx.get(f"{home}/studio/engines", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, url: str) -> AsyncIterator[Tab]:
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")
    context.set_default_timeout(FILM_MS)
    page = await context.new_page()
    await can_play(page)
    yield Tab(page, url)
    await context.close()


async def shown_well(page: Page, name: str, folder: Path) -> None:
    """Nothing sticks out on a phone and on a desk; the pictures are for whoever wants to look."""
    for size in (DESK, PHONE):
        await page.set_viewport_size(size)
        await page.wait_for_function(FITS, arg=[size["width"], size["height"]])
        view = page.locator(".view.shown")
        assert await view.evaluate("it => it.scrollWidth - it.clientWidth") == 0
        await page.screenshot(path=folder / f"{name}-{size['width']}.png")


async def test_the_owner_films_looks_changes_the_words_and_films_again(
    phone: Tab, url: str, tmp_path: Path
) -> None:
    page = phone.page
    await page.goto(f"{url}/#studio")
    await expect(page.get_by_role("radio", name="草稿动画")).to_be_checked()
    await page.get_by_label("想拍什么").fill(WISH)
    await page.get_by_text("细调").click()
    await page.get_by_label("长度").select_option("2秒（33帧）")
    await page.get_by_label("种子", exact=True).fill("7")
    await page.get_by_role("button", name="拍", exact=True).click()

    first = page.locator(".take", has_text=WISH)
    film = first.locator("video")
    await expect(film).to_be_visible(timeout=FILM_MS)
    current, *size = await film.evaluate(PLAYS)
    assert current > 0
    assert size == [720, 480]
    await expect(first.locator(".prompt")).to_have_text(WISH)
    for fact in ("种子7", "长度2秒（33帧）", "画面大小720×480", "机器草稿动画"):
        await expect(first.locator(".facts").first).to_contain_text(fact)
    await expect(first.locator(".times")).to_contain_text("一共")

    await first.get_by_role("button", name="改一改再拍").click()
    await page.get_by_label("改提示词").fill("小猫在屋顶上看星星")
    await page.get_by_role("button", name="照这个再拍").click()
    takes = page.locator(".take")
    await expect(takes).to_have_count(2)
    await expect(takes.first.locator(".prompt")).to_have_text("小猫在屋顶上看星星")
    await expect(takes.first.locator("video")).to_be_visible(timeout=FILM_MS)
    await expect(takes.first.locator(".facts").first).to_contain_text("种子7")
    await expect(takes.first).to_contain_text("改过再拍")
    await shown_well(page, "studio", tmp_path)

    await takes.first.get_by_role("button", name="照它填表").click()
    await expect(page.get_by_label("想拍什么")).to_have_value(WISH)
    await expect(page.get_by_label("长度")).to_have_value("33")
    await expect(page.get_by_label("种子", exact=True)).to_have_value("7")

    await page.reload()
    await expect(takes).to_have_count(2)
    await expect(takes.locator("video")).to_have_count(2)
    assert phone.complaints == phone.strangers == []


async def test_a_clip_of_the_chat_is_found_played_fetched_and_sent_again(
    phone: Tab, url: str, tmp_path: Path
) -> None:
    page = phone.page
    await page.goto(url)
    await phone.settled()
    await phone.say("@小爱 生成一个熊猫吃竹子的视频")
    clips = page.locator("article.video video")
    await expect(clips).to_have_count(1, timeout=FILM_MS)

    await page.get_by_role("tab", name="片库").click()
    piece = page.locator(".piece")
    await expect(piece).to_have_count(1)
    for words in ("生成一个熊猫吃竹子的视频", "妈妈", "一家人", "5秒", "草稿"):
        await expect(piece).to_contain_text(words)
    search = page.get_by_label("找什么")
    await search.fill("海边")
    await expect(page.get_by_text("没找到，换个词试试。")).to_be_visible()
    await search.fill("竹子 妈妈")
    await expect(page.get_by_text("找到1个")).to_be_visible()

    await piece.get_by_role("button", name="播放").click()
    current, *size = await piece.locator("video").evaluate(PLAYS)
    assert current > 0
    assert size == [720, 480]
    await piece.get_by_text("怎么拍的").click()
    await expect(piece.locator(".prompt")).to_have_text("熊猫吃竹子")
    await expect(piece.locator(".facts")).to_contain_text("种子")
    async with page.expect_download() as fetching:
        await piece.get_by_role("link", name="下载").click()
    fetched = await fetching.value
    assert fetched.suggested_filename.endswith("-熊猫吃竹子.mp4")
    assert (await fetched.path()).stat().st_size > 10_000
    await shown_well(page, "library", tmp_path)

    await piece.get_by_role("button", name="再发一次").click()
    await expect(page.get_by_text("好，这就再发一次到一家人。")).to_be_visible()
    await page.get_by_role("tab", name="聊天").click()
    await expect(clips).to_have_count(2)
    await page.get_by_role("tab", name="片库").click()
    await expect(piece).to_have_count(1)
    assert phone.complaints == phone.strangers == []


async def test_who_speaks_in_the_chat_is_counted_in_the_studio(phone: Tab, url: str) -> None:
    page = phone.page
    await page.goto(url)
    await phone.settled()
    await page.get_by_role("radio", name="奶奶").click()
    await page.get_by_role("tab", name="片场").click()
    await page.get_by_label("想拍什么").fill("小狗跑过雪地")
    await page.get_by_role("button", name="拍", exact=True).click()
    take = page.locator(".take", has_text="小狗跑过雪地")
    await expect(take.locator("video")).to_be_visible(timeout=FILM_MS)
    await take.get_by_role("button", name="改一改再拍").click()
    await page.get_by_role("button", name="照这个再拍").click()
    await expect(page.locator(".take", has_text="小狗跑过雪地")).to_have_count(2)
    await page.get_by_role("tab", name="聊天").click()
    await phone.say("@小爱 我的额度")
    await expect(page.get_by_text("今天你拍了2段")).to_be_visible()
