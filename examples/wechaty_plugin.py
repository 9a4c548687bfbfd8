"""群影作为插件，装进一个已经写好的 wechaty 机器人里。

    .venv/bin/pip install -e '.[wechaty]'
    export WECHATY_PUPPET_SERVICE_TOKEN=… WECHATY_PUPPET_SERVICE_ENDPOINT=127.0.0.1:18788
    .venv/bin/python examples/wechaty_plugin.py

群影的设置照常写在 config.yaml 里；bot.channels 和 bot.wechaty 两处不用写，收发都走这个机器人。
"""

import asyncio
import os

from bot.channels.wechaty import shims

shims.install()  # 一定要在导入 wechaty 之前：它的最后一版是 2022 年的

from wechaty import Message, Wechaty, WechatyOptions  # noqa: E402

from bot.channels.wechaty.plugin import QunyingPlugin  # noqa: E402
from bot.settings import load_settings  # noqa: E402


class MyBot(Wechaty):  # type: ignore[misc]  # wechaty has no types
    """原来的机器人，照旧做它自己的事。"""

    async def on_message(self, msg: Message) -> None:
        if msg.text() == "ding":
            await msg.talker().say("dong")


def build() -> MyBot:
    """wechaty 自己要占一个本机端口，被占了就换一个。"""
    bot = MyBot(WechatyOptions(port=int(os.environ.get("WECHATY_PORT", "5000"))))
    bot.use(QunyingPlugin(load_settings()))
    return bot


if __name__ == "__main__":
    asyncio.run(build().start())
