"""The contract both sides of the service share: the wire and the settings. Nothing heavy."""

from video_service.schema.wire import (
    EngineCard,
    EngineList,
    Finish,
    Health,
    ImageRequest,
    Join,
    Problem,
    Refinish,
    Remix,
    Status,
    VideoJob,
    VideoRequest,
)

__all__ = [
    "EngineCard",
    "EngineList",
    "Finish",
    "Health",
    "ImageRequest",
    "Join",
    "Problem",
    "Refinish",
    "Remix",
    "Status",
    "VideoJob",
    "VideoRequest",
]
