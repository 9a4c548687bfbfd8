"""All engines there are, in the order `auto` prefers them; see `catalogue.py` for the choice."""

from video_service.engines.specs.base import (
    GIB,
    EngineSpec,
    Family,
    Lane,
    Makes,
    Mode,
    Part,
    Size,
    Source,
    Tier,
)
from video_service.engines.specs.cloud import (
    DASHSCOPE_WAN,
    OPENAI_IMAGES,
    SILICONFLOW_IMAGE,
    SILICONFLOW_WAN,
    ZHIPU_IMAGE,
    ZHIPU_VIDEO,
)
from video_service.engines.specs.cogvideox import (
    COGVIDEOX_2B,
    COGVIDEOX_5B,
    COGVIDEOX_5B_I2V,
    COGVIDEOX_15_5B,
    COGVIDEOX_15_5B_I2V,
)
from video_service.engines.specs.draft import DRAFT, DRAFT_PICTURE
from video_service.engines.specs.i2vgenxl import I2VGENXL
from video_service.engines.specs.pictures import FLUX_SCHNELL, QWEN_IMAGE
from video_service.engines.specs.wan import WAN_21_13B, WAN_22_5B

LOCAL = (
    COGVIDEOX_5B,
    COGVIDEOX_5B_I2V,
    COGVIDEOX_2B,
    WAN_22_5B,
    WAN_21_13B,
    COGVIDEOX_15_5B,  # the finest, and ten minutes a clip on the fastest card
    COGVIDEOX_15_5B_I2V,
    FLUX_SCHNELL,
    QWEN_IMAGE,
    I2VGENXL,
)
CLOUD = (
    ZHIPU_VIDEO,
    DASHSCOPE_WAN,
    SILICONFLOW_WAN,
    OPENAI_IMAGES,
    ZHIPU_IMAGE,
    SILICONFLOW_IMAGE,
)
DRAFTS = (DRAFT, DRAFT_PICTURE)
ENGINES = (*LOCAL, *CLOUD, *DRAFTS)

__all__ = [
    "CLOUD",
    "COGVIDEOX_2B",
    "COGVIDEOX_5B",
    "COGVIDEOX_5B_I2V",
    "COGVIDEOX_15_5B",
    "COGVIDEOX_15_5B_I2V",
    "DRAFT",
    "DRAFTS",
    "DRAFT_PICTURE",
    "ENGINES",
    "FLUX_SCHNELL",
    "GIB",
    "I2VGENXL",
    "LOCAL",
    "QWEN_IMAGE",
    "WAN_21_13B",
    "WAN_22_5B",
    "EngineSpec",
    "Family",
    "Lane",
    "Makes",
    "Mode",
    "Part",
    "Size",
    "Source",
    "Tier",
]
