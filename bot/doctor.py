"""What `qunying doctor` looks at. A finding says what is so and, where needed, what to do."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import av

from bot import diagnoses as say
from bot.doctor_channels import examine_channels
from bot.doctor_ears import examine_ears
from bot.doctor_eyes import examine_eyes
from bot.doctor_guard import examine_guard
from bot.doctor_llm import examine_llm
from bot.doctor_owed import examine_owed
from bot.doctor_pictures import examine_pictures
from bot.doctor_service import examine_service
from bot.doctor_voice import examine_voice
from bot.findings import Finding
from bot.locks import PRIVATE, is_held, port_problem
from bot.plainly import why
from bot.settings import Settings, WebSettings, is_loopback
from intents.tools import towns
from intents.tools.amap import amap_key, open_amap
from intents.tools.amap_codes import WRONG_PLATFORM
from intents.tools.amap_maps import AmapMaps
from intents.tools.forecast import ForecastError, Town
from intents.tools.maps import MapBusy, MapError, MapNeedsOwner
from intents.tools.open_meteo import open_meteo
from video_service.schema.config import WEB_PASSWORD, SettingsError, secret

OLDEST = (3, 11)
ANY_CITY = "北京"
GIB = 2**30
LITTLE_SPACE, TIGHT_SPACE = 2 * GIB, GIB // 5
PROGRAM_S = 15


async def examine(settings: Settings, tasks: asyncio.TaskGroup) -> AsyncIterator[Finding]:
    """Everything, the quick things first; what is far away is asked all at once, in `tasks`."""
    yield _python()
    yield _codec()
    for finding in await asyncio.to_thread(lambda: [*_disk(settings.data_dir)]):
        yield finding
    yield await _port(settings)
    yield await _door(settings)
    async for finding in _together(
        tasks,
        examine_channels(settings),
        examine_owed(settings),
        examine_llm(settings),
        examine_eyes(settings),
        examine_ears(settings),
        examine_guard(settings),
        examine_voice(settings),
        examine_pictures(settings),
        _map(settings),
        _weather(settings),
        _card(),
    ):
        yield finding
    yield await asyncio.to_thread(_models, settings.video_service.models_dir)
    for finding in await examine_service(settings):
        yield finding


async def _together(
    tasks: asyncio.TaskGroup, *looks: AsyncIterator[Finding]
) -> AsyncIterator[Finding]:
    """What all of them find, in their order; nobody waits for more than the slowest."""

    async def whole(look: AsyncIterator[Finding]) -> list[Finding]:
        return [finding async for finding in look]

    under_way = [tasks.create_task(whole(look)) for look in looks]
    for look in under_way:
        for finding in await look:
            yield finding


def _python() -> Finding:
    found = sys.version_info[:3]
    told = say.PYTHON.format(it=".".join(map(str, found)))
    return Finding("ok", told) if found >= OLDEST else Finding("bad", told, say.PYTHON_CURE)


def _codec() -> Finding:
    try:
        av.codec.Codec("libx264", "w")
    except (ValueError, av.error.FFmpegError):
        return Finding("bad", say.NO_CODEC, say.NO_CODEC_CURE)
    return Finding("ok", say.CODEC.format(it=av.__version__))


def _disk(folder: Path) -> Iterator[Finding]:
    where = folder.absolute()
    try:
        where.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        probe = where / f".doctor-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Finding("bad", say.READ_ONLY.format(it=where, why=error.strerror), say.READ_ONLY_CURE)
        return
    free = shutil.disk_usage(where).free
    level: Literal["ok", "warn", "bad"] = "ok" if free > LITTLE_SPACE else "warn"
    level = level if free > TIGHT_SPACE else "bad"
    told = say.DISK.format(it=where, free=free / GIB)
    yield Finding(level, told, "" if level == "ok" else say.DISK_CURE)


async def _port(settings: Settings) -> Finding:
    web = settings.bot.web
    problem = await asyncio.to_thread(port_problem, web.host, web.port)
    if problem is None:
        return Finding("ok", say.PORT_FREE.format(it=web.port))
    if await asyncio.to_thread(is_held, settings.bot_dir / "lock"):
        return Finding("ok", say.PORT_OURS.format(it=web.port))
    told = say.PORT_TAKEN.format(it=web.port, why=problem.strerror)
    other = web.port + 100 if web.port < 65000 else WebSettings().port
    return Finding("bad", told, say.PORT_TAKEN_CURE.format(other=other))


async def _door(settings: Settings) -> Finding:
    """Whether the page asks for a password; beyond this machine it does, or nothing starts."""
    if await asyncio.to_thread(secret, WEB_PASSWORD) is None:
        return Finding("ok", say.DOOR_HERE)
    host = settings.bot.web.host
    return Finding("ok", say.DOOR_LOCKED if is_loopback(host) else say.DOOR_WIDE.format(it=host))


async def _map(settings: Settings) -> AsyncIterator[Finding]:
    try:
        if (key := await asyncio.to_thread(amap_key)) is None:
            yield Finding("warn", say.NO_MAP, say.NO_MAP_CURE)
            return
        async with open_amap(settings.intents.maps, key) as amap:
            await AmapMaps(amap).locate(ANY_CITY)
    except SettingsError as error:
        yield Finding("bad", say.MAP_SETTINGS, str(error))
    except MapError as error:
        yield Finding("warn", say.MAP_BAD.format(why=why(error)), _map_cure(error))
    else:
        yield Finding("ok", say.MAP)


def _map_cure(error: MapError) -> str:
    if isinstance(error, MapNeedsOwner):
        return say.MAP_PLATFORM_CURE if error.code == WRONG_PLATFORM else say.MAP_KEY_CURE
    return say.MAP_BUSY_CURE if isinstance(error, MapBusy) else say.MAP_CURE


async def _weather(settings: Settings) -> AsyncIterator[Finding]:
    """The forecast that needs no key; with a map key it is the second one asked."""
    await asyncio.to_thread(towns.preload)
    try:
        async with open_meteo(settings.intents.weather) as meteo:
            await meteo.forecast(Town(ANY_CITY))
    except ForecastError as error:
        yield Finding("warn", say.WEATHER_BAD.format(why=why(error)), say.WEATHER_CURE)
    else:
        yield Finding("ok", say.WEATHER)


async def _card() -> AsyncIterator[Finding]:
    names = await _lines("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader")
    if names:
        yield Finding("ok", say.CARD.format(it="；".join(names)))
    else:
        yield Finding("warn", say.NO_CARD, say.NO_CARD_CURE)


def _models(folder: Path) -> Finding:
    where = folder.absolute()
    found = sorted(path.parent.name for path in where.glob("*/model_index.json"))
    if found:
        return Finding("ok", say.MODELS.format(it=where, names="、".join(found)))
    return Finding("warn", say.NO_MODELS.format(it=where), say.NO_MODELS_CURE)


async def _lines(*command: str) -> list[str]:
    """What a program says; nothing when it is not there or does not answer."""
    if not await asyncio.to_thread(shutil.which, command[0]):
        return []
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(PROGRAM_S):
            said, _ = await child.communicate()
    except TimeoutError:
        child.kill()
        await child.wait()
        return []
    return said.decode("utf-8", "replace").strip().splitlines() if child.returncode == 0 else []
