"""What a wish for a clip holds. The descriptions are what the recognizer tells the model."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

LONGEST_WISH = 300
Change = Literal[
    "再来一个", "改一改", "再发一次", "进度", "取消", "有毛病", "加工", "接起来",
    "定风格", "问风格", "去风格",
]  # fmt: skip


# what a model copies where nothing was named
NOTHING = re.compile(r"(?:一?[个段条])?[短小]?(?:视频|短片|片子|影片)?(?:吧|呗|嘛)?")


def _short(wish: object) -> object:
    if not isinstance(wish, str):
        return wish
    wish = " ".join(wish.split())[:LONGEST_WISH]
    return None if NOTHING.fullmatch(wish) else wish


def _key(value: object) -> object:
    """A key that we have given; a model may write anything here."""
    return value if isinstance(value, str) and KEY.match(value) else None


def _closed(wish: str | None) -> str | None:
    """With the quotation mark behind that cleaning takes off."""
    return f"{wish}”" if wish and wish.rfind("“") > wish.rfind("”") else wish


KEY = re.compile(r"(?:turn|quote|job):.|none$")
Key = Annotated[str | None, BeforeValidator(_key)]
Words = Annotated[str | None, BeforeValidator(_short)]


class Slots(BaseModel):
    """The family never chooses frames, steps or sizes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wish: Annotated[Words, AfterValidator(_closed)] = Field(
        None, description="要拍的内容，照原话写，不含“帮我生成视频”这类命令词；没说内容就留空"
    )
    uses_photo: bool = Field(False, description="要不要用照片：让照片动起来、用这张图做视频")
    draw_first: bool = Field(False, description="要不要先画一张图看看，满意了再动：先画出来看看")
    picture: Key = Field(None, description="总是留空")
    change: Change | None = Field(
        None,
        description="只用在已有的或正在拍的片子上：再来一个一样的；"
        "改一改（慢一点、换成晚上，怎么改写进 wish）；原样再发一次；问进度；取消；"
        "有毛病（太僵、闪、不像、糊，写进 wish）；"
        "加工（字幕、循环、竖屏、封面、配乐、配音，写进 finish）；接起来；"
        "定、问、去掉这个群的风格。要拍新的就留空",
    )
    clip: Words = Field(
        None, description="说的是哪一段，照原话写，如 昨天妈妈那个、刚才那个熊猫的；没说就留空"
    )
    finish: Words = Field(
        None, description="片子的加工，照原话写，如 配上生日快乐、竖屏、循环播放；没说就留空"
    )
    style: Words = Field(None, description="说到的画风，如 水彩、卡通；没说就留空")
