"""A model's chat made fit for the family: short Chinese sentences that promise nothing."""

import re

MOST_SENTENCES = 3
LONGEST_SENTENCE = 40

LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|https?://\S+")
MARKUP = re.compile(r"[*_`#>|~～\\]|^\s*(?:[-•·]|\d+[.、)])\s*", re.M)
ADDRESS = re.compile(r"^(?:小爱|助手)\s*[：:]\s*")
PICTURES = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u200d\ufe0f\u20e3]"
)
END = re.compile(r"(?<=[。？；…])|\n+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
DEED = (
    "(?:订|买|查|打|叫|约|联系|提醒|通知|预[订约定]|设|定|放|播|发|安排|下单|办|转告|记"
    "|画|拍|做|生成)"
)
PROMISE = re.compile(  # nothing of what a model says in a chat is done by anybody
    r"(?:我|帮你|给你|帮您|为您).{0,4}(?:马上|这就|立刻|立即|现在就|正在|已经|待会儿?|稍后|一会儿)"
    r"|(?:马上|这就|立刻|立即|正在|已经|稍后).{0,3}(?:帮|给|替|为)(?:你|您|大家|家)"
    rf"|我(?:会|来|去|先)?(?:帮|给|替|为)(?:你|您|大家)?.{{0,2}}{DEED}(?:好|了|到|一|个|张|份|首|点|段)"
    r"|我(?:会|到时候?|准时|按时).{0,4}(?:提醒|通知|叫)(?:你|您|大家)|到时候?我?(?:提醒|叫)"
    r"|^(?:好的?|行|没问题)?[，,]?(?:马上|这就|立刻)(?:去|来|办|好|就)|稍等|等我"
)
ASIDE = re.compile(r"^\s*[（(][^（）()]{1,10}[）)]", re.M)  # （微笑）
# not her: the model telling of its maker, or losing its temper
OTHER_SELF = re.compile(
    r"语言模型|大模型|人工智能助手|通义|千问|智谱|文心一言|我(?:是|叫|的名字)[^，,。]{0,4}(?:豆包|混元)"
    r"|阿里云?(?:开发|训练|研发)|去死(?!皮)|滚开|傻[逼瓜子]|蠢货|他妈的"
)
SHORT_NAME = re.compile(r"[A-Z]{2,5}")  # KFC, NBA: words of everyday Chinese


def clean(talk: str, said: str) -> str:
    """At most three sentences of at most forty characters; empty when nothing is left.

    Empty, too, where anything is promised: 好的 alone would still be a yes.
    """
    text = LINK.sub(lambda link: link[1] or "", talk)
    text = ASIDE.sub("", PICTURES.sub("", MARKUP.sub("", text)).strip())
    text = re.sub(r"[！!]+", "。", ADDRESS.sub("", text))
    text = re.sub(r"\?+|？+", "？", text)
    if any(PROMISE.search(sentence.strip()) for sentence in END.split(text)):
        return ""
    kept: list[str] = []
    for sentence in END.split(text):
        if (short := _short(sentence)) and _is_ours(short, said):
            kept.append(short)
    return "".join(kept[:MOST_SENTENCES])


def _short(sentence: str) -> str:
    """`sentence` cut at a comma when it is too long, ended as a sentence ends."""
    asks = sentence.rstrip().endswith("？")
    body = sentence.strip(" \t\r\n。？；…，,:：")
    if len(body) >= LONGEST_SENTENCE:
        asks = False
        head = body[: LONGEST_SENTENCE - 1]
        cut = max(head.rfind("，"), head.rfind("、"), head.rfind(","))
        body = head[:cut] if cut > 8 else ""
    return body + ("？" if asks else "。") if body else ""


def _is_ours(sentence: str, said: str) -> bool:
    """Chinese, her own, and with no foreign word that nobody used before."""
    if not CHINESE.search(sentence) or OTHER_SELF.search(sentence):
        return False
    words = LATIN.findall(sentence)
    return all(word in said or SHORT_NAME.fullmatch(word) for word in words)
