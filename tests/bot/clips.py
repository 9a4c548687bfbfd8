"""Short ways to wish for a clip and to look at what came of it."""

import av

from bot.records import Room
from intents.dialogue import Quote
from tests.family import Family, Said
from video_service.schema import VideoJob


async def a_clip(
    family: Family, who: str, said: str, *, note: bool = False, quote: Quote | None = None
) -> VideoJob:
    """One wish, its acknowledgement and its clip; what the service tells of the clip."""
    await family.says(who, said, quote=quote)
    words = await family.hears()
    assert words.text, words
    clip = await (family.hears_and_notes() if note else family.hears())
    return await job_of(family, clip)


async def job_of(family: Family, clip: Said) -> VideoJob:
    """The job of a clip that was sent."""
    assert clip.video, clip.text
    assert family.client
    return await family.client.get(clip.video.stem)


async def line_of(family: Family, said: Said) -> str:
    """The message id of what she has sent last, once it is noted."""
    assert family.memory
    room = Room.of(said.to)
    await family.quiet()
    lines = await family.memory.history(room)
    return lines[-1].id


def plays(said: Said) -> bool:
    """Whether what was sent is a film that a phone can play."""
    assert said.video
    with av.open(str(said.video)) as film:
        stream = film.streams.video[0]
        frames = sum(1 for _ in film.decode(stream))
        return stream.codec_context.name == "h264" and frames > 8
