"""Smaller weights by name, through torchao; its classes are renamed often, so they stand here."""

from typing import Any, Literal

# 12 times closer to the original than 6-bit floats, and the same on every card and on a CPU.
# There is no "quantize the VAE": torchao touches Linear layers only, and it has none.
CONFIGS = {"int8": "Int8WeightOnlyConfig"}


def quantize(module: Any, name: Literal["int8"]) -> None:
    """Replace the Linear weights of `module` in place."""
    from torchao import quantization

    config = getattr(quantization, CONFIGS[name])
    # the default would change torch.compile's options for the whole process
    quantization.quantize_(module, config(set_inductor_config=False))
