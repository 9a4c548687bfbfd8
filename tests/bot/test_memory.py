"""Memory: what is written down survives, once, and reads as the room's own talk."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.memory import Memory, open_memory
from bot.records import Answer, Chosen, Clip, Room
from bot.settings import BotSettings, MemorySettings
from intents.dialogue import Choice, Photo, Question, Quote, Text, Ticket, Turn

ROOM = Room("fake", "family")
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0 a picture"
QUESTION = Question(
    "哪一种？", "style", (Choice("白天", "day"), Choice("晚上", "night")), after_s=60
)


async def _bytes() -> bytes:
    return JPEG


def turn(id_: str, text: str = "", sender: str = "妈妈", minute: float = 0, **more: object) -> Turn:
    plain = Turn(id_, "fake", "family", sender, sender, text, NOW + timedelta(minutes=minute))
    return replace(plain, **more)  # type: ignore[arg-type]


def photo_turn(id_: str, sender: str = "妈妈", minute: float = 0) -> Turn:
    return turn(id_, "", sender, minute, photos=(Photo(id_, _bytes),))


async def test_a_message_is_heard_once(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        assert await memory.hear(turn("1", "你好"), addressed=True)
        assert not await memory.hear(turn("1", "你好"), addressed=True)
        assert await memory.hear(replace(turn("1", "你好"), room="office"), addressed=False)
        assert [t.id for t in await memory.open_turns()] == ["1"]


async def test_open_turns_and_photos_survive_a_restart(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await memory.hear(photo_turn("1"), addressed=False)
        ask = turn("2", "小爱 让它动起来", minute=1, said="让它动起来", ref="token", private=True)
        await memory.hear(ask, addressed=True)
    async with open_memory(tmp_path, BotSettings()) as memory:
        assert await memory.open_turns() == [ask]
        photo = (await memory.dialogue(ask)).photo()
        assert photo is not None
        assert await photo.read() == JPEG


async def test_a_dialogue_is_the_recent_talk_of_one_room_and_ends_with_the_ask(
    tmp_path: Path,
) -> None:
    settings = BotSettings(memory=MemorySettings(turns=2))
    async with open_memory(tmp_path, settings) as memory:
        await memory.hear(photo_turn("0"), addressed=False)
        for i in range(1, 5):
            await memory.hear(turn(str(i), f"第{i}句", "爸爸"), addressed=False)
        await memory.hear(replace(turn("x", "别的群"), room="office"), addressed=False)
        ask = turn("5", "小爱 在吗", minute=2)
        await memory.hear(ask, addressed=True)
        await memory.hear(turn("6", "后来的话"), addressed=False)
        dialogue = await memory.dialogue(ask)
        assert [t.id for t in dialogue.turns] == ["0", "3", "4", "5"]
        late = turn("7", "小爱 让它动起来", minute=31)
        await memory.hear(late, addressed=True)
        assert (await memory.dialogue(late)).photo() is None


async def test_a_quoted_photo_is_found_again(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await memory.hear(photo_turn("1", "奶奶"), addressed=False)
        ask = await memory.complete(turn("2", "小爱 让它动起来", quote=Quote("1")))
        await memory.hear(ask, addressed=True)
        photo = (await memory.dialogue(ask)).photo()
        assert photo is not None
        assert await photo.read() == JPEG
        assert ask.quote is not None
        assert ask.quote.name == "奶奶"


async def test_a_photo_that_cannot_be_had_does_not_lose_the_words(tmp_path: Path) -> None:
    async def gone() -> bytes:
        raise TimeoutError("the gateway is away")

    async with open_memory(tmp_path, BotSettings()) as memory:
        ask = turn("1", "小爱 让它动起来", photos=(Photo("p", gone),))
        assert await memory.hear(ask, addressed=True)
        assert (await memory.dialogue(ask)).ask.photos == ()


async def _owe(memory: Memory, ask: Turn, *parts: Text | Ticket | Question) -> None:
    await memory.hear(ask, addressed=True)
    await memory.answered(ask, Answer(parts, "视频生成", '{"style": null}'))


async def test_an_answer_is_owed_until_it_is_sent_and_then_is_part_of_the_talk(
    tmp_path: Path,
) -> None:
    ask = turn("1", "小爱 熊猫")
    async with open_memory(tmp_path, BotSettings()) as memory:
        await _owe(memory, ask, Text("好嘞。"), Ticket("video_1"))
        assert await memory.open_turns() == []
        text, _ = await memory.outbox.parcels(ask)
        await memory.outbox.sent(ask, text, "好嘞。")
    async with open_memory(tmp_path, BotSettings()) as memory:
        assert await memory.outbox.owed() == [ask]
        (waiting,) = await memory.waiting(ROOM)
        assert (waiting.job_id, waiting.asked_by, waiting.text) == ("video_1", "妈妈", "小爱 熊猫")
        (ticket,) = await memory.outbox.parcels(ask)
        clip = Clip(memory.shelf.folder / "video_1.mp4", draft=True)
        await memory.outbox.sent(ask, ticket, clip=clip)
        assert await memory.outbox.owed() == []
        assert await memory.waiting(ROOM) == []
        lines = await memory.history(ROOM)
        assert [(line.name, line.kind, line.text) for line in lines] == [
            ("妈妈", "text", "小爱 熊猫"),
            ("小爱", "text", "好嘞。"),
            ("小爱", "video", ""),
        ]
        assert (lines[-1].media, lines[-1].draft) == (clip.file, True)
        follow_up = turn("2", "小爱 再来一个")
        await memory.hear(follow_up, addressed=True)
        said = [t.text for t in (await memory.dialogue(follow_up)).turns]
        assert said == ["小爱 熊猫", "好嘞。", "[视频]", "小爱 再来一个"]


async def test_history_pages_backwards(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        for i in range(7):
            await memory.hear(turn(str(i), str(i)), addressed=False)
        last = await memory.history(ROOM, limit=3)
        assert [line.id for line in last] == ["4", "5", "6"]
        earlier = await memory.history(ROOM, limit=3, before=last[0].n)
        assert [line.id for line in earlier] == ["1", "2", "3"]


async def test_every_change_rings_the_bell_of_its_room_only(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        with (
            memory.changes(ROOM) as bell,
            memory.changes(Room("fake", "office")) as other,
            memory.changes() as every,
        ):
            await memory.hear(turn("1", "你好"), addressed=False)
            await asyncio.wait_for(bell.wait(), 1)
            assert every.is_set()
            assert not other.is_set()


async def test_a_question_is_answered_once(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        ask = turn("1", "小爱 拍一段")
        await _owe(memory, ask, QUESTION)
        assert await memory.asked.next_due() is None  # its timer starts when it is out
        (parcel,) = await memory.outbox.parcels(ask)
        await memory.outbox.sent(ask, parcel, "哪一种？")
        asked = await memory.asked.next_due()
        assert asked is not None
        assert asked.question == QUESTION
        answer = turn("2", "2")
        assert await memory.asked.of_person(answer) == asked
        assert await memory.asked.of_person(turn("3", "2", "爸爸")) is None
        chosen = Chosen(asked, QUESTION.choices[1])
        await memory.hear(answer, addressed=True, chosen=chosen)
        assert await memory.asked.chosen(answer) == chosen
        assert await memory.asked.take_default(asked) is None
        assert await memory.asked.of_person(answer) is None


async def test_silence_takes_the_default_without_being_anybodys_words(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        ask = turn("1", "小爱 拍一段")
        await _owe(memory, ask, QUESTION)
        asked = await memory.asked.of_person(ask)
        assert asked is not None
        silence = await memory.asked.take_default(asked)
        assert silence is not None
        assert await memory.open_turns() == [silence]
        assert [line.id for line in await memory.history(ROOM)] == ["1"]
        assert (await memory.dialogue(silence)).ask.said == "白天"
        assert await memory.asked.take_default(asked) is None


async def test_old_talk_is_forgotten_with_its_files_but_nothing_that_is_owed(
    tmp_path: Path,
) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        await memory.hear(photo_turn("1"), addressed=False)
        await _owe(memory, turn("2", "小爱 熊猫"), Ticket("video_1"))
        assert list(memory.shelf.folder.iterdir())
        assert await memory.forget_before(NOW + timedelta(days=1)) == 1
        assert not list(memory.shelf.folder.iterdir())
        assert [t.id for t in await memory.outbox.owed()] == ["2"]


@pytest.mark.parametrize("fails", [False, True])
async def test_a_fetched_file_is_whole_or_not_there(tmp_path: Path, fails: bool) -> None:
    async def download(path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, b"half")
        if fails:
            raise TimeoutError

    async with open_memory(tmp_path, BotSettings()) as memory:
        if fails:
            with pytest.raises(TimeoutError):
                await memory.shelf.fetch("a.mp4", download)
        else:
            assert (await memory.shelf.fetch("a.mp4", download)).read_bytes() == b"half"
        names = [path.name for path in memory.shelf.folder.iterdir()]
        assert names == ([] if fails else ["a.mp4"])
