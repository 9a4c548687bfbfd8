"""The real openai SDK drives the service: what it can do with the original, it can do here."""

from pathlib import Path
from typing import Any

import openai
import pytest

from tests.service.running import running_service

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")
ANY = "video_" + "0" * 32


def test_create_poll_download_list_delete(tmp_path: Path, photo: bytes) -> None:
    with (
        running_service(tmp_path, QUNYING_SERVICE_TOKEN="sdk") as service,
        openai.OpenAI(base_url=f"{service.url}/v1", api_key="sdk", max_retries=0) as sdk,
    ):
        wish: dict[str, Any] = {  # our sizes and lengths are not those of the SDK's types
            "prompt": "熊猫吃竹子",
            "model": "draft",
            "seconds": "2",
            "size": "720x480",
            "extra_body": {"seed": 7, "user": "mum"},
            "extra_headers": {"Idempotency-Key": "m-1"},
        }
        video = sdk.videos.create(**wish)
        again = sdk.videos.create(**wish)
        assert again.id == video.id
        done = sdk.videos.poll(video.id, poll_interval_ms=200)
        assert (done.status, done.progress, done.seconds) == ("completed", 100, "2")
        film = sdk.videos.download_content(video.id).read()
        assert film[4:8] == b"ftyp"
        poster = sdk.videos.download_content(video.id, variant="thumbnail").read()
        assert poster[:2] == b"\xff\xd8"

        moved = sdk.videos.create(prompt="动起来", input_reference=("a.png", photo, "image/png"))
        with pytest.raises(openai.ConflictError) as early:
            sdk.videos.download_content(moved.id)
        assert early.value.code == "not_ready"
        remixed = sdk.videos.remix(video.id, prompt="到了晚上")
        assert remixed.remixed_from_video_id == video.id
        assert {v.id for v in sdk.videos.list(limit=2)} == {video.id, moved.id, remixed.id}

        assert sdk.videos.delete(video.id).deleted
        with pytest.raises(openai.NotFoundError):
            sdk.videos.retrieve(video.id)
        sdk.videos.delete(remixed.id)
        cancelled = sdk.videos.poll(remixed.id)
        assert cancelled.error is not None
        assert (cancelled.status, cancelled.error.code) == ("failed", "cancelled")
        with pytest.raises(openai.BadRequestError) as bad:
            sdk.videos.create(prompt="x", extra_body={"num_frames": 12})
        assert bad.value.param == "num_frames"
        with pytest.raises(openai.AuthenticationError):
            openai.OpenAI(base_url=f"{service.url}/v1", api_key="no").videos.list()
