"""What the channels are called, in Chinese: on the page, in doctor and in the terminal."""

NAMES = {
    "web": "网页",
    "console": "终端",
    "ask": "命令行",
    "wechaty": "微信群网关",
    "ilink": "微信私聊",
    "wecom": "企业微信",
}


def name_of(channel: str) -> str:
    """The Chinese name; one that nobody has named yet goes by its own."""
    return NAMES.get(channel, channel)
