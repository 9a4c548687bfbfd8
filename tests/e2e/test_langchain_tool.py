"""examples/langchain_tool.py with the real LangChain: a model's tool call becomes a film."""

import importlib.util
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import av
import pytest

pytest.importorskip("langchain_core", reason="pip install '.[dev]'")

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.messages.tool import ToolCall
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ValidationError

from tests.service.running import Running, running_service

EXAMPLE = Path(__file__).parents[2] / "examples" / "langchain_tool.py"
NOBODY = "http://127.0.0.1:9"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


def video_tool(service: str, folder: Path) -> BaseTool:
    spec = importlib.util.spec_from_file_location("langchain_tool", EXAMPLE)
    assert spec
    assert spec.loader
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    made: BaseTool = example.video_tool(service, folder)
    return made


def call(**arguments: object) -> ToolCall:
    return ToolCall(name="generate_video", args=arguments, id="call_1", type="tool_call")


def test_what_a_model_calls_for_is_filmed_and_told_to_it(service: Running, tmp_path: Path) -> None:
    film = video_tool(service.url, tmp_path)
    wish = call(prompt="A panda eats bamboo on a sunny hillside.", seconds=2)
    model = GenericFakeChatModel(messages=iter([AIMessage("", tool_calls=[wish])]))
    asked = model.invoke("拍一段熊猫吃竹子的视频")
    told = film.invoke(asked.tool_calls[0])
    assert isinstance(told, ToolMessage)
    assert told.status == "success"
    assert told.artifact["status"] == "completed"
    path = Path(told.artifact["path"])
    assert str(path) in str(told.content)
    with av.open(str(path)) as clip:
        assert float(clip.duration or 0) / av.time_base == pytest.approx(2, abs=0.3)


def test_the_model_sees_what_the_tool_takes(tmp_path: Path) -> None:
    film = video_tool(NOBODY, tmp_path)
    told = convert_to_openai_tool(film)["function"]
    assert set(told["parameters"]["properties"]) == {"prompt", "seconds"}
    assert told["parameters"]["required"] == ["prompt"]
    with pytest.raises(ValidationError):
        film.invoke({"prompt": "a cat", "seconds": 900})


def test_what_goes_wrong_is_told_to_the_model_and_ends_nothing(
    service: Running, tmp_path: Path
) -> None:
    away = video_tool(NOBODY, tmp_path).invoke(call(prompt="a cat"))
    refused = video_tool(service.url, tmp_path).invoke(call(prompt=""))
    assert away.status == refused.status == "error"
    assert "does not answer" in away.content
    assert "refused" in refused.content
    assert list(tmp_path.iterdir()) == []


class Page(BaseHTTPRequestHandler):
    """What a login page in between says to everything."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Please log in</html>")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def test_a_page_in_between_and_a_full_disk_are_told_as_well(
    service: Running, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    unkept = video_tool(service.url, tmp_path / "file").invoke(call(prompt="a cat", seconds=2))
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        paged = video_tool(url, tmp_path).invoke(call(prompt="a cat"))
        server.shutdown()
    assert unkept.status == paged.status == "error"
    assert "cannot be kept" in unkept.content
    assert "no video service" in paged.content
