"""The contract both sides of the service share: the wire and the settings. Nothing heavy."""

from video_service.schema.wire import (
    EngineCard,
    EngineList,
    Health,
    ImageRequest,
    Problem,
    Status,
    VideoJob,
    VideoRequest,
)

__all__ = [
    "EngineCard",
    "EngineList",
    "Health",
    "ImageRequest",
    "Problem",
    "Status",
    "VideoJob",
    "VideoRequest",
]
