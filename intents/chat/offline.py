"""A few honest answers for when nobody is there to chat: by what kind of sentence it was."""

import re
from collections.abc import Sequence

from intents.chat import wording
from intents.chat.careful import CAREFUL
from intents.sentences import Ability

MOST_EXAMPLES = 6
MOST_TITLES = 6

ABLE = (
    r"(?:会|能|可以)(?:做|干|帮).{0,4}(?:什么|啥|哪些)|会什么|会啥|什么(?:功能|本事)|^你?怎么用|帮助"
    r"|[会能](?:不[会能])?.{0,8}(?:视频|短片|动画|画[画图]|图片)|支持.{0,6}(?:视频|图)"
)
HELLO = (
    r"你好|您好|在吗|在不在|早上好|早安|早呀|^早[啊。]*$|上午好|中午好|下午好|晚上好|嗨|哈喽"
    r"|^[^\w]?$|(?i:^(?:hi|hello|hey)\b)"
)
WHO = r"你(?:是|到底是)(?:谁|哪个|什么人|啥|机器人|真人|人)|你叫(?:什么|啥)|你的?名字|^你谁"
LAUGH = (
    r"^(?=.*(?:哈哈|嘿嘿|呵呵|嘻嘻|笑死|笑喷|乐死))"
    r"(?:[哈嘿呵嘻我了都也啊]|笑死|笑喷|乐死|[，,。！!～~\s])*$"
)
NO_WORDS = r"^(?:\[[\u4e00-\u9fff]{1,4}\]|[^\w])+$|^[啊呀哇哦呃唉诶]+[！!。～~]*$"
NUMBER = r"^第?(?:\d+|[一二两三四五六七八九十]{1,2})(?:个|号)?[。.]*$"
SORRY = r"^(?:真|实在|很)?(?:对不起|抱歉|不好意思)"
WISHES = (
    r"^(?:祝你|大家)*(?:生日|新年|春节|中秋|元旦|国庆|节日|周末)(?:快乐|好)|^(?:过年好|恭喜发财)"
)
FOND = r"^我(?:也|好|最|很|真的?)*(?:爱|喜欢|想)你|^(?:好|真)?想你"
HERSELF = (
    r"^你(?:自己|平时|也|每天|今天|还)*(?:吃|睡|累|困|饿|冷|几岁|多大|喜欢我|爱我|想我|认识我|住|是男|是女"
    r"|有(?:没有)?(?:爸|妈|家|名字|朋友|老公|老婆|孩子))"
)
ALONE = (
    r"孤单|寂寞|害怕|没人(?:理|陪)|^我?(?:好|很)?想(?:妈妈|爸爸|奶奶|爷爷|外婆|外公|家)了?[。！!]*$"
)
HUSH = (
    r"^(?:你|先|请|都|快|给我)*(?:别说(?:话|了)|别吵|安静|闭嘴|住嘴|不要说话|别讲话?)[一点会儿了吧啊！!。]*$"
    r"|^停[！!。]*$"
)
SCOLDED = (
    r"傻[逼比屄叉]|他妈|[你尼]妈的|操你|^(?:你)?滚(?:蛋|开|远点)?[吧！!。]*$|王八蛋|狗屁|放屁|脑残|智障|混蛋"
    r"|(?:^|你)(?:这个?|真是?|太|好|可|怎么这么|就是个?|大|个)*(?:笨|蠢|傻|没用|废物|垃圾|白痴|烦人|讨厌)"
    r"(?:蛋|瓜|货|子|死)*[了的啊呀吧。！!]*$"
)
GIVEN_UP = (
    r"^(?:那|还是|就|好吧|我)*[，, ]*(?:算了|取消|不要|不用|没事|不弄|不做|不需要)"
    r"(?:算了|不要|不用|不弄)?[了吧啦呀，,。！! ]*(?:不要|不用|没事)?[了吧啦。！!]*$"
)
GRIEF = (
    r"去世|过世|离世|走了.{0,6}难过|难过.{0,8}走了|(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|爸爸?|妈妈?|老伴|爷|奶)"
    r"(?:昨天|今天|刚刚?)?(?:走了|没了|不在了)[。！!]*$|[猫狗兔鱼鸟].{0,3}死了"
)
COST = (
    r"^(?:这个?|那|拍|做|画|用|你|它|视频|片子|一[个段张次]|是不是|会不会|得|还|都|太|会)*"
    r"(?:(?:要|收|花|扣)?(?:不[要收花])?(?:多少)?(?:钱|费用?|流量)|贵(?:不贵)?|免费)[吗嘛么的了呀啊]*[？?。]*$"
)
NO_SOUND = (
    r"^(?:怎么|为什么|为啥|咋|这?个?视频|片子|它|都|也|还是)*"
    r"(?:(?:没有?|听不[到见])(?:声音?|音乐)|声音)[了啊呀吗呢。！!？?]*$"
)
CANNOT_OPEN = (
    r"^(?:怎么|为什么|视频|片子|它|这个|我|都|还是)*"
    r"(?:打不开|看不了|放不了|播不了|播放不了|点不开)[了啊呀呢。！!]*$"
)
SAVE = (
    r"^(?:怎么|咋|想|要|把|视频|片子|它|这个)*(?:保存|下载|存|转发|发朋友圈|发给(?!我|大家|群))(?!.*地图).{0,4}"
    r"(?:手机|相册|下来|发|呢|吗|[？?])*$"
)
WHICH = (
    r"^(?:怎么|还|我|要|那|快|给我|麻烦)*(?:(?:做|拍|弄|画)?好了[吗没么]|没[做拍弄画]?好|多久|再来(?:一?[个段次遍])?"
    r"|重[拍做来]|再发一?[次遍下]|刚才那?[个段](?:再?发)?给?我?|[慢快]一?点|加速|换一个|赶紧|(?:还是|用|要)?(?:上|前|第)一[个段](?:好看)?|最(?:开始|早)那[个段])[了吧呀啊呢。！!？?]*$"
)
AGREED = (
    r"^(?:嗯+|哦+|好+|(?i:ok)|行|可以|知道|收到|明白|没事|没关系)"
    r"(?:[的吧呀啊嘞了哦啦呢]|就好)*[，,。！!～~\s]*$"
)
UNHAPPY = (
    r"^(?:我|还|都|太|真|好|很|有点儿?|这个|拍得|画得)*"
    r"(?:不满意|不喜欢|不好看|难看|不好|不行|丑|假|一般)[了呀啊吧。！!～~\s]*$"
    r"|(?:视频|短片|图|画).{0,6}(?:不好看|难看|丑|不喜欢)"
    r"|^(?:你|又|都)?[拍画弄搞]错了?[啊呀。！!]*$|^不是这[个样张][。！!]*$"
)
PRAISE = (
    r"^6{2,}$|(?:视频|短片|图|画).{0,8}(?:好看|不错|真好|太棒|喜欢|可爱)(?!吗)|真棒|厉害|好聪明"
    r"|^[拍做画弄]?得?[真太很挺还好多超蛮也都]*(?:不错|漂亮|好看|棒|可爱)[了呀啊哦。！!～~\s]*$"
)
UNWELL = (
    r"(?<!心)[疼痛](?!爱|快|苦)|发烧|发热|咳嗽|感冒|拉肚子|头晕|血压|(?<!心里)不舒服|过敏|生病"
    r"|吃.{0,3}药|看.{0,3}医生"
)
SAD = (
    r"心情不好|心里(?:难受|不舒服|不好受)|没考好|吵架|吵了一架|分手|离婚"
    r"|不开心|不高兴|难过|伤心|郁闷|想哭|委屈|烦死|压力|好累|太累|累死|累坏|累了"
)
REMIND = r"提醒(?!的|过|得)|[定设订调上][一个]*闹钟|倒计时|叫我起床"
PRIVACY = r"偷听|隐私|(?:发|传)到?网上|泄露|监听|监视"
KINDS = (
    *CAREFUL,
    (REMIND, wording.REMIND),
    (PRIVACY, wording.PRIVACY),
    (r"(?:别|不要|不用|不想|停|取消).{0,8}(?:视频|拍|做|画|图|生成|短片)", wording.STOP),
    (GIVEN_UP, wording.STOP),
    (HUSH, wording.HUSH),
    (SCOLDED, wording.SCOLDED),
    (r"谢谢|多谢|感谢|辛苦了|谢啦|(?i:\bthank)", wording.THANKS),
    (WHO, wording.WHO),
    (ABLE, wording.ABLE),
    (AGREED, wording.AGREED),
    (GRIEF, wording.GRIEF),
    (UNWELL, wording.UNWELL),
    (SAD, wording.SAD),
    (ALONE, wording.WITH_YOU),
    (SORRY, wording.NO_MATTER),
    (WISHES, wording.SAME_TO_YOU),
    (FOND, wording.FOND),
    (HERSELF, wording.HERSELF),
    (UNHAPPY, wording.UNHAPPY),
    (PRAISE, wording.PRAISE),
    (r"再见|拜拜|晚安|回头见|睡了", wording.BYE),
    (NO_SOUND, wording.NO_SOUND),
    (CANNOT_OPEN, wording.CANNOT_OPEN),
    (COST, wording.COST),
    (SAVE, wording.SAVE),
    (WHICH, wording.WHICH),
    (LAUGH, wording.LAUGH),
    (HELLO, wording.HELLO),
    (NO_WORDS, wording.SEEN),
    (NUMBER, wording.NUMBER),
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
