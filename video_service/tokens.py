"""The exact number of tokens a pipeline makes of a prompt, from its folder's tokenizer; no torch.

Each reader adds what its pipeline adds: T5 and umT5 an end, CLIP a beginning and an end, Qwen the
letter that the words are put into, of which the model is given all but the head.
"""

import html
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Literal

from video_service.orders import CountTokens

Reader = Literal["t5", "umt5", "clip", "qwen"]
Spell = Callable[[str], int]  # how many tokens these very letters are
QWEN_HEAD = 34  # tokens of the letter that QwenImagePipeline drops again
QWEN_LETTER = (
    "<|im_start|>system\nDescribe the image by detailing the color, shape, size, texture, "
    "quantity, text, spatial relationships of the objects and background:<|im_end|>\n"
    "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
)
# How transformers cuts words for the two vocabularies that come as vocab.json and merges.txt
CLIP_WORDS = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)
QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


class NoTokenizer(Exception):
    """The folder's tokenizer cannot be read; the text says why."""


def open_counter(folder: Path, reader: Reader = "t5") -> CountTokens:
    """A counter for the tokenizer in `folder`, in whichever of the three forms it lies there."""
    for file, spell in (
        (folder / "tokenizer.json", _from_json),
        (folder / "spiece.model", _from_pieces),
        (folder / "vocab.json", partial(_from_words, reader=reader)),
    ):
        if file.is_file():
            return partial(COUNTS[reader], spell(file))
    raise NoTokenizer(f"{folder.name}/ holds no tokenizer.json, spiece.model or vocab.json")


def _t5(spell: Spell, words: str) -> int:
    return spell(words) + 1


def _umt5(spell: Spell, words: str) -> int:
    """WanPipeline reads escaped letters as they are meant, and every gap as one blank."""
    return _t5(spell, re.sub(r"\s+", " ", html.unescape(html.unescape(words))).strip())


def _clip(spell: Spell, words: str) -> int:
    return spell(words) + 2


def _qwen(spell: Spell, words: str) -> int:
    return spell(QWEN_LETTER.format(words)) - QWEN_HEAD


COUNTS: Mapping[Reader, Callable[[Spell, str], int]] = {
    "t5": _t5,
    "umt5": _umt5,
    "clip": _clip,
    "qwen": _qwen,
}


def _from_json(file: Path) -> Spell:
    try:
        from tokenizers import Tokenizer

        text = file.read_text("utf-8")
    except ImportError as error:
        raise NoTokenizer("the package tokenizers is not installed") from error
    except (OSError, ValueError) as error:
        raise NoTokenizer(f"{file.name} cannot be read: {error}") from error
    return _spelling(file, lambda: Tokenizer.from_str(text))


def _from_pieces(file: Path) -> Spell:
    try:
        from sentencepiece import SentencePieceProcessor

        pieces = SentencePieceProcessor(model_proto=file.read_bytes())
    except ImportError as error:
        raise NoTokenizer("the package sentencepiece is not installed") from error
    except (OSError, RuntimeError) as error:
        raise NoTokenizer(f"{file.name} cannot be read: {error}") from error
    return lambda words: len(pieces.encode(words))


def _from_words(file: Path, reader: Reader) -> Spell:
    """CLIP's and Qwen's older form: a list of words, and which letters join first."""
    merges = file.with_name("merges.txt")
    if not merges.is_file():
        raise NoTokenizer(f"{file.parent.name}/ holds a vocab.json without its merges.txt")
    build = _build_clip if reader == "clip" else _build_qwen
    try:
        import tokenizers  # noqa: F401
    except ImportError as error:
        raise NoTokenizer("the package tokenizers is not installed") from error
    return _spelling(file, lambda: build(str(file), str(merges)))


def _build_clip(words: str, merges: str) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer: Any = Tokenizer(models.BPE.from_file(words, merges, end_of_word_suffix="</w>"))
    one_blank = normalizers.Replace(Regex(r"\s+"), " ")
    steps = [normalizers.NFC(), one_blank, normalizers.Lowercase()]
    tokenizer.normalizer = normalizers.Sequence(steps)
    cut = pre_tokenizers.Split(Regex(CLIP_WORDS), behavior="removed", invert=True)
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([cut, letters])
    tokenizer.add_special_tokens(["<|startoftext|>", "<|endoftext|>"])
    return tokenizer


def _build_qwen(words: str, merges: str) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer: Any = Tokenizer(models.BPE.from_file(words, merges))
    tokenizer.normalizer = normalizers.NFC()
    cut = pre_tokenizers.Split(Regex(QWEN_WORDS), behavior="isolated")
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([cut, letters])
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    return tokenizer


def _spelling(file: Path, read: Callable[[], Any]) -> Spell:
    with ThreadPoolExecutor(1) as pool:  # it raises a bare Exception, which a future hands over
        reading = pool.submit(read)
    if (broken := reading.exception()) is not None:
        raise NoTokenizer(f"{file.name} cannot be read: {broken}") from broken
    tokenizer = reading.result()
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda words: len(tokenizer.encode(words, add_special_tokens=False).ids)
