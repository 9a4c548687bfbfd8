"""小爱 at a vLLM-Omni or SGLang: the same API, without any of what only our own service adds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fake_llm import running_llm
from tests.family import Family
from tests.serving import Answers, serving

FILM = b"\x00\x00\x00\x18ftypmp42 from another house"


@dataclass
class OtherServer:
    """The few paths that vLLM-Omni documents; jobs are done after some looks at them."""

    looks: int = 2
    forms: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def get(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path == "/v1/models":
            model = {"id": "Wan-AI/Wan2.2", "object": "model", "owned_by": "vllm", "parent": None}
            return json.dumps({"object": "list", "data": [model]}).encode()
        if path == "/v1/videos/video-1/content":
            return FILM
        return self.job() if path == "/v1/videos/video-1" else None

    def job(self) -> bytes:
        done = self.asked.count("/v1/videos/video-1") >= self.looks
        status = "completed" if done else "in_progress" if self.asked else "queued"
        told = {"id": "video-1", "object": "video", "model": "Wan-AI/Wan2.2", "status": status}
        return json.dumps({**told, "created_at": 1, "progress": 0, "file_name": "a.mp4"}).encode()


class Handler(Answers):
    other: OtherServer

    def do_GET(self) -> None:
        if (body := self.other.get(self.path.partition("?")[0])) is None:
            self.tell(404, b'{"error": {"code": "not_found", "message": "no"}}')
        else:
            self.tell(200, body)

    def do_POST(self) -> None:
        self.other.forms.append(self.body())
        self.tell(200, self.other.job())


@contextmanager
def other_server() -> Iterator[OtherServer]:
    server = OtherServer()
    with serving(Handler, other=server) as server.url:
        yield server


async def test_a_clip_from_another_server_arrives_and_the_server_is_not_hammered(
    tmp_path: Path,
) -> None:
    with other_server() as server, running_llm() as llm:
        async with Family(tmp_path, server.url, llm.url).living() as family:
            await family.says("妈妈", "小爱 生成一个熊猫吃竹子的视频")
            assert (await family.hears()).text
            clip = await family.hears()
            assert clip.video
            assert clip.video.read_bytes() == FILM
    (form,) = server.forms
    assert b'name="model"\r\n\r\nWan-AI/Wan2.2\r\n' in form
    assert server.asked.count("/v1/videos/video-1") == server.looks
