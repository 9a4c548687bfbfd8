"""CogVideoX's reader: T5, 71 % of a 2B's weights, kept off the card because it works 6 seconds."""

from pathlib import Path

import torch
from transformers import T5EncoderModel, T5TokenizerFast

from video_service.engines.embeds import Embeds
from video_service.engines.weights import read_whole
from video_service.quantize import quantize
from video_service.schema.settings import ServiceSettings


class T5:
    """Words to what the transformer understands of them."""

    def __init__(
        self,
        folder: Path,
        settings: ServiceSettings,
        place: tuple[torch.device, torch.dtype],
        shelf: tuple[Embeds | None, str],
    ) -> None:
        """`shelf`: where embeddings are kept, and what names these weights on it."""
        device, dtype = place
        on_card = settings.text_encoder == "gpu"
        self._device = device if on_card else torch.device("cpu")
        # half floats are slow on a CPU and overflow in T5; bfloat16 is neither
        if dtype == torch.float16 and not on_card:
            dtype = torch.bfloat16
        self._tokenizer = T5TokenizerFast.from_pretrained(
            folder / "tokenizer", local_files_only=True
        )
        self._encoder = read_whole(T5EncoderModel, folder / "text_encoder", dtype=dtype)
        if settings.quantize == "int8":
            quantize(self._encoder, "int8")
        self._encoder.to(self._device)
        self._embeds, weights = shelf
        self._key = f"{weights}:{settings.quantize}:{dtype}"

    def read(self, words: str, tokens: int) -> torch.Tensor:
        """[1, tokens, width] on the CPU; from the shelf when these words were read before."""
        key = f"{self._key}:{tokens}:{words}"
        known = self._embeds.get(key) if self._embeds else None
        if known is None:
            ids = self._tokenizer(
                words, padding="max_length", max_length=tokens, truncation=True, return_tensors="pt"
            ).input_ids
            known = self._encoder(ids.to(self._device))[0].cpu()
            if self._embeds:
                self._embeds.put(key, known)
        return known
