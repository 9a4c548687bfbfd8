"""小爱 at a vLLM-Omni or SGLang: the same API, without any of what only our own service adds."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.fake_llm import running_llm
from tests.family import Family

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


@contextmanager
def other_server() -> Iterator[OtherServer]:
    server = OtherServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(server.get(self.path.partition("?")[0]))

        def do_POST(self) -> None:
            server.forms.append(self.rfile.read(int(self.headers["Content-Length"])))
            self._say(server.job())

        def _say(self, body: bytes | None) -> None:
            self.send_response(404 if body is None else 200)
            body = body or b'{"error": {"code": "not_found", "message": "no"}}'
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        server.url = f"http://127.0.0.1:{http.server_port}"
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


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
