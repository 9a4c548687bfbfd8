"""Changing by talking: the same clip again, edited, another's, an older one, sent once more."""

import sqlite3
from contextlib import closing

import pytest

from intents.dialogue import Quote
from intents.video import change_wording as words
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip, job_of, line_of, plays
from tests.fake_llm import FakeLlm
from tests.family import Family

WISH = "小爱 生成一个熊猫吃竹子的视频"


async def test_once_more_is_the_same_clip_with_another_seed(filmed: Family) -> None:
    first = await a_clip(filmed, "妈妈", WISH)
    again = await a_clip(filmed, "妈妈", "小爱 再来一个")
    assert again.remixed_from_video_id == first.id
    assert (again.prompt, again.model, again.size) == (first.prompt, first.model, first.size)
    assert again.seed != first.seed
    assert await filmed.quiet()


async def test_a_change_keeps_the_seed_and_says_one_line(filmed: Family) -> None:
    first = await a_clip(filmed, "妈妈", WISH)
    await filmed.says("妈妈", "小爱 换成晚上吧")
    assert (await filmed.hears()).text.endswith("。")
    night = await job_of(filmed, await filmed.hears())
    assert (night.prompt, night.seed) == ("熊猫吃竹子，晚上", first.seed)
    assert night.remixed_from_video_id == first.id
    assert await filmed.quiet()


async def test_changes_build_on_one_another(filmed: Family) -> None:
    await a_clip(filmed, "妈妈", WISH)
    cat = await a_clip(filmed, "妈妈", "小爱 把熊猫换成猫")
    slow = await a_clip(filmed, "妈妈", "小爱 慢一点")
    assert (cat.prompt, slow.prompt) == ("猫吃竹子", "猫吃竹子，动作慢一点")
    assert slow.remixed_from_video_id == cat.id


async def test_any_member_may_go_on_from_a_clip_of_the_room(filmed: Family) -> None:
    first = await a_clip(filmed, "妈妈", WISH)
    near = await a_clip(filmed, "小明", "小爱 镜头近一点")
    assert near.remixed_from_video_id == first.id
    assert near.prompt == "熊猫吃竹子，镜头近一点"


async def test_another_room_has_no_part_in_it(filmed: Family) -> None:
    await a_clip(filmed, "妈妈", WISH)
    await filmed.says("妈妈", "小爱 再来一个", room="office")
    assert (await filmed.hears()).video is None
    assert await filmed.quiet()


async def test_after_a_restart_everything_still_holds(
    studio_home: Family, cameraman: Cameraman
) -> None:
    home = studio_home
    async with cameraman.at_work(), home.living():
        first = await a_clip(home, "妈妈", WISH, note=True)
    async with cameraman.at_work(), home.living():
        night = await a_clip(home, "爸爸", "小爱 换成晚上", note=True)
        assert night.remixed_from_video_id == first.id
    async with cameraman.at_work(), home.living():
        again = await a_clip(home, "妈妈", "小爱 再来一个")
        assert (again.prompt, again.remixed_from_video_id) == ("熊猫吃竹子，晚上", night.id)


async def test_an_older_clip_is_found_by_what_it_shows(filmed: Family) -> None:
    panda = await a_clip(filmed, "妈妈", WISH)
    await a_clip(filmed, "小明", "小爱 生成一个海边日出的视频")
    night = await a_clip(filmed, "爸爸", "小爱 把今天那个熊猫的换成晚上")
    assert (night.remixed_from_video_id, night.prompt) == (panda.id, "熊猫吃竹子，晚上")


async def test_a_quoted_clip_is_the_one_that_is_meant(filmed: Family) -> None:
    await filmed.says("妈妈", WISH)
    await filmed.hears()
    clip = await filmed.hears()
    panda, line = await job_of(filmed, clip), await line_of(filmed, clip)
    await a_clip(filmed, "小明", "小爱 生成一个海边日出的视频")
    slow = await a_clip(filmed, "爸爸", "小爱 慢一点", quote=Quote(line, mine=True))
    assert slow.remixed_from_video_id == panda.id


async def test_a_clip_is_sent_again_by_whose_it_was(filmed: Family) -> None:
    panda = await a_clip(filmed, "妈妈", WISH)
    await a_clip(filmed, "小明", "小爱 生成一个海边日出的视频")
    await filmed.says("爸爸", "小爱 今天妈妈那个再发一次")
    said = await filmed.hears()
    assert plays(said)
    assert said.video
    assert said.video.stem == panda.id
    assert await filmed.quiet()


async def test_two_that_fit_are_asked_about_once_newest_first(filmed: Family) -> None:
    await a_clip(filmed, "妈妈", WISH)
    await a_clip(filmed, "妈妈", "小爱 生成一个熊猫跳舞的视频")
    second = await a_clip(filmed, "妈妈", "小爱 再来一个")  # another take, no other thing
    await filmed.says("妈妈", "小爱 今天那个熊猫的再发一次")
    question = (await filmed.hears()).text.splitlines()
    assert question[0] == words.WHICH
    assert question[1].endswith("妈妈要的熊猫跳舞")
    assert len(question) == 3
    await filmed.says("妈妈", "1")
    said = await filmed.hears()
    assert said.video
    assert said.video.stem == second.id
    assert await filmed.quiet()


async def test_what_was_changed_into_something_else_is_not_found_by_what_it_was(
    filmed: Family,
) -> None:
    panda = await a_clip(filmed, "妈妈", WISH)
    await a_clip(filmed, "妈妈", "小爱 把熊猫换成猫")
    await filmed.says("妈妈", "小爱 刚才那个熊猫的再发一次")
    said = await filmed.hears()
    assert said.video
    assert said.video.stem == panda.id


async def test_the_first_of_the_day_is_found(filmed: Family) -> None:
    panda = await a_clip(filmed, "妈妈", WISH)
    await a_clip(filmed, "小明", "小爱 生成一个海边日出的视频")
    await filmed.says("妈妈", "小爱 第一个视频再发一次")
    said = await filmed.hears()
    assert said.video
    assert said.video.stem == panda.id


async def test_what_nobody_had_filmed_is_not_found(filmed: Family) -> None:
    await a_clip(filmed, "妈妈", WISH)
    await filmed.says("妈妈", "小爱 上次那个恐龙的再发一次")
    assert (await filmed.hears()).text == words.NOT_FOUND


@pytest.mark.parametrize("said", ["慢一点", "好了吗", "取消", "再来一个", "老是闪", "循环播放"])
async def test_in_a_room_without_clips_the_same_words_are_talk(
    filmed: Family, llm: FakeLlm, said: str
) -> None:
    await filmed.says("妈妈", f"小爱 {said}")
    assert (await filmed.hears()).video is None
    assert await filmed.quiet()
    assert "<片子>没有</片子>" in str(llm.requests[0]["messages"])


async def test_a_clip_that_the_service_forgot_is_filmed_anew(filmed: Family) -> None:
    first = await a_clip(filmed, "妈妈", WISH)
    assert filmed.client
    await filmed.client.cancel(first.id)  # over: gone with its files
    again = await a_clip(filmed, "妈妈", "小爱 换成晚上")
    assert again.remixed_from_video_id is None
    assert (again.prompt, again.seed) == ("熊猫吃竹子，晚上", first.seed)


async def test_symptoms_without_a_remedy_are_answered_honestly(filmed: Family) -> None:
    await a_clip(filmed, "妈妈", WISH)
    await filmed.says("妈妈", "小爱 老是闪")  # a draft has no handle that would help
    assert (await filmed.hears()).text == words.NO_REMEDY["flicker"]
    assert await filmed.quiet()


async def test_what_failed_is_tried_again_with_the_same_words(
    studio_home: Family, cameraman: Cameraman
) -> None:
    async with studio_home.living() as family:
        ask = await family.says("妈妈", WISH)
        await family.hears()
        await family.calls_off(ask)
        assert await family.quiet()
        await family.says("妈妈", "小爱 再拍一次")
        await family.hears()
        await cameraman.deliver(await cameraman.claim())
        job = await job_of(family, await family.hears())
        assert job.prompt == "熊猫吃竹子"


async def test_a_model_may_understand_what_no_pattern_does(filmed: Family, llm: FakeLlm) -> None:
    first = await a_clip(filmed, "妈妈", WISH)
    slots = {"change": "改一改", "wish": "让它笑一笑", "clip": "那个熊猫"}
    llm.script([{"intent": "视频生成", "confidence": 0.9, **slots}])
    smile = await a_clip(filmed, "小明", "小爱 熊猫要是能笑一下就好了")
    assert smile.remixed_from_video_id == first.id
    assert smile.prompt == "熊猫吃竹子，让它笑一笑"
    assert "<片子>已发出 视频 妈妈 熊猫吃竹子</片子>" in str(llm.requests[0]["messages"])


async def test_a_style_beside_a_new_wish_is_part_of_it(filmed: Family, llm: FakeLlm) -> None:
    slots = {"wish": "小狗跑步", "style": "水彩", "finish": "竖屏"}
    llm.script([{"intent": "视频生成", "confidence": 0.9, **slots}])
    job = await a_clip(filmed, "妈妈", "小爱 来个小狗跑步的吧，水彩那种，竖着的")
    assert job.prompt == "小狗跑步，水彩风格"
    assert job.finish
    assert job.finish.canvas == "portrait"


async def test_a_change_that_is_taken_up_again_is_not_filmed_twice(
    studio_home: Family, cameraman: Cameraman
) -> None:
    home = studio_home
    async with cameraman.at_work(), home.living():
        await a_clip(home, "妈妈", WISH, note=True)
    async with home.living():
        ask = await home.says("妈妈", "小爱 换成晚上")
        await home.hears_and_notes()
    with closing(sqlite3.connect(home.folder / "bot.db")) as file, file:  # killed before noting
        file.execute("UPDATE turns SET state = 'open' WHERE id = ?", (ask.id,))
        file.execute(
            "DELETE FROM outbox WHERE turn = (SELECT n FROM turns WHERE id = ?)", (ask.id,)
        )
    async with cameraman.at_work(), home.living():
        await home.hears()
        job = await job_of(home, await home.hears())
        assert job.prompt == "熊猫吃竹子，晚上"
        assert await home.quiet()
    assert len(cameraman.claims) == 2


@pytest.mark.parametrize(
    ("change", "wish", "prompt"),
    [
        ("再来一个", "小狗跑步", "小狗跑步"),
        ("加工", "小狗跑步", "小狗跑步"),
        ("再来一个", "再慢一点", "熊猫吃竹子，动作慢一点"),
        ("加工", "短一点", "熊猫吃竹子"),
    ],
)
async def test_a_model_that_mistakes_a_new_wish_for_a_change_is_understood(
    filmed: Family, llm: FakeLlm, change: str, wish: str, prompt: str
) -> None:
    await a_clip(filmed, "妈妈", WISH)
    llm.script([{"intent": "视频生成", "confidence": 0.9, "change": change, "wish": wish}])
    job = await a_clip(filmed, "妈妈", "小爱 嗯那个照我说的来吧")
    assert job.prompt == prompt
