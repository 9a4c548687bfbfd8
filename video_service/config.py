"""What a process of the service reads from config.yaml and the environment."""

from pydantic import Field

from video_service.schema.config import Config
from video_service.schema.settings import ServiceSettings


class ServiceConfig(Config):
    """Only the service's own section; the others are their processes' business."""

    video_service: ServiceSettings = Field(default_factory=lambda: ServiceSettings())
