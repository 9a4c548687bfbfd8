"""The prompt writer: the family's talk becomes one English paragraph that an engine can read.

Nothing with Chinese in it gets through, whatever the model says: the shape itself refuses.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from intents.base import Llm, Messages, Shape
from intents.dialogue import Dialogue
from intents.making.against import contradiction
from intents.transcript import quoted, transcript

LIMIT = 226  # T5 tokens; the service counts them exactly
TOKENS_A_WORD = 1.35  # measured generously: the service has the tokenizer, we have not
SECONDS = 5.5

FOREIGN = re.compile(
    r"[\u1100-\u11ff\u2e80-\u2fdf\u2ff0-\u303f\u3040-\u30ff\u3100-\u31ff\u3200-\u33ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    r"\uff00-\uffef\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
TALK = re.compile(r"(?i)^\W*(here('s| is| are)|sure\b|certainly\b|of course\b|prompt\s*:)")
MARKUP = re.compile(r"[*_`#<>{}\[\]|\"“”]")


@dataclass(frozen=True, slots=True)
class Style:
    """What the writer is told: the craft with its rules, then examples of it."""

    system: str
    examples: str


class FilmPrompt(BaseModel):
    """What the writer hands back; models like to add fields, so others are dropped.

    It is held against the `wish` it was written for: nothing may be added that contradicts it.
    """

    model_config = ConfigDict(extra="ignore")
    limit: ClassVar[int] = LIMIT
    wish: ClassVar[str] = ""
    prompt: str = Field(max_length=4000, description="one English paragraph, 40 to 110 words")

    @field_validator("prompt")
    @classmethod
    def filmable(cls, prompt: str) -> str:
        return filmable(prompt, cls.limit, cls.wish)


def filmable(prompt: str, limit: int, wish: str) -> str:
    """The paragraph smoothed; ValueError says in English why it cannot be filmed."""
    paragraph = " ".join(prompt.split()).strip("\"'“”‘’ ")
    if found := FOREIGN.search(paragraph):
        raise ValueError(f"English only, but {found[0]!r} is in it")
    letters = [letter for letter in paragraph if letter.isalpha()]
    ascii_share = sum(letter.isascii() for letter in letters) / (len(letters) or 1)
    if ascii_share < 0.98:
        raise ValueError("it is not written in English letters")
    if len(re.findall(r"[A-Za-z]+", paragraph)) < 6:
        raise ValueError("too short: at least a sentence of six words")
    if TALK.search(paragraph) or MARKUP.search(paragraph):
        raise ValueError("only the paragraph itself: no preface, no markup")
    if (tokens := estimate_tokens(paragraph)) > limit:
        raise ValueError(f"too long: about {tokens} tokens, at most {limit}")
    if wrong := contradiction(wish, paragraph):
        raise ValueError(wrong)
    return paragraph


def estimate_tokens(text: str) -> int:
    """About how many T5 tokens `text` has, rather too many than too few."""
    pieces = re.findall(r"[A-Za-z]+|\d|[^\sA-Za-z\d]", text)
    long_words = sum(len(piece) // 9 for piece in pieces)
    return int(len(pieces) * TOKENS_A_WORD) + long_words + 1


async def write_prompt(
    dialogue: Dialogue,
    wish: str,
    llm: Llm,
    style: Style,
    limit_tokens: int = LIMIT,
    deadline: float = SECONDS,
) -> str:
    """One English paragraph for `wish`, checked, within `deadline` seconds, or LlmError."""
    messages = _messages(dialogue, wish, style, limit_tokens)
    shape = held_to(FilmPrompt, wish, limit_tokens)
    return (await llm.fill(shape, messages, deadline=deadline)).prompt


def held_to(shape: type[Shape], wish: str, limit_tokens: int) -> type[Shape]:
    """`shape`, of FilmPrompt's kind, checked against this wish and this many tokens."""
    return type(shape.__name__, (shape,), {"limit": limit_tokens, "wish": wish})


def _messages(dialogue: Dialogue, wish: str, style: Style, limit_tokens: int) -> Messages:
    short = "" if limit_tokens >= LIMIT else f"\nAt most {limit_tokens // 2} words this time."
    system = style.system + style.examples + short
    talk = transcript(dialogue, most=8)
    material = f"<群聊记录>\n{talk}\n</群聊记录>\n<想要>{quoted(wish)}</想要>"
    return [{"role": "system", "content": system}, {"role": "user", "content": material}]
