"""CogVideoX's attention through diffusers' dispatcher, and the choice of what computes it.

diffusers ignores attention backends for CogVideoX (its processor calls torch directly, #13622);
this one asks the dispatcher, and computes the same bits as theirs under "native".
"""

from typing import Any

import torch
from diffusers.models.attention_dispatch import AttentionBackendName, dispatch_attention_fn
from diffusers.models.embeddings import apply_rotary_emb
from torch import Tensor, nn

from video_service.engines.faults import first_line

# by our setting: none that is downloaded, and none that guesses by itself
BACKENDS = {
    "auto": "native",
    "native": "native",
    "cudnn": "_native_cudnn",
    "flash": "flash",
    "flash3": "_flash_3",
    "sage": "sage",
}
HEADS = 64  # the width of a head that every backend takes
UNAVAILABLE = (ImportError, RuntimeError, ValueError, TypeError, AttributeError)


class JointAttention:
    """Text and video tokens attend to each other; of fused projections or of three.

    One instance serves all blocks. While `keeps`, each block keeps what it saw as `attn.kept`;
    while `reuses`, that is taken for what it would see now. Flags and no hooks, so that compiled
    blocks stay whole: one graph for each.
    """

    def __init__(self) -> None:
        self.keeps = self.reuses = False
        self._attention_backend: Any = None  # set by diffusers' set_attention_backend
        self._parallel_config: Any = None

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """[batch, tokens, width] of video and of text, as they came in."""
        if self.reuses:
            kept: tuple[Tensor, Tensor] = attn.kept
            return kept
        text = encoder_hidden_states.size(1)
        tokens = torch.cat([encoder_hidden_states, hidden_states], dim=1)
        if fused := getattr(attn, "to_qkv", None):
            joined = fused(tokens).chunk(3, dim=-1)
        else:
            joined = attn.to_q(tokens), attn.to_k(tokens), attn.to_v(tokens)
        query, key, value = [one.unflatten(-1, (attn.heads, -1)) for one in joined]
        del joined  # a view of it would keep all three: 0.4 GiB for a 5B
        if attn.norm_q is not None:
            query, key, value = attn.norm_q(query), attn.norm_k(key), value.contiguous()
        if image_rotary_emb is not None:  # places are known by rotation, the text's have none
            for turned in (query, key):
                turned[:, text:] = apply_rotary_emb(
                    turned[:, text:], image_rotary_emb, sequence_dim=1
                )
        seen = dispatch_attention_fn(
            query,
            key,
            value,
            attn_mask=attention_mask,
            backend=self._attention_backend,
            parallel_config=self._parallel_config,
        )
        out = attn.to_out[1](attn.to_out[0](seen.flatten(2, 3)))
        made = out[:, text:], out[:, :text]
        if self.keeps:
            attn.kept = made
        return made


def fuse_projections(network: Any) -> None:
    """One matrix for query, key and value where there were three.

    diffusers' own fusing keeps the three beside the one: a third more weights on the card.
    """
    for module in network.modules():
        if all(hasattr(module, name) for name in ("to_q", "to_k", "to_v")):
            module.to_qkv = _joined([module.to_q, module.to_k, module.to_v])
            del module.to_q, module.to_k, module.to_v


def use_backend(
    network: Any, asked: str, where: tuple[torch.device, torch.dtype]
) -> tuple[str, str]:
    """Let `asked` compute the network's attention: what computes it now, and if another, why.

    A backend that is not installed, or not for this card or precision, is left for "native".
    """
    why = ""
    if asked not in ("auto", "native"):
        try:
            network.set_attention_backend(BACKENDS[asked])
            _try_out(BACKENDS[asked], where)
            return asked, ""
        except UNAVAILABLE as error:
            why = first_line(error)
    network.set_attention_backend("native")
    return "native", why


def _try_out(backend: str, where: tuple[torch.device, torch.dtype]) -> None:
    """Raises what the backend raises; most tell only when they are called."""
    device, dtype = where
    tokens = torch.zeros(1, 128, 2, HEADS, device=device, dtype=dtype)
    dispatch_attention_fn(tokens, tokens, tokens, backend=AttentionBackendName(backend))


def _joined(layers: list[nn.Linear]) -> nn.Linear:
    first = layers[0]
    width = sum(layer.out_features for layer in layers)
    joined = nn.Linear(
        first.in_features,
        width,
        bias=first.bias is not None,
        device="meta",
        dtype=first.weight.dtype,
    )
    with torch.no_grad():
        joined.weight = nn.Parameter(torch.cat([layer.weight for layer in layers]), False)
        if first.bias is not None:
            joined.bias = nn.Parameter(torch.cat([layer.bias for layer in layers]), False)
    return joined
