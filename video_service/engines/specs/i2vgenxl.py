"""I2VGen-XL: deprecated in diffusers and broken there with transformers 5; kept with a shim."""

from video_service.engines.specs.base import EngineSpec, Part, Source

I2VGENXL = EngineSpec(
    name="i2vgen-xl",
    family="i2vgenxl",
    modes=("photo",),
    languages=("en",),
    sizes=((1280, 704), (704, 1280), (896, 512), (512, 896)),
    frames=(8, 16, 24),
    default_frames=16,
    fps=8,  # its makers save at 8; the 16 it is told is a condition of the model, no play speed
    steps=(20, 25, 40, 50),
    default_steps=50,
    guidance=(1.0, 15.0),
    default_guidance=9.0,
    prompt_tokens=77,
    licence="MIT",
    dtype="float16",
    pipeline="I2VGenXLPipeline",
    weights=(
        Part("unet", 2_840_938_448, 1_175_962_112),
        Part("text_encoder", 705_968_128, 603_979_776),
        Part("image_encoder", 1_264_153_600, 1_260_912_640),
        Part("vae", 167_307_726),
    ),
    source=Source(None, "ali-vilab/i2vgen-xl"),
    legacy=True,
)
