"""DashScope (百炼): Wan films from words and from photos; the only one that can be stopped."""

from collections.abc import Mapping
from typing import Any

from video_service.engines.base import Shot
from video_service.engines.cloud.base import Made, Provider, Task, number_of
from video_service.engines.cloud.line import Line
from video_service.engines.cloud.photo import data_url

ORDER = "/services/aigc/video-generation/video-synthesis"
ASYNC = {"X-DashScope-Async": "enable"}  # without it the order is refused
PHOTO_BYTES = 6_000_000
HD = 1280  # the longest side of what 720P covers
ENDED_BADLY = ("FAILED", "CANCELED", "UNKNOWN")  # unknown: another key's, or older than a day


class DashScopeVideo(Provider):
    """Words have a size, `1280*720`; a photo has a resolution, and gives the shape itself."""

    async def order(self, line: Line, shot: Shot, photo: bytes | None) -> Task:
        said: dict[str, Any] = {"prompt": shot.prompt}
        how: dict[str, Any] = {
            "duration": round((shot.frames - 1) / shot.fps),
            "seed": shot.seed,
        }
        if shot.negative_prompt:
            said["negative_prompt"] = shot.negative_prompt
        if photo is None:
            how["size"] = f"{shot.width}*{shot.height}"
        else:
            said["img_url"] = data_url(photo, shot, PHOTO_BYTES)
            how["resolution"] = "720P" if max(shot.width, shot.height) <= HD else "1080P"
        wish = {"model": self.model(photo), "input": said, "parameters": how}
        return number_of(line, _output(await line.order(ORDER, wish, ASYNC)), "task_id")

    async def look(self, line: Line, task: Task) -> Made | None:
        told = await line.look("GET", f"/tasks/{task.path}")
        output = _output(told)
        if output.get("task_status") in ENDED_BADLY:
            raise line.failed({"message": f"the task is {output['task_status']}", **output})
        if output.get("task_status") != "SUCCEEDED":
            return None
        link, usage = output.get("video_url"), told.get("usage")
        if not isinstance(link, str) or not link:
            raise line.broken("it is done, and there is no link to it")
        return Made(link, facts={"usage": usage} if isinstance(usage, dict) else {})

    async def cancel(self, line: Line, task: Task) -> None:
        """Only what is still PENDING can be stopped."""
        await line.try_to("POST", f"/tasks/{task.path}/cancel")


def _output(told: Mapping[str, Any]) -> dict[str, Any]:
    output = told.get("output")
    return output if isinstance(output, dict) else {}
