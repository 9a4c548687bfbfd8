"""Somebody is to speak or sing in a clip: nobody will, which is said before the wait."""

import re

from intents.base import Tools
from intents.video import wording
from intents.video.changing.finishing import Finishing

SPEAKS = re.compile(
    r"(?<![小传听据话虽])说(?![明不服是])|(?<!演)讲(?![台究堂座])|演讲|唱(?![片机])|朗诵|背[诗书]|喊"
    r"|睡前故事|相声|评书|念(?=[“\"「诗经词出一给生祝])"
)


def hint(wish: str, wanted: Finishing, tools: Tools) -> str:
    """One sentence where `wish` would be heard and nothing is `wanted` for it; else empty."""
    if wanted.voice or wanted.music or wanted.caption or not SPEAKS.search(wish):
        return ""
    return wording.MUTE_BUT_READ if tools.speaker else wording.MUTE
