"""What is not filmed: by nobody, by the family's own list, or by a guard that reads along."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.limits import wording
from bot.limits.settings import LimitsSettings
from bot.limits.words import unwanted
from bot.settings import BotSettings
from intents.settings import ModerationSettings
from intents.video.kindness import unkind
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.fake_guard import FakeGuard, running_guard
from tests.family import Family

PANDA = "小爱 生成一个熊猫吃竹子的视频"
OWN = ("鬼", "snake", "大灰狼")


@pytest.fixture
async def family(studio_home: Family, cameraman: Cameraman) -> AsyncIterator[Family]:
    studio_home.settings = BotSettings(limits=LimitsSettings(words=OWN))
    async with cameraman.at_work(), studio_home.living() as living:
        yield living


@pytest.mark.parametrize(
    "wish",
    ["一个鬼在跳舞", "大 灰 狼来了", "血腥的场面", "脱*光的人", "一个人打架流血", "一个傻逼"],
)
async def test_a_wish_with_such_a_word_is_not_filmed(
    family: Family, cameraman: Cameraman, wish: str
) -> None:
    await family.says("小明", f"小爱 生成一个{wish}的视频")
    assert (await family.hears()).text == wording.UNWANTED
    assert await family.quiet()
    assert cameraman.claims == []
    await a_clip(family, "小明", PANDA)  # the next wish is as good as any


@pytest.mark.parametrize("wish", ["一个人跳楼", "我自杀", "割腕"])
async def test_a_wish_that_may_be_meant_in_earnest_is_met_with_care(
    family: Family, cameraman: Cameraman, wish: str
) -> None:
    await family.says("小明", f"小爱 生成一个{wish}的视频")
    assert (await family.hears()).text == wording.DESPAIR
    assert cameraman.claims == []


async def test_a_change_is_a_wish_too(family: Family) -> None:
    await a_clip(family, "小明", PANDA)
    await family.says("小明", "小爱 把熊猫换成大灰狼")
    assert (await family.hears()).text == wording.UNWANTED
    await family.says("小明", "小爱 画一个鬼")
    assert (await family.hears()).text == wording.UNWANTED_BRIEF
    assert await family.quiet()


@pytest.mark.parametrize("said", ["配上字幕“大灰狼来了”", "加字幕：傻逼"])
async def test_what_is_written_on_a_film_is_read_too(family: Family, said: str) -> None:
    await a_clip(family, "小明", PANDA)
    await family.says("小明", f"小爱 {said}")
    assert (await family.hears()).text == wording.UNWANTED
    await a_clip(family, "小明", "小爱 加字幕：生日快乐")


async def test_talk_about_it_is_talk(family: Family) -> None:
    await family.says("小明", "小爱 我怕鬼")
    assert (await family.hears()).text not in ("", wording.UNWANTED)


@pytest.mark.parametrize(
    "said",
    [
        "一只黄色的小鸭子", "小狗舔爪子", "打架的小猫", "装修房子", "A toy gun on a shelf",
        "decorated with ribbons", "sand dunes, a desert rattlesnake plant", "切开西瓜",
        "护士给小朋友打针", "爸爸打球", "电脑杀毒", "爷爷量血压", "薯条蘸番茄酱", "一段武打片",
        "奥特曼打怪兽", "动画片里猫和老鼠打架", "孙悟空三打白骨精", "吸血蝙蝠在飞", "献血车",
        "妈妈做爱心早餐", "做爱吃的菜", "走上吊桥", "躺上吊床", "坐跳楼机", "海里的杀人鲸",
        "年轻生命像花一样", "特色情人节晚会", "爱情色彩的故事", "女性交警指挥交通", "晨露点点",
        "枯黄片片落叶", "裸眼三维大屏", "玩狼人杀", "僵尸体操", "暴打柠檬茶", "坐火鸡巴士",
        "he sees it with the naked eye", "a nude lipstick", "naked branches in the snow",
        "wet watercolors bleeding into each other", "a murder of crows",
        "早上吊水的爷爷", "树上吊着的轮胎", "给菜地杀害虫", "把病毒打败", "来自残奥会的运动员",
        "轻生活",
        "把画画当做爱好", "叫做爱丽丝的小女孩", "摆脱光污染的星空", "一次性交完水费", "春色情怀",
        "阳台独自看月亮", "树上吊满彩灯", "屋檐上吊着一串辣椒", "小猫跳楼梯", "花草轻轻生长",
        "火爆头像", "穿米色情侣装的爷爷奶奶", "做爱笑的女孩", "这个礼拜登山",
        "小鸡巴望着妈妈", "四川普洱茶", "舞台独唱的奶奶", "香港独特的夜景",
        "说四川普通话的奶奶", "崇拜登山的爸爸",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_filmed(said: str) -> None:
    assert unwanted(said, OWN) is None


@pytest.mark.parametrize(
    "said",
    [
        "一个人自杀", "全 裸", "裸体画", "A murder at sea", "a NUDE figure", "Ａ Ｓnake", "鬼屋",
        "两个人打到头破血流", "满脸是血", "割脉", "尸体", "一群人殴打他", "屠杀", "光着身子的女人",
        "正在做爱的人", "色情片", "流 血", "操你妈", "a man covered in blood", "A bloody knife",
        "不流血也杀人", "跳楼的人", "上吊的人", "树上吊一个人", "再来一次性交", "fucking hell",
    ],
)  # fmt: skip
def test_what_is_meant_is_found_however_it_is_spelled(said: str) -> None:
    assert unwanted(said, OWN)


@pytest.mark.parametrize("said", ["穿上黄色的裙子", "宝宝爬上床睡觉", "舔冰淇淋", "妈妈砍价",
                                  "孩子打架子鼓", "让他脱掉帽子", "铺上床单",
                                  "a boy fires a bubble gun", "strips of paper fly", "a blood moon",
                                  "she punches the air"])  # fmt: skip
def test_what_only_sounds_like_it_moves_in_a_photo(said: str) -> None:
    assert unkind(said) is None


@pytest.mark.parametrize("said", ["she strips off her shirt", "a boy fires a gun", "blood drips"])
def test_what_is_meant_moves_in_no_photo(said: str) -> None:
    assert unkind(said) is not None


@pytest.mark.parametrize("words", [("",), ("鬼", " ")])
def test_an_empty_word_would_stand_in_everything(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="empty"):
        LimitsSettings(words=words)


@pytest.fixture
def guard() -> Iterator[FakeGuard]:
    with running_guard() as guard:
        yield guard


@pytest.fixture
async def guarded(
    studio_home: Family, cameraman: Cameraman, guard: FakeGuard
) -> AsyncIterator[Family]:
    """A family whose films a guard model reads along."""
    studio_home.moderation = ModerationSettings(
        provider="compatible", base_url=guard.url, model="guard"
    )
    async with cameraman.at_work(), studio_home.living() as living:
        yield living


async def test_the_guard_reads_the_wish_and_the_prompt_that_was_written(
    guarded: Family, guard: FakeGuard
) -> None:
    guard.says("Safety: Safe")
    job = await a_clip(guarded, "小明", PANDA)
    assert [text for text, _ in guard.read] == [f"熊猫吃竹子\n{job.prompt}"]


async def test_what_the_guard_refuses_is_not_filmed(
    guarded: Family, guard: FakeGuard, cameraman: Cameraman
) -> None:
    guard.says("Safety: Unsafe")
    await guarded.says("小明", PANDA)
    assert (await guarded.hears()).text == wording.UNWANTED
    assert cameraman.claims == []
    await guarded.says("小明", "小爱 我的额度")
    assert (await guarded.hears()).text.startswith("今天你拍了0段")


@pytest.mark.parametrize("status", [401, 402])
async def test_a_guard_whose_key_is_wrong_is_no_matter_of_minutes(
    guarded: Family, guard: FakeGuard, cameraman: Cameraman, status: int
) -> None:
    guard.fault = status
    await guarded.says("小明", PANDA)
    assert (await guarded.hears()).text == wording.UNCHECKED_OWNER
    assert cameraman.claims == []


async def test_a_guard_who_is_away_stops_films_and_no_talk(
    guarded: Family, guard: FakeGuard, cameraman: Cameraman
) -> None:
    guard.fault = 500
    await guarded.says("小明", PANDA)
    assert (await guarded.hears()).text == wording.UNCHECKED
    await guarded.says("小明", "小爱 你好")
    assert (await guarded.hears()).text not in ("", wording.UNCHECKED)
    assert cameraman.claims == []
    guard.fault = 0
    guard.says("safe")
    await a_clip(guarded, "小明", PANDA)
