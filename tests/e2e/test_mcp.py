"""`qunying mcp` as an agent's program runs it: the official client, a real process, a real film."""

import asyncio
import base64
import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import av
import httpx
import pytest
from PIL import Image

pytest.importorskip("mcp", reason="pip install '.[agents]'")

from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, ResourceLink, TextContent

from tests.e2e.qunying import NOBODY, QUNYING, Shell, until
from tests.service.running import BRIEF, Running, running_service

LONG = 120.0
pytestmark = pytest.mark.timeout(300)


@asynccontextmanager
async def agent(data: Path, **env: str) -> AsyncIterator[Client]:
    theirs = {
        "HOME": str(data.parent),
        "QUNYING_DATA_DIR": str(data),
        "QUNYING_VIDEO_SERVICE__MODEL": "draft",
        "QUNYING_INTENTS__WEATHER__FORECAST_URL": NOBODY,
        "QUNYING_INTENTS__WEATHER__GEOCODING_URL": NOBODY,
        "OMP_NUM_THREADS": "1",
        **{k: v for k, v in os.environ.items() if k.startswith("COVERAGE")},
        **env,
    }
    server = StdioServerParameters(command=QUNYING, args=["mcp"], env=theirs, cwd=data.parent)
    async with Client(server, read_timeout_seconds=LONG) as client:
        yield client


def words(result: CallToolResult) -> str:
    return "".join(part.text for part in result.content if isinstance(part, TextContent))


def linked(result: CallToolResult) -> list[Path]:
    links = [part for part in result.content if isinstance(part, ResourceLink)]
    return [Path(unquote(urlsplit(link.uri).path)) for link in links]


def fields(result: CallToolResult) -> dict[str, Any]:
    assert isinstance(result.structured_content, dict), words(result)
    return result.structured_content


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((960, 720), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def seconds_of(file: Path) -> float:
    with av.open(str(file)) as film:
        return float(film.duration or 0) / av.time_base


async def test_an_agent_without_anything_running_gets_a_film_and_finds_it_again(
    tmp_path: Path,
) -> None:
    seen: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append(progress)

    async with agent(tmp_path / "data") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert all(tool.input_schema["additionalProperties"] is False for tool in tools.values())
        wish = {"wish": "熊猫吃竹子", "wait_seconds": LONG}
        result = await client.call_tool("generate_video", wish, progress_callback=note)
        assert not result.is_error, words(result)
        film, cover = linked(result)
        found = await client.call_tool("search_library", {"words": "熊猫"})
        nothing = await client.call_tool("search_library", {"words": "大象"})
    assert await asyncio.to_thread(seconds_of, film) == pytest.approx(5, abs=0.3)
    assert cover.suffix == ".jpg"
    assert fields(result)["path"] == str(film)
    assert fields(result)["status"] == "completed"
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert linked(found) == [film]
    assert fields(nothing)["found"] == 0


async def test_a_job_is_left_looked_at_and_fetched_later_by_another_agent(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_service(data):
        async with agent(data) as client:
            wish = {"wish": "窗台上的小猫", "style": "水彩", "wait_seconds": 0}
            left = fields(await client.call_tool("generate_image", wish))
            assert left["status"] in ("queued", "in_progress")
        async with agent(data) as client:
            asked = {"job_id": left["job_id"], "wait_seconds": LONG}
            result = await client.call_tool("job_status", asked)
            assert not result.is_error, words(result)
            found = await client.call_tool("search_library", {})
    (picture,) = linked(result)
    assert picture.suffix == ".png"
    assert linked(found) == [picture]


async def test_a_photo_is_moved_from_its_path_and_from_its_bytes(tmp_path: Path) -> None:
    data, photo = tmp_path / "data", tmp_path / "奶奶.jpg"
    photo.write_bytes(a_photo())
    inline = base64.b64encode(a_photo()).decode()
    with running_service(data, module=BRIEF):
        async with agent(data) as client:
            for given in ({"photo_path": str(photo)}, {"photo_base64": inline}):
                asked = {**given, "wish": "轻轻地晃", "wait_seconds": LONG}
                result = await client.call_tool("animate_photo", asked)
                assert not result.is_error, words(result)
                assert linked(result)[0].stat().st_size > 1000


def job(service: Running, id_: str = "") -> dict[str, Any]:
    """The one with this id, else the only one that waits; empty when there is none."""
    with httpx.Client(base_url=service.url, trust_env=False) as http:
        if id_:
            return dict(http.get(f"/v1/videos/{id_}").json())
        data = http.get("/v1/videos").json()["data"]
    return dict(data[0]) if data else {}


def until_queued(service: Running) -> str:
    assert until(lambda: bool(job(service)), LONG)
    return str(job(service)["id"])


def is_called_off(service: Running, id_: str) -> bool:
    error = job(service, id_).get("error") or {}
    return error.get("code") == "cancelled"


async def test_who_stops_waiting_frees_the_camera_and_cancel_job_does_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_service(data, "--workers", "0") as service:
        async with agent(data) as client:
            wish = {"wish": "一条龙", "wait_seconds": LONG}
            call = asyncio.create_task(client.call_tool("generate_video", wish))
            dragon = await asyncio.to_thread(until_queued, service)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert await asyncio.to_thread(until, lambda: is_called_off(service, dragon), LONG)
            wish = {"wish": "一只虎", "wait_seconds": 0}
            tiger = fields(await client.call_tool("generate_video", wish))["job_id"]
            gone = await client.call_tool("cancel_job", {"job_id": tiger})
            assert fields(gone)["cancelled"]
            assert await asyncio.to_thread(is_called_off, service, tiger)
            again = await client.call_tool("cancel_job", {"job_id": tiger})
            assert again.is_error
            assert words(again)


def test_without_the_sdk_the_command_says_what_to_install(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    (hidden / "sitecustomize").mkdir(parents=True)
    (hidden / "sitecustomize" / "__init__.py").write_text(
        "import sys\nsys.modules['mcp'] = None\n", "utf-8"
    )
    done = Shell(tmp_path, {"PYTHONPATH": str(hidden)}).run("mcp")
    assert done.returncode == 1
    assert "-e '.[agents]'" in done.stderr
