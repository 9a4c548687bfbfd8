"""Engines that draw: FLUX.1-schnell in four steps, Qwen-Image with Chinese words in and on it."""

from video_service.engines.specs.base import EngineSpec, Part, Source
from video_service.engines.specs.cogvideox import T5

FLUX_SCHNELL = EngineSpec(
    name="flux.1-schnell",
    family="flux",
    modes=("text",),
    languages=("en",),
    sizes=((1024, 1024), (1360, 768), (768, 1360), (1152, 864), (864, 1152)),
    frames=(1,),
    default_frames=1,
    fps=1,
    steps=(1, 2, 3, 4, 8),
    default_steps=4,
    negative=False,
    prompt_tokens=256,
    makes="image",
    licence="Apache-2.0",
    dtype="bfloat16",
    pipeline="FluxPipeline",
    weights=(
        Part("transformer", 23_782_357_120, 23_776_198_656),
        Part("text_encoder_2", T5.bytes, T5.linear),
        Part("text_encoder", 246_120_960, 169_869_312),
        Part("vae", 167_639_366),
    ),
    source=Source("AI-ModelScope/FLUX.1-schnell", "black-forest-labs/FLUX.1-schnell"),
)

QWEN_IMAGE = EngineSpec(
    name="qwen-image",
    family="qwen-image",
    modes=("text",),
    languages=("zh", "en"),
    sizes=((1328, 1328), (1664, 928), (928, 1664), (1472, 1104), (1104, 1472), (1024, 1024)),
    frames=(1,),
    default_frames=1,
    fps=1,
    steps=(20, 25, 30, 40, 50),
    default_steps=50,
    guidance=(1.0, 10.0),
    default_guidance=4.0,
    prompt_tokens=1024,
    makes="image",
    licence="Apache-2.0",
    dtype="bfloat16",
    pipeline="QwenImagePipeline",
    weights=(
        Part("transformer", 40_860_802_176, 40_849_637_376),
        Part("text_encoder", 16_584_333_312, 15_489_630_208),
        Part("vae", 253_785_062),
    ),
    source=Source("Qwen/Qwen-Image", "Qwen/Qwen-Image"),
)
