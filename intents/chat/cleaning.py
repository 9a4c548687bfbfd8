"""A model's chat made fit for the family: short Chinese sentences, nothing else."""

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
SHORT_NAME = re.compile(r"[A-Z]{2,5}")  # KFC, NBA: words of everyday Chinese


def clean(talk: str, said: str) -> str:
    """At most three sentences of at most forty characters; empty when nothing is left."""
    text = LINK.sub(lambda link: link[1] or "", talk)
    text = PICTURES.sub("", MARKUP.sub("", text)).strip()
    text = re.sub(r"[！!]+", "。", ADDRESS.sub("", text))
    text = re.sub(r"\?+|？+", "？", text)
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
    """Chinese, and with no foreign word that nobody used before."""
    if not CHINESE.search(sentence):
        return False
    words = LATIN.findall(sentence)
    return all(word in said or SHORT_NAME.fullmatch(word) for word in words)
