"""The offline recognizer: what it finds, what it leaves alone, and how long that may take."""

import random
import time

import pytest

from intents.patterns import Patterns, bare
from intents.registry import CHAT, INTENTS
from intents.video.handler import INTENT as VIDEO
from tests.intents.sayings import OTHERS, PHOTO_WISHES, WISHES

PATTERNS = Patterns(INTENTS)


@pytest.mark.parametrize(("said", "wish"), WISHES)
def test_a_wish_for_a_clip_is_found_without_its_command_words(said: str, wish: str | None) -> None:
    found = PATTERNS.find(said)
    assert found.intent is VIDEO
    assert found.slots.model_dump(exclude_defaults=True) == ({"wish": wish} if wish else {})


@pytest.mark.parametrize(("said", "wish"), PHOTO_WISHES)
def test_a_photo_that_is_to_move_is_found(said: str, wish: str | None) -> None:
    found = PATTERNS.find(said, photo=True)
    assert found.intent is VIDEO
    assert found.slots.model_dump(exclude_defaults=True) == {"uses_photo": True} | (
        {"wish": wish} if wish else {}
    )


@pytest.mark.parametrize("said", OTHERS)
def test_what_only_sounds_like_it_is_left_alone(said: str) -> None:
    assert PATTERNS.find(said).intent is CHAT


def test_moving_words_mean_a_clip_only_with_a_photo_at_hand() -> None:
    assert PATTERNS.find("让花开", photo=True).intent is VIDEO
    assert PATTERNS.find("让花开").intent is CHAT


@pytest.mark.parametrize(
    ("said", "certain"),
    [
        ("生成一个熊猫吃竹子的视频", True),
        ("拍个小视频：爷爷在下棋", True),
        ("帮我弄个视频", False),  # what it shows may stand in the talk before
        ("生成一个它跳舞的视频", False),
        ("再来一个小猫的视频", False),
        ("把这张照片做成视频", False),
        ("能给我做一个下雨天的视频吗", False),
    ],
)
def test_only_whole_wishes_need_no_language_model(said: str, certain: bool) -> None:
    assert PATTERNS.find(said).certain is certain


NAMES = (
    "音乐学院 电影博物馆 软件谷 骑楼老街 手机卖场 从化温泉 由由大酒店 图们江 水立方 回龙观 "
    "海底捞(万达店) 如家酒店（火车站店） 7天连锁酒店 公交集团 地铁大厦 步行街 高速服务区 "
    "前门大街 明日广场 奶奶家 第二人民医院 黑龙潭公园 学府路 票务中心"
).split()
FRAMES = (
    ("从{a}到{b}怎么走", "公交规划"),
    ("我想从{a}坐地铁到{b}，要多久？", "公交规划"),
    ("走路从{a}去{b}要多久", "步行规划"),
    ("从{a}骑电动车到{b}怎么走", "骑行规划"),
    ("从{a}到{b}，开车怎么去", "驾车规划"),
)


@pytest.mark.parametrize(("frame", "intent"), FRAMES)
def test_names_stay_whole_whatever_words_they_are_made_of(frame: str, intent: str) -> None:
    pairs = [(NAMES[i - 1], name) for i, name in enumerate(NAMES)]
    for start, end in pairs:
        found = PATTERNS.find(frame.format(a=start, b=end))
        slots = found.slots.model_dump(include={"origin", "destination"})
        assert (found.intent.name, slots) == (intent, {"origin": start, "destination": end})


NASTY = (
    "帮我 用 请用根据参考 生成一个 照片 来 想要给我帮我来个 把照片图 视频， 一段 能不能可以 "
    "让 从 到 去 从家到 坐地铁 怎么走 怎么去 天气 明天 下雨 会不会 有没有 附近 的 推荐 "
    "哪里有 好吃的 画一张 我想 骑车 要多久 路线 导航 站 上海 店 适合 穿 带 伞 冷 ( （) 记住 "
    "家 是 号 吗 ， ？ a 1 一 那 换 再来 风格 多少度 路 最近 请问 你好， 周 3天 "
    "换成 慢一点 那个 刚才 的 取消 加字幕 接起来 以后都用 不像 把 再发 好了 还要多久 "
).split()
AFTER = ("", "天气", "骑行规划", "地点推荐", "图片生成", "视频生成")


def pairs(count: int) -> list[str]:
    """Two parts of sentences over and over, as long as a sentence may get; always the same ones."""
    choose = random.Random(7)
    return ["".join(choose.choices(NASTY, k=2)) * 300 for _ in range(count)]


@pytest.mark.parametrize("said", [part * 600 for part in NASTY] + pairs(80) + ["a" * 5000])
def test_no_sentence_keeps_it_busy(said: str) -> None:
    for after in AFTER:
        start = time.process_time()
        PATTERNS.find(said, photo=True, after=after, clip="making")
        assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "said",
    ["@小爱\u2005你好", "小爱，你好", "小爱同学 你好", "[图片] 小爱，你好", "  你好 ", "小爱你好"],
)
def test_her_name_in_front_is_no_part_of_the_sentence(said: str) -> None:
    assert bare(said) == "你好"


@pytest.mark.parametrize("command", ["生成一个{}的视频", "拍个视频：{}"])
def test_a_whole_story_is_still_a_wish(command: str) -> None:
    story = "熊猫在竹林里吃竹子，然后打滚，又爬上树看月亮，" * 40
    found = PATTERNS.find(command.format(story))
    assert found.intent is VIDEO
    assert str(found.slots.model_dump()["wish"]).startswith("熊猫在竹林里")
