"""The language models 群影 can use, as data, and which one the settings mean.

Facts were read in the providers' public pages in November 2026. Prices are yuan for a million
tokens (input, cached input, output); they only feed the cost log.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from intents.settings import LlmSettings
from intents.tools import endpoint
from intents.tools.endpoint import Chosen, Endpoint

log = logging.getLogger(__name__)

Mode = Literal["tools", "tools_auto", "json_schema", "json_object", "text"]
LADDER: tuple[Mode, ...] = ("tools", "tools_auto", "json_schema", "json_object", "text")


@dataclass(frozen=True, slots=True)
class Provider(Endpoint):
    """A language model. `modes`: ways to get structured answers, the surest first."""

    modes: tuple[Mode, ...] = LADDER
    extra: Mapping[str, Any] = field(default_factory=dict)
    temperature: float | None = 0.0  # None: the provider fixes it
    max_tokens_key: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    price: tuple[float, float, float] = (0.0, 0.0, 0.0)


THINKING_OFF = {"thinking": {"type": "disabled"}}  # thinking would eat the seconds people wait

PROVIDERS: dict[str, Provider] = {
    "zhipu": Provider(
        base_url="https://open.bigmodel.cn/api/paas/v4",
        model="glm-4.7-flash",
        keys=("ZHIPUAI_API_KEY", "ZAI_API_KEY"),
        modes=("tools_auto", "json_object", "text"),  # a forced tool_choice is refused
        extra=THINKING_OFF,
    ),
    "deepseek": Provider(
        base_url="https://api.deepseek.com",
        model="deepseek-v4-flash",
        keys=("DEEPSEEK_API_KEY",),
        modes=("tools", "tools_auto", "json_object", "text"),  # there is no json_schema
        extra=THINKING_OFF,
        price=(1.0, 0.02, 2.0),
    ),
    "moonshot": Provider(
        base_url="https://api.moonshot.cn/v1",
        model="kimi-k2.6",
        keys=("MOONSHOT_API_KEY",),
        modes=("json_schema", "tools_auto", "json_object", "text"),
        extra=THINKING_OFF,
        temperature=None,
        max_tokens_key="max_completion_tokens",
        price=(6.5, 1.1, 27.0),
    ),
    "dashscope": Provider(
        base_url="https://dashscope.aliyuncs.com/compatible-mode/v1",
        model="qwen-flash",
        keys=("DASHSCOPE_API_KEY",),
        modes=("tools", "tools_auto", "json_object", "text"),
        extra={"enable_thinking": False},
        price=(0.15, 0.03, 1.5),
    ),
    "siliconflow": Provider(
        base_url="https://api.siliconflow.cn/v1",
        model="Qwen/Qwen3-8B",
        keys=("SILICONFLOW_API_KEY",),
        modes=("tools", "tools_auto", "json_object", "text"),
        extra={"enable_thinking": False},
    ),
    "ollama": Provider(
        base_url="http://127.0.0.1:11434/v1",
        model="qwen3:8b",
        keys=("OLLAMA_API_KEY",),
        key_needed=False,
        modes=("json_schema", "tools_auto", "json_object", "text"),
        extra={"reasoning_effort": "none"},
    ),
    "compatible": Provider(keys=("OPENAI_API_KEY",), key_needed=False),
}


def choose(settings: LlmSettings) -> Chosen[Provider] | None:
    """The language model these settings and this environment mean; None = work without one.

    An address for other programs, $OPENAI_BASE_URL, counts where a model of it is named. Blocking.
    Raises SettingsError, naming what to set, when the named one cannot be used.
    """
    url = os.environ.get("OPENAI_BASE_URL", "")
    places = PROVIDERS | {"compatible": replace(PROVIDERS["compatible"], base_url=url)}
    chosen = endpoint.choose("llm", settings, places)
    if chosen or settings.provider != "auto" or not url:
        return chosen
    if not settings.model:
        log.warning("OPENAI_BASE_URL is set but intents.llm.model is not: no language model used")
        return None
    named = settings.model_copy(update={"provider": "compatible"})
    return endpoint.choose("llm", named, places)
