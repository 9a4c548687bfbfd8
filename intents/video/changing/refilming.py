"""A clip filmed once more with something changed: at the service, or anew from what was kept."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from intents.base import Tools
from intents.dialogue import Dialogue, Keep, Reply, Text, Ticket
from intents.errors import IntentError, NotAllowed, Unreachable
from intents.making.orders import engines, refusal, unplaced, who
from intents.making.waiting import wait
from intents.shots import Shot
from intents.video import change_wording, wording
from video_service.client import (
    ServiceRefused,
    VideoServiceError,
)
from video_service.schema import EngineCard, Remix, VideoJob, VideoRequest

log = logging.getLogger(__name__)
GONE = "not_found"
SAYS = {
    GONE: change_wording.FORGOTTEN,
    "not_ready": change_wording.STILL_FILMING,
    "photo_gone": change_wording.PHOTO_GONE,
    "joined": change_wording.JOINED,
    "prompt_too_long": wording.TOO_LONG,
}
SOUND = "audio"
SAME = ("prompt", "model", "seed", "fps")
PARAMETERS = {"steps": "num_inference_steps", "guidance": "guidance_scale", "frames": "num_frames"}


@dataclass(frozen=True, slots=True)
class Made:
    """How a clip was made: by the service's word, else by what the room kept."""

    told: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        return str(self.told.get("prompt") or "")

    @property
    def model(self) -> str:
        return str(self.told.get("model") or "auto")


async def made(shot: Shot, tools: Tools) -> Made:
    """Prompt, engine, seed and parameters of a clip; NotAllowed when nobody knows them any more."""
    try:
        job = await tools.video.get(shot.job)
    except ServiceRefused:
        made = Made({**await _sidecar(shot, tools), **shot.kept})
    except VideoServiceError as error:
        raise Unreachable(str(error), say=wording.ASLEEP) from error
    else:
        made = Made(job.model_dump(exclude_none=True))
    if not made.prompt:
        raise NotAllowed(f"{shot.job}: its prompt is lost", say=change_wording.FORGOTTEN)
    return made


async def refilm(
    dialogue: Dialogue,
    shot: Shot,
    changes: Remix,
    tools: Tools,
    *,
    said: str = "",
    keep: Mapping[str, Any] | None = None,
) -> Reply:
    """One acknowledgement, which begins with `said`, and a ticket. `keep`: for later turns."""
    ask = dialogue.ask
    key, changes = f"{ask.key}:0", changes.model_copy(update={"user": who(ask)})
    wish = str((keep or {}).get("wish") or shot.wish)
    await tools.gate.check(ask, "video", wish)
    if changes.prompt:
        await tools.gate.words(ask, wish, changes.prompt)

    async def order() -> VideoJob:
        try:
            return await tools.video.remix(shot.job, changes, key=key)
        except ServiceRefused as error:
            if error.code not in (GONE, "photo_gone"):
                raise
            log.info("%s: %s, filming it anew from what was kept", shot.job, error.code)
        photo = await _photo(dialogue, shot, tools)
        request = await _anew(shot, changes, tools)
        return await tools.video.create(request, key=key, photo=photo)

    job = await place(tools, order)
    photo = {name: it for name in ("photo", "remade") if (it := shot.kept.get(name))}
    kept = {"wish": shot.wish, "prompt": job.prompt, "seed": job.seed, "model": job.model}
    first = Text(await acknowledge(job, tools, said))
    return (first, Ticket(job.id), Keep({**kept, "of": shot.job, **photo, **(keep or {})}))


async def place(tools: Tools, order: Callable[[], Awaitable[VideoJob]]) -> VideoJob:
    """The job; whatever goes wrong, with a way out."""
    tools.committing()
    try:
        return await order()
    except ServiceRefused as error:
        raise _refused(error) from error
    except VideoServiceError as error:
        raise unplaced(error, wording) from error


async def card_of(model: str, tools: Tools) -> EngineCard | None:
    """The engine of that name; None when the service has it no more."""
    cards = await engines(tools, wording)
    return next((card for card in cards if card.id == model), None)


async def acknowledge(job: VideoJob, tools: Tools, said: str = "") -> str:
    """One line: what was done about it, how many come before, how long."""
    try:
        card = await card_of(job.model, tools)
    except Unreachable:  # it is ordered already: only a word about drafts would be missing
        card = None
    if not said and card and card.draft:
        said = wording.DRAFT
    ahead = change_wording.AHEAD.format(ahead=job.queue_position) if job.queue_position else ""
    return (said or change_wording.GOOD) + ahead + wait(job.eta_s, change_wording.UNKNOWN_WAIT)


def _refused(error: ServiceRefused) -> IntentError:
    if SOUND in error.code:
        return NotAllowed(str(error), say=change_wording.MUSIC_BAD)
    return NotAllowed(str(error), say=SAYS.get(error.code) or refusal(error.code, wording))


async def _sidecar(shot: Shot, tools: Tools) -> dict[str, object]:
    """What is kept beside the clip, under the names of an order."""
    told = dict(await tools.library.sidecar(shot)) if tools.library else {}
    named: dict[str, object] = {name: told[name] for name in SAME if name in told}
    for ours, theirs in PARAMETERS.items():
        if ours in told:
            named[theirs] = told[ours]
    if "width" in told and "height" in told:
        named["size"] = f"{told['width']}x{told['height']}"
    return named


async def _anew(shot: Shot, changes: Remix, tools: Tools) -> VideoRequest:
    """An order like the one that is forgotten."""
    told = {**await _sidecar(shot, tools), **shot.kept}
    before = {name: told[name] for name in VideoRequest.model_fields if told.get(name)}
    new = changes.model_dump(exclude={"new_seed"}, exclude_none=True)
    if changes.new_seed:
        before.pop("seed", None)
    try:
        return VideoRequest.model_validate({**before, **new})
    except ValidationError as error:  # nothing is known of it, or a file of another version
        raise NotAllowed(f"{shot.job}: {error}", say=change_wording.FORGOTTEN) from error


async def _photo(dialogue: Dialogue, shot: Shot, tools: Tools) -> bytes | None:
    """The photo it was filmed from, out of the room's own album."""
    key = shot.kept.get("photo")
    if not key or shot.kept.get("remade"):
        return None
    photo = await tools.album.photo(dialogue.ask, str(key)) if tools.album else None
    try:
        if photo:
            return await photo.read()
    except OSError as error:
        raise NotAllowed(f"photo {key}: {error!r}", say=change_wording.PHOTO_GONE) from error
    raise NotAllowed(f"photo {key} is forgotten", say=change_wording.PHOTO_GONE)
