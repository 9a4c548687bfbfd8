"""The exact number of T5 tokens in a prompt, from a model folder's tokenizer, without torch."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from video_service.orders import CountTokens

END = 1  # the </s> that every prompt carries


class NoTokenizer(Exception):
    """The folder's tokenizer cannot be read; the text says why."""


def open_counter(folder: Path) -> CountTokens:
    """A counter for the tokenizer in `folder`: tokenizer.json, else spiece.model."""
    if (fast := folder / "tokenizer.json").is_file():
        return _from_json(fast)
    if (plain := folder / "spiece.model").is_file():
        return _from_pieces(plain)
    raise NoTokenizer(f"{folder.name}/ holds neither tokenizer.json nor spiece.model")


def _from_json(file: Path) -> CountTokens:
    try:
        from tokenizers import Tokenizer

        text = file.read_text("utf-8")
    except ImportError as error:
        raise NoTokenizer("the package tokenizers is not installed") from error
    except (OSError, ValueError) as error:
        raise NoTokenizer(f"{file.name} cannot be read: {error}") from error
    with ThreadPoolExecutor(1) as pool:  # it raises a bare Exception, which a future hands over
        reading = pool.submit(Tokenizer.from_str, text)
    if (broken := reading.exception()) is not None:
        raise NoTokenizer(f"{file.name} cannot be read: {broken}") from broken
    tokenizer = reading.result()
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda words: len(tokenizer.encode(words, add_special_tokens=False).ids) + END


def _from_pieces(file: Path) -> CountTokens:
    try:
        from sentencepiece import SentencePieceProcessor

        pieces = SentencePieceProcessor(model_proto=file.read_bytes())
    except ImportError as error:
        raise NoTokenizer("the package sentencepiece is not installed") from error
    except (OSError, RuntimeError) as error:
        raise NoTokenizer(f"{file.name} cannot be read: {error}") from error
    return lambda words: len(pieces.encode(words)) + END
