"""What the fake language model answers when it is sane: plain rules on our three requests."""

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


def think(asked: Body) -> Answer:
    """What a sane model would answer to one of our three requests."""
    said = str(asked["messages"][-1]["content"])
    shape = _properties(asked)
    if "intent" in shape:
        return recognize(_inside("这一句", said) or said)
    if "prompt" in shape:
        return {"prompt": describe(_inside("想要", said) or said)}
    return "好呀，我在呢，想看什么小视频跟我说。"


def recognize(text: str) -> Body:
    if not FILM.search(text) or NOT_FILM.search(text):
        return {"intent": "聊天", "confidence": 0.9}
    photo = bool(re.search(r"动起来|照片|这张|图|让.{1,8}[开飘跑笑飞]", text))
    wish = re.sub(r"^(\[(照片|图片)\]|@?小爱|[，,\s])+", "", text)
    wish = COMMAND.sub("", COMMAND.sub("", wish)).strip("的，。 ")
    return {"intent": "视频生成", "wish": wish, "uses_photo": photo, "confidence": 0.95}


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
    return [name for name in ("intent", "prompt") if f'"{name}": {{' in system]


def _inside(tag: str, text: str) -> str:
    found = re.findall(rf"<{tag}[^>]*>\s*(.*?)\s*</{tag}>", text, re.S)
    return str(found[-1]) if found else ""
