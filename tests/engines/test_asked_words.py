"""What a real pipeline reads of the words it is given: why each limit of the registry is there."""

from typing import Any

import pytest

from tests.engines.pipelines import ask, opened, spec_of
from tests.engines.tinies import Tinies
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.tokens import open_counter

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")


@pytest.mark.parametrize("kind", ["t2v", "t2v5b", "t2v15", "wan_t2v", "i2vgenxl", "flux"])
def test_what_stands_behind_the_last_token_is_never_read(kind: str, tinies: Tinies) -> None:
    """It is cut with a line in a log; we count first, and refuse."""
    folder = read_folder(tinies(kind))
    limit = folder.spec.prompt_tokens
    assert limit is not None
    count = open_counter(folder.path / folder.layout.tokenizer, folder.layout.reader)
    words = "a"
    while count(words) < limit:
        words += " a"
    assert count(words) == limit
    pipe, more = opened(folder.path), f"{words} panda"
    assert count(more) > limit
    assert torch.equal(read(pipe, kind, words, limit), read(pipe, kind, more, limit))
    assert not torch.equal(read(pipe, kind, words, limit), read(pipe, kind, words[:-2], limit))


def read(pipe: Any, kind: str, words: str, limit: int) -> Any:
    """What the pipeline understands of `words`."""
    if kind == "i2vgenxl":
        pipe._guidance_scale = 1.0
        with hushed():
            return pipe.encode_prompt(words, "cpu", 1, clip_skip=None)[0]
    negative = {} if kind == "flux" else {"do_classifier_free_guidance": False}
    with hushed():
        return pipe.encode_prompt(words, max_sequence_length=limit, **negative)[0]


def test_qwen_image_cuts_words_in_half_unless_it_is_told_not_to(tinies: Tinies) -> None:
    pipe, spec = opened(tinies("qwen_image")), spec_of("qwen_image", tinies)
    long = "panda " * 150
    assert pipe.encode_prompt(long, max_sequence_length=spec.prompt_tokens)[0].shape[1] > 512
    with pytest.raises(ValueError, match="1024"):
        ask(pipe, width=64, height=64, max_sequence_length=1025)


@pytest.mark.parametrize("kind", ["t2v", "i2v"])
def test_a_cogvideox_with_a_table_of_places_takes_no_other_number_of_tokens(
    kind: str, tinies: Tinies
) -> None:
    assert spec_of(kind, tinies).prompt_tokens == 226
    with pytest.raises(RuntimeError):
        ask(opened(tinies(kind)), num_frames=9, width=64, height=64, max_sequence_length=100)


@pytest.mark.parametrize("kind", ["t2v", "i2vgenxl", "flux"])
def test_chinese_words_are_taken_without_a_word_by_models_that_never_learnt_any(
    kind: str, tinies: Tinies
) -> None:
    assert spec_of(kind, tinies).languages == ("en",)
    more: dict[str, Any] = {} if kind == "flux" else {"num_frames": 9}
    assert ask(opened(tinies(kind)), prompt="熊猫", width=64, height=64, **more).shape[-1] == 3
