"""Thirty wishes in a row: five are taken, the refusal is heard twice, and the queue is fair."""

from bot.settings import BotSettings
from intents.making.wording import STILL_FULL
from intents.video.wording import ENOUGH
from tests.bot.cameraman import Cameraman
from tests.family import Family

TAKEN = 5  # video_service.max_open_per_owner


async def test_a_child_with_thirty_wishes_is_told_once_and_then_briefly(
    studio_home: Family, cameraman: Cameraman
) -> None:
    studio_home.settings = BotSettings()
    async with studio_home.living() as family:
        for n in range(30):
            await family.says("小明", f"小爱 生成一个熊猫跳{n + 1}下的视频")
        said = [(await family.hears()).text for _ in range(TAKEN + 2)]
        assert said[TAKEN:] == [ENOUGH, STILL_FULL]
        # whoever speaks after all of it is answered, and nothing else was said in between
        await family.says("小明", "小爱 我的额度")
        assert (await family.hears()).text.startswith(f"今天你拍了{TAKEN}段")
        await family.says("奶奶", "小爱 生成一个海边日出的视频")
        assert (await family.hears()).text not in (ENOUGH, STILL_FULL)
        await cameraman.call_all_off()


async def test_what_was_made_since_makes_the_refusal_new(
    studio_home: Family, cameraman: Cameraman
) -> None:
    async with studio_home.living() as family:
        for _ in range(TAKEN + 3):
            await family.says("小明", "小爱 生成一个熊猫的视频")
        said = [(await family.hears()).text for _ in range(TAKEN + 2)]
        assert said[-2:] == [ENOUGH, STILL_FULL]
        await cameraman.deliver(await cameraman.claim())
        assert (await family.hears()).video
        await family.says("小明", "小爱 生成一个熊猫的视频")
        assert (await family.hears()).text not in (ENOUGH, STILL_FULL)
        await family.says("小明", "小爱 生成一个熊猫的视频")
        assert (await family.hears()).text == ENOUGH
        await cameraman.call_all_off()
