"""A model that looks at photos: any OpenAI-compatible one that takes pictures.

It fills a shape as the language model does (llm.py): in time, checked, repaired once, or with a
reason. What it is sent is a small JPEG without anything but pixels.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial

from intents.base import Messages, Shape
from intents.settings import VisionSettings
from intents.tools import endpoint
from intents.tools.endpoint import Chosen, built, open_sdk
from intents.tools.failures import LlmRejected
from intents.tools.llm import OpenAiLlm
from intents.tools.pictures import BadPicture, data_url
from intents.tools.providers import THINKING_OFF, Provider

LONGEST_SIDE = 1024  # more costs tokens and shows nothing new
# facts were read in the providers' public pages in November 2026, prices as in providers.py;
# glm-4v-flash takes no pictures inside the request, so its successor is asked
VISION: dict[str, Provider] = {
    "zhipu": Provider(
        base_url="https://open.bigmodel.cn/api/paas/v4",
        model="glm-4.6v-flash",
        keys=("ZHIPUAI_API_KEY", "ZAI_API_KEY"),
        modes=("json_object", "text"),
        extra=THINKING_OFF,
    ),
    "dashscope": Provider(
        base_url="https://dashscope.aliyuncs.com/compatible-mode/v1",
        model="qwen3-vl-flash",
        keys=("DASHSCOPE_API_KEY",),
        modes=("json_object", "text"),
        extra={"enable_thinking": False},
        price=(0.15, 0.03, 1.5),
    ),
    "siliconflow": Provider(
        base_url="https://api.siliconflow.cn/v1",
        model="Qwen/Qwen3-VL-8B-Instruct",
        keys=("SILICONFLOW_API_KEY",),
        modes=("json_object", "text"),
    ),
    "compatible": Provider(
        keys=("OPENAI_API_KEY",),
        key_needed=False,
        modes=("json_schema", "json_object", "text"),
    ),
}


class OpenAiVision:
    """One model that sees; `llm` carries its requests."""

    def __init__(self, llm: OpenAiLlm) -> None:
        self._llm = llm

    @property
    def chosen(self) -> Chosen[Provider]:
        return self._llm.chosen

    async def look(
        self, shape: type[Shape], told: str, said: str, picture: bytes, *, deadline: float
    ) -> Shape:
        """A validated `shape` about the picture within `deadline` seconds, or LlmError.

        `told` is the craft and its rules, `said` the material that goes with the picture.
        """
        ends = asyncio.get_running_loop().time() + deadline
        try:
            url = await asyncio.to_thread(data_url, picture, LONGEST_SIDE)
        except BadPicture as error:
            raise LlmRejected(str(error)) from error
        shown = [
            {"type": "image_url", "image_url": {"url": url}},
            {"type": "text", "text": said},
        ]
        messages: Messages = [
            {"role": "system", "content": told},
            {"role": "user", "content": shown},
        ]
        left = max(0.1, ends - asyncio.get_running_loop().time())
        return await self._llm.fill(shape, messages, deadline=left)


def choose(settings: VisionSettings) -> Chosen[Provider] | None:
    """The model these settings and this environment mean; None = nobody looks at photos.

    Blocking. Raises SettingsError, naming what to set, when the named one cannot be used.
    """
    chosen = endpoint.choose("vision", settings, VISION)
    return chosen and replace(chosen, name=f"{chosen.name} (vision)")


def build_vision(settings: VisionSettings) -> AbstractAsyncContextManager[OpenAiVision | None]:
    """The model that sees, or None; its connections close with the block."""
    return built(
        partial(choose, settings),
        open_sdk,
        lambda chosen, client: OpenAiVision(OpenAiLlm(chosen, client)),
    )
