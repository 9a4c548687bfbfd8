"""群影给 LangChain 的智能体当工具：一句英文描述，拍成一段视频文件。

    pip install langchain-core httpx
    qunying serve                       # 另开一个终端
    python examples/langchain_tool.py "A panda eats bamboo on a sunny hillside."

在你的智能体里：create_agent(model, tools=[video_tool("http://127.0.0.1:8601", Path("out"))])
服务要令牌时设好 QUNYING_SERVICE_TOKEN。用 MCP 的智能体不需要这个文件，见 docs/agents.md。
"""

import os
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
from langchain_core.tools import BaseTool, ToolException, tool
from pydantic import Field

SERVICE = "http://127.0.0.1:8601"
ANSWER_S = 70.0  # the service holds a question open for a minute at most
FILM_S = 1800.0


def video_tool(service: str, folder: Path, token: str | None = None) -> BaseTool:
    """A tool that films with the service at `service` and keeps its clips in `folder`.

    The model reads one sentence with the path; the job is the message's artifact.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    @tool(response_format="content_and_artifact")
    def generate_video(
        prompt: Annotated[str, Field(description="What is seen, one English paragraph")],
        seconds: Annotated[float, Field(ge=1, le=10, description="Length of the clip")] = 5,
    ) -> tuple[str, dict[str, Any]]:
        """Film a short video clip of what the prompt describes; takes seconds to minutes."""
        # the service is near: a proxy of the environment would not find it
        client = httpx.Client(base_url=service, headers=headers, timeout=ANSWER_S, trust_env=False)
        with client as http, _told_to_the_model():
            job = _film(http, {"prompt": prompt, "seconds": f"{seconds:g}"})
            clip = http.get(f"/v1/videos/{job['id']}/content").raise_for_status().content
            folder.mkdir(parents=True, exist_ok=True)
            path = (folder / f"{job['id']}.mp4").absolute()
            path.write_bytes(clip)
        return f"The video is ready: {path}", {**job, "path": str(path)}

    generate_video.handle_tool_error = True  # the model reads why, and may ask for something else
    return generate_video


@contextmanager
def _told_to_the_model() -> Iterator[None]:
    """Whatever goes wrong ends the call with a sentence, not the program."""
    try:
        yield
    except httpx.HTTPError as error:
        raise ToolException(f"the video service does not answer: {error!r}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ToolException(f"that is no video service: {error!r}") from error
    except OSError as error:
        raise ToolException(f"the video cannot be kept: {error}") from error


def _film(http: httpx.Client, wish: dict[str, str]) -> dict[str, Any]:
    """The completed job; ToolException says in the service's words why there is none."""
    # with a key, a wish whose answer was lost can be sent again and is filmed once
    key = {"Idempotency-Key": uuid.uuid4().hex}
    job = _read(http.post("/v1/videos", json=wish, headers=key))
    ends = time.monotonic() + FILM_S
    while job["status"] not in ("completed", "failed"):
        if time.monotonic() > ends:
            raise ToolException(f"the video {job['id']} takes too long; it is still filmed")
        job = _read(http.get(f"/v1/videos/{job['id']}", params={"wait": 30}))
    if job["status"] == "failed":
        raise ToolException(f"the video was not made: {job['error']['message']}")
    return job


def _read(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    if not answer.is_success:
        raise ToolException(f"the video service refused: {told['error']['message']}")
    return told


if __name__ == "__main__":
    film = video_tool(SERVICE, Path("out"), os.environ.get("QUNYING_SERVICE_TOKEN"))
    print(film.invoke({"prompt": " ".join(sys.argv[1:])}))  # noqa: T201
