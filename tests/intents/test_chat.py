"""Chat: warm and short with a model, honest without one."""

import time

import pytest

from intents.abilities import abilities
from intents.chat import handler, wording
from intents.chat.cleaning import clean
from intents.chat.handler import Slots, answer
from intents.chat.offline import offline
from intents.dialogue import Dialogue, Text
from intents.tools.llm import OpenAiLlm
from tests.fake_llm import FAULTS, FakeLlm
from tests.intents.talk import dialogue, tools, turn


async def talk(text: str | Dialogue, llm: OpenAiLlm | None) -> str:
    what = dialogue(text) if isinstance(text, str) else text
    (part,) = await answer(what, Slots(), tools(llm))
    assert isinstance(part, Text)
    return part.text


async def test_the_model_answers_with_the_talk_in_mind(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.script(["天冷了，多穿一件再出门吧。"])
    words = dialogue(turn("今天零下三度", id="m0", who="爸爸"), turn("我要出门了"))
    assert await talk(words, llm) == "天冷了，多穿一件再出门吧。"
    system, material = server.requests[0]["messages"]
    assert "爸爸：今天零下三度" in material["content"]
    assert "拍小视频：生成一个熊猫吃竹子的视频" in system["content"]
    assert "查路线" not in system["content"]  # there is no map


async def test_english_is_asked_again_in_chinese(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.script(["Sure, I can help!", "好呀，我来陪你聊。"])
    assert await talk("陪我聊聊", llm) == "好呀，我来陪你聊。"
    assert server.requests[1]["messages"][-1]["content"] == handler.AGAIN


async def test_a_model_that_stays_english_is_not_passed_on(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.fault = "english"
    assert (await talk("陪我聊聊", llm)).startswith("这个我还答不好。")


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_the_model_does_somebody_answers_in_time(
    fault: str, llm: OpenAiLlm, server: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "SECONDS", 0.5)
    server.fault = fault
    start = time.monotonic()
    said = await talk("你好", llm)
    assert time.monotonic() - start < 10
    assert said[-1] in "。？"
    assert not any(sign.isascii() and sign.isalpha() for sign in said)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("你好", wording.HELLO),
        ("早上好呀", wording.HELLO),
        ("", wording.HELLO),
        ("谢谢小爱", wording.THANKS),
        ("你会什么", wording.ABLE),
        ("你能帮我做哪些事", wording.ABLE),
        ("你能做视频吗", wording.ABLE),
        ("先别生成", wording.STOP),
        ("先别生成视频", wording.STOP),
        ("刚才的视频真好看", wording.PRAISE),
        ("好", wording.AGREED),
        ("好的呀。", wording.AGREED),
        ("知道了", wording.AGREED),
        ("不满意", wording.UNHAPPY),
        ("拍得不好看", wording.UNHAPPY),
        ("拍得不错", wording.PRAISE),
        ("可爱的小猫是什么品种", wording.OTHER),
        ("好不好吃", wording.OTHER),
        ("晚安", wording.BYE),
        ("今天股票怎么样", wording.OTHER),
        ("奶奶头疼得厉害", wording.UNWELL),
        ("算了", wording.STOP),
        ("不要了", wording.STOP),
        ("取消", wording.STOP),
        ("那算了吧，不用了", wording.STOP),
        ("不用了", wording.STOP),
        ("停", wording.HUSH),
        ("别说话", wording.HUSH),
        ("你是谁", wording.WHO),
        ("你叫什么名字", wording.WHO),
        ("哈哈哈哈", wording.LAUGH),
        ("笑死我了", wording.LAUGH),
        ("😂😂😂", wording.SEEN),
        ("[微笑][玫瑰]", wording.SEEN),
        ("你真笨", wording.SCOLDED),
        ("滚", wording.SCOLDED),
        ("太贵了吗", wording.COST),
        ("拍一个要多少钱", wording.COST),
        ("这个蛋糕多少钱", wording.OTHER),
        ("爷爷去世了，我好难过", wording.GRIEF),
        ("怎么没声音", wording.NO_SOUND),
        ("打不开", wording.CANNOT_OPEN),
        ("声音呢，怎么没有声音", wording.NO_SOUND),
        ("你能听见我说话吗", wording.PRESENT),
        ("我今天心里不舒服", wording.SAD),
        ("我好害怕", wording.WITH_YOU),
        ("对不起", wording.NO_MATTER),
        ("生日快乐", wording.SAME_TO_YOU),
        ("我爱你", wording.FOND),
        ("你吃饭了吗", wording.HERSELF),
        ("2", wording.NUMBER),
        ("ok", wording.AGREED),
        ("我爱吃鱼", wording.OTHER),
        ("把照片变成卡通", wording.EDIT_PHOTO),
        ("怎么没反应", wording.PRESENT),
        ("要得", wording.AGREED),
        ("费心了", wording.THANKS),
        ("没叫你", wording.HUSH),
        ("给我唱段黄梅戏", wording.SING),
        ("教教我怎么弄", wording.TEACH),
        ("你忙你的", wording.BYE),
        ("真乖", wording.FOND),
        ("吃了没", wording.HERSELF),
        ("你会不会拍奥特曼", wording.CAN_MAKE),
        ("没听懂", wording.CONFUSED),
        ("我孙子出生了", wording.GOOD_NEWS),
        ("好冷啊", wording.OF_WEATHER),
        ("睡不着", wording.WITH_YOU),
        ("太丑了", wording.UNHAPPY),
        ("好可爱", wording.PRAISE),
        ("提醒我三点吃药", wording.REMIND),
        ("刚才画的图不好看", wording.UNHAPPY),
        ("电饭煲怎么用", wording.OTHER),
        ("你偷听我们说话吗", wording.PRIVACY),
        ("怎么保存到手机", wording.SAVE),
        ("把照片发给奶奶", wording.SAVE),
        ("好了吗", wording.WHICH),
        ("再来一个", wording.WHICH),
        ("刚才那个发给我", wording.WHICH),
        ("不要辣的", wording.OTHER),
        ("取消外卖", wording.OTHER),
        ("笨鸟先飞是什么意思", wording.OTHER),
        ("我最近血压有点高", wording.UNWELL),
        ("今天心情不好", wording.SAD),
        ("上班累死了", wording.SAD),
        ("我心疼妈妈", wording.OTHER),
        ("太好了", wording.PRAISE),
        ("天气真好", wording.OF_WEATHER),
        ("好不好", wording.OTHER),
        ("鱼刺卡住了", wording.UNWELL),
        ("家里的牛奶没了", wording.OTHER),
        ("小狗可爱死了", wording.OTHER),
        ("我家的猫死了", wording.GRIEF),
        ("手机发热怎么办", wording.OTHER),
        ("压力锅怎么用", wording.OTHER),
    ],
)
async def test_without_a_model_the_answer_fits_the_kind_of_sentence(said: str, line: str) -> None:
    titles = "、".join(ability.title for ability in abilities(tools(None)))
    assert titles.startswith("画图、拍小视频、让照片动起来")
    whole = line.format(name="小爱", titles=titles, example="画一只戴帽子的小猫")
    assert (await talk(said, None)).partition("\n")[0] == whole
    assert offline(said, "小爱", abilities(tools(None))).startswith(whole)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("**好的！**\n- 早点休息！", "好的。早点休息。"),
        ("好呀😊，一会儿见～", "好呀，一会儿见。"),
        ("小爱：在呢", "在呢。"),
        ("一。二。三。四。", "一。二。三。"),
        ("去吃[肯德基](https://kfc.example)吧？？", "去吃肯德基吧？"),
        ("你的任务编号是 job_123abc。好的。", "好的。"),
        ("I am fine. 我很好。", ""),
        ("我是通义千问，阿里云开发的语言模型。", ""),
        ("我是一个大语言模型。有事叫我。", "有事叫我。"),
        ("（微笑）好呀，陪你聊。", "好呀，陪你聊。"),
        ("你可以去死。", ""),
        ("我叫豆包。粘豆包是东北的点心。", "粘豆包是东北的点心。"),
        ("去KFC吃吧", "去KFC吃吧。"),
        ("Sure!", ""),
        ("", ""),
    ],
)
def test_a_models_chat_is_made_fit_for_the_family(raw: str, cleaned: str) -> None:
    assert clean(raw, "") == cleaned


@pytest.mark.parametrize(
    "raw",
    [
        "好的，我马上去订！",
        "好的。我这就帮你查一下路线。",
        "没问题，到时候我会准时提醒你。",
        "我给你放首歌。",
        "票已经帮您订好了。",
        "我帮你画一张吧。",
        "稍等，正在查天气。",
    ],
)
def test_what_a_model_promises_in_a_chat_is_not_passed_on(raw: str) -> None:
    assert clean(raw, "") == ""


@pytest.mark.parametrize(
    "raw",
    [
        "订票我还不会。",
        "想看小视频，就说生成一个熊猫吃竹子的视频。",
        "天冷了，给奶奶打个电话吧。",
        "爸爸应该马上就到家了。",
        "我猜你是饿了，先吃口饭吧。",
        "记得提醒爸爸带伞。",
        "慢慢来，我陪着你。",
    ],
)
def test_what_is_no_promise_is_passed_on(raw: str) -> None:
    assert clean(raw, "") == raw


async def test_a_promise_is_asked_again_and_else_she_says_what_she_can(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.script(["好的，我马上去订！", "订票我还不会。"])
    assert await talk("订张去北京的票", llm) == "订票我还不会。"
    server.script(["好的，我马上去订！", "已经帮你订好了。"])
    assert (await talk("订张去北京的票", llm)).startswith("这个我还答不好。")


async def test_who_cannot_answer_twice_does_not_say_it_twice() -> None:
    asked, later = turn("鸡兔同笼怎么算"), turn("股票怎么样", minutes=1)
    first = turn(await talk(Dialogue((asked,)), None), mine=True)
    assert await talk(Dialogue((asked, first, later)), None) == wording.OTHER_AGAIN
    hello = turn("你好呀，我是小爱。", mine=True)
    assert await talk(Dialogue((asked, hello, later)), None) == first.text


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    long = "今天的天气特别好，" * 9 + "出去走走吧。"
    cut = clean(long, "")
    assert cut.endswith("好。")
    assert len(cut) <= 40


def test_a_word_the_family_used_may_be_repeated() -> None:
    assert clean("iPad在桌上。", "我的iPad呢") == "iPad在桌上。"
    assert clean("iPad在桌上。", "呢") == ""
