"""What a wish for a clip holds. The descriptions are what the recognizer tells the model."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LONGEST_WISH = 300


def _short(wish: object) -> object:
    return (" ".join(wish.split())[:LONGEST_WISH] or None) if isinstance(wish, str) else wish


class Slots(BaseModel):
    """The family never chooses frames, steps or sizes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wish: Annotated[str | None, BeforeValidator(_short)] = Field(
        None, description="要拍的内容，照原话写，不含“帮我生成视频”这类命令词；没说内容就留空"
    )
    uses_photo: bool = Field(False, description="要不要用照片：让照片动起来、用这张图做视频")
