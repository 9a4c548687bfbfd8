"""Reading a part of a model folder, all of it: libraries fill gaps with noise and only murmur."""

from pathlib import Path
from typing import Any

from video_service.engines.base import EngineError


def read_whole(kind: Any, part: Path, **how: Any) -> Any:
    """The model of class `kind` in `part`; EngineError when the file lacks any of its weights."""
    model, told = kind.from_pretrained(part, output_loading_info=True, local_files_only=True, **how)
    if missing := sorted(told["missing_keys"]):
        message = f"{part.parent.name}/{part.name} lacks {len(missing)} weights: {missing[0]}, …"
        raise EngineError("model_load_failed", message)
    return model.eval()
