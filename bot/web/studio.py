"""The studio: the owner films past the chat, with every setting, and films again in other words."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels.web import ROOM, WebChannel
from bot.clips import fetch_clip
from bot.media import safe_name
from bot.web import studio_wording as wording
from bot.web.photos import clean_photo
from bot.web.prompting import asked, kind, prompt_of
from bot.web.takes import Take, TakeShelf, Wanted
from intents.base import Tools
from intents.dialogue import Turn
from intents.errors import IntentError, NotAllowed, Unreachable
from intents.making.engines import is_ready
from intents.making.orders import who
from video_service.client import (
    ServiceBusy,
    ServiceRefused,
    ServiceUnreachable,
    VideoClient,
    VideoServiceError,
)
from video_service.schema import EngineCard, Remix, Status, VideoJob, VideoRequest

log = logging.getLogger(__name__)
PAGE = 12
USER = who(asked("", "").ask)  # whose jobs these are, for the service's fair shares
REFUSALS = {
    "prompt_too_long": wording.TOO_LONG,
    "prompt_language": wording.ENGLISH_ONLY,
    "photo_required": wording.NEEDS_PHOTO,
    "photo_not_supported": wording.TAKES_NO_PHOTO,
    "photo_gone": wording.PHOTO_GONE,
    "not_found": wording.GONE,
}


@dataclass(frozen=True, slots=True)
class Look:
    """A take and its job as it is now; no job: the take is over, or the service is away."""

    take: Take
    job: VideoJob | None = None


class Studio:
    """Raises NotAllowed, Unreachable (`say` is for the owner), BadPhoto or OSError."""

    def __init__(self, tools: Tools, shelf: TakeShelf, members: Sequence[str]) -> None:
        """`members` are the family; whoever of them films is counted as in the room."""
        self._tools, self.shelf, self._members = tools, shelf, tuple(members)

    @property
    def _video(self) -> VideoClient:
        return self._tools.video

    async def engines(self) -> list[EngineCard]:
        """What can film now, the preferred first."""
        try:
            cards = await self._video.engines()
        except VideoServiceError as error:
            raise told(error) from error
        return [card for card in cards if card.makes == "video" and is_ready(card)]

    async def film(self, wanted: Wanted, raw: bytes | None) -> Take:
        """Order a film; the same id again is the same take, also when its first answer got lost."""
        if before := await self.shelf.get(wanted.id):
            return before
        ask = self._ask(wanted.id, wanted.member, wanted.wish or wanted.prompt)
        take: Take | None = None
        await self._tools.gate.check(ask, "video", ask.said)
        try:
            if wanted.again_of:
                take = await self._again(wanted, await self.take(wanted.again_of), ask)
            else:
                take = await self._anew(wanted, raw, ask)
            return take
        finally:
            # a first click may have been slower than the browser waits, and come to its film since
            if take is None and await self.shelf.get(wanted.id) is None:
                await self._tools.gate.free(ask)

    async def _anew(self, wanted: Wanted, raw: bytes | None, ask: Turn) -> Take:
        photo = await asyncio.to_thread(clean_photo, raw) if raw is not None else None
        card = await self._card(wanted.model, photo=photo is not None)
        prompt = await prompt_of(wanted, card, self._tools, photo)
        await self._tools.gate.words(ask, ask.said, prompt)
        params = wanted.params.model_dump(exclude_none=True)
        request = VideoRequest(prompt=prompt, model=card.id, user=USER, **params)
        try:
            job = await self._video.create(request, key=_key(wanted), photo=photo)
        except VideoServiceError as error:
            raise told(error) from error
        return await self._keep(wanted, job, prompt, photo)

    async def _again(self, wanted: Wanted, before: Take, ask: Turn) -> Take:
        """The same film in other words: engine, settings, photo and seed stay unless changed."""
        try:
            photo = await self.shelf.photo(before)
        except OSError as error:
            raise NotAllowed(f"take {before.id}: {error!r}", say=wording.PHOTO_GONE) from error
        prompt = " ".join(wanted.prompt.split()) or before.prompt
        if photo:
            kind(prompt)
        await self._tools.gate.words(ask, ask.said, prompt)
        changed = wanted.params.model_dump(exclude_none=True)
        fresh = wanted.new_seed and "seed" not in changed
        changes = Remix(prompt=prompt, new_seed=fresh, user=USER, **changed)
        try:
            job = await self._video.remix(before.job_id, changes, key=_key(wanted), photo=photo)
        except VideoServiceError as error:
            raise told(error) from error
        params = before.params.model_copy(update={**changed, "seed": changed.get("seed")})
        inherited = {"wish": before.wish, "model": before.model, "params": params}
        return await self._keep(wanted.model_copy(update=inherited), job, prompt, photo)

    async def _keep(self, wanted: Wanted, job: VideoJob, prompt: str, photo: bytes | None) -> Take:
        if photo is not None:
            await self.shelf.keep_photo(wanted.id, photo)
        take = Take(
            id=wanted.id,
            at=datetime.now(UTC),
            wish=" ".join(wanted.wish.split()),
            prompt=job.prompt or prompt,
            model=job.model or wanted.model,
            job_id=job.id,
            params=wanted.params,
            seed=job.seed,
            again_of=wanted.again_of,
            photo=photo is not None,
        )
        await self.shelf.put(take)
        log.info("take %s is job %s on %s", take.id, take.job_id, take.model)
        return take

    def _ask(self, take_id: str, member: str = "", wish: str = "") -> Turn:
        """The order as if it had been said in the room."""
        who, said = member if member in self._members else self._members[0], " ".join(wish.split())
        now = datetime.now(UTC)
        return Turn(take_id, WebChannel.name, ROOM, who, who, said, now, said=said)

    async def _card(self, model: str, *, photo: bool) -> EngineCard:
        card = next((card for card in await self.engines() if card.id == model), None)
        if card is None:
            raise NotAllowed(f"engine {model!r} is not ready", say=wording.NO_ENGINE)
        if photo and "photo" not in card.modes:
            raise NotAllowed(f"{model} takes no photo", say=wording.TAKES_NO_PHOTO)
        if not photo and "text" not in card.modes:
            raise NotAllowed(f"{model} needs a photo", say=wording.NEEDS_PHOTO)
        return card

    async def take(self, take_id: str) -> Take:
        if take := await self.shelf.get(take_id):
            return take
        raise NotAllowed(f"there is no take {take_id}", say=wording.GONE)

    async def looks(self, before: str | None) -> tuple[Sequence[Look], bool]:
        """A page of takes, newest first, and whether there are older ones."""
        found = await self.shelf.page(before, PAGE + 1)
        seen = [await self.look(take) for take in found[:PAGE]]
        return seen, len(found) > PAGE

    async def look(self, take: Take) -> Look:
        """The take as it is now; what has ended is fetched and noted once."""
        if take.ended:
            return Look(take)
        try:
            job = await self._video.get(take.job_id)
            if job.status is Status.completed:
                await fetch_clip(self._video, job, self.shelf.media)
        except ServiceRefused as error:
            log.warning("take %s: its job is gone: %s", take.id, error)
            return Look(await self._end(take, "failed", wording.LOST))
        except (VideoServiceError, TimeoutError):  # the page then says that the service is awaited
            return Look(take)
        if job.status is Status.completed:
            return Look(await self._end(take, "done", seed=job.seed), job)
        if job.status is Status.failed:
            code = job.error.code if job.error else ""
            why = wording.FAILED_BY_CODE.get(code, wording.FAILED)
            return Look(await self._end(take, "failed", why), job)
        return Look(take, job)

    async def cancel(self, take: Take) -> Look:
        """Stop it if it is under way."""
        if not take.ended:
            try:
                await self._video.cancel(take.job_id)
            except ServiceRefused as error:
                log.info("take %s is over already: %s", take.id, error)
            except VideoServiceError as error:
                raise told(error) from error
        return await self.look(take)

    async def remove(self, take: Take) -> None:
        """Forget a take that is over, its film included; one under way stays."""
        if (await self.look(take)).take.ended:
            stem = safe_name(take.job_id)
            await self.shelf.media.discard((f"{stem}.mp4", f"{stem}.jpg", f"{stem}.json"))
            await self.shelf.remove(take)

    async def _end(
        self, take: Take, ended: str, error: str = "", *, seed: int | None = None
    ) -> Take:
        known = take.seed if seed is None else seed
        over = take.model_copy(update={"ended": ended, "error": error, "seed": known})
        await self.shelf.put(over)
        if ended == "failed":
            await self._tools.gate.free(self._ask(take.id))
        return over


def _key(wanted: Wanted) -> str:
    return f"studio:{wanted.id}"


def told(error: VideoServiceError) -> IntentError:
    """What the service's refusal means to the owner."""
    match error:
        case ServiceBusy(own=own):
            return NotAllowed(str(error), say=wording.ENOUGH if own else wording.FULL)
        case ServiceRefused(code=code):
            return NotAllowed(str(error), say=_refused(code, str(error)))
        case ServiceUnreachable():
            return Unreachable(str(error), say=wording.AWAY)
    return Unreachable(str(error), say=wording.STUMBLED)


def _refused(code: str, message: str) -> str:
    if say := REFUSALS.get(code):
        return say
    if any(word in code for word in ("photo", "image", "input_reference")):
        return wording.BAD_PHOTO
    field = re.search(rf"\b({'|'.join(wording.FIELDS)})\b", message)
    if field is None:
        return wording.REFUSED
    return wording.BAD_FIELD.format(field=wording.FIELDS[field[1]])
