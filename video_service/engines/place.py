"""Where a model computes, how much memory there is, and how much it takes and took."""

import gc
import os
import resource
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import is_traceable_wrapper_subclass

from video_service.engines.base import EngineError
from video_service.needs import Card
from video_service.schema.settings import ServiceSettings


def choose_device(settings: ServiceSettings) -> torch.device:
    """The card where there is one; EngineError when it is demanded in vain."""
    card = torch.cuda.is_available()
    if settings.device == "cuda" and not card:
        raise EngineError("model_load_failed", "device: cuda is set, but there is no CUDA card")
    return torch.device("cuda" if card and settings.device != "cpu" else "cpu")


def weigh(*modules: Any) -> int:
    """Bytes of all weights."""
    return sum(_bytes(p) for m in modules for p in m.parameters())


def _bytes(weight: Any) -> int:
    """A quantized weight says the type it stands for; what it holds is smaller."""
    if not is_traceable_wrapper_subclass(weight):
        return int(weight.nbytes)
    names, _ = weight.__tensor_flatten__()
    return sum(_bytes(held) for name in names if (held := getattr(weight, name)) is not None)


def card_of(device: torch.device) -> Card | None:
    """What the card has, as if no engine of this process were loaded; None for a CPU."""
    if device.type != "cuda":
        return None
    total = torch.cuda.mem_get_info(device)[1]
    return Card(room(device), int(total), torch.cuda.get_device_capability(device))


def room(device: torch.device) -> int:
    """Bytes that are free on the card, or are ours already; 0 for a CPU."""
    if device.type != "cuda":
        return 0
    return int(torch.cuda.mem_get_info(device)[0]) + int(torch.cuda.memory_reserved(device))


def host_bytes() -> int:
    """What this machine's own memory has free, or is ours already; caches would make way."""
    try:
        return _told("/proc/meminfo", "MemAvailable") + _told("/proc/self/status", "RssAnon")
    except (OSError, StopIteration, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _told(file: str, name: str) -> int:
    """Bytes: Linux tells them as `name: 123 kB`."""
    lines = Path(file).read_text("ascii", "replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024


def move(module: Any, device: torch.device) -> None:
    """`module.to(device)`, from the host to one card and back as often as one likes.

    torch exchanges a quantized weight for a new one, which it refuses once a compiled graph knows
    the old one. Here the weight stays and what it holds moves; it goes on saying "on the card".
    """
    for part in module.modules():
        for tensors in (part._parameters, part._buffers):
            for name, one in tensors.items():
                if one is not None:
                    tensors[name] = _moved(one, device)


def _moved(one: Any, device: torch.device) -> Any:
    if not is_traceable_wrapper_subclass(one):
        one.data = one.data.to(device)
        return one
    if device.type not in ("cpu", one.device.type):  # for the first time
        return nn.Parameter(one.to(device), requires_grad=False)
    names, _ = one.__tensor_flatten__()
    for name in names:
        setattr(one, name, getattr(one, name).to(device))
    return one


def forget_peak(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def peak_bytes(device: torch.device) -> int:
    """The most memory in use: on a card since `forget_peak`, else of this process so far."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def release() -> None:
    """Give back what nobody holds any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
