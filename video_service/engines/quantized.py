"""Quantized weights, computed once and kept on disk: the next start reads half the bytes.

    quantized/<part>-<scheme>-<torchao version>-<key>/<number>.safetensors

An entry is written beside its place and renamed, so that there is a whole one or none. Its key
names the original's content, the floats and the layers it was made for. What cannot be written or
read costs a warning and the time to quantize again, never a film.
"""

import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from video_service.engines.hush import aloud
from video_service.engines.parts import content_key
from video_service.engines.skeleton import empty, fill, lacking, layers_key, twins
from video_service.engines.weights import read_whole
from video_service.quantize import Scheme, quantize

log = logging.getLogger(__name__)
SHARD = 2**30  # bytes: what is copied at a time while an entry is written
UNUSED_S = 30 * 86_400.0  # an entry that nobody read for so long belongs to a model long gone
ROOT = "model."  # torchao's helper takes no names without a dot
BROKEN = (SafetensorError, OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError)
Prepare = Callable[[Any], None]


def read_quantized(
    kind: Any,
    part: Path,
    scheme: Scheme,
    shelf: Path | None,
    prepare: Prepare | None = None,
    **how: Any,
) -> Any:
    """The model of class `kind` in `part`, its Linear weights as `scheme` has them, on the CPU.

    `shelf`: where such weights are kept; None: nowhere. `prepare` may change the layers first
    (join projections); `how` goes to `from_pretrained`. EngineError as of `read_whole`.
    """
    if shelf is None:
        return _quantized(kind, part, scheme, prepare, how)
    frame = empty(kind, part, how)
    if prepare:
        prepare(frame)
    entry = shelf / _name(part, scheme, layers_key(frame), how)
    if entry.is_dir():
        try:
            return _load(entry, frame)
        except BROKEN as error:
            with aloud():
                log.warning("kept weights %s are broken, quantizing again: %s", entry.name, error)
            shutil.rmtree(entry, ignore_errors=True)
    module = _quantized(kind, part, scheme, prepare, how)
    _keep(entry, module, frame)
    return module


def _quantized(
    kind: Any, part: Path, scheme: Scheme, prepare: Prepare | None, how: dict[str, Any]
) -> Any:
    module = read_whole(kind, part, **how)
    if prepare:
        prepare(module)
    quantize(module, scheme)
    return module


def _name(part: Path, scheme: Scheme, layers: str, how: dict[str, Any]) -> str:
    made_of = f"{content_key(part)}:{layers}:{sorted(how.items())}"
    key = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    return f"{part.name}-{scheme}-{_version()}-{key}"


def _version() -> str:
    return version("torchao").replace("-", "_")


def _load(entry: Path, frame: Any) -> Any:
    """`frame` with the weights of `entry`; one of BROKEN when they do not fill it."""
    from torchao.prototype.safetensors.safetensors_support import unflatten_tensor_state_dict

    found: dict[str, Tensor] = {}
    others: dict[str, str] = {}
    for file in sorted(entry.iterdir()):
        with safe_open(file, framework="pt") as opened:
            told = opened.metadata()
            others.update(json.loads(told.pop("twins", "{}")))
            flat = {name: opened.get_tensor(name) for name in opened.keys()}
        found.update(unflatten_tensor_state_dict(flat, told)[0])
    fill(frame, {name.removeprefix(ROOT): weight for name, weight in found.items()}, others)
    os.utime(entry)
    return frame


def _keep(entry: Path, module: Any, frame: Any) -> None:
    """Write down what `frame` lacks of `module`; a disk that is full costs the entry only."""
    part = entry.with_name(f"{entry.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        _tidy(entry.parent, part)
        others = json.dumps(twins(module))
        for number, some in enumerate(_shards(lacking(frame, module))):
            _write(part / f"{number:04}.safetensors", some, others if number == 0 else "{}")
        part.replace(entry)
    except (OSError, SafetensorError) as error:
        with aloud():
            log.warning("quantized weights could not be kept: %s: %s", entry.name, error)
        shutil.rmtree(part, ignore_errors=True)


def _write(file: Path, weights: dict[str, Tensor], others: str) -> None:
    from torchao.prototype.safetensors.safetensors_support import flatten_tensor_state_dict

    flat, told = flatten_tensor_state_dict(weights)
    save_file(flat, file, {**told, "twins": others})
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _shards(weights: Iterable[tuple[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    some: dict[str, Tensor] = {}
    size = 0
    for name, weight in weights:
        plain = type(weight) is Tensor
        some[ROOT + name] = weight.clone().contiguous() if plain else weight
        size += weight.nbytes
        if size >= SHARD:
            yield some
            some, size = {}, 0
    if some:
        yield some


def _tidy(shelf: Path, ours: Path) -> None:
    """Away with what another torchao wrote, with what nobody reads, and with what broke off."""
    for entry in shelf.iterdir():
        if entry != ours and _is_stale(entry):
            shutil.rmtree(entry, ignore_errors=True)


def _is_stale(entry: Path) -> bool:
    if entry.suffix == ".part":
        return not _lives(int(entry.suffixes[-2][1:]))
    other = f"-{_version()}-" not in entry.name
    return other or time.time() - entry.stat().st_mtime > UNUSED_S


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
