"""How T5 reads a prompt for the models that were trained with it padded to a fixed length."""

import torch

from video_service.engines.families.base import Readers


def read_t5(
    readers: Readers,
    words: str,
    tokens: int,
    encoder: str = "text_encoder",
    tokenizer: str = "tokenizer",
) -> torch.Tensor:
    """[1, tokens, width] in the encoder's precision, on the CPU."""
    ids = readers.tokenizer(tokenizer)(
        words, padding="max_length", max_length=tokens, truncation=True, return_tensors="pt"
    ).input_ids
    model = readers.encoder(encoder)
    read: torch.Tensor = model(ids.to(model.device))[0].cpu()
    return read
