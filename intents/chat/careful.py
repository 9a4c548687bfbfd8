"""Fixed words, whoever else could answer: no model guesses about a life, a dose, a swindle."""

import re

from intents.chat import wording

# what only sounds grave; it is left out before the rest is read
HARMLESS = re.compile(
    r"[笑乐]得?.{0,2}[喘透上]不[上过]来?气|没有?呼吸(?:到|新鲜)|中风(?=[景车筝险光云雨扇铃])|接触电|触电[影视]"
    r"|防(?:溺水|触电)|溺水(?=教育|安全|知识)|(?:别|小心|怕|防)噎[住着]|黄昏|边(?=.{0,3}麻[烦将辣])"
    r"|救命(?=[啊呀，,]*(?:(?:这也|也)?[太好真](?:可爱|好[看笑吃]|萌|美)|笑))|想活[动跃泼]|[生干]活够|想死[记磕]|跳楼[机梯价]|印刷单"
    r"|(?:无线网?|(?i:wi-?fi))的?密码|没有?人(?=欺负|打|跟着|骗|摸|吓|追)|打我(?:的)?(?:手机|电话)"
    r"|[山芍]药|药膳|咖啡胶囊|胶囊(?:酒店|旅馆|咖啡)"
)
# medicine that is asked for by name, by kind or by number
DRUG = (
    r"(?:[^\s，,。]{0,6}(?:药(?![店房])|胶囊|冲剂|口服液)|布洛芬|阿司匹林|头孢|阿莫西林|对乙酰|扑热息痛|感冒灵"
    r"|胰岛素|硝酸甘油|二甲双胍|安眠|褪黑素|退烧贴|止痛片|降压片|氨氯地平)"
)
MEDICINE = (
    rf"{DRUG}.{{0,12}}(?:几[片粒颗次袋包]|多少|剂量|用量|一起|同时|[能可]以?[吃停补用喝]|加倍|怎么吃|忘)"
    rf"|(?:吃|喝|用|打|配|换|停).{{0,3}}(?:什么|啥|哪种|哪个|多少|几[片粒颗]){DRUG}"
)
DOSE = re.compile(
    r"(?:吃|服|喝|用|打|每次|一次|每天|一天|早晚).{0,8}?[一二两三四五六七八九十百半\d]+\s*(?:[片粒颗支]|毫克|个?单位|毫升(?!的?[温热凉开白清]*水(?![送冲服])))"
    r"(?![^，,。；、]{0,3}(?:面包|吐司|[西黄]瓜|糖|枣|花生|苹果|鸡?蛋(?!白)|草莓|葡萄|叶(?!酸)|面膜|笔|舞|蜡烛"
    r"|雪糕|豆[腐浆]|牛奶))"
)
URGENT = (
    r"胸口?[闷疼痛].{0,8}(?:气|晕|汗|厉害)|[喘透上]不[上过]来?气|晕倒|昏[倒迷过]|叫不醒|没有?呼吸|心脏病(?:犯|发)"
    r"|中风|半边.{0,4}(?:动不了|没知觉|麻)|大出血|流血不止|噎[住着]|卡[在住].{0,2}(?:喉咙|嗓子|气管)|触电|溺水|煤气中毒|[误错][吃喝服]了"
    r"|摔(?:倒|下来|跤).{0,6}(?:起不来|动不了|出血)|我摔倒了|^(?:快|来人|啊)*[，,]?救命"
)
FIRE = r"(?:家里?|厨房|房子|屋里|楼[里上下]|隔壁|锅)(?:着|起|失)火|煤气(?:漏|泄|味)"
ALONE = (
    r"不想活|活不下去|活够了|想自杀|想轻生|想跳楼"
    r"|(?<!得)想死(?!你|他|她|我|大家|宝宝|了[你他她我])"
)
SCAM = (
    r"(?:让|叫|要)我.{0,8}(?:转账|汇款|打钱|转钱|验证码|交钱)|被骗|骗(?:了|我|走).{0,4}钱|说我中奖|中奖.{0,6}(?:税|费|通知|短信)|安全账户|刷单"
    r"|(?:验证码|银行卡号?|密码).{0,4}(?:告诉|发给|给)(?:他|她|对方|别人|人家)"
)
CHILD = r"有人(?:欺负|打|跟着|骗|摸|吓|追)我|陌生人.{0,4}(?:敲门|跟|让|叫|给)|^我?(?:迷路|走丢)了"
CAREFUL = (
    (ALONE, wording.ALONE),
    (FIRE, wording.FIRE),
    (URGENT, wording.URGENT),
    (SCAM, wording.SCAM),
    (CHILD, wording.CHILD),
    (MEDICINE, wording.MEDICINE),
)


def careful(said: str) -> str | None:
    """The fixed words; None as a rule."""
    plain = HARMLESS.sub(" ", said)
    return next((line for pattern, line in CAREFUL if re.search(pattern, plain)), None)


def prescribes(talk: str) -> bool:
    """Whether what a model says tells somebody how much to take."""
    return DOSE.search(talk) is not None
