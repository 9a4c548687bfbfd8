"""SiliconFlow (硅基流动): Wan films, Kolors draws."""

from collections.abc import Mapping
from typing import Any, ClassVar

from video_service.engines.base import Shot
from video_service.engines.cloud.base import Made, Provider, Task, link_of, number_of
from video_service.engines.cloud.errors import Codes
from video_service.engines.cloud.line import Line
from video_service.engines.cloud.photo import data_url

PHOTO_BYTES = 6_000_000
CODES: Codes = {
    "20012": "cloud_bad_request",
    "30001": "cloud_arrears",
    "50505": "cloud_unavailable",
}


class SiliconFlowVideo(Provider):
    """POST /video/submit, and POST again to ask; nothing can be stopped."""

    codes: ClassVar[Codes] = CODES

    async def order(self, line: Line, shot: Shot, photo: bytes | None) -> Task:
        wish = {**_wish(shot), "model": self.model(photo)}
        if photo is not None:
            wish["image"] = data_url(photo, shot, PHOTO_BYTES)
        return number_of(line, await line.order("/video/submit", wish), "requestId")

    async def look(self, line: Line, task: Task) -> Made | None:
        told = await line.look("POST", "/video/status", {"requestId": task.number})
        if told.get("status") == "Failed":
            raise line.failed(told)
        if told.get("status") != "Succeed":
            return None
        results = told.get("results")
        results = results if isinstance(results, dict) else {}
        return Made(link_of(line, results.get("videos")), facts=_seed(results))


class SiliconFlowImage(Provider):
    """POST /images/generations answers with a link, under `images` and not under `data`."""

    codes: ClassVar[Codes] = CODES

    async def order(self, line: Line, shot: Shot, photo: bytes | None) -> Made:
        wish = {**_wish(shot), "model": self.model(photo), "batch_size": 1}
        told = await line.order("/images/generations", wish, slow=True)
        return Made(link_of(line, told.get("images")), facts=_seed(told))


def _wish(shot: Shot) -> dict[str, Any]:
    size = f"{shot.width}x{shot.height}"
    wish: dict[str, Any] = {"prompt": shot.prompt, "image_size": size, "seed": shot.seed}
    return wish | ({"negative_prompt": shot.negative_prompt} if shot.negative_prompt else {})


def _seed(told: Mapping[str, Any]) -> dict[str, object]:
    return {"provider_seed": told["seed"]} if "seed" in told else {}
