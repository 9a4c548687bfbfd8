"""The doctor asks every way into WeChat how it is, and never loses the others over one of them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import ModuleType

import pytest

from bot import diagnoses as say
from bot.channels.base import ChannelBroken
from bot.channels.keeper import CHANNELS_FILE
from bot.channels.registry import OUTSIDE
from bot.doctor import examine
from bot.doctor_channels import examine_channels
from bot.findings import Finding
from bot.locks import locked
from bot.settings import Settings, load_settings
from tests.service.running import Running
from video_service.schema.config import SettingsError

NOBODY = "http://127.0.0.1:9"
HERE, ALSO = Finding("ok", "微信群网关：门是开的"), Finding("ok", "微信私聊：妈妈登录着")


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Running) -> None:
    """An empty folder where two channels are configured, and a service that runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", service.url)
    monkeypatch.setenv("QUNYING_INTENTS__WEATHER__FORECAST_URL", NOBODY)
    monkeypatch.setenv("QUNYING_INTENTS__WEATHER__GEOCODING_URL", NOBODY)
    monkeypatch.setenv("QUNYING_BOT__CHANNELS", '["web", "wechaty", "ilink"]')


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a door of ours where a channel has its own: it finds, then fails as it is told."""

    def put(name: str, *finds: Finding, then: Exception | None = None, hangs: bool = False) -> None:
        async def check(settings: Settings) -> AsyncIterator[Finding]:
            for finding in finds:
                yield finding
            if then:
                raise then
            if hangs:
                await asyncio.Event().wait()

        module = ModuleType(OUTSIDE[name])
        module.check = check  # type: ignore[attr-defined]  # a module made by hand
        monkeypatch.setitem(sys.modules, OUTSIDE[name], module)

    return put


async def found() -> list[Finding]:
    settings = await asyncio.to_thread(load_settings)
    async with asyncio.TaskGroup() as tasks:
        return [finding async for finding in examine(settings, tasks)]


async def of_channels(within: float = 30) -> list[Finding]:
    settings = await asyncio.to_thread(load_settings)
    return [finding async for finding in examine_channels(settings, within)]


async def test_every_channel_that_is_configured_is_asked(build: Callable[..., None]) -> None:
    build("wechaty", HERE)
    build("ilink", ALSO, Finding("warn", "微信私聊：爸爸没登录", "启动以后扫码"))
    build("wecom", Finding("bad", "nobody configured it"))
    told = await found()
    assert [f.what for f in told if "微信" in f.what] == [
        HERE.what, ALSO.what, "微信私聊：爸爸没登录"
    ]  # fmt: skip
    assert any(f.what.startswith("生成服务") for f in told), "the rest is looked at as well"


async def test_one_that_is_broken_is_told_with_what_it_says_and_the_next_is_asked(
    build: Callable[..., None],
) -> None:
    build("wechaty", HERE, then=ChannelBroken("the token is wrong", say="网关的令牌不对"))
    build("ilink", ALSO)
    told = await found()
    at = told.index(HERE)
    assert told[at + 1] == Finding("bad", "微信群网关：网关的令牌不对", say.CHANNEL_CURE)
    assert told[at + 2] == ALSO


@pytest.mark.parametrize(
    "fault",
    [OSError("no route to host"), SettingsError("WECHATY_FILE: no such file"),
     ImportError("cannot import name 'AsyncIOEventEmitter'")],
)  # fmt: skip
async def test_what_goes_wrong_in_a_check_is_one_line_of_its_own(
    build: Callable[..., None], fault: Exception
) -> None:
    build("wechaty", then=fault)
    build("ilink", ALSO)
    broken, other = await of_channels()
    assert (broken.level, str(fault) in broken.what) == ("bad", True)
    assert other == ALSO


async def test_one_that_does_not_answer_is_not_waited_for(build: Callable[..., None]) -> None:
    build("wechaty", HERE, hangs=True)
    build("ilink", ALSO)
    first, slow, other = await of_channels(within=0.05)
    assert (first, other) == (HERE, ALSO)
    assert (slow.level, slow.cure) == ("warn", say.CHANNEL_SLOW_CURE)


@pytest.mark.parametrize(
    ("name", "cure"),
    [("wechaty", say.CHANNEL_EXTRA_CURES["wechaty"]), ("ilink", say.CHANNEL_EXTRA_CURE)],
)
async def test_a_package_that_is_missing_is_named_with_the_command_that_brings_it(
    build: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    cure: str,
) -> None:
    build("wechaty", HERE)
    build("ilink", ALSO)
    (tmp_path / "needy_door.py").write_text("import a_package_that_nobody_has\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(OUTSIDE, name, "needy_door")
    (missing,) = [f for f in await of_channels() if f.level == "bad"]
    assert "a_package_that_nobody_has" in missing.what
    assert missing.cure == cure


async def test_a_channel_that_this_version_does_not_have_is_no_missing_package(
    build: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    build("ilink", ALSO)
    monkeypatch.setitem(OUTSIDE, "wechaty", "bot.channels.of_tomorrow.door")
    gone, _ = await of_channels()
    assert (gone.level, gone.cure) == ("bad", say.CHANNEL_NOT_HERE_CURE)


def note(tmp_path: Path, told: object) -> Path:
    """What the running bot writes beside its lock; path of the lock."""
    folder = tmp_path / "data" / "bot"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHANNELS_FILE).write_text(json.dumps(told), "utf-8")
    return folder / "lock"


AT = "2026-11-20T08:00:00+00:00"
TOLD = [
    {"name": "wechaty", "state": "away", "say": "网关没开", "since": AT},
    {"name": "ilink", "state": "up", "say": "", "since": AT},
    {"name": "web", "state": "up", "say": "", "since": None},
]


async def test_what_the_running_bot_sees_is_told_too(
    build: Callable[..., None], tmp_path: Path
) -> None:
    build("wechaty", HERE)
    build("ilink", ALSO)
    lock = note(tmp_path, TOLD)
    assert await of_channels() == [HERE, ALSO], "nobody runs: what is written there is old"
    async with locked(lock, 0):
        wechaty, away, ilink, up = await of_channels()
    assert (wechaty, ilink) == (HERE, ALSO)
    assert (away.level, away.cure) == ("warn", say.CHANNEL_NOT_UP_CURE)
    assert "没连上，网关没开" in away.what
    assert (up.level, "正开着的群影连着它" in up.what) == ("ok", True)


async def test_a_bot_that_gave_up_a_channel_is_bad_news(
    build: Callable[..., None], tmp_path: Path
) -> None:
    build("wechaty")
    build("ilink")
    lock = note(tmp_path, [{"name": "ilink", "state": "broken", "say": "要重新登录", "since": AT}])
    async with locked(lock, 0):
        (broken,) = await of_channels()
    assert (broken.level, "停下了，要重新登录" in broken.what) == ("bad", True)


@pytest.mark.parametrize("told", [{}, [{"name": "ilink", "state": "sideways"}], None])
async def test_notes_of_another_version_are_left_alone(
    build: Callable[..., None], tmp_path: Path, told: object
) -> None:
    build("wechaty", HERE)
    build("ilink", ALSO)
    async with locked(note(tmp_path, told), 0):
        assert await of_channels() == [HERE, ALSO]
