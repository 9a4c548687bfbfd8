"""Which of the published files the pipeline reads: a hub's folder often holds each weight twice."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from video_service.models import wording
from video_service.models.errors import Refused
from video_service.models.hubs import RemoteFile

INDEX = "model_index.json"
BESIDE = (INDEX, "README.md", "LICENSE", "LICENSE.txt", "LICENSE.md")
OTHERS = (
    ".pt", ".pth", ".ckpt", ".onnx", ".onnx_data", ".msgpack", ".h5", ".ot", ".gguf",
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp4", ".md",
)  # fmt: skip
HALF = ".fp16.safetensors"
VARIANTS = (".fp16.", ".fp16-", ".bf16.", ".non_ema.", ".fp32.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to get, and its path in our folder."""

    file: RemoteFile
    path: str


def needed(files: Iterable[RemoteFile], parts: Collection[str], *, half: bool) -> list[Wanted]:
    """What to get, small files first; `parts`: the folders that the index names.

    `half`: the model runs in float16, so where its weights are there in both precisions, the
    halves are taken under the plain name. Refused for a path that leads out of the folder.
    """
    by_part: dict[str, list[RemoteFile]] = {}
    for file in files:
        by_part.setdefault(_part(file), []).append(file)
    wanted = [Wanted(file, file.path) for file in by_part.pop("", []) if file.path in BESIDE]
    for part in parts:
        wanted += _of_part(by_part.get(part, []), half)
    return sorted(wanted, key=lambda one: one.file.size)


def _of_part(files: list[RemoteFile], half: bool) -> Iterator[Wanted]:
    """One weight once: safetensors before pickles, the plain file before its variants."""
    names = {file.path for file in files}
    safe = any(name.endswith(".safetensors") for name in names)
    for file in files:
        if file.path.endswith(OTHERS) or (safe and file.path.endswith((".bin", ".bin.index.json"))):
            continue
        halved = file.path.removesuffix(".safetensors") + HALF
        if half and halved in names:
            continue
        if file.path.endswith(HALF) and half:
            yield Wanted(file, file.path.removesuffix(HALF) + ".safetensors")
        elif not any(mark in file.path for mark in VARIANTS):
            yield Wanted(file, file.path)


def _part(file: RemoteFile) -> str:
    """The folder it lies in; "" for one beside the index."""
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or "\\" in file.path or not path.parts:
        what = f"the listing names {file.path!r}, which is no path inside the folder"
        raise Refused(what, wording.UNSAFE.format(path=file.path))
    return path.parts[0] if len(path.parts) > 1 else ""
