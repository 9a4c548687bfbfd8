"""Our token count is the tokenizer's own, without torch."""

from pathlib import Path

import pytest

from video_service.engines.hush import hushed
from video_service.tokens import NoTokenizer, open_counter

PROMPTS = [
    "a panda plays guitar",
    "",
    "   ",
    "  two  spaces , and\na new line\t tab ",
    "Café naïve — “quoted” 25℃ 🐼 熊猫",
    "panda " * 300,
    "</s> <pad> <extra_id_0> tokens that are written out",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_count_equals_the_pipelines_own_tokenizer(tiny: Path, prompt: str) -> None:
    with hushed():
        from transformers import T5TokenizerFast

        theirs = T5TokenizerFast.from_pretrained(tiny / "tokenizer")
    count = open_counter(tiny / "tokenizer")
    assert count(prompt) == len(theirs(prompt).input_ids)


def test_a_published_folder_that_holds_only_pieces_is_counted_too(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece", reason="pip install 'qunying[video]'")
    from tests.tiny_model import pieces

    (tmp_path / "spiece.model").write_bytes(pieces())
    count = open_counter(tmp_path)
    with hushed():
        from transformers import T5Tokenizer

        theirs = T5Tokenizer.from_pretrained(tmp_path)
    plain = [p for p in PROMPTS if "<" not in p]
    assert [count(p) for p in plain] == [len(theirs(p).input_ids) for p in plain]


@pytest.mark.parametrize("name", ["tokenizer.json", "spiece.model"])
def test_a_broken_tokenizer_is_told(tmp_path: Path, name: str) -> None:
    pytest.importorskip("tokenizers", reason="pip install 'qunying[video]'")
    with pytest.raises(NoTokenizer, match="holds neither"):
        open_counter(tmp_path)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(NoTokenizer, match=name):
        open_counter(tmp_path)
