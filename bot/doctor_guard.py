"""Whether the guard that reads along answers, where one is set: without it nothing is filmed."""

import time
from collections.abc import AsyncIterator

from bot import diagnoses as say
from bot.findings import Finding
from bot.limits.gate import MODERATION_S
from bot.plainly import why
from bot.settings import Settings
from intents.tools.failures import LlmError
from intents.tools.moderation import HttpModerator, build_moderator
from video_service.schema.config import SettingsError

PATIENCE_S = 15.0  # nobody waits for it in a chat
WORDS = "一只熊猫在竹林里吃竹子。"


async def examine_guard(settings: Settings) -> AsyncIterator[Finding]:
    """One finding; none where no guard is set, which is no fault."""
    try:
        async with build_moderator(settings.intents.moderation) as guard:
            if guard is None:
                return
            passes, took = await _ask(guard)
    except SettingsError as error:
        yield Finding("bad", say.GUARD_SETTINGS, str(error))
    except LlmError as error:
        yield Finding("bad", say.GUARD_BAD.format(why=why(error)), say.GUARD_CURE)
    else:
        if passes and took > MODERATION_S:
            slow = say.GUARD_SLOW.format(took=took, most=MODERATION_S)
            yield Finding("bad", slow, say.GUARD_SLOW_CURE)
        elif passes:
            yield Finding("ok", say.GUARD.format(it=guard.chosen.model))
        else:
            yield Finding("bad", say.GUARD_STRICT, say.GUARD_STRICT_CURE)


async def _ask(guard: HttpModerator) -> tuple[bool, float]:
    """Its verdict, and the seconds it took; a model that had to be loaded first is asked again."""
    passes, took = False, 0.0
    for _ in range(2):
        start = time.monotonic()
        passes = await guard.passes(WORDS, deadline=PATIENCE_S)
        if (took := time.monotonic() - start) <= MODERATION_S:
            break
    return passes, took
