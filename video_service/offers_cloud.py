"""Cloud engines: those whose key is in the environment can work; why the others cannot."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from video_service.engines.base import Engine
from video_service.engines.cloud.base import Provider
from video_service.engines.cloud.dashscope import DashScopeVideo
from video_service.engines.cloud.engine import CloudEngine
from video_service.engines.cloud.line import Account, Pace
from video_service.engines.cloud.openai_images import OpenAIImages
from video_service.engines.cloud.siliconflow import SiliconFlowImage, SiliconFlowVideo
from video_service.engines.cloud.zhipu import ZhipuImage, ZhipuVideo
from video_service.engines.specs import CLOUD, EngineSpec, Family, Mode
from video_service.engines.specs.cloud import OPENAI_IMAGES
from video_service.offers import Offer
from video_service.schema.config import SettingsError, secret
from video_service.schema.settings import ServiceSettings

URLS: Final[Mapping[Family, str]] = {
    "zhipu": "https://open.bigmodel.cn/api/paas/v4",
    "dashscope": "https://dashscope.aliyuncs.com/api/v1",
    "siliconflow": "https://api.siliconflow.cn/v1",
}
PROVIDERS: Final[Mapping[str, Callable[[Mapping[Mode, str]], Provider]]] = {
    "zhipu-cogvideox-flash": ZhipuVideo,
    "zhipu-cogview-3-flash": ZhipuImage,
    "dashscope-wan": DashScopeVideo,
    "siliconflow-wan": SiliconFlowVideo,
    "siliconflow-kolors": SiliconFlowImage,
    "openai-images": OpenAIImages,
}
FILM = Pace(deadline=1200)
PICTURE = Pace(deadline=240)


def offer(spec: EngineSpec, settings: ServiceSettings) -> Offer:
    """The cloud engine of `spec`, ready or with the reason why not."""
    reason, named = _lacks(spec, settings), settings.model == spec.name
    return Offer(spec, reason=reason, named=named, here=reason is None)


def any_ready(settings: ServiceSettings) -> bool:
    """Whether anything at all may be ordered from a cloud."""
    return any(_lacks(spec, settings) is None for spec in CLOUD)


def build(
    spec: EngineSpec, settings: ServiceSettings, receipts: Path, pace: Pace | None = None
) -> Engine:
    """The engine of `spec`; its key is read now. SettingsError when it cannot be read."""
    if spec.name == OPENAI_IMAGES.name:
        models: dict[Mode, str] = {"text": settings.images_model}
        url = settings.images_url or ""
    else:
        models, url = dict(spec.models), _url(spec, settings)
    provider = PROVIDERS[spec.name](models)
    account = Account(spec.name, url, _key(spec) or "", provider.codes)
    pace = pace or (FILM if spec.makes == "video" else PICTURE)
    return CloudEngine(spec, provider, account, pace, receipts)


def _lacks(spec: EngineSpec, settings: ServiceSettings) -> str | None:
    if spec.name == OPENAI_IMAGES.name:
        if settings.images_url and settings.images_model:
            return None
        return "set video_service.images_url and video_service.images_model"
    try:
        return None if _key(spec) else f"set {' or '.join(spec.key)}"
    except SettingsError as error:
        return str(error)


def _key(spec: EngineSpec) -> str | None:
    return next((key for name in spec.key if (key := secret(name))), None)


def _url(spec: EngineSpec, settings: ServiceSettings) -> str:
    theirs = {str(family): url for family, url in settings.cloud_urls.items()}
    return theirs.get(spec.family) or URLS[spec.family]
