"""The `intents:` section of config.yaml: which language model 小爱 thinks with."""

from typing import Literal

from pydantic import Field

from video_service.schema.config import Section

ProviderName = Literal[
    "auto", "none", "zhipu", "deepseek", "moonshot", "dashscope", "siliconflow", "ollama",
    "compatible",
]  # fmt: skip


class LlmSettings(Section):
    """Everything is optional; keys never stand here, they come from the environment."""

    provider: ProviderName = Field(
        "auto", description="用哪家的语言模型；auto = 看环境变量里有谁家的密钥，none = 不用"
    )
    base_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="兼容接口的地址；空着就用这一家的官方地址"
    )
    model: str | None = Field(
        None, min_length=1, description="模型的名字；空着就用这一家的默认模型"
    )


class IntentsSettings(Section):
    """How 小爱 understands and answers."""

    llm: LlmSettings = Field(LlmSettings(), description="语言模型：听懂话、写拍摄说明、聊天")
