"""A finished film or picture fetched from the service into the media folder, with its sidecar."""

import asyncio
import json
from functools import partial
from pathlib import Path

from bot.media import Download, Shelf, safe_name
from bot.records import Clip, Parcel, Waiting
from video_service.client import VideoClient, VideoServiceError
from video_service.schema import VideoJob


async def look(client: VideoClient, parcel: Parcel | Waiting, wait: float = 0) -> VideoJob:
    """The job that is waited for, as it is now or as soon as it is over."""
    get = client.get_image if parcel.makes == "image" else client.get
    return await get(parcel.job_id or "", wait=wait)


async def call_off(client: VideoClient, parcel: Parcel) -> None:
    """Nobody waits for it any more."""
    cancel = client.cancel_image if parcel.makes == "image" else client.cancel
    await cancel(parcel.job_id or "")


async def fetch(client: VideoClient, parcel: Parcel, job: VideoJob, shelf: Shelf) -> Clip:
    """What `parcel` promised, on disk."""
    make = fetch_picture if parcel.makes == "image" else fetch_clip
    return await make(client, job, shelf)


async def fetch_picture(client: VideoClient, job: VideoJob, shelf: Shelf) -> Clip:
    """The picture on disk; its sidecar may be missing."""
    stem = safe_name(job.id)
    picture = await shelf.fetch(f"{stem}.png", partial(client.download_image, job.id))
    told = partial(client.download_image, job.id, variant="sidecar")
    sidecar = await _extra(shelf, f"{stem}.json", told)
    draft = await asyncio.to_thread(_is_draft, sidecar)
    return Clip(picture, None, sidecar, draft=draft, makes="image")


async def fetch_clip(client: VideoClient, job: VideoJob, shelf: Shelf) -> Clip:
    """The clip on disk. Without its film there is none; a poster or a sidecar may be missing."""
    stem = safe_name(job.id)
    video = await shelf.fetch(f"{stem}.mp4", partial(client.download, job.id))
    still = partial(client.download, job.id, variant="thumbnail")
    poster = await _extra(shelf, f"{stem}.jpg", still)
    told = partial(client.download, job.id, variant="sidecar")
    sidecar = await _extra(shelf, f"{stem}.json", told)
    return Clip(video, poster, sidecar, draft=await asyncio.to_thread(_is_draft, sidecar))


async def _extra(shelf: Shelf, name: str, download: Download) -> Path | None:
    try:
        return await shelf.fetch(name, download)
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
