"""What families say about clips: understood beside a clip without a model, talk without one."""

import pytest

from intents.recognize import PATTERNS
from intents.sentences import Clip
from intents.video.changing.finishing import Finishing, take_out
from intents.video.slots import Slots

SAID = {
    "再来一个": (
        "再来一个 再拍一个 重新生成一个 再做一遍 换一个吧 再给我来一个 不满意，再来一个 "
        "重拍 重做 还想要一个 再来 脸都变形了 怎么有六个手指"
    ),
    "改一改": (
        "慢一点 快一些 动作慢一点 镜头拉近一点 再近一点 换成晚上 改成黄昏的 变成下雪天 "
        "把熊猫换成小猫 把背景换成海边 能不能换成秋天 刚才那个改成下雨 那个猫的换成狗 "
        "加点雪花 画面再亮一点 大一点 亮一点 放慢 慢动作 太快了 太暗了 "
        "放大一点 动作太慢了 不要熊猫，要小狗 猫胖一点 再可爱一点 再喜庆一点 "
        "换个颜色 换个背景 背景换成大海 换个小猫吧 不对，我要的是小猫 我说的是小猫不是小狗 "
        "把猫去掉 要晚上的 动得厉害一点"
    ),
    "再发一次": (
        "再发一次 昨天妈妈那个再发一次 上次那个猫的再发一下 把昨天那个再发一遍 "
        "刚才那个熊猫的再发我一次 昨天的视频再发一下 再发到群里 刚才那个发给我 我没看到，再发一次 "
        "群里再发一遍 你能给我看看刚才那个吗 第一个视频再发一次"
    ),
    "进度": (
        "好了吗 做好了没 还要多久 还要等多久 排到第几了 前面还有几个 怎么还没好 "
        "进度怎么样 什么时候能好 快好了吗 怎么这么慢 快点 到哪了 还要几分钟 怎么还没来 加速"
    ),
    "取消": (
        "取消 算了 别拍了 不要了 停下来 取消刚才那个 把刚才那个取消 取消那个熊猫的 "
        "算了不要了 先不拍了"
    ),
    "有毛病": (
        "太僵了 老是闪 一直在闪 不像 一点也不像 跟我说的不一样 拍得太糊了 看不清 都没动 画面在抖 "
        "为什么不动 怎么不动 多动一动 一闪一闪的 "
        "短一点 长一点 再长一些 时间长一点 太短了 能不能长一点"
    ),
    "加工": (
        "配上生日快乐 加个字幕：奶奶生日快乐 字幕去掉 循环播放 倒放来回 改成竖屏 "
        "换个封面 做个封面 配上刚才那首歌 加点音乐 配乐 配音说大家好 念一句新年快乐 写上我爱我家 "
        "把声音去掉 倒过来放 一直放 横过来 把它竖过来 要反复放"
    ),
    "接起来": "把这三个接起来 把刚才两个拼一起 接起来 把今天的都接起来 把这几段合成一个",
}
STYLES = {
    "定风格": "以后都用水彩风格 以后视频都用卡通风格 从现在起用国画风格 以后拍的都用油画风",
    "问风格": "现在是什么风格 我们用的什么风格",
    "去风格": "别用水彩了 不要水彩风格了 取消风格 以后不用水彩了",
}
CASES = [(kind, said) for kind, all_ in SAID.items() for said in all_.split()]
STANDING = [(kind, said) for kind, all_ in STYLES.items() for said in all_.split()]


def change(said: str, clip: Clip) -> object:
    return getattr(PATTERNS.find(said, clip=clip).slots, "change", None)


@pytest.mark.parametrize(("kind", "said"), CASES)
def test_beside_a_clip_it_is_understood_without_a_model(kind: str, said: str) -> None:
    assert change(said, "making") == kind


@pytest.mark.parametrize(("kind", "said"), CASES)
def test_in_a_room_without_clips_it_is_nothing_of_the_kind(kind: str, said: str) -> None:
    assert change(said, "") is None


@pytest.mark.parametrize(("kind", "said"), STANDING)
def test_a_style_needs_no_clip(kind: str, said: str) -> None:
    assert change(said, "") == kind


@pytest.mark.parametrize(
    "said",
    [
        "取消外卖", "放一首歌", "声音大一点", "明天天气怎么样", "你快一点回家", "把照片弄清楚一点",
        "说慢点", "把鱼竖着放", "瓶子竖过来", "手机横过来", "鞋子倒着放", "反复放一首歌",
        "门一直放着",
    ],
)  # fmt: skip
def test_what_is_about_something_else_stays_so(said: str) -> None:
    assert change(said, "making") is None


@pytest.mark.parametrize("said", ["快点", "太慢了", "怎么这么慢"])
def test_to_hurry_is_no_change_once_it_is_there(said: str) -> None:
    assert change(said, "lately") is None


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("加速", "动作快一点"), ("放慢一点", "动作慢一点"), ("太快了", "动作慢一点"),
        ("画面太暗了", "画面亮一点"), ("有点太亮了", "画面暗一点"), ("放大一点", "镜头近一点"),
        ("太近了", "镜头远一点"), ("亮一点", "亮一点"),
    ],
)  # fmt: skip
def test_a_complaint_is_turned_into_what_is_wanted(said: str, wish: str) -> None:
    slots = PATTERNS.find(said, clip="lately").slots
    assert isinstance(slots, Slots)
    assert (slots.change, slots.wish) == ("改一改", wish)


def test_after_another_wish_a_bare_change_is_not_the_clips() -> None:
    found = PATTERNS.find("换成走路", after="公交规划", clip="lately")
    assert found.intent.name == "步行规划"
    assert PATTERNS.find("慢一点", after="步行规划", clip="lately").intent.name != "视频生成"


@pytest.mark.parametrize(
    ("said", "clip", "finish"),
    [
        ("把妈妈那个配上生日快乐", "妈妈那个", Finishing(caption="生日快乐")),
        ("刚才那个配上生日快乐", "刚才那个", Finishing(caption="生日快乐")),
        ("把昨天那个熊猫的改成竖屏", "昨天那个熊猫", Finishing(canvas="portrait")),
        ("给奶奶那个配上刚才那首歌", "奶奶那个", Finishing(music=True)),
    ],
)
def test_a_clip_that_is_pointed_at_is_finished(said: str, clip: str, finish: Finishing) -> None:
    slots = PATTERNS.find(said, clip="lately").slots
    assert isinstance(slots, Slots)
    assert (slots.clip, take_out(slots)[1]) == (clip, finish)
