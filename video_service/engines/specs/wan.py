"""Wan 2.1 and 2.2: they read Chinese, and one 2.2 folder films from words and from photos."""

from dataclasses import replace

from video_service.engines.specs.base import EngineSpec, Part, Source

STEPS = (20, 25, 30, 40, 50)
UMT5 = Part("text_encoder", 11_361_820_672, 9_261_023_232)
VAE_21 = Part("vae", 507_570_124)  # in float32, as its makers have it
VAE_22 = Part("vae", 2_818_754_672)

WAN_21_13B = EngineSpec(
    name="wan2.1-t2v-1.3b",
    family="wan",
    modes=("text",),
    languages=("zh", "en"),
    sizes=((832, 480), (480, 832)),
    frames=tuple(range(5, 82, 4)),  # 4k+1; the pipeline rounds the rest silently
    default_frames=81,
    fps=16,
    steps=STEPS,
    default_steps=50,
    guidance=(1.0, 12.0),
    default_guidance=5.0,
    prompt_tokens=512,
    tiers=("standard", "preview"),
    licence="Apache-2.0",
    dtype="bfloat16",
    pipeline="WanPipeline",
    weights=(Part("transformer", 2_837_993_600, 2_835_283_968), UMT5, VAE_21),
    source=Source("Wan-AI/Wan2.1-T2V-1.3B-Diffusers", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"),
)

WAN_22_5B = replace(
    WAN_21_13B,
    name="wan2.2-ti2v-5b",
    modes=("text", "photo"),
    sizes=((1280, 704), (704, 1280), (832, 480), (480, 832)),  # sides divide by 32, or are cut
    frames=tuple(range(5, 122, 4)),
    default_frames=121,
    fps=24,
    weights=(Part("transformer", 9_999_575_424, 9_993_584_640), UMT5, VAE_22),
    source=Source("Wan-AI/Wan2.2-TI2V-5B-Diffusers", "Wan-AI/Wan2.2-TI2V-5B-Diffusers"),
)
