"""Questions: put with numbers, answered by number, place or words, and by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import agrees, choose, is_own_words, may_answer, put, refuses, shown
from intents.dialogue import Choice, Question, Quote
from tests.intents.talk import photo, turn

QUESTION = Question(
    "想看什么样的？",
    "wish",
    (Choice("熊猫吃竹子", "panda"), Choice("小猫追蝴蝶", "cat"), Choice("海边看日出", "sea")),
)


def test_it_is_put_with_one_numbered_line_a_choice() -> None:
    assert put(QUESTION) == "想看什么样的？\n1. 熊猫吃竹子\n2. 小猫追蝴蝶\n3. 海边看日出"


@pytest.mark.parametrize(
    "said",
    [
        "2", "２", "二", "两", "2.", "2。", "选2", "我选2", "就2吧", "第二个", "第2个", "第二个吧",
        "要第二个", "那就第二个好了", "2号", "小猫追蝴蝶", "小猫", "蝴蝶", "小猫追蝴蝶吧",
        "就要小猫追蝴蝶的", "小猫吧", "那就小猫好了", "要蝴蝶的", "选蝴蝶那个",
    ],
)  # fmt: skip
def test_the_second_is_meant(said: str) -> None:
    choice = choose(QUESTION, said)
    assert choice is not None
    assert choice.value == "cat"


@pytest.mark.parametrize("said", ["最后一个", "3", "第三个", "选最后一个吧", "日出"])
def test_the_last_is_meant(said: str) -> None:
    choice = choose(QUESTION, said)
    assert choice is not None
    assert choice.value == "sea"


@pytest.mark.parametrize(
    "said",
    [
        "", "吧", "4", "0", "十", "22", "两只猫在打架", "2024年的事", "小", "好的",
        "就要", "那个吧",
        "第一个和第二个",
        "生成一个熊猫吃竹子然后睡着了的视频", "熊猫和小猫",
    ],
)  # fmt: skip
def test_none_is_meant(said: str) -> None:
    assert choose(QUESTION, said) is None


@given(st.text(max_size=40))
def test_any_words_are_a_choice_or_none(said: str) -> None:
    choice = choose(QUESTION, said)
    assert choice is None or choice in QUESTION.choices


@pytest.mark.parametrize(
    "said", ["算了吧。", "不要", "都不要", "都不喜欢", "一个都不要了", "那不拍了", "算了，不用了"]
)
def test_a_refusal_is_known(said: str) -> None:
    assert refuses(said)


@pytest.mark.parametrize("said", ["算了一下，要三个", "不是", "不要熊猫，要小猫", "不看书了", ""])
def test_other_words_are_no_refusal(said: str) -> None:
    assert not refuses(said)


def test_a_question_without_choices_takes_none() -> None:
    bare = Question("从哪里出发？", "origin", (), default=None, open=True)
    assert put(bare) == "从哪里出发？"
    assert choose(bare, "最后一个") is None


OPEN = Question("在哪儿附近找？", "near", (), default=None, open=True)


@pytest.mark.parametrize(
    "said",
    [
        "西湖",
        "就西湖吧",
        "我家",
        "我们公司",
        "一只小狗在雪地里跑",
        "我屋头",
        "我在春熙路",
        "我现在在西湖边上",
    ],
)
def test_a_few_plain_words_may_be_the_answer_to_an_open_question(said: str) -> None:
    assert may_answer(OPEN, said)
    assert not may_answer(QUESTION, said)


@pytest.mark.parametrize(
    "said",
    [
        "", "。", "好的", "好吧，那算了", "嗯嗯", "哈哈哈", "谢谢", "我也不知道", "你开慢一点",
        "他快到了", "老公你想吃啥呢", "等等", "随便", "晚上吃什么", "@爸爸 西湖", "早上好",
        "我在开会", "我在路上", "我住院了", "我从来没去过", "你在春熙路", "几点关门", "贵不贵",
        "今天下班以后我先去接孩子再去超市买点菜回来",
    ],
)  # fmt: skip
def test_what_the_family_says_to_one_another_is_no_answer(said: str) -> None:
    assert not may_answer(OPEN, said)


@pytest.mark.parametrize("said", ["西湖", "一只小狗在雪地里跑", "我想看大海", "我屋在学院路8号哈"])
def test_words_that_call_her_may_be_the_answer(said: str) -> None:
    assert is_own_words(said)


@pytest.mark.parametrize(
    "said", ["", "你好", "几点关门", "我给你摆个龙门阵", "你会什么", "讲个笑话", "贵不贵", "哈哈哈"]
)
def test_words_that_call_her_for_something_else_are_no_answer(said: str) -> None:
    assert not is_own_words(said)


TO_MOVE = (Choice("动起来", "job:1"), Choice("先不动", "none"))
MOVES = Question("要让它动起来吗？", "picture", TO_MOVE, default=None, agree=True)


@pytest.mark.parametrize(
    "said",
    [
        "要", "好", "好的", "好呀！", "行", "可以", "嗯", "嗯嗯", "对", "要的", "来吧", "动吧",
        "要动起来", "那就动起来吧", "好，让它动起来", "我要", "快动起来",
    ],
)  # fmt: skip
def test_a_plain_yes_stands_for_the_first_choice(said: str) -> None:
    assert (choose(MOVES, said) or agrees(MOVES, said)) == MOVES.choices[0]
    assert agrees(QUESTION, said) is None


@pytest.mark.parametrize("said", ["不用了", "先不动", "别动了", "不要动起来", "不要", "2"])
def test_a_plain_no_stands_for_the_last(said: str) -> None:
    assert choose(MOVES, said) == MOVES.choices[1]


@pytest.mark.parametrize(
    "said", ["", "的", "吧", "好看", "好可爱啊", "行不行啊", "谁画的", "要下雨了", "动物园好玩吗"]
)
def test_what_the_family_says_of_a_picture_is_no_yes(said: str) -> None:
    assert agrees(MOVES, said) is None
    assert choose(MOVES, said) in (None, MOVES.choices[1])


def test_a_photo_answers_only_a_question_for_one() -> None:
    wanted = Question("把照片发给我。", "picture", (), default=None, photo=True)
    sent = turn("", id="p", photos=(photo(),))
    quoted = turn("这张", id="q", quote=Quote("long ago", photos=(photo(), photo())))
    assert shown(wanted, sent, called=False) == Choice("[照片]", "turn:p:0")
    assert shown(wanted, quoted, called=True) == Choice("[照片]", "quote:q:1")
    assert shown(wanted, turn("马上发"), called=False) is None
    assert shown(QUESTION, sent, called=False) is None
    other = turn("照着这张画一幅水彩画", photos=(photo(),))
    assert shown(wanted, other, called=True) is None
    assert shown(wanted, other, called=False)
