"""Which photo a sentence means, sentence by sentence."""

import pytest

from intents.dialogue import Dialogue, Done, Question, Turn
from intents.video import wording
from intents.video.motion import told
from intents.video.photos import Meant, find
from tests.intents.talk import NOON, dialogue, photo, turn


def sent(who: str, id: str, minutes: float, name: str = "") -> Turn:
    return turn("", who=name or who, id=id, minutes=minutes, photos=(photo(id),))


def meant(talk: Dialogue, words: str) -> str:
    """The id of the photo that is meant, '?' for a question, '' for none."""
    found = find(talk, words)
    if isinstance(found, Meant):
        return found.photo.id
    return "?" if found else ""


def talk(words: str, who: str = "小明", more: tuple[Turn, ...] = ()) -> Dialogue:
    """妈妈 sent a, 小明妈的 neighbour 李阿姨 sent b, then 爸爸 spoke."""
    return dialogue(
        sent("妈妈", "a", 1), sent("李阿姨", "b", 2), turn("好看", who="爸爸", id="x", minutes=3),
        *more, turn(words, who=who, id="ask", minutes=9),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "photo_id"),
    [
        ("让它动起来", ""), ("让我的照片动起来", ""), ("让花开", ""), ("让妈妈笑一笑", ""),
        ("让妈妈那张动起来", "a"), ("把妈妈发的做成视频", "a"), ("我妈刚才发的那张动一下", "a"),
        ("妈妈的照片动起来", "a"), ("李阿姨拍的那张", "b"), ("阿姨那张动起来", "b"),
        ("让上面那张图动起来", "b"), ("让那张照片动起来", "b"), ("让这张照片动起来", "b"),
        ("让第一张动起来", "a"), ("用刚才的照片做个视频", "b"),
    ],
)  # fmt: skip
def test_of_other_peoples_photos_only_what_is_meant_is_taken(words: str, photo_id: str) -> None:
    assert meant(talk(words), words) == photo_id


@pytest.mark.parametrize(
    ("words", "photo_id"),
    [
        ("让它动起来", "own"), ("让这张动起来", "own"), ("让妈妈的照片动起来", "own"),
        ("让妈妈那张动起来", "a"), ("让刚才那张照片动起来", "own"),
    ],
)  # fmt: skip
def test_ones_own_photo_comes_first(words: str, photo_id: str) -> None:
    own = sent("小明", "own", 2.5)
    assert meant(talk(words, more=(own,)), words) == photo_id


TWO = (sent("小明", "p", 4), sent("小明", "q", 5), sent("小明", "r", 6))


@pytest.mark.parametrize(
    ("words", "photo_id"),
    [
        ("让它动起来", "?"), ("让我的照片动起来", "?"), ("第一张", "p"), ("让第二张动起来", "q"),
        ("第3张动起来", "r"), ("最后那张", "r"), ("最后一张动起来", "r"), ("倒数第二张", "q"),
        ("前面那张动起来", "p"), ("头一张", "p"), ("第九张", "r"), ("这张动起来", "r"),
    ],
)  # fmt: skip
def test_of_ones_own_a_place_decides_or_one_question(words: str, photo_id: str) -> None:
    assert meant(talk(words, more=TWO), words) == photo_id


def test_the_question_has_the_pictures_in_their_order_and_the_last_by_default() -> None:
    question = find(talk("让它动起来", more=TWO), "让它动起来")
    assert isinstance(question, Question)
    assert question.text == wording.WHICH
    assert [it.label for it in question.choices] == [
        "第一张，5分钟前发的", "第二张，4分钟前发的", "第三张，3分钟前发的",
    ]  # fmt: skip
    assert [it.value for it in question.choices] == ["turn:p:0", "turn:q:0", "turn:r:0"]
    assert (question.default, question.after_s, question.slot) == (2, 60, "picture")


def test_several_photos_in_one_message_and_a_place() -> None:
    several = turn("", id="m", photos=(photo("one"), photo("two")))
    ask = turn("让第一张动起来", minutes=1)
    assert meant(dialogue(several, ask), "让第一张动起来") == "one"
    carried = turn("让第一张动起来", photos=(photo("one"), photo("two")))
    assert meant(dialogue(carried), "让第一张动起来") == "one"


def test_what_was_moved_already_is_meant_only_when_nothing_new_came() -> None:
    before = Done("视频生成", {}, {"photo": "turn:p:0"}, "小明", NOON.replace(minute=7))
    words = "让它再动起来"
    old = Dialogue(talk(words, more=TWO).turns, done=(before,))
    assert meant(old, words) == "p"
    new = talk(words, more=(*TWO, sent("小明", "new", 8)))
    assert meant(Dialogue(new.turns, done=(before,)), words) == "new"


@pytest.mark.parametrize(
    "wish",
    [
        "动起来", "让它动起来", "它动起来吧", "照片动起来", "让这张老照片动起来", "第二张动起来",
        "让妈妈那张动起来", "我的照片动起来", "把照片动一动", "让画面轻轻动起来", "让它们都动起来",
    ],
)  # fmt: skip
def test_to_move_alone_tells_nothing_of_how(wish: str) -> None:
    assert told(wish) == ""


@pytest.mark.parametrize(
    "wish", ["花慢慢开", "奶奶笑一笑", "让云飘起来", "小狗跑起来", "下雪", "小狗动起来"]
)
def test_how_it_moves_is_passed_on(wish: str) -> None:
    assert told(wish) == wish
    assert told(None) == ""
