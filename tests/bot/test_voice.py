"""Voice messages: 小爱 hears what a transcription can hear, and says so when she cannot."""

import io
import math
import struct
import sys
import wave
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import av
import pysilk
import pytest

from bot.ears import words_of
from intents.dialogue import Turn, Voice
from intents.errors import IntentError
from intents.settings import SpeechSettings
from intents.tools.speech import OpenAiSpeech, build_speech
from tests.fake_speech import FakeSpeech, running_speech

SORRY = "这段语音我听不懂，打字告诉我好吗？"
RATE = 24_000
# 200 ms of AMR narrow band: ten frames of silence at 4.75 kbit/s, as RFC 4867 writes them
AMR = b"#!AMR\n" + 10 * (bytes([0x04]) + bytes(12))


@pytest.fixture
def server() -> Iterator[FakeSpeech]:
    with running_speech() as fake:
        yield fake


@pytest.fixture
async def speech(server: FakeSpeech) -> AsyncIterator[OpenAiSpeech]:
    settings = SpeechSettings(provider="compatible", base_url=server.url, model="sense")
    async with build_speech(settings) as built:
        assert built
        yield built


def spoken(sound: bytes | OSError, kind: str = "mp3") -> Turn:
    async def read() -> bytes:
        if isinstance(sound, OSError):
            raise sound
        return sound

    voice = Voice("voice", read, kind)
    return Turn(
        id="1", channel="fake", room="妈妈", sender="妈妈", name="妈妈", text="",
        at=datetime.now(UTC), private=True, voice=voice,
    )  # fmt: skip


def tone(seconds: float = 1) -> bytes:
    """16-bit samples of a hum."""
    samples = (int(9000 * math.sin(n / 9)) for n in range(int(seconds * RATE)))
    return b"".join(struct.pack("<h", sample) for sample in samples)


def silk(pcm: bytes, *, tencent: bool) -> bytes:
    out = io.BytesIO()
    pysilk.encode(io.BytesIO(pcm), out, RATE, RATE, tencent=tencent)
    return out.getvalue()


def aac(pcm: bytes) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="ipod") as file:
        stream = file.add_stream("aac", rate=RATE, layout="mono")
        for at in range(0, len(pcm), 2048):
            frame = av.AudioFrame(
                format="s16", layout="mono", samples=len(pcm[at : at + 2048]) // 2
            )
            frame.planes[0].update(pcm[at : at + 2048])
            frame.sample_rate = RATE
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def seconds(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return float(file.getnframes() / file.getframerate())


async def test_a_turn_without_a_voice_has_no_words_to_hear(speech: OpenAiSpeech) -> None:
    turn = Turn("1", "fake", "妈妈", "妈妈", "妈妈", "在吗", datetime.now(UTC))
    assert await words_of(turn, speech) == ""


async def test_an_mp3_goes_out_as_it_is(speech: OpenAiSpeech, server: FakeSpeech) -> None:
    assert await words_of(spoken(b"ID3 sound"), speech) == "今天天气怎么样"
    assert (server.heard[0].name, server.heard[0].file) == ("voice.mp3", b"ID3 sound")


@pytest.mark.parametrize("tencent", [True, False])
@pytest.mark.parametrize("kind", ["silk", "mp3", "sil"])
async def test_what_wechat_records_is_made_playable_whatever_it_is_called(
    kind: str, tencent: bool, speech: OpenAiSpeech, server: FakeSpeech
) -> None:
    assert await words_of(spoken(silk(tone(), tencent=tencent), kind), speech)
    (heard,) = server.heard
    assert heard.name == "voice.wav"
    assert seconds(heard.file) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(("kind", "sound", "length"), [("m4a", aac(tone()), 1), ("amr", AMR, 0.2)])
async def test_other_recordings_are_decoded(
    kind: str, sound: bytes, length: float, speech: OpenAiSpeech, server: FakeSpeech
) -> None:
    assert await words_of(spoken(sound, kind), speech)
    (heard,) = server.heard
    assert heard.name == "voice.wav"
    assert seconds(heard.file) == pytest.approx(length, abs=0.1)


async def test_without_a_transcription_she_asks_for_typing() -> None:
    with pytest.raises(IntentError) as caught:
        await words_of(spoken(b"ID3 sound"), None)
    assert caught.value.say == SORRY


@pytest.mark.parametrize("fault", ["auth", "rate", "busy", "html", "blank", "reset", "bad"])
async def test_whatever_the_transcription_does_she_asks_for_typing(
    fault: str, speech: OpenAiSpeech, server: FakeSpeech
) -> None:
    server.fault = fault
    with pytest.raises(IntentError) as caught:
        await words_of(spoken(b"ID3 sound"), speech)
    assert caught.value.say == SORRY


async def test_a_slow_transcription_is_not_waited_for(
    speech: OpenAiSpeech, server: FakeSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ears.HEAR_S", 0.2)
    server.fault = "slow"
    with pytest.raises(IntentError, match=r"no words within 0\.2s") as caught:
        await words_of(spoken(b"ID3 sound"), speech)
    assert caught.value.say == SORRY


@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        (b"", "mp3"),
        (bytes(11 * 2**20), "mp3"),
        (b"#!SILK_V3 and nothing after it", "silk"),
        (b"#!AMR\n", "amr"),
        (b"no sound at all", "m4a"),
        (b"\0\0\0\x1cftyp and nothing after it", "m4a"),
        (FileNotFoundError("gone"), "mp3"),
    ],
)
async def test_what_is_no_sound_is_never_sent_anywhere(
    sound: bytes | OSError, kind: str, speech: OpenAiSpeech, server: FakeSpeech
) -> None:
    with pytest.raises(IntentError) as caught:
        await words_of(spoken(sound, kind), speech)
    assert caught.value.say == SORRY
    assert server.heard == []


async def test_a_list_that_names_a_port_is_no_voice_and_nobody_listens_there(
    speech: OpenAiSpeech,
) -> None:
    listing = b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"
    with pytest.raises(IntentError, match="no sound of a kind that is known"):
        await words_of(spoken(listing, "amr"), speech)


async def test_without_the_decoder_wechats_own_recording_asks_for_typing(
    speech: OpenAiSpeech, server: FakeSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = silk(tone(0.2), tencent=True)
    monkeypatch.setitem(sys.modules, "pysilk", None)
    with pytest.raises(IntentError, match=r"qunying\[voice\]") as caught:
        await words_of(spoken(recording, "silk"), speech)
    assert caught.value.say == SORRY
    assert server.heard == []
