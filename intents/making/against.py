"""What a written prompt may not add: it would contradict what was asked for.

Writers like sunlight, even for a cat under the bed. Each row is what was asked, what may then not
be filmed, and the words of the ask that allow it after all.
"""

import re
from dataclasses import dataclass

SUN = r"sun(?:light|shine|beams?|rays?|lit|ny)|golden hour|blue sky"


@dataclass(frozen=True, slots=True)
class Rule:
    asked: re.Pattern[str]
    added: re.Pattern[str]
    unless: re.Pattern[str]
    why: str


def _rule(asked: str, added: str, unless: str, why: str) -> Rule:
    found = re.compile(rf"(?i)\b(?:{added})\b")
    return Rule(re.compile(asked), found, re.compile(unless), why)


RULES = (
    _rule(
        "屋里|屋内|室内|房间里|客厅|厨房|卧室|书房|被窝|床底|沙发上|地下室|教室|办公室",
        SUN,
        "阳光|太阳|窗|阳台|晒",
        "it happens indoors",
    ),
    _rule(
        "晚上|夜里|夜晚|深夜|半夜|夜空|月光|月亮|星空",
        rf"{SUN}|daylight|midday|noon",
        "日出|日落|太阳|白天|天亮|早上|早晨|清晨|黎明|傍晚|黄昏",
        "it is night",
    ),
    _rule(
        "中午|大白天|大太阳|大晴天|阳光",
        r"moonlight|moonlit|starry|midnight|night sky|rain(?:y|drops?|ing)?|thunderstorm",
        "雨|晚|夜|月|星|雷",
        "it is a bright day",
    ),
    _rule("下雨|雨中|雨里|大雨", rf"{SUN}|cloudless", "阳光|太阳|彩虹|晴", "it rains"),
    _rule(
        "没有人|没人|空无一人|无人的",
        r"(?:wo)?m[ae]n|people|person|crowds?|child(?:ren)?|boys?|girls?",
        "$^",
        "nobody is there",
    ),
    _rule(
        "镜头不动|不动镜头|固定镜头|镜头固定",
        r"dolly|pan(?:s|ning)|zoom(?:s|ing)?|tracking shot|push-in|orbit(?:s|ing)?",
        "推近|拉远|拉近",
        "the camera stands still",
    ),
)
CUTS = re.compile(
    r"(?i)\b(?:cuts? to|next scene|scene (?:changes|shifts|switches)|montage|split[- ]screen"
    r"|fades? (?:in|out|to)|jump cut)\b"
)


def contradiction(wish: str, prompt: str) -> str | None:
    """What in the English `prompt` goes against the Chinese `wish`, in English; None if nothing."""
    for rule in RULES:
        if rule.asked.search(wish) and not rule.unless.search(wish):
            if found := rule.added.search(prompt):
                return f"{found[0]!r} was not asked for: {rule.why}"
    if found := CUTS.search(prompt):
        return f"one continuous shot, but {found[0]!r} is in it"
    return None
