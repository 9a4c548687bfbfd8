"""The tables of docs/engines.md as the registry has them: `python -m tests.engines.page` writes."""

from itertools import pairwise
from pathlib import Path

from video_service.engines.specs import DRAFTS, GIB, LOCAL, EngineSpec, Part

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
BEGIN, END = "<!-- 下面的表由登记表生成：python -m tests.engines.page -->", "<!-- 表到这里 -->"
WHAT = {"text": "文字", "photo": "照片"}
TONGUES = {"zh": "中文", "en": "英文"}
LICENCES = {"CogVideoX License": "CogVideoX 许可", "MIT": "MIT", "Apache-2.0": "Apache-2.0"}
NETWORKS = ("transformer", "unet")


def tables() -> str:
    """Three tables: what every engine makes, what it weighs, where it is fetched from."""
    makes = [
        "| 引擎 | 做什么 | 尺寸 | 帧数 | 每秒 | 步数 | 引导 | 读得懂 | 许可 |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_made(spec) for spec in (*LOCAL, *DRAFTS)),
    ]
    weighs = [
        "| 引擎 | 拍摄网络 | 读文字、看照片的 | VAE | 一共 | 压到 int8 一共 | 精度 |",
        "|---|---|---|---|---|---|---|",
        *(_weight(spec) for spec in LOCAL),
    ]
    lies = [
        "| 引擎 | 魔搭 | Hugging Face |",
        "|---|---|---|",
        *(_source(spec) for spec in LOCAL),
    ]
    heads = "每一部分有多大（GiB）：", "在两个站点上叫什么："
    whole = [*makes, "", heads[0], "", *weighs, "", heads[1], "", *lies]
    return "\n".join([BEGIN, "", *whole, "", END])


def _made(spec: EngineSpec) -> str:
    name = f"`{spec.name}`" + ("（旧）" if spec.legacy else "") + ("（草稿）" if spec.draft else "")
    modes = "、".join(WHAT[mode] for mode in spec.modes)
    what = f"{modes}变{'图' if spec.makes == 'image' else '视频'}"
    width, height = spec.sizes[0]
    others = "、".join(f"{w}x{h}" for w, h in spec.sizes[1:])
    sizes = f"{width}x{height}" + (f"（{others} 也行）" if others else "")
    film = spec.makes == "video"
    guidance = "无"
    if spec.guidance:
        low, high = spec.guidance
        guidance = f"{spec.default_guidance:g}（{low:g} 到 {high:g}）"
    cells = (
        name,
        what,
        sizes,
        _choices(spec.default_frames, spec.frames) if film else "1",
        str(spec.fps) if film else "",
        _choices(spec.default_steps, spec.steps) if spec.steps else "无",
        guidance,
        _reads(spec),
        LICENCES[spec.licence],
    )
    return f"| {' | '.join(cells)} |"


def _choices(default: int, allowed: tuple[int, ...]) -> str:
    """The default, and the others: one by one, or from where to where where there are many."""
    steps = {after - before for before, after in pairwise(allowed)}
    if len(allowed) > 6 and len(steps) == 1:
        return f"{default}（{allowed[0]} 到 {allowed[-1]}，每隔 {steps.pop()}）"
    others = "、".join(str(n) for n in allowed if n != default)
    return f"{default}（{others} 也行）" if others else str(default)


def _reads(spec: EngineSpec) -> str:
    tongues = "、".join(TONGUES[language] for language in spec.languages)
    return f"{tongues}，{spec.prompt_tokens} 个词元" if spec.prompt_tokens else tongues


def _weight(spec: EngineSpec) -> str:
    network = [part for part in spec.weights if part.name in NETWORKS]
    vae = [part for part in spec.weights if part.name == "vae"]
    readers = [part for part in spec.weights if part not in (*network, *vae)]
    small = sum(part.bytes - part.linear // 2 for part in spec.weights)
    cells = (_gib(network), _gib(readers), _gib(vae), _gib(spec.weights), f"{small / GIB:.1f}")
    return f"| `{spec.name}` | {' | '.join(cells)} | {spec.dtype} |"


def _gib(parts: list[Part] | tuple[Part, ...]) -> str:
    return f"{sum(part.bytes for part in parts) / GIB:.1f}"


def _source(spec: EngineSpec) -> str:
    places = (spec.source.modelscope, spec.source.huggingface)
    cells = (f"`{place}`" if place else "没有" for place in places)
    return f"| `{spec.name}` | {' | '.join(cells)} |"


def main() -> None:
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{tables()}{after}", "utf-8")


if __name__ == "__main__":
    main()
