"""Who is who, as the family calls them; asked of the gateway once in ten minutes."""

import logging
from collections.abc import Awaitable, Callable

from cachetools import TTLCache

from bot.channels.wechaty import wording
from bot.channels.wechaty.errors import Refused
from bot.channels.wechaty.wire import Contact, Wire

KNOWN, FRESH_S = 5000, 600.0
log = logging.getLogger(__name__)


class People:
    """Names by id. A gateway that knows nothing of somebody is no reason not to hear them."""

    def __init__(self) -> None:
        self._contacts: TTLCache[str, Contact] = TTLCache(KNOWN, FRESH_S)
        self._words: TTLCache[tuple[str, str], str] = TTLCache(KNOWN, FRESH_S)

    async def contact(self, wire: Wire, contact_id: str) -> Contact:
        """Somebody; without a name where the gateway does not know them."""
        if (known := self._contacts.get(contact_id)) is None:
            try:
                known = await wire.contact(contact_id)
            except Refused as error:
                log.info("no name for a contact: %s", error)
                known = Contact(contact_id, "")
            self._contacts[contact_id] = known
        return known

    async def names(self, wire: Wire, contact_id: str, room: str) -> tuple[str, ...]:
        """What somebody is called, what the family uses first: in the room, by remark, by name."""
        contact = await self.contact(wire, contact_id)
        alias = await self.alias(wire, contact_id, room)
        found = [name.strip() for name in (alias, contact.remark, contact.name)]
        return tuple(dict.fromkeys(name for name in found if name)) or (wording.SOMEBODY,)

    async def alias(self, wire: Wire, contact_id: str, room: str) -> str:
        if not room:
            return ""
        return await self._word((room, contact_id), lambda: wire.alias(room, contact_id))

    async def topic(self, wire: Wire, room: str) -> str:
        """The name of a room; empty for a private chat."""
        return await self._word((room, ""), lambda: wire.topic(room)) if room else ""

    async def _word(self, key: tuple[str, str], ask: Callable[[], Awaitable[str]]) -> str:
        if (known := self._words.get(key)) is None:
            try:
                known = await ask()
            except Refused as error:
                log.info("no name in a room: %s", error)
                known = ""
            self._words[key] = known
        return known
