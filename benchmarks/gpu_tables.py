"""The results of `benchmarks.gpu` as tables for docs/log.md, one a group."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.table import table

Told = dict[str, Any]
Column = tuple[str, Callable[[Told, Told], Any]]  # of a row, and of the card


def tables(told: Sequence[Told]) -> Iterator[str]:
    """Each group that has rows, under its name; failures last, in words."""
    card = next((one for one in told if one["row"] == "card"), {})
    eager = next((one for one in told if one["group"] == "steps" and one.get("flops")), {})
    for group, columns in COLUMNS.items():
        whole = [one for one in told if one["group"] == group and "error" not in one]
        if whole:
            known = {**card, "flops": eager.get("flops"), "eager_s": eager.get("step_s")}
            cells = [[one["row"], *(read(one, known) for _, read in columns)] for one in whole]
            yield from ("", f"### {group}", "")
            yield from table(["", *(title for title, _ in columns)], cells)
    failed = [one for one in told if "error" in one]
    yield from ("", *(f"- {one['group']}, {one['row']}: {one['error']}" for one in failed))


def _of(key: str) -> Callable[[Told, Told], Any]:
    def read(one: Told, _: Told) -> Any:
        value = one.get(key)
        return "" if value is None else value

    return read


def _clip(one: Told, _: Told) -> str:
    """A clip whose steps were not all filmed is marked."""
    return f"{one['clip_s']:g}{' *' if one['clip_scaled'] else ''}"


def _peak(stage: str) -> Callable[[Told, Told], Any]:
    return lambda one, _: one["peak_gib"].get(stage, "")


def _planned(stage: str) -> Callable[[Told, Told], Any]:
    return lambda one, _: one.get("planned_gib", {}).get(stage, "")


def _within(one: Told, _: Told) -> str:
    if "within" not in one:
        return ""
    return f"{'yes' if one['within'] else 'NO'}, {one['limit_gib']}"


def _how(one: Told, _: Told) -> str:
    """What a profile chose, in few words."""
    if "placement" not in one:
        return str(one.get("precision", ""))
    compiled = ["compiled"] if one["compiled"] else []
    told = [one["profile"], one["precision"], one["quantize"], one["placement"], *compiled]
    return ", ".join([*told, f"T5 on {one['text_encoder']}", *one["step_downs"]])


def _share(one: Told, card: Told) -> str:
    """Of the ceiling that a large bfloat16 product reaches on this card."""
    if not card.get("flops") or not card.get("bfloat16_tflops"):
        return ""
    return f"{card['flops'] / one['step_s'] / 1e12 / card['bfloat16_tflops']:.0%}"


def _faster(one: Told, card: Told) -> str:
    return f"{card['eager_s'] / one['step_s']:.2f}x" if card.get("eager_s") else ""


def _compiling(one: Told, _: Told) -> str:
    return f"{max(one['first_s'] - one['step_s'], 0):.1f}"


FILM: tuple[Column, ...] = (
    ("s a step", _of("step_s")),
    ("first step s", _of("first_step_s")),
    ("words s", _of("embed_s")),
    ("decode s", _of("decode_s")),
    ("s a clip (* scaled)", _clip),
    ("denoise GiB", _peak("denoise")),
    ("planned", _planned("denoise")),
    ("decode GiB", _peak("decode")),
    ("planned", _planned("decode")),
    ("reserved GiB", _of("reserved_gib")),
    ("within", _within),
    ("how", _how),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "card": (
        ("device", _of("device")),
        ("GiB", _of("total_gib")),
        ("host GiB", _of("host_gib")),
        ("bf16 TFLOP/s", _of("bfloat16_tflops")),
        ("fp16 TFLOP/s", _of("float16_tflops")),
        ("copy GB/s", _of("copy_gbs")),
        ("torch", _of("torch")),
        ("torchao", _of("torchao")),
        ("model GiB", _of("gib_on_disk")),
        ("took s", _of("row_s")),
    ),
    "films": FILM,
    "tiers": FILM,
    "decode": (
        ("tile", _of("tile")),
        ("decode s", _of("decode_s")),
        ("first s", _of("first_s")),
        ("peak GiB", _of("peak_gib")),
        ("reserved GiB", _of("reserved_gib")),
        ("bytes a pixel of a tile", _of("bytes_a_pixel")),
    ),
    "steps": (
        ("s a step", _of("step_s")),
        ("faster", _faster),
        ("of the ceiling", _share),
        ("compiling s", _compiling),
        ("weights GiB", _of("weights_gib")),
        ("peak GiB", _of("peak_gib")),
        ("bytes a token", _of("bytes_a_token")),
        ("drift from eager", _of("drift")),
    ),
    "drift": (("from float32", _of("drift")), ("PSNR dB", _of("psnr_db"))),
}
