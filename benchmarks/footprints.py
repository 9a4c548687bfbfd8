"""What one step of every local engine holds at once, counted on the exact networks without weights.

    python -m benchmarks.footprints [ENGINE …]

Runs the published configurations on the "meta" device: every operation only says how large its
result is, so a laptop counts in seconds what a card would need. Peak of all results that live at
the same time, uncompiled, with an attention that keeps no table of scores. The figures stand in
`video_service/footprints.py`.
"""

import argparse
import sys
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.engines.full_size import FULL
from video_service.engines.base import Shot
from video_service.engines.hush import hushed
from video_service.engines.specs import LOCAL, EngineSpec
from video_service.footprints import EXACT_VAE, Rung, footprint, tiles
from video_service.profiles import longest

with hushed():
    import torch
    from torch import Tensor
    from torch.nn import functional
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    from video_service.engines.families import open_family

HALF = torch.bfloat16
LATENT = {"cogvideox": 16, "wan": 16, "flux": 16, "qwen-image": 16, "i2vgenxl": 4}  # channels
GIB = 2**30


class Living(TorchDispatchMode):  # type: ignore[misc] # mypy sees torch as Any
    """The bytes of all results that are alive, and the most they were."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.now = self.peak = 0
        weights = (*model.parameters(), *model.buffers())
        self._known = weakref.WeakSet(weight.untyped_storage() for weight in weights)

    def __torch_dispatch__(self, op: Any, _: Any, args: Any = (), more: Any = None) -> Any:
        made = op(*args, **(more or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor) and tensor.untyped_storage() not in self._known:
                self._count(tensor.untyped_storage())
        return made

    def _count(self, storage: Any) -> None:
        size = storage.nbytes()
        self._known.add(storage)
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._gone, size)

    def _gone(self, size: int) -> None:
        self.now -= size


def denoise_peak(spec: EngineSpec, shot: Shot) -> int:
    """Bytes beside the weights in one step of `shot`, all branches of guidance that run at once."""
    name = "unet" if spec.family == "i2vgenxl" else "transformer"
    network = _made(FULL[spec.name][name], HALF)
    open_family(spec.family).prepare(network, fuse=True)
    return _peak(network, lambda: network(**INPUTS[spec.family](network.config, shot)))


def decode_peak(spec: EngineSpec, shot: Shot, rung: Rung | None) -> int:
    """Bytes beside the weights of the decode of `shot` in tiles of this size; None: in one piece.

    I2VGen-XL decodes one frame at a time.
    """
    floats = torch.float32 if spec.family in EXACT_VAE else HALF
    vae = _made(FULL[spec.name]["vae"], floats)
    open_family(spec.family).tile(SimpleNamespace(vae=vae), rung)
    side = 16 if spec.name.startswith("wan2.2") else 8
    channels = 48 if side == 16 else LATENT[spec.family]
    sides = shot.height // side, shot.width // side
    deep = {"cogvideox": (_latents(shot),), "wan": (_latents(shot),), "qwen-image": (1,)}
    shape = (1, channels, *deep.get(spec.family, ()), *sides)
    return _peak(vae, lambda: vae.decode(_empty(*shape, floats=floats), return_dict=False))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", metavar="ENGINE")
    wanted = parser.parse_args(arguments).engines
    for spec in LOCAL:
        if not wanted or spec.name in wanted:
            sys.stdout.write(f"{_row(spec)}\n")
            sys.stdout.flush()
    return 0


def _row(spec: EngineSpec) -> str:
    shot, figures = longest(spec), footprint(spec)
    denoise = denoise_peak(spec, shot)
    token = denoise / figures.tokens(shot)
    told = [f"{spec.name:20} {denoise / GIB:6.2f} GiB, {token:7.0f} a token ({figures.token})"]
    for rung in (None, tiles(spec)[0]):
        area = shot.width * shot.height if rung is None else rung[0] * rung[1]
        decode = decode_peak(spec, shot, rung)
        told.append(f"  {rung}: {decode / GIB:6.2f} GiB, {decode / area:6.0f} ({figures.pixel})")
    return "\n".join(told)


def _made(make: Callable[[], Any], floats: torch.dtype) -> Any:
    """On the meta device, in `floats` but for what its makers keep in float32."""
    with hushed(), torch.device("meta"):
        model = make().to(floats).eval().requires_grad_(False)
    kept = getattr(model, "_keep_in_fp32_modules", None) or []
    for name, weight in model.named_parameters():
        if set(kept) & set(name.split(".")):
            weight.data = weight.data.float()
    return model


def _peak(model: Any, run: Callable[[], object]) -> int:
    real = functional.scaled_dot_product_attention
    functional.scaled_dot_product_attention = _attention
    try:
        with torch.no_grad(), torch.device("meta"), Living(model) as living:
            run()
    finally:
        functional.scaled_dot_product_attention = real
    peak: int = living.peak
    return peak


def _attention(query: Tensor, key: Tensor, value: Tensor, *_: Any, **__: Any) -> Tensor:
    """What every kernel that is in use leaves: the result, and one number a row for itself."""
    made = torch.empty_like(query)
    torch.empty(query.shape[:-1], dtype=torch.float32, device=query.device)
    return made


def _empty(*shape: int, floats: torch.dtype = HALF) -> Tensor:
    return torch.empty(*shape, dtype=floats, device="meta")


def _latents(shot: Shot) -> int:
    return (shot.frames - 1) // 4 + 1


def _patches(shot: Shot) -> int:
    return (shot.height // 16) * (shot.width // 16)


def _cogvideox(config: Any, shot: Shot) -> dict[str, Any]:
    paired = config.patch_size_t or 1
    latents = -(-_latents(shot) // paired) * paired
    turns = _empty(latents // paired * _patches(shot), 64, floats=torch.float32)
    return {
        "hidden_states": _empty(2, latents, config.in_channels, shot.height // 8, shot.width // 8),
        "encoder_hidden_states": _empty(2, 226, 4096),
        "timestep": _empty(2),
        "image_rotary_emb": (turns, turns) if config.use_rotary_positional_embeddings else None,
        "ofs": _empty(1) if config.ofs_embed_dim else None,
    }


def _wan(config: Any, shot: Shot) -> dict[str, Any]:
    wide = config.in_channels == 48
    sides = shot.height // (16 if wide else 8), shot.width // (16 if wide else 8)
    each = _latents(shot) * (sides[0] // 2) * (sides[1] // 2)
    times = _empty(1, each, floats=torch.float32) if wide else _empty(1)
    return {
        "hidden_states": _empty(1, config.in_channels, _latents(shot), *sides),
        "timestep": times,
        "encoder_hidden_states": _empty(1, 512, 4096),
    }


def _flux(config: Any, shot: Shot) -> dict[str, Any]:
    return {
        "hidden_states": _empty(1, _patches(shot), 64),
        "encoder_hidden_states": _empty(1, 256, 4096),
        "pooled_projections": _empty(1, 768),
        "timestep": _empty(1),
        "img_ids": _empty(_patches(shot), 3),
        "txt_ids": _empty(256, 3),
    }


def _qwen_image(config: Any, shot: Shot) -> dict[str, Any]:
    return {
        "hidden_states": _empty(1, _patches(shot), 64),
        "encoder_hidden_states": _empty(1, 1024, 3584),
        "timestep": _empty(1),
        "img_shapes": [[(1, shot.height // 16, shot.width // 16)]],
    }


def _i2vgenxl(config: Any, shot: Shot) -> dict[str, Any]:
    film = 2, 4, shot.frames, shot.height // 8, shot.width // 8
    return {
        "sample": _empty(*film),
        "timestep": _empty(1),
        "fps": _empty(2),
        "image_latents": _empty(*film),
        "image_embeddings": _empty(2, 1024),
        "encoder_hidden_states": _empty(2, 77, 1024),
    }


INPUTS = {
    "cogvideox": _cogvideox,
    "wan": _wan,
    "flux": _flux,
    "qwen-image": _qwen_image,
    "i2vgenxl": _i2vgenxl,
}

if __name__ == "__main__":
    sys.exit(main())
