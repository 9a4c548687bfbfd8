"""Latents as a VAE with a mean and a spread for every channel wants them."""

from typing import Any

import torch
from torch import Tensor


def spread(vae: Any, latents: Tensor) -> Tensor:
    """[1, channels, frames, h, w], undoing what made them one around zero.

    Division by an inverse, in this order, because the pipelines do so: a bit may hang on it.
    """
    latents = latents.to(vae.device, vae.dtype)
    mean, inverse = (
        torch.tensor(values).view(1, vae.config.z_dim, 1, 1, 1)
        for values in (vae.config.latents_mean, vae.config.latents_std)
    )
    return latents / (1.0 / inverse.to(latents)) + mean.to(latents)
