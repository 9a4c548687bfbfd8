"""A film lot for the studio's tests: engines with all their settings, jobs that wait for a nod."""

import json
import re
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any

import httpx

CARDS: tuple[dict[str, Any], ...] = (
    {"id": "cogvideox-5b", "ready": True, "modes": ["text"], "languages": ["en"],
     "sizes": ["720x480"], "frame_counts": [9, 49], "fps": 8, "steps": [25, 50],
     "guidance": [1.0, 12.0], "prompt_tokens": 226, "tiers": ["standard", "fast"]},
    {"id": "cogvideox-5b-i2v", "ready": True, "modes": ["photo"], "languages": ["en"]},
    {"id": "zhipu-cogvideox-3", "ready": True, "paid": True, "lane": "cloud",
     "languages": ["zh", "en"], "modes": ["text", "photo"], "seeds": None, "negative": False},
    {"id": "wan2.2-5b", "ready": False, "reason": "no folder"},
    {"id": "flux", "ready": True, "makes": "image"},
)  # fmt: skip
SIDECAR = {
    "model": "cogvideox-5b", "prompt": "A panda.", "seed": 7, "width": 720, "height": 480,
    "frames": 49, "fps": 8, "steps": 50, "guidance": 6.0, "stage_seconds": {"denoise": 180.4},
    "profile": "int8", "versions": {"torch": "2.13.0"},
}  # fmt: skip


@dataclass
class Lot:
    """`answer` for httpx.MockTransport. A job is queued until the test changes it."""

    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False
    refuses: tuple[int, str, str] | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("nobody answers")
        path = request.url.path
        if path == "/v1/models":
            return httpx.Response(200, json={"data": list(CARDS)})
        if request.method == "POST":
            return self._order(request)
        job = self.jobs.get(path.split("/")[3])
        if job is None:
            return _problem(404, "not_found", "there is no such video")
        if path.endswith("/content"):
            told = {"sidecar": json.dumps(SIDECAR).encode()}
            return httpx.Response(200, content=told.get(request.url.params["variant"], b"film"))
        if request.method == "DELETE":
            job.update(status="failed", error={"code": "cancelled", "message": "cancelled"})
        return httpx.Response(200, json=job)

    def _order(self, request: httpx.Request) -> httpx.Response:
        if self.refuses:
            return _problem(*self.refuses)
        key = request.headers["idempotency-key"]
        if known := next((job for job in self.jobs.values() if job["key"] == key), None):
            return httpx.Response(200, json=known)
        wish = _fields(request)
        self.orders.append({**wish, "path": request.url.path})
        again = re.fullmatch("/v1/videos/(.+)/remix", request.url.path)
        before = self.jobs[again[1]] if again else {}
        seed = 7 if str(wish.get("new_seed")).lower() != "true" else 8
        job = {
            "id": f"video_{len(self.jobs)}", "key": key, "status": "queued", "created_at": 1,
            "model": wish.get("model") or before.get("model"), "prompt": wish["prompt"],
            "seed": seed, "queue_position": 2, "eta_s": 240,
        }  # fmt: skip
        self.jobs[str(job["id"])] = job
        return httpx.Response(200, json=job)


def _fields(request: httpx.Request) -> dict[str, Any]:
    """The parts of a multipart body; a file by its length."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    found: dict[str, Any] = {}
    for part in BytesParser().parsebytes(head + request.read()).walk():
        name = part.get_param("name", header="content-disposition")
        if name is None:
            continue
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        found[str(name)] = len(body) if part.get_filename() else body.decode()
    return found


def _problem(status: int, code: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": message}})
