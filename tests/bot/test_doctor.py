"""The doctor: what is so, what to do, and an exit code that tells the two apart."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import diagnoses as say
from bot.doctor import examine
from bot.doctor_service import costs
from bot.findings import Finding
from bot.locks import locked
from bot.settings import load_settings
from tests.fake_llm import FakeLlm
from tests.fake_maps import FakeMaps, running_maps
from tests.service.running import Running
from video_service.schema import EngineCard


@pytest.fixture
def world() -> Iterator[FakeMaps]:
    with running_maps() as world:
        yield world


@pytest.fixture(autouse=True)
def at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Running, world: FakeMaps
) -> None:
    """An empty folder, a service that runs, a forecast that answers, no key, no card."""
    for name, value in world.environ.items():
        if name.startswith("QUNYING_"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", service.url)


async def found() -> list[Finding]:
    settings = await asyncio.to_thread(load_settings)
    async with asyncio.TaskGroup() as tasks:
        return [finding async for finding in examine(settings, tasks)]


def told(findings: list[Finding], template: str) -> Finding:
    """The one finding that begins as the template does."""
    (finding,) = [f for f in findings if f.what.startswith(template.split("{")[0])]
    return finding


async def test_a_bare_house_works_and_is_told_what_would_make_it_better() -> None:
    findings = await found()
    assert not [f for f in findings if f.level == "bad"]
    assert told(findings, say.NO_LLM).cure == say.NO_LLM_CURE
    assert told(findings, say.NO_MAP).cure == say.NO_MAP_CURE
    assert told(findings, say.WEATHER).level == "ok"
    assert told(findings, say.SERVICE).level == "ok"
    assert told(findings, say.ONLY_DRAFT).level == "warn"
    # an engine that nobody installed is no fault of the house: one line tells of them all
    assert not [
        f for f in findings if f.what.startswith(say.ENGINE_BAD.split("{")[0]) and f.level != "ok"
    ]
    assert told(findings, say.MORE_ENGINES).level == "ok"
    assert told(findings, say.NO_MODELS).cure == say.NO_MODELS_CURE


async def test_a_language_model_is_really_asked(
    llm: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in llm.environ.items():
        monkeypatch.setenv(name, value)
    assert told(await found(), say.LLM).level == "ok"
    llm.fault = "auth"
    assert told(await found(), say.LLM_BAD).cure == say.LLM_AUTH_CURE.format(keys="OPENAI_API_KEY")
    llm.fault = "no_money"
    assert told(await found(), say.LLM_BAD).cure == say.LLM_MONEY_CURE


async def test_a_language_model_without_its_key_names_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUNYING_INTENTS__LLM__PROVIDER", "deepseek")
    finding = told(await found(), say.LLM_SETTINGS)
    assert finding.level == "bad"
    assert "DEEPSEEK_API_KEY" in finding.cure


@pytest.mark.parametrize(
    ("fault", "cure"),
    [("bad_key", say.MAP_KEY_CURE), ("wrong_platform", say.MAP_PLATFORM_CURE),
     ("quota", say.MAP_BUSY_CURE), ("html", say.MAP_CURE)],
)  # fmt: skip
async def test_a_map_that_does_not_answer_is_told_with_its_cure(
    fault: str, cure: str, world: FakeMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMAP_API_KEY", world.key)
    assert told(await found(), say.MAP).level == "ok"
    world.fault, world.only = fault, "amap"
    finding = told(await found(), say.MAP_BAD)
    assert (finding.level, finding.cure) == ("warn", cure)
    assert world.key not in finding.what


async def test_a_map_key_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMAP_API_KEY_FILE", "/nowhere/at/all")
    finding = told(await found(), say.MAP_SETTINGS)
    assert finding.level == "bad"
    assert "AMAP_API_KEY_FILE" in finding.cure


async def test_a_forecast_that_is_out_of_reach_is_told(world: FakeMaps) -> None:
    world.fault = "html"
    assert told(await found(), say.WEATHER_BAD).cure == say.WEATHER_CURE


async def test_a_service_that_is_away_keeps_it_from_working(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", "http://127.0.0.1:9")
    finding = told(await found(), say.SERVICE_BAD)
    assert (finding.level, finding.cure) == ("bad", say.SERVICE_CURE)


async def test_a_taken_port_is_told_apart_from_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("QUNYING_BOT__WEB__PORT", str(port))
        finding = told(await found(), say.PORT_TAKEN)
        assert (finding.level, f"PORT={port + 100}" in finding.cure) == ("bad", True)
        async with locked(tmp_path / "data" / "bot" / "lock", 0):  # as a running 群影 holds it
            assert told(await found(), say.PORT_OURS).level == "ok"


async def test_a_data_folder_that_cannot_be_written_keeps_it_from_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / "file" / "data"))
    findings = [f for f in await found() if f.what.startswith("数据文件夹")]
    assert [(f.level, f.cure) for f in findings] == [("bad", say.READ_ONLY_CURE)]
    monkeypatch.delenv("QUNYING_VIDEO_SERVICE__URL")
    assert told(await found(), say.SERVICE_BAD).cure == say.SERVICE_START_CURE


DRAFT = EngineCard(id="draft", ready=True, draft=True)
FREE = EngineCard(id="zhipu-cogvideox-flash", ready=True, lane="cloud")
PAID = EngineCard(id="dashscope-wan", ready=True, lane="cloud", paid=True)
PICTURE = EngineCard(id="siliconflow-kolors", ready=True, lane="cloud", paid=True, makes="image")


@pytest.mark.parametrize(
    ("cards", "warned"),
    [
        ([PAID, DRAFT], True),
        ([FREE.model_copy(update={"ready": False}), PAID, DRAFT], True),
        ([FREE, PAID, DRAFT], False),
        ([PAID.model_copy(update={"named": True}), DRAFT], False),
        ([PAID, DRAFT.model_copy(update={"named": True})], False),
        ([PAID.model_copy(update={"ready": False}), DRAFT], False),
        ([PICTURE, DRAFT], False),
    ],
)
def test_a_key_with_which_films_cost_money_is_told_unless_somebody_chose_so(
    cards: list[EngineCard], warned: bool
) -> None:
    said = [(finding.level, finding.what) for finding in costs(cards)]
    assert said == ([("warn", say.PAID.format(it="dashscope-wan"))] if warned else [])


def test_no_two_diagnoses_are_alike() -> None:
    told = [text for name, text in vars(say).items() if name.isupper() and isinstance(text, str)]
    assert sorted(told) == sorted(set(told))
