"""Our token count is what each pipeline makes of a prompt, without torch."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import tiny_parts
from tests.engines.tinies import Tinies
from tests.tiny_model import pieces
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.tokens import QWEN_HEAD, QWEN_LETTER, NoTokenizer, Reader, open_counter

PROMPTS = [
    "a panda plays guitar",
    "",
    "   ",
    "  two  spaces , and\na new line\t tab ",
    "Café naïve — “quoted” 25℃ 🐼 熊猫",
    "panda " * 300,
    "</s> <pad> <extra_id_0> <|im_end|> <|endoftext|> tokens that are written out",
    "\n\nyou're in ROOM 1234 {} {0}",
    "fish &amp;amp; chips &lt;3",
]


def letters(prompt: str) -> str:
    return prompt


def theirs(folder: Path, part: str) -> Any:
    """The tokenizer that diffusers would use."""
    with hushed():
        import transformers

        name = json.loads((folder / "model_index.json").read_text())[part][1]
        return getattr(transformers, name).from_pretrained(folder / part)


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("kind", ["t2v", "wan_t2v", "i2vgenxl", "flux", "qwen_image"])
def test_the_count_is_that_of_the_pipelines_own_tokenizer(
    kind: str, prompt: str, tinies: Tinies
) -> None:
    folder = read_folder(tinies(kind))
    layout = folder.layout
    with hushed():
        from diffusers.pipelines.wan.pipeline_wan import prompt_clean
    put = {"umt5": prompt_clean, "qwen": QWEN_LETTER.format}.get(layout.reader, letters)
    dropped = QWEN_HEAD if layout.reader == "qwen" else 0
    with hushed():
        read = theirs(folder.path, layout.tokenizer)(put(prompt)).input_ids
    count = open_counter(folder.path / layout.tokenizer, layout.reader)
    assert count(prompt) == len(read) - dropped


def test_the_letter_around_a_prompt_is_the_one_qwen_image_writes(tinies: Tinies) -> None:
    with hushed():
        from diffusers import QwenImagePipeline

        pipe: Any = QwenImagePipeline.from_pretrained(
            tinies("qwen_image"), transformer=None, text_encoder=None, vae=None
        )
    assert pipe.prompt_template_encode == QWEN_LETTER
    assert pipe.prompt_template_encode_start_idx == QWEN_HEAD


@pytest.mark.parametrize(("kind", "name"), [("clip", "CLIPTokenizer"), ("qwen", "Qwen2Tokenizer")])
def test_the_older_form_of_the_hubs_is_counted_as_transformers_does(
    kind: Reader, name: str, tmp_path: Path
) -> None:
    """CLIP's and Qwen's published folders hold vocab.json and merges.txt."""
    marks = ["<|startoftext|>"] if kind == "clip" else ["<|im_start|>", "<|im_end|>"]
    ends = [f"{sign}</w>" for sign in tiny_parts.letters()] if kind == "clip" else []
    words = [*tiny_parts.letters(), *ends, "pa", "pan", "<|endoftext|>", *marks]
    (tmp_path / "vocab.json").write_text(json.dumps({w: n for n, w in enumerate(words)}))
    with pytest.raises(NoTokenizer, match=r"merges\.txt"):
        open_counter(tmp_path, kind)
    (tmp_path / "merges.txt").write_text("#version: 0.2\np a\npa n\n")
    with hushed():
        import transformers

        extra = {} if kind == "clip" else {"additional_special_tokens": marks}
        tokenizer = getattr(transformers, name).from_pretrained(tmp_path, **extra)
        put = letters if kind == "clip" else QWEN_LETTER.format
        read = [len(tokenizer(put(prompt)).input_ids) for prompt in PROMPTS]
    count = open_counter(tmp_path, kind)
    dropped = QWEN_HEAD if kind == "qwen" else 0
    assert [count(prompt) for prompt in PROMPTS] == [n - dropped for n in read]
    assert count("panda") < count("zebra")


@pytest.mark.usefixtures("tiny")  # skips without torch
def test_a_published_folder_that_holds_only_pieces_is_counted_too(tmp_path: Path) -> None:
    (tmp_path / "spiece.model").write_bytes(pieces())
    count = open_counter(tmp_path)
    with hushed():
        from transformers import T5Tokenizer

        theirs = T5Tokenizer.from_pretrained(tmp_path)
    plain = [p for p in PROMPTS if "<" not in p]
    assert [count(p) for p in plain] == [len(theirs(p).input_ids) for p in plain]


@pytest.mark.parametrize("name", ["tokenizer.json", "spiece.model", "vocab.json"])
def test_a_broken_tokenizer_is_told(tmp_path: Path, name: str) -> None:
    pytest.importorskip("tokenizers", reason="pip install 'qunying[video]'")
    with pytest.raises(NoTokenizer, match=r"holds no tokenizer\.json"):
        open_counter(tmp_path)
    (tmp_path / name).write_bytes(b"[]")
    (tmp_path / "merges.txt").write_bytes(b"")
    with pytest.raises(NoTokenizer, match=name):
        open_counter(tmp_path)
