"""What was filmed in the studio, on disk: one JSON file a take, beside its photo and its film."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.media import Shelf
from video_service.schema.wire import Size, Tier

ID = r"[0-9a-z]{9}-[0-9a-f]{12}"  # the time in front: names in order are takes in order
TAKE = ".take"
PHOTO = ".jpg"


class Params(BaseModel):
    """The finer settings; left out: the engine's own default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    size: str | None = Field(None, pattern=Size)
    num_frames: int | None = Field(None, ge=1, le=1000)
    num_inference_steps: int | None = Field(None, ge=1, le=200)
    guidance_scale: float | None = Field(None, ge=0, le=30)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    tier: Tier | None = None
    negative_prompt: str | None = Field(None, max_length=4000)


class Wanted(BaseModel):
    """What the browser asks for. `prompt`: taken as it stands; empty: written from the wish.

    `again_of`: another take of this one, with its seed unless `new_seed` or a seed is given.
    `member`: who speaks in the room, and is counted; left out: the first of the family.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=f"^{ID}$")]
    wish: str = Field("", max_length=300)
    prompt: str = Field("", max_length=4000)
    model: str = Field("", max_length=200)
    params: Params = Params()
    again_of: str | None = Field(None, pattern=f"^{ID}$")
    new_seed: bool = False
    member: str = Field("", max_length=64)


class Take(BaseModel):
    """One film that was ordered here. `ended` is None while nobody has seen its end.

    `seed`: None until the service has told it. `error`: Chinese, why there is no film.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    id: str
    at: datetime
    wish: str
    prompt: str
    model: str
    job_id: str
    params: Params = Params()
    seed: int | None = None
    again_of: str | None = None
    photo: bool = False
    ended: Literal["done", "failed"] | None = None
    error: str = ""


class TakeShelf:
    """One folder of takes. Every method may be awaited on the event loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.media = Shelf(folder)  # films lie under the names of their jobs

    async def get(self, take_id: str) -> Take | None:
        return await asyncio.to_thread(_read, self.folder / f"{take_id}{TAKE}")

    async def put(self, take: Take) -> None:
        """Write it down; whole, or as it was before."""
        text = take.model_dump_json(indent=1)
        await asyncio.to_thread(_write, self.folder / f"{take.id}{TAKE}", text.encode())

    async def keep_photo(self, take_id: str, photo: bytes) -> None:
        await asyncio.to_thread(_write, self.folder / f"{take_id}{PHOTO}", photo)

    async def photo(self, take: Take) -> bytes | None:
        """The photo it was filmed from; OSError when that is gone."""
        path = self.folder / f"{take.id}{PHOTO}"
        return await asyncio.to_thread(path.read_bytes) if take.photo else None

    async def page(self, before: str | None, limit: int) -> Sequence[Take]:
        """The newest takes older than `before`, newest first."""
        return await asyncio.to_thread(_page, self.folder, before, limit)

    async def remove(self, take: Take) -> None:
        """The take and its photo; the film is its job's, see `Shelf.discard`."""
        await self.media.discard((f"{take.id}{TAKE}", f"{take.id}{PHOTO}"))


def _page(folder: Path, before: str | None, limit: int) -> list[Take]:
    names = sorted((path.stem for path in folder.glob(f"*{TAKE}")), reverse=True)
    older = (name for name in names if before is None or name < before)
    found = (_read(folder / f"{name}{TAKE}") for name in older)
    return list(islice((take for take in found if take), limit))


def _read(path: Path) -> Take | None:
    """None where there is none, or one that nobody can read."""
    try:
        return Take.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")  # two tabs may look at once
    part.write_bytes(data)
    part.replace(path)
