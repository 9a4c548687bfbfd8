"""A film studio that needs two seconds a clip: the answers of /v1/videos, and a true H.264 film."""

import time
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
from PIL import Image

STAGES = ("load", "embed", "denoise", "denoise", "denoise", "decode", "encode", "poster")
WIDTH, HEIGHT, FPS = 480, 320, 12


class Studio:
    """Jobs move by the clock: `order` begins one that is done after `film_s` seconds."""

    def __init__(self, film_s: float) -> None:
        self.film_s = film_s
        self._began: dict[str, float] = {}
        self.asked = 0

    def order(self) -> str:
        job_id = f"video_{len(self._began)}"
        self._began[job_id] = time.monotonic()
        return job_id

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What the service would say; for httpx.MockTransport."""
        if self.film_s <= 0:  # nobody is there
            raise httpx.ConnectError("the studio is away")
        path = request.url.path
        if path == "/healthz":
            return httpx.Response(200, json={"status": "ok", "instance": "test"})
        if path == "/v1/models":
            return httpx.Response(200, json={"object": "list", "data": [_card()]})
        self.asked += 1
        return httpx.Response(200, json=self._job(path.rsplit("/", 1)[-1]))

    def _share(self, job_id: str) -> float:
        return (time.monotonic() - self._began[job_id]) / self.film_s

    def _job(self, job_id: str) -> dict[str, Any]:
        share = min(self._share(job_id), 0.999)
        job: dict[str, Any] = {"id": job_id, "model": "draft", "created_at": 0, "progress": 0}
        if share < 0.2:
            return job | {"status": "queued", "queue_position": 1, "eta_s": 40}
        stage = STAGES[int(share * len(STAGES))]
        left = round(self.film_s * (1 - share))
        return job | {
            "status": "in_progress", "stage": stage, "progress": int(share * 100), "eta_s": left
        }  # fmt: skip


def write_film(video: Path, poster: Path, seconds: float = 3) -> None:
    """A ball that crosses the picture: small, and a browser can tell that it moves."""
    video.parent.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    sky = np.stack([90 + x // 6, 140 + y // 5, 200 - y // 4], axis=-1).astype(np.uint8)
    with av.open(str(video), "w", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        count = int(seconds * FPS)
        for i in range(count):
            picture = sky.copy()
            picture[(x - WIDTH * i / count) ** 2 + (y - HEIGHT / 2) ** 2 < 900] = (250, 240, 190)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    Image.fromarray(sky).save(poster, "JPEG")


def _card() -> dict[str, Any]:
    return {"id": "draft", "ready": True, "draft": True, "modes": ["text", "photo"]}
