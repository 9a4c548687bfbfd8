"""The house: which service is ours, who starts it, and who comes after it."""

import asyncio
import errno
import json
import logging
import socket
from pathlib import Path

import pytest

from bot import house as house_module
from bot.house import House, ServiceDown, answers, find_service, open_house, open_service
from bot.locks import Taken, locked, port_problem
from bot.settings import Settings, load_settings
from tests.service.running import running_service
from video_service.schema.settings import ServiceSettings


async def settings(folder: Path, **service: object) -> Settings:
    """Made in a thread: settings look for their file."""
    told = ServiceSettings.model_validate({"port": 0, "model": "draft"} | service)
    plain = await asyncio.to_thread(load_settings)
    return plain.model_copy(update={"data_dir": folder, "video_service": told})


async def test_a_running_service_is_used_only_when_it_owns_this_data_folder(
    tmp_path: Path,
) -> None:
    with running_service(tmp_path / "ours") as running:
        assert await find_service(await settings(tmp_path / "ours")) == running.url
        assert await find_service(await settings(tmp_path / "theirs")) is None
        theirs = tmp_path / "theirs" / "service"
        theirs.mkdir(parents=True)
        (theirs / "instance").write_text("another")
        (theirs / "endpoint.json").write_text(json.dumps({"url": running.url}))
        assert await find_service(await settings(tmp_path / "theirs")) is None


async def test_an_address_where_nobody_is_left_is_not_believed(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    folder.mkdir()
    (folder / "instance").write_text("ours")
    (folder / "endpoint.json").write_text(json.dumps({"url": "http://127.0.0.1:9"}))
    assert await find_service(await settings(tmp_path)) is None
    (folder / "endpoint.json").write_text("half a li")
    assert await find_service(await settings(tmp_path)) is None


async def test_a_service_is_started_kept_at_its_address_and_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_module, "FIRST_PAUSE_S", 0.05)
    async with open_house(await settings(tmp_path)) as house, asyncio.TaskGroup() as tasks:
        url, keeper = house.url, tasks.create_task(house.keep())
        instance = await answers(url)
        assert instance
        assert house._child
        house._child.kill()
        await house._child.wait()
        async with asyncio.timeout(30):
            while await answers(url) != instance:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        keeper.cancel()
    assert await answers(url) is None


async def test_a_service_of_somebody_else_is_followed_by_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_module, "LOOK_S", 0.1)
    monkeypatch.setattr(house_module, "FIRST_PAUSE_S", 0.05)
    other = running_service(tmp_path)
    running = await asyncio.to_thread(other.__enter__)
    async with open_house(await settings(tmp_path)) as house, asyncio.TaskGroup() as tasks:
        assert house.url == running.url
        keeper = tasks.create_task(house.keep())
        await asyncio.to_thread(other.__exit__, None, None, None)
        async with asyncio.timeout(40):
            while await answers(house.url) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        keeper.cancel()


async def test_a_service_that_was_only_too_busy_to_answer_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(house_module, "LOOK_S", 0)
    monkeypatch.setattr(house_module, "FIRST_PAUSE_S", 0)
    looks, back = [None], "is back, or was only busy"  # one look in vain

    async def look(url: str) -> str | None:
        return looks.pop() if looks else await answers(url)

    with running_service(tmp_path):
        async with open_house(await settings(tmp_path)) as house, asyncio.TaskGroup() as tasks:
            monkeypatch.setattr(house_module, "answers", look)
            keeper = tasks.create_task(house.keep())
            async with asyncio.timeout(30):
                while not any(back in r.getMessage() for r in caplog.records):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            keeper.cancel()
        assert house._child is None
    assert not (tmp_path / "logs" / "service.stderr").exists(), "none was ever started"


async def test_a_service_that_cannot_start_says_why(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        house = House(await settings(tmp_path, port=taken.getsockname()[1]))
        with pytest.raises(ServiceDown, match="cannot listen"):
            await house.open()


async def test_a_machine_without_memory_for_a_service_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(*command: object, **_: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    with pytest.raises(ServiceDown, match="Cannot allocate memory"):
        async with open_house(await settings(tmp_path)):
            raise AssertionError("nobody started")


async def test_a_folder_belongs_to_one_process(tmp_path: Path) -> None:
    async with locked(tmp_path / "lock", 0):
        with pytest.raises(Taken):
            async with locked(tmp_path / "lock", 0.2):
                raise AssertionError
    async with locked(tmp_path / "lock", 0):
        assert (tmp_path / "lock").exists()


async def test_a_token_that_stands_in_a_file_is_read_beside_the_loop_and_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("canary\n")
    monkeypatch.setenv("QUNYING_SERVICE_TOKEN_FILE", str(tmp_path / "token"))
    with running_service(tmp_path / "data", QUNYING_SERVICE_TOKEN="canary") as service:
        async with open_service(service.url) as client:
            assert "draft" in [card.id for card in await client.engines()]


async def test_a_port_that_another_takes_at_the_same_moment_is_given_up_for_a_free_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(house_module, "DEFAULT_PORT", port)
        looks = [None]  # free at the first look
        monkeypatch.setattr(
            house_module, "port_problem", lambda *at: looks.pop() if looks else port_problem(*at)
        )
        async with open_house(await settings(tmp_path, port=port)) as house:
            assert await answers(house.url)
            assert not house.url.endswith(f":{port}")
