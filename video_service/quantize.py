"""Smaller weights by name, through torchao; its classes are renamed often, so they stand here.

There is no "quantize the VAE": torchao touches Linear layers only, and it has none. Int8 is 12
times closer to the original than 6-bit floats, and the same on every card and on a CPU.
"""

import re
from typing import Any, Literal

from video_service.engines.base import EngineError

Scheme = Literal["int8", "int8-dynamic", "fp8-dynamic"]
# what sees every token; the rest has one row a step, which 8-bit cores cannot multiply
TOKENWISE = re.compile(r"blocks\.\d+\.(attn|ff|img_mlp|txt_mlp|proj_)")
SIDE = 16  # 8-bit cores take rows and columns by the sixteen
HEADROOM = 2**7  # what an int8 weight is larger than the number it stands for


def quantize(module: Any, scheme: Scheme) -> None:
    """Replace the Linear weights of `module` in place; EngineError where it cannot be done."""
    from torchao.quantization import quantize_

    if scheme != "int8":
        _quantize(quantize_, module, scheme, _suits_cores)
    _quantize(quantize_, module, "int8", _is_plain)
    _make_headroom(module)


def _quantize(quantize_: Any, module: Any, scheme: Scheme, suits: Any) -> None:
    try:
        quantize_(module, _config(scheme), filter_fn=suits)
    except (AssertionError, RuntimeError, ValueError, NotImplementedError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EngineError("model_load_failed", f"cannot quantize to {scheme}: {told}") from error


def _config(scheme: Scheme) -> Any:
    """The default would change torch.compile's options for the whole process."""
    from torchao import quantization as ao

    if scheme == "int8":
        return ao.Int8WeightOnlyConfig(set_inductor_config=False)
    if scheme == "int8-dynamic":
        return ao.Int8DynamicActivationInt8WeightConfig(set_inductor_config=False)
    return ao.Float8DynamicActivationFloat8WeightConfig(
        granularity=ao.PerRow(), set_inductor_config=False
    )


def _suits_cores(module: Any, name: str) -> bool:
    return (
        _is_plain(module, name)
        and TOKENWISE.search(name) is not None
        and module.in_features % SIDE == 0
        and module.out_features % SIDE == 0
    )


def _is_plain(module: Any, _: str) -> bool:
    """A Linear layer that is not quantized yet."""
    import torch

    return isinstance(module, torch.nn.Linear) and type(module.weight.data) is torch.Tensor


def _make_headroom(module: Any) -> None:
    """Keep half floats finite: torchao sums over the raw int8 weights and scales afterwards.

    Such sums are 127 times too large meanwhile, and half floats end at 65504. A power of two moves
    the scaling in front of the sum and changes no digit.
    """
    import torch

    for weight in module.parameters():
        if type(weight.data).__name__ == "Int8Tensor" and weight.dtype == torch.float16:
            weight.scale = weight.scale * HEADROOM
            weight.act_pre_scale = torch.tensor(1 / HEADROOM, dtype=torch.float16)
