"""The draft engines: no card, no key, no weights; visibly marked 草稿."""

from dataclasses import replace

from video_service.engines.specs.base import EngineSpec

DRAFT = EngineSpec(
    name="draft",
    family="draft",
    modes=("text", "photo"),
    languages=("zh", "en"),
    sizes=((720, 480), (480, 720)),
    frames=tuple(16 * seconds + 1 for seconds in range(2, 13)),
    default_frames=81,
    fps=16,
    negative=False,
    licence="MIT",
    draft=True,
)

DRAFT_PICTURE = replace(
    DRAFT,
    name="draft-picture",
    modes=("text",),
    sizes=((1024, 1024), (1024, 768), (768, 1024)),
    frames=(1,),
    default_frames=1,
    fps=1,
    makes="image",
)
