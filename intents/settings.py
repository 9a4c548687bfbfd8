"""The `intents:` section of config.yaml: which language model 小爱 thinks with."""

from typing import Literal

from pydantic import Field

from video_service.schema.config import Section

ProviderName = Literal[
    "auto", "none", "zhipu", "deepseek", "moonshot", "dashscope", "siliconflow", "ollama",
    "compatible",
]  # fmt: skip


class ProviderSettings(Section):
    """Who is asked over the network, where, for which model; keys come from the environment."""

    provider: str
    base_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="兼容接口的地址；空着就用这一家的官方地址"
    )
    model: str | None = Field(
        None, min_length=1, description="模型的名字；空着就用这一家的默认模型"
    )


class LlmSettings(ProviderSettings):
    """Who thinks."""

    provider: ProviderName = Field(
        "auto", description="用哪家的语言模型；auto = 看环境变量里有谁家的密钥，none = 不用"
    )


class SpeechSettings(ProviderSettings):
    """Who turns voice messages into words, where the channel itself does not."""

    provider: Literal["auto", "none", "siliconflow", "compatible"] = Field(
        "auto", description="用哪家听语音；auto = 看环境变量里有谁家的密钥，none = 不听"
    )


class VisionSettings(ProviderSettings):
    """Which model looks at photos."""

    provider: Literal["auto", "none", "zhipu", "dashscope", "siliconflow", "compatible"] = Field(
        "auto", description="照片给谁看：auto = 看环境变量里有谁家的密钥，none = 谁也不给看"
    )


class SpeakSettings(ProviderSettings):
    """Whose voice reads words aloud over a clip."""

    provider: Literal["none", "siliconflow", "compatible", "edge"] = Field(
        "none", description="给片子配音用哪家；none = 不配，edge 不用密钥"
    )
    voice: str | None = Field(None, min_length=1, description="谁的声音；空着就用默认的")


class ModerationSettings(ProviderSettings):
    """Who reads along what is to be filmed."""

    provider: Literal["none", "zhipu", "compatible"] = Field(
        "none", description="要拍的内容给谁把关；none = 不用，问不到就不拍"
    )


class HomeSettings(Section):
    """Where the family lives and how it gets about."""

    city: str = Field("", max_length=20, description="家在哪个城市，例如 杭州；不说地名时就是这里")
    habit: Literal["公交", "驾车", "骑行", "步行"] = Field(
        "公交", description="没说怎么走、路又远的时候，家里习惯怎么去"
    )


class MapSettings(Section):
    """The map service; its key comes from the environment."""

    amap_url: str = Field(
        "https://restapi.amap.com", pattern=r"^https?://\S+$", description="高德 Web 服务的地址"
    )
    per_second: float = Field(3, gt=0, le=50, description="每秒最多问高德几次")


class WeatherSettings(Section):
    """The forecast that needs no key."""

    forecast_url: str = Field(
        "https://api.open-meteo.com", pattern=r"^https?://\S+$", description="天气预报的地址"
    )
    geocoding_url: str = Field(
        "https://geocoding-api.open-meteo.com",
        pattern=r"^https?://\S+$",
        description="地名查询的地址",
    )


class IntentsSettings(Section):
    """How 小爱 understands and answers."""

    llm: LlmSettings = Field(LlmSettings(), description="语言模型：听懂话、写拍摄说明、聊天")
    speech: SpeechSettings = Field(SpeechSettings(), description="把语音听成文字")
    vision: VisionSettings = Field(
        VisionSettings(), description="看照片的模型：照片里有什么、什么会动"
    )
    speak: SpeakSettings = Field(SpeakSettings(), description="给片子配音")
    moderation: ModerationSettings = Field(
        ModerationSettings(), description="给要拍的内容把关的模型"
    )
    home: HomeSettings = Field(HomeSettings(), description="家在哪里")
    maps: MapSettings = Field(MapSettings(), description="地图：路线和地点")
    weather: WeatherSettings = Field(WeatherSettings(), description="天气")
