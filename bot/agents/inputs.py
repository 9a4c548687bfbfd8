"""What each tool takes. Strict: no other fields, no other types, nothing without an end."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_BASE64 = 14 * 2**20  # ten megabytes of photo
Wish = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Job = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
Wait = Annotated[
    float, Field(ge=0, le=1800, description="最多等多少秒；到时没好就先回来，任务照做")
]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class GenerateVideo(Input):
    wish: Wish = Field(description="拍什么，例如 熊猫吃竹子")
    wait_seconds: Wait = 50


class GenerateImage(Input):
    wish: Wish = Field(description="画什么，例如 窗台上的小猫")
    style: Annotated[str, StringConstraints(max_length=30)] | None = Field(
        None, description="画风，例如 水彩"
    )
    wait_seconds: Wait = 50


class AnimatePhoto(Input):
    photo_path: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = Field(
        None, description="这台机器上照片的完整路径"
    )
    photo_base64: Annotated[str, StringConstraints(max_length=MOST_BASE64)] | None = Field(
        None, description="照片本身，base64"
    )
    wish: Wish | None = Field(None, description="怎么动，例如 笑着挥挥手；不写就看着办")
    wait_seconds: Wait = 50


class JobStatus(Input):
    job_id: Job
    wait_seconds: Wait = 0


class CancelJob(Input):
    job_id: Job


class SearchLibrary(Input):
    words: Annotated[str, StringConstraints(max_length=100)] = Field(
        "", description="话里的词，用空格隔开；不写就是最近的"
    )
    person: Annotated[str, StringConstraints(max_length=60)] = Field("", description="谁要的")
    limit: int = Field(10, ge=1, le=20, description="最多几个")
