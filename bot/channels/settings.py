"""One section of config.yaml for each way into WeChat. Secrets come from the environment alone."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from video_service.schema.config import Section
from video_service.schema.settings import Address

LOOPBACK = r"(127\.0\.0\.1|localhost|\[::1\])"


def _host_and_port(endpoint: str) -> str:
    try:
        parts = urlsplit(f"//{endpoint}")
        if parts.hostname and parts.port and endpoint == parts.netloc and "@" not in endpoint:
            return endpoint
    except ValueError:
        pass
    raise ValueError("must be a host and a port, such as 127.0.0.1:18788")


def _closed_line(url: str) -> str:
    if not re.fullmatch(rf"wss://\S+|ws://{LOOPBACK}(:\d+)?(/\S*)?", url):
        raise ValueError("must begin with wss://, since the secret travels on it")
    return url


def _members(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that can name a file, no two alike."""
    if not names or len(set(names)) < len(names):
        raise ValueError("name each member once, and at least one")
    for name in names:
        if not re.fullmatch(r"[\w·-]{1,20}", name):
            raise ValueError("a member is named by letters and digits, 20 at most")
    return names


class WechatySettings(Section):
    """A wechaty puppet service. Its token: WECHATY_PUPPET_SERVICE_TOKEN, or …_FILE."""

    endpoint: Annotated[str, AfterValidator(_host_and_port)] = Field(
        "127.0.0.1:18788", description="网关的地址；没有加密，所以只用本机或自家的网络"
    )

    file_hosts: tuple[str, ...] = Field(
        (),
        description="自家网络里放图片的机器名或地址；网关给的图片地址只有公网上的和这里写的会去取",
    )

    @property
    def where(self) -> tuple[str, int]:
        parts = urlsplit(f"//{self.endpoint}")
        return parts.hostname or "", parts.port or 0


class IlinkSettings(Section):
    """Tencent's bot API for personal WeChat: one login by QR code for each member."""

    members: Annotated[tuple[str, ...], AfterValidator(_members)] = Field(
        ("家人",), description="谁来扫码，每人一个，例如 [妈妈, 爸爸]；只能私聊"
    )
    base_url: Address = Field("https://ilinkai.weixin.qq.com", description="接口的地址")
    cdn_url: Address = Field(
        "https://novac2c.cdn.weixin.qq.com/c2c", description="收发图片和视频的地址"
    )


class WecomSettings(Section):
    """A WeCom AI bot. Its id and secret: WECOM_BOT_ID and WECOM_BOT_SECRET, or …_FILE."""

    ws_url: Annotated[str, AfterValidator(_closed_line)] = Field(
        "wss://openws.work.weixin.qq.com",
        description="长连接的地址；密钥在上面走，所以只能是 wss://，本机的可以是 ws://",
    )
