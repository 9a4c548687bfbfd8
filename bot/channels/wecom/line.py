"""The line to WeCom: one link after another, for as long as WeCom will have the bot."""

import asyncio
from contextlib import suppress

from bot.channels.base import CannotSendNow, ChannelBroken
from bot.channels.pulse import Pulse
from bot.channels.wecom import wording
from bot.channels.wecom.frames import WRONG_SECRET, Kicked, Refused, WecomError
from bot.channels.wecom.link import Credentials, Link, Pace, Take, linked

MOST_REFUSALS = 5  # in a row, to subscribe: the official SDK gives up then, too


class Line:
    """Its pulse is up while it is subscribed."""

    def __init__(self, url: str, bot: Credentials, pulse: Pulse, pace: Pace) -> None:
        self._url, self._bot, self._pulse, self._pace = url, bot, pulse, pace
        self._link: Link | None = None
        self._up = asyncio.Event()

    async def link(self) -> Link:
        """The link as it is now, or in a moment; CannotSendNow when none comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.wait):
                await self._up.wait()
        if self._link is None:
            raise CannotSendNow("not connected to WeCom")
        return self._link

    async def stay(self, take: Take) -> None:
        """Connect, and connect again; ends with ChannelBroken alone."""
        pauses, refusals = self._pace.pauses(), 0
        while True:
            was_up, why = await self._once(take)
            if was_up:
                pauses, refusals = self._pace.pauses(), 0
            refusals += isinstance(why, Refused)
            if broken := _final(why, refusals):
                raise broken
            self._pulse.away(wording.AWAY, why)
            await asyncio.sleep(next(pauses))

    async def _once(self, take: Take) -> tuple[bool, WecomError]:
        """One link from its beginning to its end: whether it was ever up, and why it ended."""
        try:
            async with linked(self._url, self._bot, take, self._pace) as self._link:
                self._up.set()
                self._pulse.up()
                await self._link.beat()
        except WecomError as error:
            return self._up.is_set(), error
        finally:
            self._link = None
            self._up.clear()
        raise AssertionError("a link beats until it is lost")


def _final(why: WecomError, refusals: int) -> ChannelBroken | None:
    """What only the owner can mend."""
    if isinstance(why, Kicked):
        return ChannelBroken(str(why), say=wording.KICKED)
    if isinstance(why, Refused) and why.code == WRONG_SECRET:
        return ChannelBroken(f"WeCom: {why}", say=wording.WRONG_SECRET)
    if isinstance(why, Refused) and refusals == MOST_REFUSALS:
        return ChannelBroken(f"WeCom: {why}", say=wording.REFUSED.format(code=why.code))
    return None
