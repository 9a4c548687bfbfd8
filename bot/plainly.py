"""What programs say of a failure, as the owner of the machine can read it."""

import re

from intents.tools.failures import scrub

LONGEST = 120
# what stands in the texts of errors, the surest first
MEANINGS = tuple(
    (re.compile(mark, re.I), meaning)
    for mark, meaning in (
        (r"no space left|disk is full", "磁盘满了"),
        (r"wrongpass|password pair|noauth|authentication required|access_refused", "密码不对"),
        (r"\b40[13]\b", "密钥或者令牌不对"),
        (r"\b404\b", "那里没有这个东西，地址或者模型名不对"),
        (r"\b429\b", "问得太多，对方让等一等"),
        (r"\b5\d\d\b", "对方那边出错了"),
        (r"\bwithin\b|time ?d? ?out", "等了半天没有回音"),
        (r"connect", "连不上"),
        (
            r"json|completion|transcript|its kind|answer we know|bytes",
            "答非所问，地址多半错了",
        ),
    )
)


def why(error: Exception | str) -> str:
    """One line without keys: what it means, where that is known, and the error itself."""
    text = scrub(str(error) or type(error).__name__)[:LONGEST]
    meaning = next((meaning for mark, meaning in MEANINGS if mark.search(text)), "")
    return f"{meaning}（{text}）" if meaning else text
