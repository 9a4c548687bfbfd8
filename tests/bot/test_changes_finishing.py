"""Finishing words: what is said becomes the Finish that reaches the service, filmed once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import pytest

from intents.dialogue import Voice
from intents.settings import IntentsSettings, LlmSettings, SpeakSettings
from intents.video import change_wording as words
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.fake_llm import FakeLlm
from tests.fake_speech import a_sound, running_speech
from tests.family import Family
from tests.service.running import Running

WISH = "小爱 生成一个熊猫吃竹子的视频"
PLAIN = {"caption": None, "loop": None, "canvas": None, "cover_at": None, "mark": True}


def song(name: str = "song") -> Voice:
    async def read() -> bytes:
        return a_sound()

    return Voice(name, read, "wav", music=True)


def told(errand: dict[str, Any]) -> dict[str, Any]:
    """What the worker is to do to it, as far as it differs from nothing."""
    return {name: it for name, it in errand["finish"].items() if PLAIN.get(name, it) != it}


async def test_the_first_wish_may_hold_it_all(filmed: Family, cameraman: Cameraman) -> None:
    job = await a_clip(filmed, "妈妈", "小爱 做一段熊猫吃竹子的视频，配上生日快乐，竖屏")
    (errand,) = cameraman.claims
    assert job.prompt == "熊猫吃竹子"
    assert errand["finish"]["caption"] == "生日快乐"
    assert errand["finish"]["canvas"] == "portrait"
    assert errand["clips"] == 0  # it is filmed


@pytest.mark.parametrize(
    ("said", "finish"),
    [
        ("配上生日快乐", {"caption": "生日快乐"}),
        ("加字幕“奶奶，生日快乐”", {"caption": "奶奶，生日快乐"}),
        ("循环播放", {"loop": "loop"}),
        ("倒放来回", {"loop": "boomerang"}),
        ("改成竖屏吧", {"canvas": "portrait"}),
        ("竖版，循环播放，写上新年好", {"canvas": "portrait", "loop": "loop", "caption": "新年好"}),
        ("封面用开头", {"cover_at": 0.0}),
        ("静音", {"silent": True}),
    ],
)
async def test_each_word_afterwards_finishes_the_clip_anew(
    filmed: Family, cameraman: Cameraman, said: str, finish: dict[str, Any]
) -> None:
    first = await a_clip(filmed, "妈妈", WISH)
    again = await a_clip(filmed, "小明", f"小爱 {said}")
    errand = cameraman.claims[-1]
    assert {name: errand["finish"][name] for name in finish} == finish
    assert errand["finish"]["mark"] is True
    assert errand["clips"] == 1  # nothing is filmed again
    assert again.remixed_from_video_id == first.id
    assert again.prompt == first.prompt
    assert await filmed.quiet()


async def test_what_was_said_before_stays_until_it_is_taken_away(
    filmed: Family, cameraman: Cameraman
) -> None:
    await a_clip(filmed, "妈妈", f"{WISH}，配上生日快乐")
    await a_clip(filmed, "妈妈", "小爱 竖屏")
    finish = cameraman.claims[-1]["finish"]
    assert (finish["caption"], finish["canvas"]) == ("生日快乐", "portrait")
    await a_clip(filmed, "妈妈", "小爱 字幕去掉")
    finish = cameraman.claims[-1]["finish"]
    assert (finish["caption"], finish["canvas"]) == (None, "portrait")


async def test_a_change_of_the_film_keeps_its_finish(filmed: Family, cameraman: Cameraman) -> None:
    await a_clip(filmed, "妈妈", f"{WISH}，配上生日快乐")
    await a_clip(filmed, "妈妈", "小爱 换成晚上")
    assert cameraman.claims[-1]["finish"]["caption"] == "生日快乐"


async def test_a_song_of_the_chat_becomes_the_sound(filmed: Family, cameraman: Cameraman) -> None:
    await a_clip(filmed, "妈妈", WISH)
    await filmed.says("爸爸", voice=song())
    await filmed.says("小明", "这首歌好听")
    await a_clip(filmed, "妈妈", "小爱 配上刚才那首歌")
    assert cameraman.claims[-1]["music"] is True


async def test_without_a_song_nothing_is_made(filmed: Family, cameraman: Cameraman) -> None:
    await a_clip(filmed, "妈妈", WISH)
    await filmed.says("妈妈", "小爱 配上刚才那首歌")
    assert (await filmed.hears()).text == words.NO_MUSIC
    await filmed.says("妈妈", f"{WISH}，配乐")
    assert (await filmed.hears()).text == words.NO_MUSIC
    assert await filmed.quiet()
    assert len(cameraman.claims) == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("配音说“大家好”", words.NO_VOICE),
        ("把水印去掉", words.MARK_STAYS),
        ("加字幕“" + "很长" * 60 + "”", words.LONG_CAPTION),
        ("把这三个接起来", words.TOO_FEW),
    ],
)
async def test_what_cannot_be_done_is_said_with_a_way_out(
    filmed: Family, cameraman: Cameraman, said: str, answer: str
) -> None:
    await a_clip(filmed, "妈妈", WISH)
    await filmed.says("妈妈", f"小爱 {said}")
    assert (await filmed.hears()).text == answer
    assert await filmed.quiet()
    assert len(cameraman.claims) == 1


async def test_the_last_clips_are_joined_in_their_order(
    filmed: Family, cameraman: Cameraman
) -> None:
    ids = [
        (await a_clip(filmed, who, f"小爱 生成一个{what}的视频")).id
        for who, what in (("妈妈", "熊猫吃竹子"), ("爸爸", "海边日出"), ("小明", "小狗跑步"))
    ]
    both = await a_clip(filmed, "奶奶", "小爱 把刚才两个拼一起")
    assert both.joined == ids[1:]
    three = await a_clip(filmed, "奶奶", "小爱 把这三个接起来，配上“我们的一天”")
    assert three.joined == ids
    assert cameraman.claims[-1]["finish"]["caption"] == "我们的一天"
    await filmed.says("奶奶", "小爱 再来一个")
    assert (await filmed.hears()).text == words.JOINED


@dataclass
class Speaking(Family):
    """A family whose 小爱 has a voice."""

    voice_url: str = ""

    def _intents(self, llm: LlmSettings) -> IntentsSettings:
        voice = SpeakSettings(provider="compatible", base_url=self.voice_url)
        return super()._intents(llm).model_copy(update={"speak": voice})


async def test_words_are_read_aloud_over_it(
    tmp_path: Path, idle_service: Running, llm: FakeLlm, cameraman: Cameraman
) -> None:
    with running_speech() as voice:
        home = Speaking(tmp_path, idle_service.url, llm.url, voice_url=voice.url)
        async with cameraman.at_work(), home.living() as family:
            await a_clip(family, "妈妈", f"{WISH}，配音说“这是我们家的熊猫”")
            assert cameraman.claims[-1]["voice"] is True
            await a_clip(family, "妈妈", "小爱 念一句新年快乐")
            assert [asked["input"] for asked in voice.asked] == ["这是我们家的熊猫", "新年快乐"]
            voice.fault = "rate"
            await family.says("妈妈", "小爱 念一句大家好")
            assert (await family.hears()).text == words.VOICE_FAILED
            await family.says("妈妈", "小爱 配音")
            assert (await family.hears()).text == words.WHAT_TO_SAY
            assert await family.quiet()


async def test_what_was_finished_anew_stands_in_place_of_the_first(
    filmed: Family, cameraman: Cameraman
) -> None:
    panda = await a_clip(filmed, "妈妈", WISH)
    sea = await a_clip(filmed, "妈妈", "小爱 生成一个海边日出的视频")
    looped = await a_clip(filmed, "妈妈", "小爱 循环播放")
    both = await a_clip(filmed, "妈妈", "小爱 把这两个接起来")
    assert both.joined == [panda.id, looped.id]
    assert sea.id not in both.joined


async def test_a_clip_still_being_filmed_is_finished_later(
    studio_home: Family, cameraman: Cameraman
) -> None:
    async with studio_home.living() as family:
        await family.says("妈妈", WISH)
        await family.hears()
        errand = await cameraman.claim()
        await family.says("妈妈", "小爱 循环播放")
        assert (await family.hears()).text == words.STILL_FILMING
        await cameraman.deliver(errand)
        assert (await family.hears()).video


async def test_a_real_worker_turns_the_clip_upright_with_its_words_on_it(family: Family) -> None:
    job = await a_clip(family, "妈妈", "小爱 做一段熊猫吃竹子的视频")
    await family.says("妈妈", "小爱 竖屏，配上生日快乐")
    await family.hears()
    clip = await family.hears()
    assert clip.video
    with av.open(str(clip.video)) as film:
        width, height = film.streams.video[0].width, film.streams.video[0].height
    assert width < height
    assert clip.video.stem != job.id
    assert await family.quiet()
