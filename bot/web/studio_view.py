"""What the studio in the browser is handed: engines to choose from, and takes as they are."""

import asyncio
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel

from bot.clips import read_sidecar
from bot.media import safe_name
from bot.web import studio_wording as wording
from bot.web.clock import shown_time
from bot.web.making_of import (
    Fact,
    MakingOf,
    Told,
    engine_name,
    facts_of,
    making_of,
    seconds_of,
    size_shown,
)
from bot.web.progress import Progress, progress_of
from bot.web.studio import Look
from bot.web.takes import PHOTO, Params, Take, TakeShelf
from intents.making.engines import reads_chinese
from video_service.schema import EngineCard

MEDIA_URL = "/studio/media"


class Choice(BaseModel):
    """One value of a setting, and what it is called."""

    value: str
    label: str


class Engine(BaseModel):
    """One engine to choose: a sentence about it, and what its settings may be."""

    id: str
    label: str
    says: str
    modes: list[str]
    sizes: list[Choice]
    lengths: list[Choice]
    steps: list[int]
    guidance: tuple[float, float] | None
    tiers: list[Choice]
    negative: bool
    seeds: int | None
    english: bool


class Seen(BaseModel):
    """One take as it is shown. `percent` is None while nothing moves; addresses are our own."""

    id: str
    when: str
    wish: str
    prompt: str
    engine: str
    model: str
    params: Params
    state: Literal["open", "done", "failed"]
    again_of: str | None
    seed: int | None
    words: str = ""
    detail: str = ""
    percent: int | None = None
    error: str = ""
    film: str | None = None
    poster: str | None = None
    photo: str | None = None
    settings: tuple[Fact, ...] = ()
    times: tuple[Fact, ...] = ()
    house: tuple[Fact, ...] = ()


def engine(card: EngineCard) -> Engine:
    sizes = [size.partition("x") for size in card.sizes]
    return Engine(
        id=card.id,
        label=engine_name(card.id),
        says=_says(card),
        modes=list(card.modes),
        sizes=[Choice(value=f"{w}x{h}", label=size_shown(w, h)) for w, _, h in sizes],
        lengths=[Choice(value=str(n), label=_length(n, card.fps)) for n in card.frame_counts],
        steps=card.steps,
        guidance=card.guidance,
        tiers=[Choice(value=tier, label=wording.TIERS[tier]) for tier in card.tiers],
        negative=card.negative,
        seeds=card.seeds,
        english=not reads_chinese(card),
    )


def _says(card: EngineCard) -> str:
    where = wording.IN_CLOUD_PAID if card.paid else wording.IN_CLOUD
    if card.lane == "card":
        where = wording.DRAFT if card.draft else wording.ON_CARD
    how = wording.BY_PHOTO if "photo" in card.modes else wording.BY_WORDS
    if {"text", "photo"} <= set(card.modes):
        how = wording.BY_BOTH
    reads = wording.READS_CHINESE if reads_chinese(card) else wording.READS_ENGLISH
    return wording.SENTENCE.format(where=where, how=how, reads=reads)


def _length(frames: int, fps: int | None) -> str:
    seconds = seconds_of({"frames": frames, "fps": fps})
    return wording.LASTING.format(seconds=f"{seconds or 0:g}", frames=frames)


async def seen(look: Look, shelf: TakeShelf) -> Seen:
    """The take with everything that is known of how it is made."""
    take, stem = look.take, safe_name(look.take.job_id)
    told: Told = facts_of(look.job) if look.job else _ordered(take)
    poster = None
    if take.ended == "done":
        told = await asyncio.to_thread(read_sidecar, shelf.folder / f"{stem}.json") or told
        poster = await asyncio.to_thread((shelf.folder / f"{stem}.jpg").is_file)
    made, progress = making_of(told), _progress(look)
    photo = f"{take.id}{PHOTO}" if take.photo else ""
    photo = photo if await asyncio.to_thread((shelf.folder / photo).is_file) else ""
    return Seen(
        id=take.id,
        when=shown_time(take.at, datetime.now(UTC)),
        wish=take.wish,
        prompt=take.prompt,
        engine=engine_name(take.model),
        model=take.model,
        params=take.params,
        state=take.ended or "open",
        again_of=take.again_of,
        seed=take.seed,
        words=progress.words,
        detail=progress.detail,
        percent=progress.percent,
        error=take.error,
        film=f"{MEDIA_URL}/{stem}.mp4" if take.ended == "done" else None,
        poster=f"{MEDIA_URL}/{stem}.jpg" if poster else None,
        photo=f"{MEDIA_URL}/{photo}" if photo else None,
        **_made(made),
    )


def _made(made: MakingOf) -> dict[str, tuple[Fact, ...]]:
    return {"settings": made.settings, "times": made.times, "house": made.house}


def _progress(look: Look) -> Progress:
    if look.take.ended:
        return Progress("")
    waited = (datetime.now(UTC) - look.take.at).total_seconds()
    return progress_of(look.job, waited)


def _ordered(take: Take) -> Told:
    """What is known of a film while its service is away."""
    asked = take.params
    width, _, height = (asked.size or "").partition("x")
    return {
        "model": take.model,
        "seed": take.seed,
        "width": width,
        "height": height,
        "steps": asked.num_inference_steps,
        "guidance": asked.guidance_scale,
        "tier": asked.tier,
        "negative_prompt": asked.negative_prompt,
    }
