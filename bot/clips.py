"""A finished film fetched from the service into the media folder, with its poster and sidecar."""

import asyncio
import json
from functools import partial
from pathlib import Path

from bot.media import Shelf, safe_name
from bot.records import Clip
from video_service.client import Variant, VideoClient, VideoServiceError
from video_service.schema import VideoJob

FETCH_S = 300  # ten megabytes over a slow line between two houses


async def fetch_clip(client: VideoClient, job: VideoJob, shelf: Shelf) -> Clip:
    """The clip on disk. Without its film there is none; a poster or a sidecar may be missing."""
    stem = safe_name(job.id)
    async with asyncio.timeout(FETCH_S):
        video = await shelf.fetch(f"{stem}.mp4", partial(client.download, job.id))
        poster = await _extra(client, job, shelf, f"{stem}.jpg", "thumbnail")
        sidecar = await _extra(client, job, shelf, f"{stem}.json", "sidecar")
    return Clip(video, poster, sidecar, draft=await asyncio.to_thread(_is_draft, sidecar))


async def _extra(
    client: VideoClient, job: VideoJob, shelf: Shelf, name: str, variant: Variant
) -> Path | None:
    try:
        return await shelf.fetch(name, partial(client.download, job.id, variant=variant))
    except VideoServiceError:  # services of other makers know neither; the film is what counts
        return None


def read_sidecar(path: Path | None) -> dict[str, object]:
    """What the service wrote about a clip; empty when it wrote nothing that can be read."""
    try:
        told = json.loads(path.read_text("utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_draft(sidecar: Path | None) -> bool:
    return bool(read_sidecar(sidecar).get("draft"))
