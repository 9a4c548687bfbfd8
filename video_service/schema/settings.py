"""The `video_service:` section of config.yaml, as both sides of the service read it."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from video_service.schema.config import Section


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("write auto, draft, an engine's name, or the path of a model folder")
    return value.strip()


def _address(value: str | None) -> str | None:
    """httpx would find fault with a bad address too, but only when the first film is ordered."""
    if value is None:
        return None
    try:
        there = urlsplit(value)
        whole = there.scheme in ("http", "https") and bool(there.hostname) and there.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise ValueError("write an address like http://192.168.1.5:8601")
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
ProfileName = Literal["auto", "4gb", "8gb", "12gb", "16gb", "24gb", "80gb"]
Quantize = Literal["auto", "none", "int8", "int8-dynamic", "fp8-dynamic"]


class ServiceSettings(Section):
    """Where the service listens, what it films with, and how long it keeps things."""

    url: Annotated[str | None, AfterValidator(_address)] = Field(
        None, description="一个已经在运行的生成服务；空着就在本机自己启动一个"
    )
    host: str = Field("127.0.0.1", description="监听地址；不是本机地址时必须设置访问令牌")
    port: int = Field(8601, ge=0, le=65535, description="监听端口；0 = 随便一个空闲端口")
    model: Annotated[str, AfterValidator(_not_blank)] = Field(
        "auto", description="auto、draft、引擎名（如 cogvideox-2b），或模型文件夹的路径"
    )
    models_dir: Path = Field(Path("models"), description="auto 在这个文件夹里找模型")
    device: Literal["auto", "cuda", "cpu"] = Field("auto", description="在哪里计算")
    dtype: Literal["auto", "float16", "bfloat16", "float32"] = Field(
        "auto", description="权重的精度；auto = 显卡上用模型自己的精度，处理器上用 float32"
    )
    profile: ProfileName = Field("auto", description="显存档位；auto = 看显卡还空着多少")
    memory_gb: float | None = Field(
        None, gt=0, description="最多用多少显存（GB）；空着就用得上多少用多少"
    )
    quantize: Quantize = Field("auto", description="权重量化；auto = 由显存档位决定")
    text_encoder: Literal["auto", "cpu", "gpu"] = Field(
        "auto", description="文本编码器放在哪里；auto = 由显存档位决定"
    )
    compile: Literal["auto", "always", "never"] = Field(
        "auto", description="编译拍摄网络：第一次慢一两分钟，以后更快；auto = 由显存档位决定"
    )
    attention: Literal["auto", "native", "cudnn", "flash", "flash3", "sage"] = Field(
        "auto", description="注意力的算法；auto = 显卡上最稳的那种"
    )
    dispatch: Literal["local", "celery"] = Field(
        "local", description="谁来拍：local = 本机自己启动的拍摄进程，celery = 别的机器上的"
    )
    resend_s: float = Field(10, gt=0, description="celery：叫了多久还没有人来领，就再叫一次（秒）")
    cloud_parallel: int = Field(3, ge=1, le=20, description="云端引擎同时拍几个")
    cloud_urls: dict[Literal["zhipu", "dashscope", "siliconflow"], Address] = Field(
        {}, description="云端引擎的地址；空着就用官方的"
    )
    images_url: Annotated[str | None, AfterValidator(_address)] = Field(
        None, description="一个 OpenAI 兼容的画图接口的地址"
    )
    images_model: str = Field("", description="那个画图接口里模型的名字")
    hub: Literal["modelscope", "huggingface"] = Field("modelscope", description="从哪里下载模型")
    max_open: int = Field(50, ge=1, description="全部排队和正在拍的上限，满了就请人稍后再来")
    max_open_per_owner: int = Field(5, ge=1, description="一个人同时排队的上限")
    attempts: int = Field(3, ge=1, le=20, description="拍摄进程中途死掉时，一个任务最多拍几次")
    lease_s: float = Field(30, gt=0, description="拍摄进程多久没有消息就算丢了（秒）")
    beat_s: float = Field(5, gt=0, description="拍摄进程多久报一次平安（秒）")
    stall_s: float = Field(
        900, gt=0, description="拍摄进程多久没有进展就重启它（秒）；第一次读大模型可能要几分钟"
    )
    mark: bool = Field(True, description="成片角上写“AI生成”；国内公开发布要有这个标识")
    keep_days: float = Field(7, gt=0, description="成片和任务记录保留几天")
