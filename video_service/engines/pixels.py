"""From a decoded film to the frames that an engine delivers."""

import torch

from video_service.engines.base import EngineError, Frames


def levels(video: torch.Tensor) -> Frames:
    """[3, frames, h, w] in -1 to 1 becomes [frames, h, w, 3] in 0 to 255.

    EngineError `not_finite` for what is no number: half floats overflow in a decoder as well.
    """
    if video.isnan().any():
        raise EngineError("not_finite", "the decode computed values that are no numbers")
    levels = (video.float() / 2 + 0.5).clamp(0, 1).mul(255).round().to(torch.uint8)
    frames: Frames = levels.permute(1, 2, 3, 0).cpu().contiguous().numpy()
    return frames
