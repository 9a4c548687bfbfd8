"""The `bot:` section of config.yaml, and everything the chat side reads at start."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.channels.settings import IlinkSettings, WechatySettings, WecomSettings
from bot.limits.settings import LimitsSettings
from intents.settings import IntentsSettings
from video_service.schema.config import (
    WEB_PASSWORD,
    Config,
    Section,
    SettingsError,
    load,
    secret,
)
from video_service.schema.settings import ServiceSettings

PORT = "PORT"  # what hosting platforms and `PORT=8700 make run` set
PORT_LONG = "QUNYING_BOT__WEB__PORT"
SHORTEST_PASSWORD = 8


def _not_blank(name: str) -> str:
    if not name.strip():
        raise ValueError("a name must not be empty")
    return name.strip()


def _not_none(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("name at least one")
    return names


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names or len(set(names)) < len(names):
        raise ValueError("name at least one, and each once")
    return names


def is_loopback(host: str) -> bool:
    """Whether `host` can only mean this machine; a name other than localhost may mean any."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _locked_or_here(host: str) -> str:
    """Beyond this machine the page is opened with a password alone."""
    password = secret(WEB_PASSWORD)
    if not host or (password is None and not is_loopback(host)):
        raise ValueError(f"without a password in {WEB_PASSWORD} (or …_FILE) it is 127.0.0.1")
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"{WEB_PASSWORD} needs {SHORTEST_PASSWORD} characters at least")
    return host


def _contacts(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_contact(name) for name in names)


def _contact(name: str) -> str:
    channel, _, contact = (part.strip() for part in name.partition(":"))
    if not (channel and contact):
        raise ValueError(f"{name!r} is no contact; write channel:contact, such as web:妈妈")
    return f"{channel}:{contact}"


Name = Annotated[str, AfterValidator(_not_blank)]
ChannelName = Literal["web", "console", "wechaty", "ilink", "wecom"]


class WebSettings(Section):
    """The page with the simulated family group."""

    host: Annotated[str, AfterValidator(_locked_or_here)] = Field(
        "127.0.0.1",
        description="页面监听的地址；不是本机的地址时，要在 QUNYING_WEB_PASSWORD 里设密码",
    )
    port: int = Field(8600, ge=0, le=65535, description="页面的端口；也可以写成环境变量 PORT")
    room_name: Name = Field("一家人", description="页面上群的名字")
    members: Annotated[tuple[Name, ...], AfterValidator(_not_none)] = Field(
        ("妈妈", "爸爸", "奶奶", "小明"), description="页面上可以扮演的家人"
    )
    open_browser: bool = Field(True, description="启动后自动打开浏览器")


class MemorySettings(Section):
    """How much of the talk is looked at, and how long it is kept."""

    turns: int = Field(12, ge=1, le=100, description="回答时看最近几句话")
    photo_minutes: float = Field(30, gt=0, description="一张照片发出后多少分钟内还算“刚才那张”")
    keep_days: float = Field(365, gt=0, description="聊天记录保留几天")
    photo_hours: float = Field(
        24,
        ge=2,
        le=24,
        description="家人发的照片和语音，几小时之内从盘上删掉；还欠着的等它送到",
    )
    clip_days: float = Field(365, gt=0, description="拍好的片子和图在片库、片场里保留几天")
    trace_days: float = Field(30, gt=0, description="每句话怎么听懂、怎么拍的，保留几天")


class OutboxSettings(Section):
    """How long what is owed is tried to be sent."""

    keep_days: float = Field(
        7, gt=0, description="一条消息几天还送不出去就放下；片子留在片库里，主人会知道"
    )


class BotSettings(Section):
    """Who 小爱 is, where she listens and what she remembers."""

    name: Name = Field("小爱", description="叫她什么")
    aliases: tuple[Name, ...] = Field((), description="她的别名，叫这些名字她也答应")
    channels: Annotated[tuple[ChannelName, ...], AfterValidator(_each_once)] = Field(
        ("web",),
        description="在哪里聊天，可以写几个：web = 网页，console = 终端，"
        "wechaty = 微信群网关，ilink = 微信官方私聊，wecom = 企业微信群",
    )
    web: WebSettings = Field(WebSettings(), description="网页聊天")
    wechaty: WechatySettings = Field(WechatySettings(), description="微信群，经过非官方网关")
    ilink: IlinkSettings = Field(IlinkSettings(), description="微信官方的机器人接口，只能私聊")
    wecom: WecomSettings = Field(WecomSettings(), description="企业微信的智能机器人")
    memory: MemorySettings = Field(MemorySettings(), description="记性")
    admins: Annotated[tuple[str, ...], AfterValidator(_contacts)] = Field(
        (), description="谁能管小爱：渠道:联系人，例如 web:妈妈、wechaty:wxid_…"
    )
    limits: LimitsSettings = Field(LimitsSettings(), description="一天拍多少、夜里发不发、什么不拍")
    outbox: OutboxSettings = Field(OutboxSettings(), description="送消息")


class Settings(Config):
    """What the chat process reads."""

    bot: BotSettings = Field(BotSettings(), description="群里的机器人")
    intents: IntentsSettings = Field(IntentsSettings(), description="听懂和回答")
    video_service: ServiceSettings = Field(ServiceSettings(), description="生成服务")

    @property
    def bot_dir(self) -> Path:
        return self.data_dir / "bot"

    @property
    def service_dir(self) -> Path:
        return self.data_dir / "service"


def load_settings() -> Settings:
    """The settings, `PORT` included, or SettingsError with one line a mistake."""
    port = os.environ.get(PORT)
    if not port or PORT_LONG in os.environ:
        return load(Settings)
    os.environ[PORT_LONG] = port
    try:
        return load(Settings)
    except SettingsError as error:  # named as the owner wrote it
        raise SettingsError(str(error).replace(PORT_LONG, PORT)) from error
    finally:
        del os.environ[PORT_LONG]
