"""What a room has been sent: who asked, in which words, as which job; still so after a restart."""

from pathlib import Path

from intents.dialogue import Turn
from intents.shots import Shot
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.family import Family

WISH = "小爱 生成一个熊猫吃竹子的视频"


async def shots(family: Family, turn: Turn) -> tuple[Shot, ...]:
    assert family.memory
    return await family.memory.library.shots(turn)


async def test_a_wish_is_there_from_the_promise_on(
    studio_home: Family, cameraman: Cameraman
) -> None:
    async with studio_home.living() as family:
        ask = await family.says("妈妈", WISH)
        await family.hears()
        (making,) = await shots(family, ask)
        assert (making.state, making.name, making.wish) == ("making", "妈妈", "熊猫吃竹子")
        assert making.words == "生成一个熊猫吃竹子的视频"
        assert (making.line, making.shown) == ("", None)
        await cameraman.deliver(await cameraman.claim())
        await family.hears_and_notes()
        (sent,) = await shots(family, ask)
        assert (sent.state, sent.job) == ("sent", making.job)
        assert sent.line
        assert sent.shown
        assert sent.shown >= sent.at


async def test_it_is_kept_over_a_restart_with_all_that_a_change_needs(
    studio_home: Family, cameraman: Cameraman
) -> None:
    home = studio_home
    async with cameraman.at_work(), home.living():
        first = await a_clip(home, "妈妈", WISH, note=True)
        night = await a_clip(home, "小明", "小爱 换成晚上", note=True)
    async with home.living():
        ask = await home.says("奶奶", "今天天气真好")
        newest, oldest = await shots(home, ask)
        assert (newest.job, oldest.job) == (night.id, first.id)
        assert newest.wish == "熊猫吃竹子，晚上"
        assert newest.kept["of"] == first.id
        assert newest.kept["seed"] == first.seed
        assert home.memory
        assert (await home.memory.library.sidecar(oldest))["prompt"] == "熊猫吃竹子"


async def test_rooms_share_nothing_and_failures_are_told_apart(
    studio_home: Family, cameraman: Cameraman
) -> None:
    async with studio_home.living() as family:
        ask = await family.says("妈妈", WISH)
        await family.hears()
        other = await family.says("妈妈", "早", room="office")
        assert await shots(family, other) == ()
        await family.calls_off(ask)
        assert await family.quiet()
        assert [shot.state for shot in await shots(family, ask)] == ["failed"]


async def test_a_sidecar_that_is_gone_tells_nothing(filmed: Family) -> None:
    await a_clip(filmed, "妈妈", WISH)
    assert await filmed.quiet()
    ask = await filmed.says("妈妈", "早")
    (shot,) = await shots(filmed, ask)
    assert filmed.memory
    for file in Path(filmed.folder / "media").glob("*.json"):
        file.unlink()
    assert await filmed.memory.library.sidecar(shot) == {}
