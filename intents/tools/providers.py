"""The language models 群影 can use, as data, and which one the settings mean.

Facts were read in the providers' public pages in November 2026. Prices are yuan for a million
tokens (input, cached input, output); they only feed the cost log.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from intents.settings import LlmSettings
from video_service.schema.config import SettingsError, secret

log = logging.getLogger(__name__)

Mode = Literal["tools", "tools_auto", "json_schema", "json_object", "text"]
LADDER: tuple[Mode, ...] = ("tools", "tools_auto", "json_schema", "json_object", "text")
KEYLESS = "none"  # what is sent where no key is needed; the SDK refuses an empty one


@dataclass(frozen=True, slots=True)
class Provider:
    """One place to ask. `modes`: ways to get structured answers, the surest first."""

    base_url: str = ""
    model: str = ""
    keys: tuple[str, ...] = ()
    key_needed: bool = True
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """The provider in use, with nothing left open. The key never shows itself."""

    name: str
    provider: Provider
    base_url: str
    model: str
    key: str = field(repr=False)


def choose(settings: LlmSettings) -> Chosen | None:
    """The language model these settings and this environment mean; None = work without one.

    Raises SettingsError, naming what to set, when the named one cannot be used.
    """
    name = settings.provider if settings.provider != "auto" else _found(settings)
    if name == "none":
        return None
    provider = PROVIDERS[name]
    key = key_of(provider)
    if key is None and provider.key_needed:
        raise SettingsError(f"intents.llm.provider: {name} needs {' or '.join(provider.keys)}")
    from_environ = os.environ.get("OPENAI_BASE_URL", "") if name == "compatible" else ""
    base_url = settings.base_url or provider.base_url or from_environ
    model = settings.model or provider.model
    missing = [n for n, value in (("base_url", base_url), ("model", model)) if not value]
    if missing:
        lines = (
            f"intents.llm.{n}: a compatible language model needs it; set it in config.yaml"
            f" or as QUNYING_INTENTS__LLM__{n.upper()}"
            for n in missing
        )
        raise SettingsError("\n".join(lines))
    return Chosen(name, provider, base_url, model, key or KEYLESS)


def _found(settings: LlmSettings) -> str:
    """What `auto` means here: a given address, else the first provider with a key."""
    if settings.base_url:
        return "compatible"
    for name, provider in PROVIDERS.items():
        if provider.key_needed and key_of(provider):
            return name
    if os.environ.get("OPENAI_BASE_URL"):
        if settings.model:
            return "compatible"
        log.warning("OPENAI_BASE_URL is set but intents.llm.model is not: no language model used")
    return "none"


def key_of(provider: Provider) -> str | None:
    """The first of its keys that is set."""
    return next((value for name in provider.keys if (value := secret(name))), None)
