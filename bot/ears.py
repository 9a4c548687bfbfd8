"""A voice message becomes words before anybody thinks about it.

WeChat records SILK (with one byte before the mark), gateways may hand on AMR or anything else; a
transcription wants MP3 or WAV.
"""

import asyncio
import io
import logging
import wave

import av

from bot import wording
from intents.base import Speech
from intents.dialogue import Turn, Voice
from intents.errors import IntentError
from intents.tools.failures import LlmError

FETCH_S = 10
HEAR_S = 8  # a minute of speech takes one or two
MOST_BYTES = 10 * 2**20
MOST_S = 120  # WeChat's own end at 60
RATE = 16_000  # what transcriptions work with
SILK, SILK_RATE = b"#!SILK", 24_000
PLAIN = ("mp3", "wav")
# by the first bytes: FFmpeg would try hundreds, and some of those open what they name
SIGNS = ((b"#!AMR", "amr"), (b"OggS", "ogg"), (b"fLaC", "flac"), (b"RIFF", "wav"), (b"ID3", "mp3"),
         (b"\xff\xf1", "aac"), (b"\xff\xf9", "aac"), (b"\xff", "mp3"),
         (b"\x1aE\xdf\xa3", "matroska"))  # fmt: skip
log = logging.getLogger(__name__)


class CannotHear(IntentError):
    """Nobody could make words of it."""

    say = wording.CANNOT_HEAR


async def words_of(turn: Turn, speech: Speech | None) -> str:
    """What is said in the voice message of `turn`; empty when it has none.

    Raises IntentError with what to say instead: nothing is set up to hear it, it is gone, it is
    no sound, or no words came back in time.
    """
    if turn.voice is None:
        return ""
    if speech is None:
        raise CannotHear(f"{turn.key}: a voice message, and no transcription is set up")
    try:
        async with asyncio.timeout(FETCH_S):
            sound = await turn.voice.read()
        sound, kind = await asyncio.to_thread(playable, sound, turn.voice)
        return await speech.words(sound, kind, deadline=HEAR_S)
    except (OSError, ValueError, LlmError) as error:  # a TimeoutError is an OSError
        raise CannotHear(f"{turn.key}: {error!r}") from error


def playable(sound: bytes, voice: Voice) -> tuple[bytes, str]:
    """The recording as MP3 or WAV, and its ending. Raises ValueError when it is no sound."""
    if not sound or len(sound) > MOST_BYTES:
        raise ValueError(f"a voice message of {len(sound)} bytes")
    if SILK in sound[:10]:
        return _wav(_from_silk(sound), SILK_RATE), "wav"
    if voice.kind in PLAIN:
        return sound, voice.kind
    return _wav(_decoded(sound), RATE), "wav"


def _from_silk(sound: bytes) -> bytes:
    """16-bit samples of one channel."""
    try:
        import pysilk  # the extra `voice`: only what comes straight from WeChat needs it
    except ImportError:
        raise ValueError("SILK needs the extra: pip install 'qunying[voice]'") from None
    pcm = io.BytesIO()
    try:
        pysilk.decode(io.BytesIO(sound), pcm, SILK_RATE)
    except pysilk.SilkError as error:
        raise ValueError(f"not SILK: {error}") from error
    return pcm.getvalue()[: MOST_S * SILK_RATE * 2]


def _decoded(sound: bytes) -> bytes:
    """16-bit samples of one channel, of whatever chats send: AMR, AAC, Opus."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pcm, most = bytearray(), MOST_S * RATE * 2
    try:
        with av.open(io.BytesIO(sound), "r", format=_format(sound)) as file:
            if not file.streams.audio:
                raise ValueError("no sound in the voice message")
            for frame in file.decode(audio=0):
                for piece in resampler.resample(frame):
                    pcm += piece.to_ndarray().tobytes()
                if len(pcm) > most:
                    break
    except av.error.FFmpegError as error:
        raise ValueError(f"not a sound: {error}") from error
    return bytes(pcm[:most])


def _format(sound: bytes) -> str:
    if sound[4:8] == b"ftyp":
        return "mp4"
    if found := next((name for sign, name in SIGNS if sound.startswith(sign)), None):
        return found
    raise ValueError("no sound of a kind that is known")


def _wav(pcm: bytes, rate: int) -> bytes:
    if not pcm:
        raise ValueError("an empty voice message")
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return whole.getvalue()
