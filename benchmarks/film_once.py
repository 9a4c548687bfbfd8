"""One side of `benchmarks.engine`: a film for every line on stdin, what it took as a line of JSON.

python -m benchmarks.film_once ours|plain MODEL FOLDER
python -m benchmarks.film_once build MODEL SIZE
"""

import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from video_service import stages
from video_service.engines.base import Engine, Frames, Report, Shot
from video_service.engines.folder import ModelFolder, read_folder
from video_service.engines.hush import hushed
from video_service.media import write_mp4
from video_service.schema.settings import ServiceSettings

STEPS = 20
Film = Callable[[Shot], Frames]


def peak_bytes() -> int:
    """The most memory this process has had (VmHWM); a child's begins anew, unlike ru_maxrss."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise OSError("the kernel does not tell VmHWM")


def count_calls() -> Counter[str]:
    """Counts, from now on, how often the network and T5 compute."""
    with hushed():
        from diffusers import CogVideoXTransformer3DModel
        from transformers import T5EncoderModel
    calls: Counter[str] = Counter()
    for kind, name in (
        (CogVideoXTransformer3DModel, "transformer"),
        (T5EncoderModel, "text_encoder"),
    ):
        _count(kind, name, calls)
    return calls


def _count(kind: Any, name: str, calls: Counter[str]) -> None:
    forward = kind.forward

    def counted(*args: Any, **more: Any) -> Any:
        calls[name] += 1
        return forward(*args, **more)

    kind.forward = counted


def plain(folder: ModelFolder, where: Path) -> Film:
    """What the sources do: the pipeline whole, one call, an mp4. Float32 and tiles as ours has."""
    with hushed():
        import torch
        from diffusers import CogVideoXPipeline

        pipe = CogVideoXPipeline.from_pretrained(folder.path, torch_dtype=torch.float32)
        pipe.set_progress_bar_config(disable=True)
        pipe.vae.enable_tiling()

    def film(shot: Shot) -> Frames:
        made = pipe(
            prompt=shot.prompt,
            negative_prompt=shot.negative_prompt,
            width=shot.width,
            height=shot.height,
            num_frames=shot.frames,
            num_inference_steps=shot.steps,
            guidance_scale=shot.guidance,
            generator=torch.Generator("cpu").manual_seed(shot.seed),
            output_type="np",
        ).frames[0]
        frames: Frames = (made * 255).round().astype(np.uint8)
        write_mp4(frames, shot.fps, where / "video.mp4", {})
        return frames

    return film


def ours(folder: ModelFolder, where: Path) -> Film:
    """As a worker films: `stages.film` on a LocalEngine with its shelf of embeddings."""
    with hushed():
        from video_service.engines.local import LocalEngine
        from video_service.engines.workshop import Workshop
    settings = ServiceSettings(device="cpu", quantize="none", dtype="float32")
    engine = Kept(LocalEngine(folder, settings, Workshop.at(where / "shop")))
    engine.load()

    def film(shot: Shot) -> Frames:
        stages.film(engine, shot, None, where, lambda stage, fraction: None)
        made: Frames = engine.frames
        return made

    return film


class Kept:
    """The engine, with the frames of the last film at hand."""

    def __init__(self, engine: Engine) -> None:
        self.name, self._engine = engine.name, engine

    def load(self) -> None:
        self._engine.load()

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Any:
        self.frames: Any = self._engine.film(shot, photo, report)
        return self.frames

    def facts(self) -> dict[str, Any]:
        return self._engine.facts()

    def close(self) -> None:
        self._engine.close()


def serve(side: str, model: Path, where: Path) -> None:
    """Film for every line until stdin ends."""
    where.mkdir(parents=True)
    folder, calls = read_folder(model), count_calls()
    film = {"plain": plain, "ours": ours}[side](folder, where)
    spec = folder.spec
    for line in sys.stdin:
        (width, height), frames = spec.sizes[0], spec.default_frames
        shot = Shot(spec.name, line.strip(), width, height, frames, spec.fps, STEPS, 6.0, seed=1)
        calls.clear()
        since, worked = time.perf_counter(), time.process_time()
        made = film(shot)
        took, work = time.perf_counter() - since, time.process_time() - worked
        digest = hashlib.sha256(made.tobytes()).hexdigest()[:16]
        told = {"seconds": took, "cpu_s": work, "peak_bytes": peak_bytes(), "digest": digest}
        counted = {name: calls[name] for name in ("transformer", "text_encoder")}
        sys.stdout.write(json.dumps({**told, **counted}) + "\n")
        sys.stdout.flush()


def main() -> None:
    what, model, last = sys.argv[1:]
    if what == "build":
        from benchmarks.random_model import write

        write(Path(model), last)
    else:
        serve(what, Path(model), Path(last))


if __name__ == "__main__":
    main()
