"""What `qunying doctor` finds of the ways into WeChat, each asked itself and as the bot sees it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot import diagnoses as say
from bot.channels.base import ChannelBroken
from bot.channels.keeper import CHANNELS_FILE
from bot.channels.names import name_of
from bot.channels.pulse import State
from bot.channels.registry import OUTSIDE, door
from bot.findings import Finding
from bot.locks import is_held
from bot.settings import Settings
from bot.web.clock import shown_time
from video_service.schema.config import SettingsError

CHECK_S = 30.0


class Seen(BaseModel):
    """How the running bot finds one channel."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    name: str
    state: State
    say: str = ""
    since: AwareDatetime | None = None


async def examine_channels(settings: Settings, within: float = CHECK_S) -> AsyncIterator[Finding]:
    """Each way into WeChat that is configured; `within` seconds for each to answer."""
    seen = await asyncio.to_thread(read_seen, settings.bot_dir)
    for name in settings.bot.channels:
        if name in OUTSIDE:
            for finding in await _check(name, settings, within):
                yield finding
            if name in seen:
                yield _as_seen(seen[name])


async def _check(name: str, settings: Settings, within: float) -> list[Finding]:
    """What the channel's own door says, and what kept it from saying more."""
    found: list[Finding] = []
    called = name_of(name)
    try:
        async with asyncio.timeout(within):
            opened = await asyncio.to_thread(door, name)
            async for finding in opened.check(settings):
                found.append(finding)
    except ModuleNotFoundError as error:
        found.append(_missing(name, error))
    except TimeoutError:
        slow = say.CHANNEL_SLOW.format(it=called, seconds=round(within))
        found.append(Finding("warn", slow, say.CHANNEL_SLOW_CURE))
    except ChannelBroken as error:
        bad = say.CHANNEL_BAD.format(it=called, why=error.say)
        found.append(Finding("bad", bad, say.CHANNEL_CURE))
    except (ImportError, OSError, SettingsError) as error:
        bad = say.CHANNEL_BAD.format(it=called, why=error)
        found.append(Finding("bad", bad, say.CHANNEL_CURE))
    return found


def _missing(name: str, error: ModuleNotFoundError) -> Finding:
    """Our own module is not there, or a package of others that an extra brings."""
    if (error.name or "").split(".")[0] == "bot":
        return Finding(
            "bad", say.CHANNEL_NOT_HERE.format(it=name_of(name)), say.CHANNEL_NOT_HERE_CURE
        )
    told = say.CHANNEL_EXTRA.format(it=name_of(name), why=error.name)
    return Finding("bad", told, say.CHANNEL_EXTRA_CURES.get(name, say.CHANNEL_EXTRA_CURE))


def read_seen(folder: Path) -> dict[str, Seen]:
    """How the bot that runs now sees its channels; nothing when none runs. Blocking."""
    if not is_held(folder / "lock"):
        return {}
    try:
        told = TypeAdapter(list[Seen]).validate_json((folder / CHANNELS_FILE).read_bytes())
    except (OSError, ValidationError):  # of another version, or not written yet
        return {}
    return {seen.name: seen for seen in told}


def _as_seen(seen: Seen) -> Finding:
    called = name_of(seen.name)
    since = shown_time(seen.since, datetime.now(UTC)) if seen.since else "?"
    if seen.state == "up":
        return Finding("ok", say.CHANNEL_UP.format(it=called, since=since))
    why = "，".join(filter(None, (say.CHANNEL_STATES[seen.state], seen.say)))
    told = say.CHANNEL_NOT_UP.format(it=called, why=why, since=since)
    return Finding("bad" if seen.state == "broken" else "warn", told, say.CHANNEL_NOT_UP_CURE)
