"""Every way into WeChat: the name in config.yaml, and the module that opens it.

A module is loaded only when its channel is wanted: each may need an extra that others do without.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from typing import Protocol, cast

from bot.channels.base import Channel
from bot.findings import Finding
from bot.settings import Settings

OUTSIDE = {
    "wechaty": "bot.channels.wechaty.door",
    "ilink": "bot.channels.ilink.door",
    "wecom": "bot.channels.wecom.door",
}


class Door(Protocol):
    """What the module of a channel offers."""

    def open_channel(self, settings: Settings) -> AbstractAsyncContextManager[Channel]:
        """The channel, not yet running; ChannelBroken when something it needs is missing."""

    def check(self, settings: Settings) -> AsyncIterator[Finding]:
        """What `doctor` says of it: a live check, and the exact cure."""


def door(name: str) -> Door:
    """The module of one outside channel. May take a second: load it beside the event loop."""
    return cast("Door", import_module(OUTSIDE[name]))
