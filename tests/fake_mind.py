"""What the fake language model answers when it is sane: plain rules on our requests."""

import re
from collections.abc import Iterable
from typing import Any

Body = dict[str, Any]
Answer = str | int | Body  # words · an HTTP status that fails · the slots it fills in

LEXICON = {
    "熊猫": "a giant panda with soft black and white fur", "吃竹子": "munching fresh green bamboo",
    "弹吉他": "gently strumming a small acoustic guitar", "跳舞": "dancing with light steps",
    "猫": "a fluffy orange cat", "狗": "a cheerful brown dog", "海边": "a quiet sandy beach",
    "日出": "the sun slowly rising over the water", "日落": "the sun sinking in warm colours",
    "花": "pink blossoms opening petal by petal", "奶奶": "a smiling elderly woman",
    "下雪": "large snowflakes drifting down", "小狗": "a playful puppy", "跑": "running forward",
}  # fmt: skip
FILM = re.compile(r"视频|短片|动起来|影片|录像|拍[一个段条]|(再来|再拍)一|让.{1,8}[开飘跑笑飞]")
NOT_FILM = re.compile(r"先别|不要|不用|你[能会]|会不会|真好看|多长|怎么|为什么|视频通话|画[一张幅]")
COMMAND = re.compile(
    r"^.{0,12}?(?:生成|制作|做|拍|来|弄|录)[一]?[个段条]?(?:短|小)?(?:视频|短片|影片)?[，,：: ]*|"
    r"的?(?:小|短)?(?:视频|短片|影片)[。！!～~]*$"
)


OTHERS = re.compile(r"闹钟|打电话|翻译|听|歌|怎么办|谢谢|真[好冷热]|先别|不要|不用|你[能会]")
DRAW = re.compile(
    r"(?:画|生成|做|来)(?:[一两几]?[张幅个只])(?P<wish>.+?)(?:的?(?:图片|图|海报))?$|画(?P<it>.{2,})"
)
WAYS = {
    "步行": "走路|步行|走过去|走着", "骑行": "骑", "驾车": "开车|打车|自驾",
    "公交": "公交|地铁|坐车",
}  # fmt: skip
WAY = re.compile(
    r"(?:从(?P<origin>.{1,12}?))?(?:走路|步行|骑车|开车|打车|坐地铁|坐公交)?"
    r"(?:到|去)(?P<destination>.{1,16}?)(?:怎么|要多久|走路|骑车|开车|$)"
)
NEAR = re.compile(
    r"^(?P<near>.{1,10}?)?(?:附近|旁边)(?:有没有|有什么|哪里有|的|还有)?"
    r"(?P<keyword>.*?)(?:吗|呢|[？?]|$)"
)
DAY = re.compile(r"今天|明天|后天|周末|[周下星期]+[一二三四五六日]")
SKY = re.compile(r"天气|下雨|带伞|穿什么|多少度|冷不冷")
LAST = re.compile(r"<上一次>(?P<intent>\S+)")


def think(asked: Body) -> Answer:
    """What a sane model would answer to one of our three requests."""
    said = str(asked["messages"][-1]["content"])
    shape = _properties(asked)
    if "intent" in shape:
        last = LAST.search(said)
        return recognize(_inside("这一句", said) or said, last["intent"] if last else "")
    if "shows" in shape:
        return see(_inside("想要", said) or said)
    if "prompt" in shape:
        return {"prompt": describe(_inside("想要", said) or said)}
    return "好呀，我在呢，想看什么小视频跟我说。"


def recognize(text: str, last: str = "") -> Body:
    """Intent and slots, as a model fills them; `last` is the intent of the wish before."""
    if FILM.search(text) and not NOT_FILM.search(text):
        return _film(text)
    if not OTHERS.search(text):
        for look in (_go_on, _draw, _way, _near, _sky):
            if filled := look(text, last):
                return {**filled, "confidence": 0.9}
    return {"intent": "聊天", "confidence": 0.9}


def _go_on(text: str, last: str) -> Body:
    if last == "图片生成" and (again := re.search("再来|重新|换", text)):
        return {"intent": last, "again": "换风格" if again[0] == "换" else "再来一张"}
    if last == "地点推荐" and "还有" in text:
        return {"intent": last}
    if last == "天气" and text.endswith("呢"):
        day = DAY.search(text)
        return {"intent": last, "day": day[0]} if day else {"intent": last, "place": text[:-1]}
    return {}


def _draw(text: str, last: str) -> Body:
    found = DRAW.search(text)
    return {"intent": "图片生成", "wish": found["wish"] or found["it"]} if found else {}


def _way(text: str, last: str) -> Body:
    way = next((way for way, words in WAYS.items() if re.search(words, text)), None)
    found = WAY.search(text)
    if way is None and not re.search("怎么[走去]|导航", text):
        return {}
    ends = found.groupdict() if found else {}
    return {"intent": f"{way or '公交'}规划", "way": way, **ends}


def _near(text: str, last: str) -> Body:
    found = NEAR.search(text)
    return {"intent": "地点推荐", **found.groupdict()} if found else {}


def _sky(text: str, last: str) -> Body:
    day = DAY.search(text)
    place = re.match(r"([\u4e00-\u9fff]{2})(?=今天|明天|后天|天气|的天气)", text)
    about = "带伞" if re.search("雨|伞", text) else "穿衣" if re.search("穿|冷", text) else "天气"
    told = {"place": place and place[1], "day": day and day[0], "about": about}
    return {"intent": "天气", **told} if SKY.search(text) else {}


def _film(text: str) -> Body:
    photo = bool(re.search(r"动起来|照片|这张|图|让.{1,8}[开飘跑笑飞]", text))
    wish = re.sub(r"^(\[(照片|图片)\]|@?小爱|[，,\s])+", "", text)
    wish = COMMAND.sub("", COMMAND.sub("", wish)).strip("的，。 ")
    return {"intent": "视频生成", "wish": wish, "uses_photo": photo, "confidence": 0.95}


def see(wish: str) -> Body:
    """What a model that sees makes of a photo: always the same kitten, and how it moves."""
    known = [english for chinese, english in LEXICON.items() if chinese in wish]
    moves = ", ".join(known) or "it blinks and slowly turns its head"
    return {
        "shows": "animal", "people": 0, "crowded": False, "subject": "an orange kitten",
        "moves": "ears, eyes and tail", "background": "a windowsill", "camera": "still",
        "prompt": f"An orange kitten on a windowsill: {moves}. The camera stays still.",
    }  # fmt: skip


def describe(wish: str) -> str:
    """An English paragraph about the wish, in the order CogVideoX likes."""
    known = [english for chinese, english in LEXICON.items() if chinese in wish]
    subject = ", ".join(known) or "the family's subject standing in the middle of the frame"
    return (
        f"A slow dolly-in, medium shot in soft golden light: {subject}. "
        "Every movement is gentle and natural, in a calm and tidy scene with a softly blurred "
        "background. The mood is warm and peaceful."
    )


def _properties(asked: Body) -> Iterable[str]:
    if tools := asked.get("tools"):
        return list(tools[0]["function"]["parameters"]["properties"])
    if schema := asked.get("response_format", {}).get("json_schema"):
        return list(schema["schema"]["properties"])
    system = str(asked["messages"][0]["content"])
    return [name for name in ("intent", "prompt", "shows") if f'"{name}": {{' in system]


def _inside(tag: str, text: str) -> str:
    found = re.findall(rf"<{tag}[^>]*>\s*(.*?)\s*</{tag}>", text, re.S)
    return str(found[-1]) if found else ""
