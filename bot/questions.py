"""One question, numbered answers: how it is put, and what counts as answering it."""

import re

from intents.chat.offline import is_small_talk
from intents.dialogue import Choice, Question, Turn, photo_key, quoted_key
from intents.finders import is_town

DIGITS = "零一二三四五六七八九"
SAME = str.maketrans({"两": "二", **{chr(0xFF10 + i): str(i) for i in range(10)}})
NUMBER = re.compile(
    r"(?:那|就|我?选|我?要|用|来)*(?:第|最后)?(?P<n>\d{1,2}|[一二三四五六七八九]|)"
    r"(?:个|种|号|项|条|款|张)?(?:的|吧|呀|啊|呗|就行|就好|好了|可以)*"
)
REFUSAL = re.compile(
    r"(?:那|还是|我|这些|哪个|一[个样]|[三四]个)*(?:算了|取消|都?(?:不[用要拍做看弄]|别[拍做弄])|都不[是好行]|都不喜欢"
    r"|都?不想[要看]|算了不[用要拍做看]了?)[了吧啦呀]*"
)
YES = re.compile(
    r"(?=.*[要好行对嗯动来是]|可以)(?:嗯+|哦|那|就|快)?(?:我?想?要|好|行|可以|对|是|来|动)?(?:啊|呀|的|吧|嘞|呢|了|哒)*"
    r"(?:让它|让他|让她|就让它|它)?(?:动起来|动一动|动一下|动)?(?:吧|呀|啊|了)*"
)
AROUND = re.compile(
    r"^(?:那|就|我?选|我?要|来|还是)+|(?:那个|的|吧|呀|啊|呗|嘛|就行|就好|好了|可以)+$"
)
NO = re.compile(r"不|别|没|甭")
LONGEST_NO = 8
LONGEST_ANSWER = 20
LONGEST_WITH_PHOTO = 6
# what is said to one another while a question waits, and is no answer to it
TALK = re.compile(
    r"[？?@＠]|吗|呢|怎么|什么|咋|谁|等等|等一|稍等|不知道|没有|不是|随便|问问|看看"
    r"|^(?:嗯+|哦+|噢|啊|哈+|呵+|行|好|对|是|来)[的吧呀啊嘞了哈]*(?:$|[，,。！!])"
    r"|^[你他她](?!们?的?(?:家|老家|公司|单位|学校))"
    r"|^[我咱](?!们?(?:的?(?:家|老家|公司|单位|学校|屋)|(?:现在|人|就)*[在从住](?![院来小没不])))"
    r"|^[我咱]们?(?:现在|人|就)*在(?:开[会车]|忙|用|上[班课]|吃|睡|路上|做|看|等|想|洗|写|听|玩|干)"
)
# how one begins to ask for something else; 西湖 and 一只小狗 begin otherwise
WISH = re.compile(
    r"^(?:讲|说(?!明)|唱|念|读(?!书)|背|放(?![学风烟])|播|打开|关|帮我|帮忙|请|陪我?|教我|告诉|我[给跟和教]你"
    r"|你(?!们?的?(?:家|公司|单位)))"
)
# a question of their own is no answer, even where it calls her
ASKS = re.compile(
    r"[？?]|[吗么]$|几点|多少[钱度]|多久|多远|怎么样|贵不贵|^(?:怎么|为什么|什么时候|谁|哪)"
)
# a place by its name, which is nothing else that a family says: 春熙路, 从奶奶家出发, 医院
PLACE = re.compile(
    r"(?:那|就|我们?|咱们?|现在|人|从|在)*(?!上[学班街课大医]|下班)"
    r"(?:(?![在去回到来刚才快完没不别想要给接送买吃喝出进了])[\w]){0,12}?"
    r"(?:(?<![走一迷修马半思])路|(?<![逛上])街|(?<!网)站|(?<![大人全一专国画作管你他她])家|巷|广场|小区|花园|公园|医院|学校|大学|[中小]学"
    r"|幼儿园|[东南西北]门|大桥|(?<!城)市|[村镇县区]|酒店|宾馆|机场|大厦|商场|超市|药[店房]|银行|菜市?场|中心|寺|湖|码头"
    r"|[物书育]馆|苑|公司|单位)"
    r"(?:那边|那里|那儿|这边|附近|门口)?(?:出发|走)?[吧呀啊哦呗]?"
)
PROPOSES = re.compile(r"[？?]|[吗吧呢么]|要不|[好行]不|咱|我们")
PHOTO = "[照片]"
NOISE = re.compile(r"[\s，,。.！!？?、～~()（）]+")


def put(question: Question) -> str:
    """The question as it is sent: its words, then one numbered line a choice."""
    numbered = (f"{i}. {choice.label}" for i, choice in enumerate(question.choices, 1))
    return "\n".join((question.text, *numbered))


def choose(question: Question, said: str) -> Choice | None:
    """The choice that is meant by its number, its place or its words; None when none is."""
    plain = NOISE.sub("", said.translate(SAME))
    if not plain or not question.choices:
        return None
    if question.agree and NO.search(plain):
        return question.choices[-1] if len(plain) <= LONGEST_NO else None
    return _by_number(question, plain) or _by_words(question, plain)


def agrees(question: Question, said: str) -> Choice | None:
    """The first choice, when a plain yes stands for it and this is one: 要, 好的, 动起来吧."""
    plain = NOISE.sub("", said)
    meant = question.agree and question.choices and plain and YES.fullmatch(plain)
    return question.choices[0] if meant else None


def shown(question: Question, turn: Turn, *, called: bool) -> Choice | None:
    """The photo that answers a question for one: just sent, or an older one that is quoted.

    Who calls her and says more than 就这张 wants something else of it.
    """
    if not question.photo or (called and len(NOISE.sub("", turn.said)) > LONGEST_WITH_PHOTO):
        return None
    if turn.photos:
        return Choice(PHOTO, photo_key(turn.id))
    if turn.quote and turn.quote.photos:
        return Choice(PHOTO, quoted_key(turn.id, len(turn.quote.photos) - 1))
    return None


def refuses(said: str) -> bool:
    """Whether the person has given the wish up."""
    return bool(REFUSAL.fullmatch(NOISE.sub("", said)))


def may_answer(question: Question, said: str) -> bool:
    """Whether words that call nobody sound like an answer: short, and no talk of the family's."""
    if not question.open or not 0 < len(NOISE.sub("", said)) <= LONGEST_ANSWER:
        return False
    return not TALK.search(said) and is_own_words(said)


def is_own_words(said: str) -> bool:
    """Whether words that call her may answer an open question, and are not just any chat."""
    other = WISH.search(said) or ASKS.search(said) or is_small_talk(said)
    return bool(said) and not other


def names_place(said: str) -> bool:
    """Whether `said` is the name of a place, a town's for one, and nothing else."""
    plain = NOISE.sub("", said)
    return len(plain) <= LONGEST_ANSWER and (is_town(plain) or PLACE.fullmatch(plain) is not None)


def proposes(said: str) -> bool:
    """Whether a yes that comes after `said` may be one to that."""
    return PROPOSES.search(said) is not None


def _by_number(question: Question, plain: str) -> Choice | None:
    if re.match(r"(?:那|就|选|要|我)*最后[一1]?(?:个|种|项)", plain):
        return question.choices[-1]
    found = NUMBER.fullmatch(plain)
    if not found or not (digits := found["n"]):
        return None
    place = int(digits) if digits.isdigit() else DIGITS.index(digits)
    return question.choices[place - 1] if 1 <= place <= len(question.choices) else None


def _by_words(question: Question, plain: str) -> Choice | None:
    """A label as it stands, or the only one that holds these words, or that these words hold."""
    labels = [(NOISE.sub("", choice.label.translate(SAME)), choice) for choice in question.choices]
    exact = [choice for label, choice in labels if label == plain]
    core = AROUND.sub("", plain)
    part = [choice for label, choice in labels if len(core) >= 2 and core in label]
    whole = [choice for label, choice in labels if label in plain and len(plain) <= len(label) + 6]
    return next((found[0] for found in (exact, part, whole) if len(found) == 1), None)
