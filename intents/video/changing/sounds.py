"""What a finished clip is to sound like: a song out of the chat, words read aloud."""

from dataclasses import dataclass

from pydantic import ValidationError

from intents.base import Tools
from intents.dialogue import Dialogue, Voice
from intents.errors import NotAllowed, Unreachable
from intents.tools.tts import TtsError
from intents.video import change_wording as wording
from intents.video.changing.finishing import Finishing
from video_service.schema import Finish

SONGS = ("mp3", "m4a", "aac", "wav", "flac", "ogg", "opus", "wma", "amr")  # silk is speech alone
SPEAK_S = 5.0


@dataclass(frozen=True, slots=True)
class Extras:
    """What travels with an order: how to finish it, and the files for that."""

    finish: Finish | None = None
    music: bytes | None = None
    voice: bytes | None = None


async def extras(
    wanted: Finishing,
    dialogue: Dialogue,
    tools: Tools,
    before: Finish | None = None,
    seconds: float = 6.0,
) -> Extras:
    """`wanted` ready to be sent, on top of what the clip has; NotAllowed with a way out."""
    if not wanted:
        return Extras()
    if wanted.unmark:
        raise NotAllowed("the mark stays", say=wording.MARK_STAYS)
    if said := "，".join(filter(None, (wanted.caption, wanted.voice))):
        await tools.gate.words(dialogue.ask, "", said)
    try:
        finish = wanted.onto(before, seconds)
    except ValidationError as error:
        raise NotAllowed(f"finish: {error}", say=wording.LONG_CAPTION) from error
    music = await _song(dialogue) if wanted.music else None
    voice = await _spoken(wanted.voice, tools) if wanted.voice is not None else None
    return Extras(finish, music, voice)


def song(dialogue: Dialogue) -> Voice | None:
    """The newest song that was sent, else the newest recording that can be played."""
    ask, window = dialogue.ask, dialogue.photo_window
    near = [turn.voice for turn in reversed(dialogue.turns) if ask.at - turn.at <= window]
    heard = [it for it in near if it and (it.music or it.kind.lower() in SONGS)]
    return next((it for it in heard if it.music), heard[0] if heard else None)


async def _song(dialogue: Dialogue) -> bytes:
    found = song(dialogue)
    if found is None:
        raise NotAllowed("no music within reach", say=wording.NO_MUSIC)
    try:
        return await found.read()
    except OSError as error:
        raise NotAllowed(f"music {found.id}: {error!r}", say=wording.MUSIC_BAD) from error


async def _spoken(words: str, tools: Tools) -> bytes:
    if tools.speaker is None:
        raise NotAllowed("no speech is configured", say=wording.NO_VOICE)
    if not words:
        raise NotAllowed("nothing to say", say=wording.WHAT_TO_SAY)
    try:
        return await tools.speaker.speak(words, deadline=SPEAK_S)
    except TtsError as error:
        raise Unreachable(str(error), say=wording.VOICE_FAILED) from error
