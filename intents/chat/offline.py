"""A few honest answers for when nobody is there to chat: by what kind of sentence it was."""

import re
from collections.abc import Sequence

from intents.chat import wording
from intents.sentences import Ability

MOST_EXAMPLES = 4
MOST_TITLES = 6

ABLE = (
    r"(?:会|能|可以)(?:做|干|帮).{0,4}(?:什么|啥|哪些)|会什么|会啥|什么(?:功能|本事)|怎么用|帮助"
    r"|[会能](?:不[会能])?.{0,8}(?:视频|短片|动画|画[画图]|图片)|支持.{0,6}(?:视频|图)"
)
HELLO = r"你好|您好|在吗|在不在|早上好|早安|早呀|上午好|中午好|下午好|晚上好|嗨|哈喽|你是谁|^.?$"
AGREED = (
    r"^(?:嗯+|哦+|好+|行|可以|知道|收到|明白|没事|没关系)"
    r"(?:[的吧呀啊嘞了哦啦呢]|就好)*[，,。！!～~\s]*$"
)
UNHAPPY = (
    r"^(?:我|还|都|太|真|有点儿?|这个|拍得|画得)*"
    r"(?:不满意|不喜欢|不好看|难看|不好|不行)[了呀啊吧。！!～~\s]*$"
)
PRAISE = (
    r"(?:视频|短片|图|画).{0,8}(?:好看|不错|真好|太棒|喜欢|可爱)|真棒|厉害|好聪明"
    r"|^[拍做画弄]?得?[真太很挺还]?(?:不错|漂亮|好看|棒|可爱)[了呀啊哦。！!～~\s]*$"
)
UNWELL = (
    r"(?<!心)[疼痛](?!爱|快|苦)|发烧|发热|咳嗽|感冒|拉肚子|头晕|血压|不舒服|过敏|生病"
    r"|吃.{0,3}药|看.{0,3}医生"
)
SAD = r"心情不好|不开心|不高兴|难过|伤心|郁闷|想哭|委屈|烦死|压力|好累|太累|累死|累坏|累了"
KINDS = (
    (r"(?:别|不要|不用|不想|停|取消).{0,8}(?:视频|拍|做|画|图|生成|短片)", wording.STOP),
    (r"谢谢|多谢|感谢|辛苦了|谢啦", wording.THANKS),
    (ABLE, wording.ABLE),
    (AGREED, wording.AGREED),
    (UNHAPPY, wording.UNHAPPY),
    (PRAISE, wording.PRAISE),
    (r"再见|拜拜|晚安|回头见|睡了", wording.BYE),
    (UNWELL, wording.UNWELL),
    (SAD, wording.SAD),
    (HELLO, wording.HELLO),
)


def is_small_talk(said: str) -> bool:
    """Whether these are the words of any chat: a greeting, thanks, a question about herself."""
    return any(re.search(pattern, said) for pattern, _ in KINDS)


def offline(said: str, name: str, abilities: Sequence[Ability]) -> str:
    """One line that is true, and says what can be asked."""
    kinds = (line for pattern, line in KINDS if re.search(pattern, said))
    line = next(kinds, wording.OTHER)
    titles = "、".join(ability.title for ability in abilities[:MOST_TITLES])
    text = line.format(name=name, titles=titles, example=abilities[0].example)
    return "\n".join((text, *_examples(abilities))) if line == wording.ABLE else text


def _examples(abilities: Sequence[Ability]) -> list[str]:
    return [
        wording.ABLE_TO.format(title=ability.title, example=ability.example)
        for ability in abilities[:MOST_EXAMPLES]
    ]
