"""A page that stands open while somebody is forgotten: their lines go, and nothing comes twice."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.web.conftest import House, OpenTab
from tests.web.stock import Stock, fill

pytestmark = pytest.mark.asyncio(loop_scope="module")


def forget(folder: Path, name: str) -> None:
    with closing(sqlite3.connect(folder / "bot.db")) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM turns WHERE name = ?", (name,))


def let_photos_go(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "bot.db")) as db, db:
        db.execute("UPDATE media SET file = NULL")


async def words(page: Page) -> list[str]:
    return await page.locator("article .words").all_inner_texts()


async def test_lines_of_the_forgotten_leave_an_open_page_and_older_ones_keep_their_place(
    house: House, open_tab: OpenTab, tmp_path: Path
) -> None:
    folder = tmp_path / "bot"
    older = [Stock(f"爸爸的第{i}句", f"a{i}", "爸爸", days_ago=5) for i in range(30)]
    hers = [Stock(f"奶奶的第{i}句", f"b{i}", "奶奶", days_ago=4) for i in range(10)]
    await asyncio.to_thread(fill, folder, *older, *hers)
    page = (await open_tab()).page
    await expect(page.get_by_text("奶奶的第9句", exact=True)).to_be_visible()
    await expect(page.get_by_text("爸爸的第5句", exact=True)).to_have_count(0)
    await asyncio.to_thread(forget, folder, "奶奶")
    await (await open_tab()).say("还有谁在")
    await expect(page.get_by_text("还有谁在", exact=True)).to_be_visible()
    await expect(page.get_by_text("奶奶的第9句", exact=True)).to_have_count(0)
    shown = await words(page)
    assert shown[-1] == "还有谁在"
    assert not any(line.startswith("奶奶") for line in shown)
    assert shown[:-1] == [f"爸爸的第{i}句" for i in range(30) if f"爸爸的第{i}句" in shown]
    await page.get_by_role("log").evaluate("(it) => it.scrollTo(0, 0)")
    await expect(page.get_by_text("爸爸的第0句", exact=True)).to_have_count(1)


async def test_a_message_whose_photo_alone_is_gone_leaves_no_gap_and_comes_no_second_time(
    house: House, open_tab: OpenTab, tmp_path: Path
) -> None:
    folder = tmp_path / "bot"
    await asyncio.to_thread(fill, folder, Stock("画一只猫", "p1", makes="image", days_ago=2))
    page = (await open_tab()).page
    await expect(page.locator("article img.photo")).to_have_count(1)
    await asyncio.to_thread(let_photos_go, folder)
    await (await open_tab()).say("还在吗")
    await expect(page.get_by_text("还在吗", exact=True)).to_be_visible()
    await expect(page.locator("article img.photo")).to_have_count(1)
    assert await words(page) == ["画一只猫", "还在吗"]
