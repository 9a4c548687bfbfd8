"""Everything 小爱 can do. Adding an intent is one import and one name here."""

from intents.base import AnyIntent
from intents.chat.handler import INTENT as CHAT
from intents.video.handler import INTENT as VIDEO

__all__ = ["CHAT", "INTENTS", "VIDEO"]

INTENTS: tuple[AnyIntent, ...] = (VIDEO, CHAT)  # the last one is meant when no other is
