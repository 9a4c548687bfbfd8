"""Engines on somebody else's machines, as their public pages describe them (November 2026).

They keep their own steps and guidance. A key in the environment is all they need.
"""

from video_service.engines.specs.base import EngineSpec

ZHIPU_KEYS = ("ZHIPUAI_API_KEY", "ZAI_API_KEY")

ZHIPU_VIDEO = EngineSpec(
    name="zhipu-cogvideox-flash",
    family="zhipu",
    modes=("text", "photo"),
    languages=("zh", "en"),
    sizes=(
        (1280, 960),
        (960, 1280),
        (1024, 1024),
        (720, 480),
        (1920, 1080),
        (1080, 1920),
    ),
    frames=(151, 301),
    default_frames=151,
    fps=30,
    negative=False,
    prompt_chars=512,
    seeds=None,
    licence="service",
    key=ZHIPU_KEYS,
    models=(("text", "cogvideox-flash"), ("photo", "cogvideox-flash")),
)

ZHIPU_IMAGE = EngineSpec(
    name="zhipu-cogview-3-flash",
    family="zhipu",
    modes=("text",),
    languages=("zh", "en"),
    sizes=(
        (1024, 1024),
        (768, 1344),
        (864, 1152),
        (1344, 768),
        (1152, 864),
        (1440, 720),
        (720, 1440),
    ),
    frames=(1,),
    default_frames=1,
    fps=1,
    negative=False,
    prompt_chars=1000,
    seeds=None,
    makes="image",
    licence="service",
    key=ZHIPU_KEYS,
    models=(("text", "cogview-3-flash"),),
)

DASHSCOPE_WAN = EngineSpec(
    name="dashscope-wan",
    family="dashscope",
    modes=("text", "photo"),
    languages=("zh", "en"),
    sizes=((1280, 720), (720, 1280), (960, 960), (1920, 1080), (1080, 1920)),
    frames=(121, 241),
    default_frames=121,
    fps=24,
    prompt_chars=800,
    seeds=2**31,
    licence="service",
    key=("DASHSCOPE_API_KEY",),
    paid=True,
    models=(("text", "wan2.6-t2v"), ("photo", "wan2.6-i2v-flash")),
)

SILICONFLOW_WAN = EngineSpec(
    name="siliconflow-wan",
    family="siliconflow",
    modes=("text", "photo"),
    languages=("zh", "en"),
    sizes=((1280, 720), (720, 1280), (960, 960)),
    frames=(81,),
    default_frames=81,
    fps=16,
    prompt_chars=2000,
    seeds=2**31,
    licence="service",
    key=("SILICONFLOW_API_KEY",),
    paid=True,
    models=(("text", "Wan-AI/Wan2.2-T2V-A14B"), ("photo", "Wan-AI/Wan2.2-I2V-A14B")),
)

SILICONFLOW_IMAGE = EngineSpec(
    name="siliconflow-kolors",
    family="siliconflow",
    modes=("text",),
    languages=("zh", "en"),
    sizes=((1024, 1024), (960, 1280), (768, 1024), (720, 1440), (720, 1280)),
    frames=(1,),
    default_frames=1,
    fps=1,
    prompt_chars=1000,
    seeds=2**31,
    makes="image",
    licence="service",
    key=("SILICONFLOW_API_KEY",),
    models=(("text", "Kwai-Kolors/Kolors"),),
)

# any server that speaks the OpenAI images API; address and model name come from the config, and a
# server in the house may do without a key
OPENAI_IMAGES = EngineSpec(
    name="openai-images",
    family="openai",
    modes=("text",),
    languages=("zh", "en"),
    sizes=((1024, 1024), (1536, 1024), (1024, 1536)),
    frames=(1,),
    default_frames=1,
    fps=1,
    negative=False,
    prompt_chars=4000,
    seeds=None,
    makes="image",
    licence="service",
    key=("QUNYING_IMAGES_API_KEY",),
)
