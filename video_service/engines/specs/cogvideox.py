"""CogVideoX: the five published folders. English only; the causal VAE decides the frame counts."""

from dataclasses import replace

from video_service.engines.specs.base import EngineSpec, Part, Source

STEPS = (20, 25, 40, 50)  # the scheduler's step arithmetic is exact only where they divide 1000
CAUSAL = tuple(range(9, 50, 8))  # 8k+1 frames come out as asked; diffusers bends the rest silently
T5 = Part("text_encoder", 9_524_621_312, 9_261_023_232)
VAE = Part("vae", 431_167_814)  # not one Linear layer: nothing to quantize
LARGE = Part("transformer", 11_140_566_144, 11_133_648_896)
LARGE_I2V = Part("transformer", 11_140_959_360, 11_133_648_896)
PAIRED = Part("transformer", 11_141_352_704, 11_134_828_544)  # frames taken two by two
PAIRED_I2V = Part("transformer", 11_143_189_760, 11_136_663_552)

COGVIDEOX_2B = EngineSpec(
    name="cogvideox-2b",
    family="cogvideox",
    modes=("text",),
    languages=("en",),
    sizes=((720, 480),),
    frames=CAUSAL,
    default_frames=49,
    fps=8,
    steps=STEPS,
    default_steps=50,
    guidance=(1.0, 12.0),
    default_guidance=6.0,
    prompt_tokens=226,
    tiers=("standard", "fast", "preview"),
    licence="Apache-2.0",
    dtype="float16",
    pipeline="CogVideoXPipeline",
    weights=(Part("transformer", 3_387_567_744, 3_384_393_728), T5, VAE),
    source=Source("ZhipuAI/CogVideoX-2b", "zai-org/CogVideoX-2b"),
)

COGVIDEOX_5B = replace(
    COGVIDEOX_2B,
    name="cogvideox-5b",
    licence="CogVideoX License",
    dtype="bfloat16",
    weights=(LARGE, T5, VAE),
    source=Source("ZhipuAI/CogVideoX-5b", "zai-org/CogVideoX-5b"),
)

COGVIDEOX_5B_I2V = replace(
    COGVIDEOX_5B,
    name="cogvideox-5b-i2v",
    modes=("photo",),
    weights=(LARGE_I2V, T5, VAE),
    frames=(49,),  # it runs with others, and renders badly (its makers, diffusers #9467)
    pipeline="CogVideoXImageToVideoPipeline",
    source=Source("ZhipuAI/CogVideoX-5b-I2V", "zai-org/CogVideoX-5b-I2V"),
)

COGVIDEOX_15_5B = replace(
    COGVIDEOX_5B,
    name="cogvideox1.5-5b",
    sizes=((1360, 768),),
    frames=tuple(range(17, 162, 16)),
    default_frames=81,
    fps=16,
    weights=(PAIRED, T5, VAE),
    source=Source("ZhipuAI/CogVideoX1.5-5B", "zai-org/CogVideoX1.5-5B"),
)

COGVIDEOX_15_5B_I2V = replace(
    COGVIDEOX_15_5B,
    name="cogvideox1.5-5b-i2v",
    modes=("photo",),
    sizes=((1360, 768), (768, 1360), (1024, 768), (768, 1024)),
    weights=(PAIRED_I2V, T5, VAE),
    pipeline="CogVideoXImageToVideoPipeline",
    source=Source("ZhipuAI/CogVideoX1.5-5B-I2V", "zai-org/CogVideoX1.5-5B-I2V"),
)
