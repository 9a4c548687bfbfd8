"""Zhipu BigModel (智谱): CogVideoX-Flash films, CogView-3-Flash draws."""

from collections.abc import Mapping
from typing import Any, ClassVar

from video_service.engines.base import Code, Shot
from video_service.engines.cloud.base import Made, Provider, Task, link_of, number_of
from video_service.engines.cloud.errors import Codes
from video_service.engines.cloud.line import Line
from video_service.engines.cloud.photo import data_url

PHOTO_BYTES = 3_600_000  # 5 MB are taken, and base64 adds a third
MEANT: Mapping[Code, tuple[str, ...]] = {
    "cloud_auth": ("1000", "1001", "1002", "1003", "1004", "1110", "1111", "1112"),
    "cloud_arrears": ("1113",),  # comes as 429
    "moderated": ("1301",),
    "cloud_rate_limited": ("1302", "1303", "1304", "1305"),
    "cloud_bad_request": ("1210", "1211", "1212", "1213", "1214", "1215"),
}
CODES: Codes = {number: code for code, numbers in MEANT.items() for number in numbers}


class ZhipuVideo(Provider):
    """POST /videos/generations, then GET /async-result; nothing can be stopped."""

    codes: ClassVar[Codes] = CODES

    async def order(self, line: Line, shot: Shot, photo: bytes | None) -> Task:
        wish: dict[str, Any] = {
            "model": self.model(photo),
            "prompt": shot.prompt,
            "size": f"{shot.width}x{shot.height}",
            "fps": shot.fps,
            "duration": round((shot.frames - 1) / shot.fps),
            "quality": "speed",
            "with_audio": False,
        }
        if photo is not None:
            wish["image_url"] = data_url(photo, shot, PHOTO_BYTES)
        return number_of(line, await line.order("/videos/generations", wish), "id")

    async def look(self, line: Line, task: Task) -> Made | None:
        told = await line.look("GET", f"/async-result/{task.path}")
        if told.get("task_status") == "FAIL":
            raise line.failed(told)
        if told.get("task_status") != "SUCCESS":
            return None
        return Made(link_of(line, told.get("video_result")))


class ZhipuImage(Provider):
    """POST /images/generations answers with a link."""

    codes: ClassVar[Codes] = CODES

    async def order(self, line: Line, shot: Shot, photo: bytes | None) -> Made:
        size = f"{shot.width}x{shot.height}"
        wish = {"model": self.model(photo), "prompt": shot.prompt, "size": size}
        told = await line.order("/images/generations", wish, slow=True)
        if not told.get("data") and told.get("content_filter"):
            raise line.failed({"code": "1301", "message": "the picture was filtered out"})
        return Made(link_of(line, told.get("data")))
